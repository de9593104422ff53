"""A consultation as an entry of people's own calendars."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Max

from consultations.domain.queries.lines import ConsultationLine, known_to, line_of, with_figures
from consultations.domain.queries.notices import notice_lines, notices
from consultations.models import Consultation, NoticeKind, RoomEvent, Stage
from hall.errors import Code, Refusal
from members.access import Visitor
from members.models import Person


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """What a calendar takes in; `sequence` grows with every change that was made known, the last of
    them at `changed_at`. `called_off` tells that it does not take place."""

    line: ConsultationLine
    sequence: int
    changed_at: datetime
    called_off: bool


def calendar_entry(visitor: Visitor, consultation_id: int) -> CalendarEntry:
    """The consultation as calendars keep it. Two queries; four where it is not known any more.

    Whoever was told that its announcement is withdrawn takes it out of their calendar: to them it
    is called off, with the time and place that they knew.

    Raises:
        Refusal: `not_found` if there is none that the visitor may know of.
    """
    found = with_figures(known_to(visitor).filter(pk=consultation_id)).first()
    line = line_of(found) if found else _withdrawn(visitor, consultation_id)
    changes = RoomEvent.objects.filter(
        consultation=consultation_id, type__in=["consultation.changed", "stage.moved"]
    ).aggregate(n=Count("pk"), last=Max("at"))
    withdrawn = line.stage == Stage.DRAFT and changes["n"] > 0
    return CalendarEntry(
        line=line,
        sequence=changes["n"],
        changed_at=changes["last"] or line.created_at,
        called_off=withdrawn or line.stage == Stage.CANCELLED,
    )


def _withdrawn(visitor: Visitor, consultation_id: int) -> ConsultationLine:
    """As it stood when the visitor was told that its announcement is withdrawn."""
    if not isinstance(visitor, Person):
        raise Refusal(Code.NOT_FOUND)
    told = notices(visitor).filter(consultation=consultation_id, kind=NoticeKind.WITHDRAWN)
    before = next((notice.before for notice in notice_lines(told[:1])), None)
    if before is None:
        raise Refusal(Code.NOT_FOUND)
    line = line_of(with_figures(Consultation.objects.filter(pk=consultation_id)).get())
    return replace(line, starts_at=before.starts_at, ends_at=before.ends_at, venue=before.venue)
