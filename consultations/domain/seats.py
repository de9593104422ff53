"""Taking a place in a consultation."""

from typing import Any

from django.db import transaction

from consultations.domain import clock
from consultations.domain.events import record
from consultations.models import Admission, Consultation, Seat, Stage
from hall.errors import Code, Refusal
from members.access import require
from members.models import Person
from members.roles import Permission, Role, SeatRole


def card_of(person: Person) -> dict[str, Any]:
    """How a person appears to others: `{id, name, identity, belongs_to}`. Never phone or name."""
    return {
        "id": person.pk,
        "name": person.alias,
        "identity": person.role,
        "belongs_to": person.belongs_to,
    }


def _role_on_entry(person: Person, consultation: Consultation) -> SeatRole:
    if person.role == Role.DEPARTMENT:
        return SeatRole.DEPARTMENT
    if person.role in {Role.STAFF, Role.ADMIN}:
        return SeatRole.OBSERVER
    if consultation.admission == Admission.INVITED:
        return SeatRole.OBSERVER
    return SeatRole.PARTICIPANT


@transaction.atomic
def enter_room(consultation: Consultation, person: Person) -> Seat:
    """Sit the person down: in the seat held for them, or in a new one by their role.

    The first entry while the consultation is live is attendance. A consultation that is over
    gives no new seats: then the seat is returned unsaved, as an observer.

    Raises:
        Refusal: `sign_in`, or `not_found` where the room may not be known.
    """
    require(person, Permission.ROOM_ENTER, consultation)
    seat = Seat.objects.filter(consultation=consultation, person=person).first()
    if seat is None and consultation.is_over:
        return Seat(
            consultation=consultation,
            person=person,
            role=SeatRole.OBSERVER,
            identity=person.role,
        )
    if seat is None:
        seat, created = Seat.objects.get_or_create(
            consultation=consultation,
            person=person,
            defaults={
                "role": _role_on_entry(person, consultation),
                "identity": person.role,
            },
        )
        if created:
            body = {"person": card_of(person), "role": seat.role}
            record(consultation.pk, "seat.taken", body, by=person)
    if consultation.stage == Stage.LIVE:
        now = clock.now()
        Seat.objects.filter(pk=seat.pk, first_seen_at__isnull=True).update(first_seen_at=now)
        Seat.objects.filter(pk=seat.pk).update(last_seen_at=now)
        seat.refresh_from_db(fields=["first_seen_at", "last_seen_at"])
    return seat


@transaction.atomic
def assign_seat(consultation: Consultation, *, person: Person, role: SeatRole, by: Person) -> Seat:
    """Give the person this seat, or change the one that they have.

    Raises:
        Refusal: `forbidden`; `wrong_state` when the consultation is over.
    """
    require(by, Permission.CONSULTATION_PREPARE, consultation)
    if consultation.is_over:
        raise Refusal(Code.WRONG_STATE)
    seat, _created = Seat.objects.update_or_create(
        consultation=consultation,
        person=person,
        defaults={"role": role},
        create_defaults={"role": role, "identity": person.role},
    )
    record(consultation.pk, "seat.taken", {"person": card_of(person), "role": seat.role}, by=by)
    return seat
