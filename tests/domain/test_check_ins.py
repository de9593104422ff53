"""Who came to the place: by the code at the entrance or at the desk, once, and with a trace."""

import uuid
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from consultations.domain import check_ins
from consultations.domain.check_ins import DeskArrival
from consultations.domain.consultations import move_stage
from consultations.domain.seats import card_of, mark_present
from consultations.domain.speaking_list import share_of_voice
from consultations.models import CheckIn, Consultation, HowCheckedIn, RoomEvent, Stage
from hall.errors import Refusal
from members.models import LiaisonGroup, Person
from members.roles import Role, SeatRole
from tests.factories import (
    make_consultation,
    make_opinion,
    make_person,
    make_sector,
    moderator_of,
    seated,
)

pytestmark = pytest.mark.django_db


def scan(room: Consultation, person: Person) -> CheckIn:
    token = check_ins.check_in_token(room.pk)
    return check_ins.check_in_by_scan(room, person=person, token=token)


def at_desk(room: Consultation, **fields: Any) -> CheckIn:
    arrival = DeskArrival(**{"key": uuid.uuid4(), "name": "王小明", **fields})
    return check_ins.check_in_at_desk(room, arrival=arrival, by=moderator_of(room))


def test_scanning_checks_in_once(live_room: Consultation) -> None:
    person = make_person()
    first, second = scan(live_room, person), scan(live_room, person)
    assert first.pk == second.pk
    assert (first.how, first.by, first.votes_by_hand) == (HowCheckedIn.SCAN, person, False)
    seat = live_room.seats.get(person=person)
    assert seat.first_seen_at == first.at
    logged = RoomEvent.objects.filter(type="attendee.checked_in")
    assert [event.audience for event in logged] == ["moderators"]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.RESIDENT])
def test_answer_about_someone_known_needs_no_further_look(
    role: Role, live_room: Consultation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """The room answers from its loop, which may ask the database nothing."""
    group = LiaisonGroup.objects.create(name="上塘镇")
    person = make_person(role, sector=make_sector(), liaison_group=group)
    key, by = scan(live_room, person).key, moderator_of(live_room)
    for entry in (
        at_desk(live_room, person=person.pk),
        at_desk(live_room, key=key),
        check_ins.set_way_of_voting(live_room, attendee=key, votes_by_hand=True, by=by),
        check_ins.withdraw_check_in(live_room, attendee=key, by=by),
    ):
        with django_assert_num_queries(0):
            card_of(entry.person)


def test_code_of_another_room_checks_nobody_in(live_room: Consultation) -> None:
    other = check_ins.check_in_token(make_consultation(Stage.LIVE).pk)
    with pytest.raises(Refusal, match="not_found"):
        check_ins.check_in_by_scan(live_room, person=make_person(), token=other)


def test_who_has_no_phone_becomes_a_person_nobody_can_sign_in_as(live_room: Consultation) -> None:
    entry = at_desk(live_room, identity=Role.MEMBER)
    person = Person.objects.get(pk=entry.person_id)
    assert (person.alias, person.real_name, person.role) == ("王某某", "王小明", Role.MEMBER)
    assert (person.phone, person.is_active, person.has_usable_password()) == (None, False, False)
    assert (entry.how, entry.votes_by_hand) == (HowCheckedIn.DESK, True)
    assert live_room.seats.get(person=person).first_seen_at == entry.at
    event = RoomEvent.objects.get(type="attendee.checked_in")
    assert "王小明" not in str(event.body)


def test_who_checked_in_before_the_session_is_there_when_it_begins() -> None:
    room = make_consultation(Stage.COLLECTING)
    entry, other = at_desk(room), at_desk(room, name="李大爷")
    check_ins.withdraw_check_in(room, attendee=other.key, by=moderator_of(room))
    assert share_of_voice(room) == []
    move_stage(room, to=Stage.LIVE, by=room.prepared_by)
    assert [(one["identity"], one["seats"]) for one in share_of_voice(room)] == [("resident", 1)]
    check_ins.withdraw_check_in(room, attendee=entry.key, by=moderator_of(room))
    assert share_of_voice(room) == []


def test_withdrawn_check_in_leaves_those_who_were_in_the_room_as_well(
    live_room: Consultation,
) -> None:
    entry = scan(live_room, make_person())
    mark_present(live_room.pk, [entry.person_id])
    check_ins.withdraw_check_in(live_room, attendee=entry.key, by=moderator_of(live_room))
    assert live_room.seats.get(person=entry.person).first_seen_at == entry.at


def test_same_key_is_the_same_check_in(live_room: Consultation) -> None:
    key = uuid.uuid4()
    assert at_desk(live_room, key=key).pk == at_desk(live_room, key=key).pk
    assert CheckIn.objects.count() == 1
    assert Person.objects.filter(alias="王某某").count() == 1


def test_phone_finds_the_account_that_has_it(live_room: Consultation) -> None:
    known = make_person(Role.MEMBER, phone="+8613800000001", alias="李委员")
    assert at_desk(live_room, phone="138 0000 0001").person == known
    new = at_desk(live_room, name="赵六", phone="13800000002", alias="老赵").person
    assert (new.phone, new.alias, new.role, new.is_active) == (
        "+8613800000002",
        "老赵",
        Role.RESIDENT,
        True,
    )


def test_desk_gives_nobody_the_name_of_a_member(live_room: Consultation) -> None:
    member = make_person(Role.MEMBER, phone="+8613800000001", alias="李建国")
    for alias in ("李建国", "李 建国", "政协办公室", "\u3164"):
        with pytest.raises(Refusal) as refused:
            at_desk(live_room, name="赵六", alias=alias)
        assert refused.value.field == "alias"
    assert at_desk(live_room, name="李某", phone="13800000001", alias="李建国").person == member


def test_member_who_came_twice_without_a_phone_has_the_same_name(live_room: Consultation) -> None:
    same = {"name": "李建国", "identity": Role.MEMBER, "alias": "李建国"}
    at_desk(live_room, **same)
    entry = at_desk(make_consultation(Stage.LIVE), **same)
    assert entry.person.alias == "李建国"


@pytest.mark.parametrize(
    ("name", "alias"), [("王小明", "王某某"), ("欧阳小明", "欧阳某某"), ("欧阳", "欧某某")]
)
def test_surname_alone_is_shown(live_room: Consultation, name: str, alias: str) -> None:
    assert at_desk(live_room, name=name).person.alias == alias


def test_people_of_one_surname_can_be_told_apart(live_room: Consultation) -> None:
    names = [at_desk(live_room, name=name).person.alias for name in ("王一", "王二", "王三")]
    assert names == ["王某某", "王某某2", "王某某3"]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"name": " "}, "empty", "name"),
        ({"name": "王" * 25}, "too_long", "name"),
        ({"identity": Role.ADMIN}, "invalid", "identity"),
        ({"phone": "12"}, "invalid", "phone"),
        ({"phone": "13800000003", "identity": Role.MEMBER}, "invalid", "phone"),
        ({"person": 999_999}, "not_found", "person"),
    ],
)
def test_desk_takes_what_can_be(
    live_room: Consultation, fields: dict[str, Any], code: str, field: str
) -> None:
    people = Person.objects.count()
    with pytest.raises(Refusal) as refused:
        at_desk(live_room, **fields)
    assert (refused.value.code.value, refused.value.field) == (code, field)
    assert (CheckIn.objects.count(), Person.objects.count()) == (0, people)


