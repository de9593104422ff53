from typing import Any

import pytest

from consultations.domain.agenda import move_agenda
from consultations.models import Consultation, Stage
from hall.errors import Code, Refusal
from members.models import Person
from members.roles import SEAT_TABLE, Permission, SeatRole
from tests.factories import make_consultation, seated

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
    assert [event.body for event in (first, second, last)] == [
        {"ended": None, "started": 1},
        {"ended": 1, "started": 3},
        {"ended": 3, "started": None},
    ]
    assert times(live_room) == [
        (first.at, second.at),
        (None, None),
        (second.at, last.at),
        (None, None),
    ]


def test_move_agenda_back_starts_the_step_anew(live_room: Consultation, moderator: Person) -> None:
    move_agenda(live_room, to=1, by=moderator)
    move_agenda(live_room, to=2, by=moderator)
    again = move_agenda(live_room, to=1, by=moderator)
    assert times(live_room)[0] == (again.at, None)


def test_move_agenda_refuses_what_changes_nothing(
    live_room: Consultation, moderator: Person
) -> None:
    assert refusal(live_room, to=None, by=moderator) == (
        Code.WRONG_STATE,
        "现在没有正在进行的议程。",
    )
    move_agenda(live_room, to=1, by=moderator)
    assert refusal(live_room, to=1, by=moderator) == (Code.WRONG_STATE, "这一项正在进行。")
    assert refusal(live_room, to=9, by=moderator) == (Code.NOT_FOUND, "没有第 9 项议程。")


@pytest.mark.parametrize("stage", [Stage.COLLECTING, Stage.SUMMARISING, Stage.REVIEW])
def test_move_agenda_needs_a_live_room(stage: Stage) -> None:
    consultation = make_consultation(stage)
    moderator = seated(consultation, SeatRole.MODERATOR)
    assert refusal(consultation, to=1, by=moderator)[0] == Code.WRONG_STAGE


@pytest.mark.parametrize("role", list(SeatRole))
def test_move_agenda_is_for_the_seats_of_the_table(live_room: Consultation, role: SeatRole) -> None:
    person = seated(live_room, role)
    if Permission.AGENDA_MOVE in SEAT_TABLE[role]:
        assert move_agenda(live_room, to=1, by=person).seq == 1
    else:
        assert refusal(live_room, to=1, by=person)[0] == Code.FORBIDDEN
