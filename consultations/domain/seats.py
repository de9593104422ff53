"""Taking a place in a consultation."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from consultations.domain import clock
from consultations.domain.events import hold, record, record_all
from consultations.domain.plan_notices import tell_of_seat
from consultations.models import (
    Admission,
    BallotVote,
    CheckIn,
    Consultation,
    NoticeKind,
    Opinion,
    Seat,
    Stage,
    Stance,
)
from hall.errors import Code, Refusal
from members.access import require
from members.models import Department, Person
from members.roles import VOTING_SEATS, Permission, Role, SeatRole


def card_of(person: Person) -> dict[str, Any]:
    """How a person appears to others: `{id, name, identity, belongs_to}`. Never phone or name."""
    return {
        "id": person.pk,
        "name": person.alias,
        "identity": person.role,
        "belongs_to": person.belongs_to,
    }


def _role_on_entry(person: Person, consultation: Consultation) -> SeatRole:
    if person.role in {Role.STAFF, Role.ADMIN} or consultation.admission == Admission.INVITED:
        return SeatRole.OBSERVER
    if person.role == Role.DEPARTMENT:
        return SeatRole.DEPARTMENT
    return SeatRole.PARTICIPANT


def enter_room(consultation: Consultation, person: Person) -> Seat:
    """Sit the person down: in the seat held for them, or in a new one by their role.

    Being there while the consultation is live is attendance. A consultation that is over gives no
    new seats: then the seat is returned unsaved, as an observer.

    Raises:
        Refusal: `sign_in`, or `not_found` where the room may not be known.
    """
    require(person, Permission.ROOM_ENTER, consultation)
    return enter_together(consultation, [person])[person.pk]


@transaction.atomic
def enter_together(consultation: Consultation, people: Collection[Person]) -> dict[int, Seat]:
    """Sit down many, who may know of the room and enter it, as `enter_room` does with one.

    Returns the seats by person. The same number of queries, however many they are.
    """
    newcomers = {person.pk: person for person in people}
    seats = _seats_of(consultation, newcomers)
    newcomers = {pk: person for pk, person in newcomers.items() if pk not in seats}
    if newcomers:
        seats |= _new_seats(consultation, newcomers)
    saved = [seat.person_id for seat in seats.values() if seat.pk is not None]
    if saved and consultation.stage == Stage.LIVE:
        mark_present(consultation.pk, saved)
        seats |= _seats_of(consultation, saved)
    return seats


def _seats_of(consultation: Consultation, person_ids: Collection[int]) -> dict[int, Seat]:
    held = Seat.objects.filter(consultation=consultation, person__in=list(person_ids))
    return {seat.person_id: seat for seat in held}


def _new_seats(consultation: Consultation, people: dict[int, Person]) -> dict[int, Seat]:
    """Runs under the room's lock, so that no seat is taken in a room that is just closing."""
    hold(consultation.pk)
    consultation.refresh_from_db(fields=["stage", "admission"])
    seats = _seats_of(consultation, people)
    new = [
        Seat(
            consultation=consultation,
            person=person,
            role=(
                SeatRole.OBSERVER if consultation.is_over else _role_on_entry(person, consultation)
            ),
            identity=person.role,
        )
        for pk, person in people.items()
        if pk not in seats
    ]
    if new and not consultation.is_over:
        Seat.objects.bulk_create(new)
        entered = [
            (seat.person, {"person": card_of(seat.person), "role": seat.role}) for seat in new
        ]
        record_all(consultation.pk, "seat.taken", entered)
    return seats | {seat.person_id: seat for seat in new}


@transaction.atomic
def mark_present(consultation_id: int, person_ids: Collection[int]) -> int:
    """Count these seated people as attending now, if the consultation is live. One query.

    Returns how many seats were marked. Called on entry, and for all who sit in the room already
    when it goes live.
    """
    now = clock.now()
    here = Seat.objects.filter(
        consultation_id=consultation_id,
        consultation__stage=Stage.LIVE,
        person_id__in=person_ids,
    )
    return _in_turn(here).update(first_seen_at=Coalesce(F("first_seen_at"), now), last_seen_at=now)


def _in_turn(seats: QuerySet[Seat]) -> QuerySet[Seat]:
    """These seats, taken hold of in one order: two who change many of them cannot deadlock."""
    held = seats.order_by("pk").select_for_update(of=("self",), no_key=True)
    return Seat.objects.filter(pk__in=held.values("pk"))


def mark_checked_in_as_present(consultation: Consultation, *, at: datetime) -> None:
    """Who is checked in when the consultation goes live is there, in the hall itself. One query."""
    came = CheckIn.objects.filter(consultation=consultation, withdrawn_at=None)
    absent = consultation.seats.filter(person__in=came.values("person"), first_seen_at=None)
    _in_turn(absent).update(first_seen_at=at, last_seen_at=at)


