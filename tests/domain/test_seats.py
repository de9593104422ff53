from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser

from consultations.domain.consultations import move_stage
from consultations.domain.seats import (
    assign_seat,
    card_of,
    enter_room,
    mark_present,
    remove_seat,
)
from consultations.models import Admission, Consultation, RoomEvent, Seat, Stage
from hall.errors import Code, Refusal
from members.roles import Role, SeatRole
from tests.factories import (
    STARTS_AT,
    make_consultation,
    make_department,
    make_liaison_group,
    make_opinion,
    make_person,
    make_sector,
    seated,
)

pytestmark = pytest.mark.django_db


def events(consultation: Consultation) -> list[tuple[str, object]]:
    return list(RoomEvent.objects.filter(consultation=consultation).values_list("type", "body"))


def test_card_of_shows_alias_and_body_but_neither_phone_nor_name() -> None:
    member = make_person(
        Role.MEMBER, alias="林委员", sector=make_sector(name="教育界"), real_name="林某"
    )
    assert card_of(member) == {
        "id": member.pk,
        "name": "林委员",
        "identity": "member",
        "belongs_to": "教育界",
    }
    resident = make_person(liaison_group=make_liaison_group(township="柳溪镇"))
    assert card_of(resident)["belongs_to"] == "柳溪镇"
    department = make_person(Role.DEPARTMENT, department=make_department(name="住建局"))
    assert card_of(department)["belongs_to"] == "住建局"


@pytest.mark.parametrize(
    ("admission", "role", "seat"),
    [
        (Admission.OPEN, Role.RESIDENT, SeatRole.PARTICIPANT),
        (Admission.OPEN, Role.MEMBER, SeatRole.PARTICIPANT),
        (Admission.OPEN, Role.DEPARTMENT, SeatRole.DEPARTMENT),
        (Admission.OPEN, Role.STAFF, SeatRole.OBSERVER),
        (Admission.OPEN, Role.ADMIN, SeatRole.OBSERVER),
        (Admission.INVITED, Role.RESIDENT, SeatRole.OBSERVER),
        (Admission.INVITED, Role.MEMBER, SeatRole.OBSERVER),
        (Admission.INVITED, Role.DEPARTMENT, SeatRole.OBSERVER),
    ],
)
def test_enter_room_gives_a_seat_by_role(admission: Admission, role: Role, seat: SeatRole) -> None:
    consultation, person = (
        make_consultation(Stage.COLLECTING, admission=admission),
        make_person(role),
    )
    taken = enter_room(consultation, person)
    assert (taken.role, taken.identity, taken.first_seen_at) == (seat, role, None)
    assert events(consultation) == [("seat.taken", {"person": card_of(person), "role": seat})]


def test_enter_room_again_keeps_the_seat_and_logs_nothing() -> None:
    consultation = make_consultation(Stage.LIVE)
    person = make_person()
    with time_machine.travel(STARTS_AT, tick=False):
        first = enter_room(consultation, person)
    with time_machine.travel(STARTS_AT + timedelta(minutes=5), tick=False):
        again = enter_room(consultation, person)
    assert again.pk == first.pk
    assert (again.first_seen_at, again.last_seen_at) == (
        STARTS_AT,
        STARTS_AT + timedelta(minutes=5),
    )
    assert len(events(consultation)) == 1


@pytest.mark.parametrize("stage", [Stage.SEALED, Stage.CANCELLED])
def test_enter_room_gives_no_seat_when_it_is_over(stage: Stage) -> None:
    consultation = make_consultation(stage)
    seat = enter_room(consultation, make_person())
    assert (seat.pk, seat.role) == (None, SeatRole.OBSERVER)
    assert Seat.objects.count() == 0


def test_enter_room_refuses_strangers_and_hides_drafts() -> None:
    with pytest.raises(Refusal) as refused:
        enter_room(make_consultation(Stage.LIVE), AnonymousUser())  # type: ignore[arg-type]
    assert refused.value.code == Code.SIGN_IN
    with pytest.raises(Refusal) as refused:
        enter_room(make_consultation(Stage.DRAFT), make_person())
    assert refused.value.code == Code.NOT_FOUND


