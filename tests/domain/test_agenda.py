from datetime import datetime, timedelta
from typing import Any

import pytest

from consultations.archiving.canonical import timestamp
from consultations.domain import clock
from consultations.domain.agenda import move_agenda
from consultations.domain.session_parts import AgendaLine
from consultations.models import Consultation, RoomEvent, Stage
from hall.errors import Code, Refusal
from members.models import Person
from members.roles import SEAT_TABLE, Permission, SeatRole
from tests.factories import STARTS_AT, make_consultation, seated

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(live_room: Consultation) -> Person:
    return seated(live_room, SeatRole.MODERATOR)


def refusal(consultation: Consultation, **words: Any) -> tuple[Code, str]:
    with pytest.raises(Refusal) as refused:
        move_agenda(consultation, **words)
    return refused.value.code, refused.value.message


def times(consultation: Consultation) -> list[tuple[Any, Any]]:
    return list(consultation.agenda.values_list("started_at", "ended_at"))


def test_move_agenda_ends_one_step_and_starts_another_at_one_moment(
    live_room: Consultation, moderator: Person
) -> None:
    first = move_agenda(live_room, to=1, by=moderator)
    second = move_agenda(live_room, to=3, by=moderator)
    last = move_agenda(live_room, to=None, by=moderator)
    assert first is not None
    assert second is not None
    assert last is not None
    assert [(e.body["ended"], e.body["started"]) for e in (first, second, last)] == [
        (None, 1),
        (1, 3),
        (3, None),
    ]
    assert [event.body["since"] for event in (first, second, last)] == [
        timestamp(first.at),
        timestamp(second.at),
        None,
    ]
    assert times(live_room) == [
        (first.at, second.at),
        (None, None),
        (second.at, last.at),
        (None, None),
    ]


def at(minute: float) -> datetime:
    return STARTS_AT + timedelta(minutes=minute)


def move(room: Consultation, minute: float, to: int | None, by: Person) -> RoomEvent:
    with clock.at(at(minute)):
        event = move_agenda(room, to=to, by=by)
    assert event is not None
    return event


def test_step_begun_by_mistake_never_was(live_room: Consultation, moderator: Person) -> None:
    """Two steps too far, and back: the clock goes on, and both are still to come."""
    move(live_room, 0, 1, moderator)
    move(live_room, 20, 2, moderator)
    move(live_room, 20.1, 3, moderator)
    back = move(live_room, 22, 1, moderator)
    assert times(live_room) == [(at(0), None), (None, None), (None, None), (None, None)]
    assert back.body == {
        "ended": 3,
        "started": 1,
        "since": timestamp(at(0)),
        "untouched": [2, 3],
    }


def test_step_ended_by_mistake_goes_on(live_room: Consultation, moderator: Person) -> None:
    move(live_room, 0, 1, moderator)
    move(live_room, 20, None, moderator)
    move(live_room, 21, 1, moderator)
    assert times(live_room)[0] == (at(0), None)


def test_step_that_ran_stays_in_the_minutes_when_an_earlier_one_starts_anew(
    live_room: Consultation, moderator: Person
) -> None:
    move(live_room, 0, 1, moderator)
    move(live_room, 20, 2, moderator)
    back = move(live_room, 50, 1, moderator)
    assert times(live_room)[:2] == [(at(50), None), (at(20), at(50))]
    assert back.body["untouched"] == []


def test_move_agenda_logs_nothing_where_it_is_so(
    live_room: Consultation, moderator: Person
) -> None:
    assert move_agenda(live_room, to=None, by=moderator) is None
    move_agenda(live_room, to=1, by=moderator)
    assert move_agenda(live_room, to=1, running=0, by=moderator) is None
    assert refusal(live_room, to=9, by=moderator) == (Code.NOT_FOUND, "没有第 9 项议程。")
    assert live_room.events.count() == 1


def test_second_of_two_who_press_next_goes_no_further(
    live_room: Consultation, moderator: Person
) -> None:
    move_agenda(live_room, to=1, running=0, by=moderator)
    move_agenda(live_room, to=2, running=1, by=moderator)
    assert move_agenda(live_room, to=2, running=1, by=moderator) is None
    for late in ({"to": 3, "running": 1}, {"to": None, "running": 1}, {"to": 1, "running": 0}):
        code, message = refusal(live_room, by=moderator, **late)
        assert code == Code.WRONG_STATE
        assert message == "别人刚刚动过议程：现在是“提问解答”。请看一眼再点。"


@pytest.mark.parametrize("stage", [Stage.COLLECTING, Stage.SUMMARISING, Stage.REVIEW])
def test_move_agenda_needs_a_live_room(stage: Stage) -> None:
    consultation = make_consultation(stage)
    moderator = seated(consultation, SeatRole.MODERATOR)
    assert refusal(consultation, to=1, by=moderator)[0] == Code.WRONG_STAGE


@pytest.mark.parametrize("role", list(SeatRole))
def test_move_agenda_is_for_the_seats_of_the_table(live_room: Consultation, role: SeatRole) -> None:
    person = seated(live_room, role)
    if Permission.AGENDA_MOVE in SEAT_TABLE[role]:
        assert move_agenda(live_room, to=1, by=person) is not None
    else:
        assert refusal(live_room, to=1, by=person)[0] == Code.FORBIDDEN


@pytest.mark.parametrize(
    ("title", "label", "tells"),
    [
        ("提问与解答", "提问解答", True),
        ("对主要建议表态", "表态", True),
        ("大家商量", "发言讨论", False),
        ("解答提问", "提问解答", False),
    ],
)
def test_agenda_line_knows_whether_its_title_tells_its_kind(
    title: str, label: str, tells: bool
) -> None:
    line = AgendaLine(1, "questions", label, title, 30, None, None)
    assert line.tells_its_kind is tells
