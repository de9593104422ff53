"""Topics: the list, and one with its consultations."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet

from consultations.domain.pages import Listed
from consultations.domain.queries.lines import ConsultationLine, counted_by, known_to, lines
from consultations.models import (
    Consultation,
    Criterion,
    Stage,
    Topic,
    TopicScore,
    TopicStatus,
    TopicSupport,
)
from hall.errors import Code, Refusal
from members.access import Visitor, allowed
from members.models import Person
from members.roles import Permission

MOST_MERGEABLE = 200


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic in a list; `consultations` counts those that the public may know of.

    `supporters` are others than the proposer.
    """

    id: int
    title: str
    summary: str
    status: str
    status_label: str
    decision_reason: str
    proposed_by: str
    created_at: datetime
    consultations: int
    supporters: int


@dataclass(frozen=True, slots=True)
class TopicRef:
    id: int
    title: str


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """What one of the staff gave: value and note by each criterion, in their order."""

    by_id: int
    by: str
    lines: tuple[tuple[int, str], ...]

    @property
    def total(self) -> int:
        return sum(value for value, _note in self.lines)

    @property
    def initial(self) -> dict[str, int | str]:
        """As a form begins with: `{needed: 4, needed_note: "…", …}`."""
        named = zip(Criterion.values, self.lines, strict=True)
        return {
            name: given
            for criterion, (value, note) in named
            for name, given in ((criterion, value), (f"{criterion}_note", note))
        }


@dataclass(frozen=True, slots=True)
class TopicPage:
    """One topic; `background` is clean rich text. The flags are for showing controls.

    `supported` tells whether the visitor supports it. `scores` and `mergeable` (what it could be
    merged into: of the latest 200, those with the most support first) are for those who decide,
    else empty; `average` is of the sheets' totals, of at most 15.
    """

    topic: TopicLine
    background: str
    consultations: tuple[ConsultationLine, ...]
    may_edit: bool
    may_decide: bool
    may_consult: bool
    may_support: bool
    supported: bool
    merged_into: TopicRef | None
    call: TopicRef | None
    merged: tuple[TopicRef, ...]
    mergeable: tuple[TopicRef, ...]
    scores: tuple[ScoreSheet, ...]
    average: float | None


def topics(*, status: str = "", by_support: bool = False) -> Listed[TopicLine]:
    """All topics, or those of one status, the latest first.

    What was merged goes on in another topic: it is listed only where asked for. With `by_support`
    those that most people support come first.
    """
    rows = Topic.objects.exclude(status=TopicStatus.MERGED)
    return _listed(Topic.objects.filter(status=status) if status else rows, by_support=by_support)


def own_topics(person: Person) -> Listed[TopicLine]:
    """All topics that the person proposed, the latest first."""
    return _listed(Topic.objects.filter(proposed_by=person))


def _listed(rows: QuerySet[Topic], *, by_support: bool = False) -> Listed[TopicLine]:
    order = ("-supporters", "-created_at", "-id") if by_support else ("-created_at", "-id")
    shown = _with_figures(rows.select_related("proposed_by")).order_by(*order)
    return Listed(
        shown, lambda found: (_line(row, row.public, row.supporters) for row in found), bare=rows
    )


def _with_figures(rows: QuerySet[Topic]) -> Any:
    held = Consultation.objects.filter(topic=OuterRef("pk")).exclude(stage=Stage.DRAFT)
    supports = TopicSupport.objects.filter(topic=OuterRef("pk"))
    return rows.annotate(public=counted_by("topic", held), supporters=counted_by("topic", supports))


def topic_page(topic_id: int, visitor: Visitor) -> TopicPage:
    """A topic with its consultations.

    Raises:
        Refusal: `not_found`.
    """
    topic = find_topic(topic_id)
    held = lines(known_to(visitor).filter(topic=topic).order_by("-starts_at", "-id"))
    decides = allowed(visitor, Permission.TOPIC_MANAGE)
    open_to_proposer = (
        isinstance(visitor, Person)
        and visitor.is_active
        and visitor.pk == topic.proposed_by_id
        and topic.status == TopicStatus.PROPOSED
    )
    prepares = allowed(visitor, Permission.CONSULTATION_PREPARE)
    public = sum(line.stage != Stage.DRAFT for line in held)
    is_open = topic.status == TopicStatus.PROPOSED
    into = topic.merged_into
    sheets = _sheets(topic) if decides else ()
    return TopicPage(
        topic=_line(topic, public, topic.supports.count()),
        background=topic.background,
        consultations=held,
        may_edit=(decides and into is None) or open_to_proposer,
        may_decide=decides and into is None,
        may_consult=prepares and topic.status == TopicStatus.ACCEPTED,
        may_support=is_open and visitor.pk != topic.proposed_by_id,
        supported=topic.supports.filter(person=visitor.pk).exists(),
        merged_into=TopicRef(into.pk, into.title) if into else None,
        call=TopicRef(topic.call.pk, topic.call.title) if topic.call else None,
        merged=tuple(TopicRef(*row) for row in topic.merged.values_list("pk", "title")),
        mergeable=_mergeable(topic) if decides and into is None and not held else (),
        scores=sheets,
        average=sum(sheet.total for sheet in sheets) / len(sheets) if sheets else None,
    )


def _mergeable(topic: Topic) -> tuple[TopicRef, ...]:
    going_on = Topic.objects.filter(status__in=[TopicStatus.PROPOSED, TopicStatus.ACCEPTED])
    latest = _with_figures(going_on.exclude(pk=topic.pk)).order_by("-created_at", "-id")
    rows = sorted(latest[:MOST_MERGEABLE], key=lambda row: row.supporters, reverse=True)
    return tuple(TopicRef(row.pk, row.title) for row in rows)


def _sheets(topic: Topic) -> tuple[ScoreSheet, ...]:
    given: dict[tuple[int, str], dict[str, tuple[int, str]]] = {}
    for score in TopicScore.objects.filter(topic=topic).select_related("by").order_by("pk"):
        sheet = given.setdefault((score.by_id, score.by.alias), {})
        sheet[score.criterion] = (score.value, score.note)
    return tuple(
        ScoreSheet(by_id, by, tuple(sheet[criterion] for criterion in Criterion.values))
        for (by_id, by), sheet in given.items()
    )


def find_topic(topic_id: int) -> Topic:
    """The topic itself, for a verb to act on; `Refusal` `not_found` without one."""
    topic = (
        Topic.objects.select_related("proposed_by", "merged_into", "call")
        .filter(pk=topic_id)
        .first()
    )
    if topic is None:
        raise Refusal(Code.NOT_FOUND)
    return topic


def _line(topic: Topic, consultations: int, supporters: int) -> TopicLine:
    return TopicLine(
        id=topic.pk,
        title=topic.title,
        summary=topic.summary,
        status=topic.status,
        status_label=topic.get_status_display(),
        decision_reason=topic.decision_reason,
        proposed_by=topic.proposed_by.alias,
        created_at=topic.created_at,
        consultations=consultations,
        supporters=supporters,
    )