def test_mark_present_counts_only_while_live(live_room: Consultation) -> None:
    person, elsewhere = seated(live_room), seated(make_consultation(Stage.COLLECTING))
    assert mark_present(live_room.pk, [person.pk, elsewhere.pk]) == 1
    assert Seat.objects.get(person=person).first_seen_at is not None
    other = Seat.objects.get(person=elsewhere)
    assert mark_present(other.consultation_id, [elsewhere.pk]) == 0


def test_assign_seat_gives_and_changes_a_seat() -> None:
    consultation = make_consultation()
    staff, person = consultation.prepared_by, make_person(Role.MEMBER)
    assign_seat(consultation, person=person, role=SeatRole.PARTICIPANT, by=staff)
    seat = assign_seat(consultation, person=person, role=SeatRole.MODERATOR, by=staff)
    assert (Seat.objects.get(), seat.role, seat.identity) == (seat, "moderator", "member")
    card = card_of(person)
    assert events(consultation) == [
        ("seat.taken", {"person": card, "role": "participant"}),
        ("seat.taken", {"person": card, "role": "moderator"}),
    ]


def test_assign_seat_keeps_the_identity_of_the_day_it_was_taken() -> None:
    consultation, person = make_consultation(), make_person()
    assign_seat(consultation, person=person, role=SeatRole.OBSERVER, by=consultation.prepared_by)
    person.role = Role.MEMBER
    person.save()
    seat = assign_seat(
        consultation, person=person, role=SeatRole.PARTICIPANT, by=consultation.prepared_by
    )
    assert Seat.objects.get(pk=seat.pk).identity == Role.RESIDENT


def test_assign_seat_refuses_closed_accounts_and_finished_consultations() -> None:
    consultation, gone = make_consultation(), make_person(is_active=False)
    with pytest.raises(Refusal) as refused:
        assign_seat(consultation, person=gone, role=SeatRole.OBSERVER, by=consultation.prepared_by)
    assert refused.value.message == "这个账号已停用，不能安排席位。"
    over = make_consultation(Stage.CANCELLED)
    with pytest.raises(Refusal) as refused:
        assign_seat(over, person=make_person(), role=SeatRole.OBSERVER, by=over.prepared_by)
    assert refused.value.code == Code.WRONG_STATE


def test_last_moderator_of_an_announced_consultation_stays() -> None:
    consultation = make_consultation(Stage.ANNOUNCED)
    staff, only = consultation.prepared_by, seated(consultation, SeatRole.MODERATOR)
    for act in (
        lambda: assign_seat(consultation, person=only, role=SeatRole.OBSERVER, by=staff),
        lambda: remove_seat(consultation, person=only, by=staff),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.message == "这是唯一的主持人，请先安排另一位主持人。"
    seated(consultation, SeatRole.MODERATOR)
    remove_seat(consultation, person=only, by=staff)
    assert not Seat.objects.filter(person=only).exists()


def test_remove_seat_is_logged() -> None:
    consultation = make_consultation()
    person = seated(consultation)
    remove_seat(consultation, person=person, by=consultation.prepared_by)
    assert events(consultation) == [("seat.removed", {"person": card_of(person)})]
    with pytest.raises(Refusal) as refused:
        remove_seat(consultation, person=person, by=consultation.prepared_by)
    assert refused.value.code == Code.NOT_FOUND


def test_remove_seat_keeps_those_who_came_or_spoke(live_room: Consultation) -> None:
    came, spoke = seated(live_room, first_seen_at=STARTS_AT), make_opinion(live_room).author
    for person in (came, spoke):
        with pytest.raises(Refusal) as refused:
            remove_seat(live_room, person=person, by=live_room.prepared_by)
        assert refused.value.code == Code.WRONG_STATE


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.MEMBER, Role.DEPARTMENT])
def test_seats_are_arranged_by_staff_alone(role: Role) -> None:
    consultation, person = make_consultation(Stage.ANNOUNCED), make_person(role)
    for act in (
        lambda: assign_seat(consultation, person=person, role=SeatRole.MODERATOR, by=person),
        lambda: remove_seat(consultation, person=person, by=person),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == Code.FORBIDDEN


def test_a_seat_gives_its_permissions_at_once(live_room: Consultation) -> None:
    person = make_person()
    assign_seat(live_room, person=person, role=SeatRole.MODERATOR, by=live_room.prepared_by)
    move_stage(live_room, to=Stage.SUMMARISING, by=person)
    assert live_room.stage == Stage.SUMMARISING
