"""Telling people when and where a consultation takes place, of their seats, and how it goes on.

The verbs call the `tell_` functions within their transactions. Nobody is told of their own deed.
"""

from collections.abc import Collection
from typing import Any

from consultations.archiving.canonical import timestamp
from consultations.domain import clock
from consultations.domain.notices import write_notices
from consultations.models import Consultation, Notice, NoticeKind, Seat, Stage
from members.models import Person
from members.roles import SEAT_TABLE, Permission, SeatRole

_OF_MOVE = {
    (Stage.DRAFT, Stage.ANNOUNCED): NoticeKind.ANNOUNCED,
    (Stage.ANNOUNCED, Stage.DRAFT): NoticeKind.WITHDRAWN,
    (Stage.ANNOUNCED, Stage.LIVE): NoticeKind.STARTED,
    (Stage.COLLECTING, Stage.LIVE): NoticeKind.STARTED,
    (Stage.DRAFT, Stage.CANCELLED): NoticeKind.CANCELLED,
    (Stage.ANNOUNCED, Stage.CANCELLED): NoticeKind.CANCELLED,
    (Stage.COLLECTING, Stage.CANCELLED): NoticeKind.CANCELLED,
    (Stage.LIVE, Stage.CANCELLED): NoticeKind.CANCELLED,
    (Stage.SUMMARISING, Stage.REVIEW): NoticeKind.TO_CONFIRM,
    (Stage.REVIEW, Stage.SEALED): NoticeKind.SEALED,
}
_FIRST_WORD = (NoticeKind.ANNOUNCED, NoticeKind.TOPIC_ANNOUNCED, NoticeKind.SEATED)


def plan_of(consultation: Consultation) -> dict[str, str]:
    """When and where, as a notice keeps it: `{starts_at, ends_at, venue}`."""
    return {
        "starts_at": timestamp(consultation.starts_at),
        "ends_at": timestamp(consultation.ends_at),
        "venue": consultation.venue,
    }


def tell_of_move(
    consultation: Consultation, *, origin: Stage, to: Stage, by: Person, reason: str
) -> None:
    """The consultation moved on: those whose plans it changes learn it.

    Who has a seat learns each such step. Who proposed or supports the topic learns of the
    announcement, and of its end where the consultation is called off.
    """
    kind = _OF_MOVE.get((origin, to))
    if kind == NoticeKind.ANNOUNCED:
        _announce(consultation, by)
    elif kind == NoticeKind.TO_CONFIRM:
        _ask_to_confirm(consultation, by)
    elif kind in (NoticeKind.WITHDRAWN, NoticeKind.CANCELLED):
        facts = {"before": plan_of(consultation)}
        people = _concerned(consultation, drafted=origin == Stage.DRAFT)
        _tell(consultation, kind, people - {by.pk}, reason=reason, facts=facts)
    elif kind is not None:
        _tell(consultation, kind, _seated(consultation) - {by.pk}, reason=reason)


def tell_of_change(consultation: Consultation, *, before: dict[str, str], by: Person) -> None:
    """An announced consultation was edited: where its time or place is another, those who rely on
    it learn both."""
    after = plan_of(consultation)
    if after == before:
        return
    facts = {"before": before, "after": after}
    people = _concerned(consultation, drafted=False)
    _tell(consultation, NoticeKind.MOVED, people - {by.pk}, facts=facts)


def tell_of_seat(
    consultation: Consultation,
    seat: Seat,
    kind: NoticeKind,
    *,
    by: Person,
    former: SeatRole | None = None,
) -> None:
    """A seat was given, changed from `former` or taken back: its person learns it.

    In a draft only who sees it, or saw it so far; the others learn of their seats by the
    announcement.
    """
    sees = Permission.CONSULTATION_SEE_DRAFT
    roles = {SeatRole(seat.role), former or SeatRole(seat.role)}
    if consultation.stage != Stage.DRAFT or any(sees in SEAT_TABLE[role] for role in roles):
        _tell(consultation, kind, {seat.person_id} - {by.pk}, facts={"role": seat.role})


def _announce(consultation: Consultation, by: Person) -> None:
    seated = _seated(consultation)
    _tell(consultation, NoticeKind.ANNOUNCED, seated - {by.pk})
    others = _of_topic(consultation) - seated - {by.pk}
    _tell(consultation, NoticeKind.TOPIC_ANNOUNCED, others)


def _ask_to_confirm(consultation: Consultation, by: Person) -> None:
    """Who was there signs as well; who only watched does neither."""
    seats = consultation.seats.exclude(person=by).exclude(role=SeatRole.OBSERVER)
    present = set(seats.exclude(first_seen_at=None).values_list("person_id", flat=True))
    absent = set(seats.filter(first_seen_at=None).values_list("person_id", flat=True))
    _tell(consultation, NoticeKind.TO_CONFIRM, present)
    _tell(consultation, NoticeKind.CONFIRM_CLAUSES, absent)


def _concerned(consultation: Consultation, *, drafted: bool) -> set[int]:
    """Who has a seat, and of the topic's people whom the consultation was announced to.

    Of a draft only those who have been told of it.
    """
    told = set(
        Notice.objects.filter(consultation=consultation, kind__in=_FIRST_WORD).values_list(
            "person_id", flat=True
        )
    )
    seated, of_topic = _seated(consultation), _of_topic(consultation)
    return (seated | of_topic) & told if drafted else seated | (of_topic & told)


def _seated(consultation: Consultation) -> set[int]:
    return set(consultation.seats.values_list("person_id", flat=True))


def _of_topic(consultation: Consultation) -> set[int]:
    topic = consultation.topic
    return {topic.proposed_by_id, *topic.supports.values_list("person_id", flat=True)}


def _tell(
    consultation: Consultation,
    kind: NoticeKind,
    people: Collection[int],
    *,
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    at = clock.now()
    write_notices(
        Notice(
            person_id=person,
            kind=kind,
            consultation=consultation,
            reason=reason,
            facts=facts or {},
            at=at,
        )
        for person in sorted(people)
    )
