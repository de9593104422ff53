"""Topics: the list, and one with its consultations."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from consultations.domain.queries.lines import ConsultationLine, known_to, lines
from consultations.models import Stage, Topic, TopicStatus
from hall.errors import Code, Refusal
from members.access import Visitor, allowed
from members.models import Person
from members.roles import Permission


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic in a list; `consultations` counts those that the public may know of."""

    id: int
    title: str
    summary: str
    status: str
    status_label: str
    decision_reason: str
    proposed_by: str
    created_at: datetime
    consultations: int


@dataclass(frozen=True, slots=True)
class TopicPage:
    """One topic; `background` is clean rich text. The three flags are for showing controls."""

    topic: TopicLine
    background: str
    consultations: tuple[ConsultationLine, ...]
    may_edit: bool
    may_decide: bool
    may_consult: bool


def topics(visitor: Visitor, *, own: bool = False) -> tuple[TopicLine, ...]:
    """All topics, or those that the visitor proposed, the latest first. One query."""
    rows = Topic.objects.all()
    if own:
        rows = rows.filter(proposed_by_id=visitor.pk)
    public = Count("consultations", filter=~Q(consultations__stage=Stage.DRAFT))
    annotated = rows.select_related("proposed_by").annotate(public=public)
    return tuple(_line(row, row.public) for row in annotated.order_by("-created_at", "-id"))


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
    return TopicPage(
        topic=_line(topic, public),
        background=topic.background,
        consultations=held,
        may_edit=decides or open_to_proposer,
        may_decide=decides,
        may_consult=prepares and topic.status == TopicStatus.ACCEPTED,
    )


def find_topic(topic_id: int) -> Topic:
    """The topic itself, for a verb to act on; `Refusal` `not_found` without one."""
    topic = Topic.objects.select_related("proposed_by").filter(pk=topic_id).first()
    if topic is None:
        raise Refusal(Code.NOT_FOUND)
    return topic


def _line(topic: Topic, consultations: int) -> TopicLine:
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
    )
