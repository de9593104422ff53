"""Topics in lists: who may know of which, and what each line shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Exists, F, FloatField, OuterRef, Q, QuerySet, Subquery

from consultations.domain.pages import Listed
from consultations.domain.queries.lines import counted_by
from consultations.models import (
    Consultation,
    Criterion,
    Stage,
    Topic,
    TopicCall,
    TopicScore,
    TopicStatus,
    TopicSupport,
)
from members.access import Visitor, allowed
from members.models import Person
from members.roles import Permission

HIDDEN = "hidden"
BY_SUPPORT = "support"
BY_SCORE = "score"


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic in a list; `consultations` counts those that the public may know of.

    `supporters` are others than the proposer. What it was given is for those who decide on topics,
    else 0 and None: `scorers` counts who gave it, `average` is of their totals, of at most 15, and
    `scored` tells whether the visitor is one of them.
    """

    id: int
    title: str
    summary: str
    status: str
    status_label: str
    decision_reason: str
    hidden_reason: str
    proposed_by: str
    identity_label: str
    created_at: datetime
    consultations: int
    supporters: int
    scorers: int
    average: float | None
    scored: bool


@dataclass(frozen=True, slots=True)
class TopicFilter:
    """What of the topics is asked for; a value that means nothing to the visitor changes nothing.

    `status` is one of `TopicStatus`, or `HIDDEN` for those who decide on topics. `order` is the
    latest first, or `BY_SUPPORT`, or for those who decide `BY_SCORE`; `unscored` leaves them what
    they have given no score yet.
    """

    status: str = ""
    order: str = ""
    call: TopicCall | None = None
    unscored: bool = False


def public() -> Q:
    """The topics that everybody may read; the same as `Topic.is_public`, of many."""
    return Q(hidden_reason="") & ~Q(status=TopicStatus.WITHDRAWN)


def known_topics(visitor: Visitor) -> QuerySet[Topic]:
    """The topics that the visitor may know of."""
    if allowed(visitor, Permission.TOPIC_MANAGE):
        return Topic.objects.all()
    own = Q(proposed_by=visitor) if isinstance(visitor, Person) and visitor.is_active else Q()
    return Topic.objects.filter(public() | own)


def listed_topics(visitor: Visitor, asked: TopicFilter) -> Listed[TopicLine]:
    """What is asked for of the topics that the visitor may know of.

    What was merged goes on in another topic: it is listed where it is asked for, and among what
    came for a call.
    """
    decides = allowed(visitor, Permission.TOPIC_MANAGE)
    rows = known_topics(visitor)
    if asked.call is not None:
        rows = rows.filter(call=asked.call)
    if asked.status == HIDDEN and decides:
        rows = rows.exclude(hidden_reason="")
    elif asked.status in TopicStatus.values:
        rows = rows.filter(status=asked.status, hidden_reason="")
    else:
        rows = rows.filter(public())
        if asked.call is None:
            rows = rows.exclude(status=TopicStatus.MERGED)
    if asked.unscored and decides:
        rows = rows.exclude(Exists(_scores_of(visitor)))
    first: tuple[Any, ...] = ()
    if asked.order == BY_SUPPORT:
        first = ("-supporters",)
    elif asked.order == BY_SCORE and decides:
        first = (F("average").desc(nulls_last=True),)
    return _listed(rows, visitor, *first)


def own_topics(person: Person) -> Listed[TopicLine]:
    """All topics that the person proposed, the latest first."""
    return _listed(Topic.objects.filter(proposed_by=person), person)


def _listed(rows: QuerySet[Topic], visitor: Visitor, *first: Any) -> Listed[TopicLine]:
    shown = with_figures(rows, visitor).order_by(*first, "-created_at", "-id")
    return Listed(shown, lambda found: map(topic_line, found), bare=rows)


def with_figures(rows: QuerySet[Topic], visitor: Visitor) -> Any:
    """`rows` with all that `topic_line` reads, in the one query."""
    of_topic = {"topic": OuterRef("pk")}
    held = Consultation.objects.filter(**of_topic).exclude(stage=Stage.DRAFT)
    supports = TopicSupport.objects.filter(**of_topic)
    rows = rows.select_related("proposed_by").annotate(
        public=counted_by("topic", held), supporters=counted_by("topic", supports)
    )
    if not allowed(visitor, Permission.TOPIC_MANAGE):
        return rows
    scores = TopicScore.objects.filter(**of_topic)
    totals = scores.order_by().values("topic").annotate(n=Avg("value") * len(Criterion))
    return rows.annotate(
        average=Subquery(totals.values("n"), output_field=FloatField()),
        scorers=counted_by("topic", scores.filter(criterion=Criterion.NEEDED)),
        scored=Exists(_scores_of(visitor)),
    )


def _scores_of(visitor: Visitor) -> QuerySet[TopicScore]:
    return TopicScore.objects.filter(topic=OuterRef("pk"), by_id=visitor.pk)


def topic_line(row: Any) -> TopicLine:
    """The line of a row that comes from `with_figures`. No query."""
    return TopicLine(
        id=row.pk,
        title=row.title,
        summary=row.summary,
        status=row.status,
        status_label=row.get_status_display(),
        decision_reason=row.decision_reason,
        hidden_reason=row.hidden_reason,
        proposed_by=row.proposed_by.alias,
        identity_label=row.proposed_by.get_role_display(),
        created_at=row.created_at,
        consultations=row.public,
        supporters=row.supporters,
        scorers=getattr(row, "scorers", 0),
        average=getattr(row, "average", None),
        scored=getattr(row, "scored", False),
    )