def test_someone_with_a_seat_is_checked_in_as_themselves(live_room: Consultation) -> None:
    person = seated(live_room)
    assert at_desk(live_room, name="", person=person.pk).person == person


def test_withdrawn_check_in_stays_readable_and_is_no_attendance(live_room: Consultation) -> None:
    entry = at_desk(live_room, name="", person=seated(live_room).pk)
    moderator = moderator_of(live_room)
    for _twice in range(2):
        check_ins.withdraw_check_in(live_room, attendee=entry.key, by=moderator)
    kept = CheckIn.objects.get()
    assert (kept.withdrawn_by, kept.withdrawn_at is None) == (moderator, False)
    assert live_room.seats.get(person=entry.person).first_seen_at is None
    assert RoomEvent.objects.filter(type="attendee.withdrawn").count() == 1
    again = scan(live_room, entry.person)
    assert again.pk != entry.pk


def test_who_came_before_the_start_attended(live_room: Consultation) -> None:
    room = make_consultation(Stage.ANNOUNCED)
    moderator = seated(room, SeatRole.MODERATOR, Role.MEMBER)
    early, gone = make_person(), make_person()
    scan(room, early)
    key = scan(room, gone).key
    check_ins.withdraw_check_in(room, attendee=key, by=moderator)
    assert room.seats.get(person=early).first_seen_at is None
    move_stage(room, to=Stage.LIVE, by=moderator)
    make_opinion(room)
    move_stage(room, to=Stage.SUMMARISING, by=moderator)
    assert room.seats.get(person=early).first_seen_at == room.opened_at
    assert room.seats.get(person=gone).first_seen_at is None


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.SUMMARISING, Stage.REVIEW, Stage.CANCELLED])
def test_stages_without_a_desk(stage: Stage) -> None:
    room = make_consultation(stage)
    with pytest.raises(Refusal, match="wrong_stage"):
        at_desk(room)
    assert not CheckIn.objects.exists()


def test_who_keeps_the_desk(live_room: Consultation) -> None:
    arrival = DeskArrival(key=uuid.uuid4(), name="王小明")
    for person in (seated(live_room), make_person(Role.DEPARTMENT)):
        with pytest.raises(Refusal, match="forbidden"):
            check_ins.check_in_at_desk(live_room, arrival=arrival, by=person)
    staff = make_person(Role.STAFF)
    assert check_ins.check_in_at_desk(live_room, arrival=arrival, by=staff).by == staff
