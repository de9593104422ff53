"""A big screen: invited by a code that works once, shut out when it is ended or its day is over."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from consultations.domain import screens
from consultations.domain.archives import seal
from consultations.models import Consultation, Screen, Stage
from hall.errors import Code, Refusal
from members.roles import Role, SeatRole
from tests.factories import (
    bring_to_review,
    make_consultation,
    make_person,
    moderator_of,
    seated,
)

pytestmark = pytest.mark.django_db


def test_code_opens_one_screen_once(live_room: Consultation) -> None:
    invitation = screens.invite_screen(live_room, by=moderator_of(live_room))
    assert len(invitation.code) == 8
    assert invitation.code.isdecimal()
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in invitation.code[4:])
    opened = screens.open_screen(f" {invitation.code[:4]}-{wide}")
    assert opened.consultation_id == live_room.pk
    found = screens.screen_by_key(opened.key)
    assert found is not None
    assert found.consultation_id == live_room.pk
    with pytest.raises(Refusal) as again:
        screens.open_screen(invitation.code)
    assert (again.value.code, again.value.field) == (Code.INVALID, "code")
    assert Screen.objects.count() == 1


def test_moderators_log_tells_who_invited_opened_and_ended_it(live_room: Consultation) -> None:
    first, second = (seated(live_room, SeatRole.MODERATOR, Role.STAFF) for _ in range(2))
    screens.open_screen(screens.invite_screen(live_room, by=first).code)
    screens.open_screen_here(live_room, by=second)
    line = screens.screens_of(live_room, by=first)[-1]
    screens.end_screen(live_room, screen_id=line.id, by=second)
    told = live_room.events.order_by("seq")
    assert [(event.type, event.body["number"], event.by) for event in told] == [
        ("screen.invited", 1, first),
        ("screen.opened", 1, None),
        ("screen.opened", 2, second),
        ("screen.ended", 1, second),
    ]
    assert {event.audience for event in told} == {"moderators"}


def test_screen_is_ended_when_the_log_is_closed(live_room: Consultation) -> None:
    moderator = moderator_of(live_room)
    screens.open_screen_here(live_room, by=moderator)
    (line,) = screens.screens_of(live_room, by=moderator)
    bring_to_review(live_room)
    seal(live_room, by=live_room.prepared_by)
    screens.end_screen(live_room, screen_id=line.id, by=moderator)
    assert screens.screens_of(live_room, by=moderator) == ()


def test_database_keeps_neither_code_nor_key(live_room: Consultation) -> None:
    invitation = screens.invite_screen(live_room, by=moderator_of(live_room))
    opened = screens.open_screen(invitation.code)
    kept = str(Screen.objects.values().get())
    assert invitation.code not in kept
    assert opened.key not in kept


def test_code_is_too_old_after_ten_minutes(live_room: Consultation) -> None:
    begins = datetime(2026, 5, 12, 9, 0, tzinfo=timezone.get_default_timezone())
    with time_machine.travel(begins, tick=False) as clock:
        moderator = moderator_of(live_room)
        codes = [screens.invite_screen(live_room, by=moderator).code for _ in range(2)]
        clock.shift(timedelta(minutes=9, seconds=59))
        screens.open_screen(codes[0])
        clock.shift(timedelta(seconds=1))
        with pytest.raises(Refusal):
            screens.open_screen(codes[1])


@pytest.mark.parametrize(("hour", "lives"), [(9, 15), (22, 4)])
def test_screen_ends_with_its_day_but_not_within_hours(
    live_room: Consultation, hour: int, lives: int
) -> None:
    begins = datetime(2026, 5, 12, hour, 0, tzinfo=timezone.get_default_timezone())
    with time_machine.travel(begins, tick=False) as clock:
        opened = screens.open_screen_here(live_room, by=moderator_of(live_room))
        assert opened.expires_at - begins == timedelta(hours=lives)
        clock.shift(timedelta(hours=lives, seconds=-1))
        assert screens.screen_by_key(opened.key) is not None
        clock.shift(timedelta(seconds=1))
        assert screens.screen_by_key(opened.key) is None


def test_ended_screen_is_shut_out(live_room: Consultation) -> None:
    moderator = moderator_of(live_room)
    opened = screens.open_screen_here(live_room, by=moderator)
    (line,) = screens.screens_of(live_room, by=moderator)
    assert line.invited_by == moderator.alias
    assert screens.screens_open({line.id}) == {line.id}
    screens.end_screen(live_room, screen_id=line.id, by=moderator)
    assert screens.screen_by_key(opened.key) is None
    assert screens.screens_open({line.id}) == frozenset()
    with pytest.raises(Refusal, match="not_found"):
        screens.end_screen(live_room, screen_id=line.id, by=moderator)


def test_screen_of_one_room_is_ended_by_that_room_alone(live_room: Consultation) -> None:
    other = make_consultation(Stage.LIVE)
    screens.open_screen_here(live_room, by=moderator_of(live_room))
    (line,) = screens.screens_of(live_room, by=moderator_of(live_room))
    with pytest.raises(Refusal, match="not_found"):
        screens.end_screen(other, screen_id=line.id, by=moderator_of(other))


def test_room_that_is_called_off_shows_nothing(live_room: Consultation) -> None:
    opened = screens.open_screen_here(live_room, by=moderator_of(live_room))
    Consultation.objects.filter(pk=live_room.pk).update(stage=Stage.CANCELLED, cancel_reason="改期")
    assert screens.screen_by_key(opened.key) is None


def test_who_may_invite(live_room: Consultation) -> None:
    for person in (make_person(Role.STAFF), seated(live_room, SeatRole.RECORDER)):
        assert screens.invite_screen(live_room, by=person).code
    for person in (seated(live_room), make_person(Role.MEMBER)):
        with pytest.raises(Refusal, match="forbidden"):
            screens.invite_screen(live_room, by=person)
        with pytest.raises(Refusal, match="forbidden"):
            screens.screens_of(live_room, by=person)


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.CANCELLED, Stage.SEALED])
def test_stages_without_a_screen(stage: Stage) -> None:
    room = make_consultation(stage)
    with pytest.raises(Refusal, match="wrong_stage"):
        screens.invite_screen(room, by=make_person(Role.STAFF))


def test_a_room_has_eight_screens_at_most(live_room: Consultation) -> None:
    moderator = moderator_of(live_room)
    for _ in range(screens.MOST_OPEN):
        screens.open_screen_here(live_room, by=moderator)
    with pytest.raises(Refusal, match="too_many"):
        screens.invite_screen(live_room, by=moderator)