def mark_active_as_present(consultation: Consultation) -> None:
    """Whoever came, spoke, took a stance or voted since it went live attended, seen or not."""
    since = consultation.opened_at
    if since is None:
        return
    spoke = Opinion.objects.filter(consultation=consultation, created_at__gte=since)
    stood = Stance.objects.filter(opinion__consultation=consultation, taken_at__gte=since)
    voted = BallotVote.objects.filter(ballot__consultation=consultation)
    came = CheckIn.objects.filter(consultation=consultation, withdrawn_at=None)
    there = consultation.seats.filter(
        Q(person__in=spoke.values("author"))
        | Q(person__in=stood.values("person"))
        | Q(person__in=voted.values("person"))
        | Q(person__in=came.values("person")),
        first_seen_at=None,
    )
    _in_turn(there).update(first_seen_at=since, last_seen_at=since)


@transaction.atomic
def assign_seat(consultation: Consultation, *, person: Person, role: SeatRole, by: Person) -> Seat:
    """Give the person this seat, or change the one that they have. They are told of it.

    Raises:
        Refusal: `forbidden`; `wrong_state` when the consultation is over, the account is closed,
            or the last moderator of an announced consultation would go.
    """
    require(by, Permission.CONSULTATION_PREPARE, consultation)
    _require_open(consultation)
    if not person.is_active:
        raise Refusal(Code.WRONG_STATE, _("这个账号已停用，不能安排席位。"))
    if role != SeatRole.MODERATOR:
        _require_another_moderator(consultation, person)
    former = consultation.seat_role_of(person)
    seat, _created = Seat.objects.update_or_create(
        consultation=consultation,
        person=person,
        defaults={"role": role},
        create_defaults={"role": role, "identity": person.role},
    )
    if role != former:
        tell_of_seat(consultation, seat, NoticeKind.SEATED, by=by, former=former)
    record(consultation.pk, "seat.taken", {"person": card_of(person), "role": seat.role}, by=by)
    return seat


def voters(consultation_id: int) -> QuerySet[Seat]:
    """The seats of those who may vote in the consultation's ballots."""
    return Seat.objects.filter(consultation_id=consultation_id, role__in=VOTING_SEATS)


def seat_department(consultation: Consultation, department: Department, *, by: Person) -> None:
    """Let the people of a department that is asked to answer do so, also where they only watch.

    Where everyone may come, who has no seat takes one on entering. Logged as `seat.taken`.
    """
    people = Person.objects.filter(department=department, role=Role.DEPARTMENT, is_active=True)
    seats = _seats_of(consultation, people.values_list("pk", flat=True))
    invited = consultation.admission == Admission.INVITED
    for person in people.order_by("pk"):
        held = seats.get(person.pk)
        if held is None and not invited:
            continue
        if held is not None and held.role != SeatRole.OBSERVER:
            continue
        seat = held or Seat(consultation=consultation, person=person, identity=person.role)
        seat.role = SeatRole.DEPARTMENT
        seat.save()
        body = {"person": card_of(person), "role": seat.role}
        record(consultation.pk, "seat.taken", body, by=by)


@transaction.atomic
def remove_seat(consultation: Consultation, *, person: Person, by: Person) -> None:
    """Take a seat back from someone who has not been there yet; logged as `seat.removed`.

    They are told of it.

    Raises:
        Refusal: `forbidden`; `not_found` without such a seat; `wrong_state` when the consultation
            is over, the person attended or spoke, or is the last moderator of an announced one.
    """
    require(by, Permission.CONSULTATION_PREPARE, consultation)
    _require_open(consultation)
    seat = consultation.seats.filter(person=person).first()
    if seat is None:
        raise Refusal(Code.NOT_FOUND, _("这个人没有席位。"))
    spoke = Opinion.objects.filter(consultation=consultation, author=person).exists()
    if seat.first_seen_at is not None or spoke:
        raise Refusal(Code.WRONG_STATE, _("这个人已经到场或发言，席位不能撤销。"))
    _require_another_moderator(consultation, person)
    seat.delete()
    tell_of_seat(consultation, seat, NoticeKind.UNSEATED, by=by)
    record(consultation.pk, "seat.removed", {"person": card_of(person)}, by=by)


def _require_open(consultation: Consultation) -> None:
    hold(consultation.pk)
    consultation.refresh_from_db(fields=["stage"])
    if consultation.is_over:
        raise Refusal(Code.WRONG_STATE, _("协商会已经结束，席位不能再变动。"))


def _require_another_moderator(consultation: Consultation, person: Person) -> None:
    if consultation.stage == Stage.DRAFT:
        return
    moderators = consultation.seats.filter(role=SeatRole.MODERATOR)
    if list(moderators.values_list("person_id", flat=True)) == [person.pk]:
        raise Refusal(Code.WRONG_STATE, _("这是唯一的主持人，请先安排另一位主持人。"))
