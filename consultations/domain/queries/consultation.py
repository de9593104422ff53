"""One consultation's page: before, while and after it takes place."""

from dataclasses import dataclass
from datetime import datetime

from consultations.domain.outcome_parts import LinkedItem, Outcome
from consultations.domain.outcome_view import agenda_of, linked_items, outcome
from consultations.domain.queries.lines import ConsultationLine, known_to, line_of, with_figures
from consultations.domain.session_parts import AgendaLine
from consultations.models import Consultation, Stage
from hall.errors import Code, Refusal
from members.access import Visitor, permissions_of
from members.models import Person
from members.roles import Permission, SeatRole

PUBLISHED = frozenset({Stage.REVIEW, Stage.SEALED})


@dataclass(frozen=True, slots=True)
class StageLine:
    """One move that was made."""

    from_label: str
    to_label: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConsultationPage:
    """All that the page shows. `outcome` is there from review on, when it is public.

    `permissions` are the visitor's here, for showing controls; `seat` is their seat's role, and
    `attended` tells that they were there.
    """

    consultation: ConsultationLine
    topic_summary: str
    background: str
    admission: str
    admission_label: str
    cancel_reason: str
    work_items: tuple[LinkedItem, ...]
    agenda: tuple[AgendaLine, ...]
    moderators: tuple[str, ...]
    history: tuple[StageLine, ...]
    permissions: frozenset[Permission]
    seat: SeatRole | None
    attended: bool
    outcome: Outcome | None


def find_consultation(visitor: Visitor, consultation_id: int) -> Consultation:
    """The consultation itself, for a verb to act on.

    Raises:
        Refusal: `not_found` if there is none that the visitor may know of.
    """
    found = known_to(visitor).filter(pk=consultation_id).select_related("topic").first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def consultation_page(visitor: Visitor, consultation_id: int) -> ConsultationPage:
    """The page of one consultation for this visitor.

    Raises:
        Refusal: `not_found` if there is none that the visitor may know of.
    """
    found = with_figures(known_to(visitor).filter(pk=consultation_id)).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    moderators = found.seats.filter(role=SeatRole.MODERATOR).order_by("pk")
    changes = found.stage_changes.select_related("by").order_by("at", "pk")
    seat = found.seats.filter(person=visitor).first() if isinstance(visitor, Person) else None
    return ConsultationPage(
        consultation=line_of(found),
        topic_summary=found.topic.summary,
        background=found.topic.background,
        admission=found.admission,
        admission_label=found.get_admission_display(),
        cancel_reason=found.cancel_reason,
        work_items=linked_items(found),
        agenda=agenda_of(found),
        moderators=tuple(moderators.values_list("person__alias", flat=True)),
        history=tuple(
            StageLine(
                from_label=change.get_from_stage_display(),
                to_label=change.get_to_stage_display(),
                reason=change.reason,
                by=change.by.alias,
                at=change.at,
            )
            for change in changes
        ),
        permissions=permissions_of(visitor, found),
        seat=SeatRole(seat.role) if seat else None,
        attended=seat is not None and seat.first_seen_at is not None,
        outcome=outcome(found) if found.stage in PUBLISHED else None,
    )
