"""Hands and speeches: a fair order, timed turns, what moderators change and undo."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.domain import clock
from consultations.domain.consultations import move_stage
from consultations.domain.hands import (
    MAX_WAITING,
    lower_hand,
    move_hand,
    raise_hand,
    return_hand,
    skip_hand,
)
from consultations.domain.seats import mark_present
from consultations.domain.speaking_list import floor_card, share_of_voice
from consultations.domain.speaking_order import Hand, fair_order
from consultations.domain.speeches import call_speaker, end_speech, set_speaking, time_speech
from consultations.models import Consultation, SpeakingTurn, Stage, TurnState
from hall.errors import Code, Refusal
from members.models import Person
from members.roles import Role, SeatRole
from tests.factories import make_opinion, moderator_of, seated

NOON = datetime(2026, 5, 12, 4, 0, tzinfo=UTC)
R, M, D = "resident", "member", "department"


def test_identities_take_turns_and_the_longest_silent_comes_first() -> None:
    hands = [Hand(1, 1, R), Hand(2, 2, R), Hand(3, 3, M), Hand(4, 4, D), Hand(5, 5, M)]
    assert fair_order(hands, spoken={}, called={}) == [1, 3, 4, 2, 5]
    assert fair_order(hands, spoken={}, called={R: 0, M: 1}) == [4, 1, 3, 2, 5]


def test_within_an_identity_who_has_spoken_least_comes_first() -> None:
    hands = [Hand(1, 1, R), Hand(2, 2, R), Hand(3, 3, R)]
    assert fair_order(hands, spoken={1: 120, 2: 30}, called={R: 0}) == [3, 2, 1]


def test_whom_a_moderator_placed_stands_there_and_the_others_fill_in() -> None:
    hands = [Hand(1, 1, R), Hand(2, 2, M), Hand(3, 3, R, placed=1), Hand(4, 4, M, placed=3)]
    assert fair_order(hands, spoken={}, called={}) == [3, 1, 4, 2]


some_hands = st.lists(
    st.tuples(st.sampled_from([R, M, D]), st.integers(0, 400), st.none() | st.integers(1, 40)),
    max_size=25,
)


@given(some_hands)
def test_order_has_everyone_once_and_nobody_twice_before_another_identity(
    drawn: list[tuple[str, int, int | None]],
) -> None:
    hands = [Hand(n, n, identity, placed) for n, (identity, _, placed) in enumerate(drawn, 1)]
    spoken = {n: seconds for n, (_, seconds, _) in enumerate(drawn, 1)}
    order = fair_order(hands, spoken=spoken, called={})
    assert sorted(order) == [hand.number for hand in hands]
    free = [hand for hand in hands if hand.placed is None]
    fair = fair_order(free, spoken=spoken, called={})
    identity = {hand.number: hand.identity for hand in free}
    for place, number in enumerate(fair[1:], 1):
        if identity[number] == identity[fair[place - 1]]:
            assert {identity[rest] for rest in fair[place:]} == {identity[number]}


@pytest.fixture
def moderator(live_room: Consultation) -> Person:
    return moderator_of(live_room)


def waiting(room: Consultation) -> list[int]:
    return [one["number"] for one in floor_card(room)["waiting"]]


def raised(room: Consultation, role: Role = Role.RESIDENT, **fields: Any) -> Person:
    person = seated(room, hall_role=role)
    raise_hand(room, person=person, **fields)
    return person


def events(room: Consultation) -> list[str]:
    return list(room.events.order_by("seq").values_list("type", flat=True))


def test_hand_is_raised_once_and_its_subject_may_change(live_room: Consultation) -> None:
    person = seated(live_room)
    first = raise_hand(live_room, person=person)
    assert (first.number, first.place) == (1, 1)
    assert raise_hand(live_room, person=person) == first
    assert raise_hand(live_room, person=person, subject=" 停车  位\n") == first
    assert events(live_room) == ["hand.raised", "hand.subject"]
    assert floor_card(live_room)["waiting"][0]["subject"] == "停车 位"
    assert lower_hand(live_room, person=person) is not None
    assert lower_hand(live_room, person=person) is None
    assert waiting(live_room) == []
    assert raise_hand(live_room, person=person).number == 2


def test_speech_is_timed_by_the_log_and_kept_in_seconds(
    live_room: Consultation, moderator: Person
) -> None:
    person = raised(live_room)
    with clock.at(NOON):
        event = call_speaker(live_room, number=1, by=moderator)
        assert event is not None
        assert event.body == {"number": 1, "limit": 180, "order": []}
        assert call_speaker(live_room, number=1, by=moderator) is None
        assert time_speech(live_room, number=1, minutes=5, by=moderator) is not None
    now = floor_card(live_room)["now"]
    assert (now["person"]["id"], now["limit"]) == (person.pk, 300)
    assert now["called_at"] == "2026-05-12T04:00:00.000000Z"
    with clock.at(NOON + timedelta(seconds=95)):
        ended = end_speech(live_room, number=1, by=person)
    assert ended is not None
    assert ended.body == {"number": 1, "how": "spoke", "seconds": 95}
    assert end_speech(live_room, number=1, by=moderator) is None
    turn = SpeakingTurn.objects.get()
    assert (turn.state, turn.seconds) == (TurnState.SPOKE, 95)


def test_calling_the_next_ends_the_present_speech(
    live_room: Consultation, moderator: Person
) -> None:
    raised(live_room)
    raised(live_room, Role.MEMBER)
    call_speaker(live_room, number=1, by=moderator)
    call_speaker(live_room, number=2, by=moderator)
    assert events(live_room)[2:] == ["speech.begun", "speech.ended", "speech.begun"]
    assert floor_card(live_room)["now"]["number"] == 2
    assert SpeakingTurn.objects.get(number=1).state == TurnState.SPOKE


def test_list_goes_on_fairly_after_each_call(live_room: Consultation, moderator: Person) -> None:
    talker = raised(live_room)
    for role in (Role.RESIDENT, Role.MEMBER, Role.RESIDENT):
        raised(live_room, role)
    assert waiting(live_room) == [1, 3, 2, 4]
    with clock.at(NOON):
        call_speaker(live_room, number=1, by=moderator)
    assert waiting(live_room) == [3, 2, 4]
    with clock.at(NOON + timedelta(minutes=4)):
        end_speech(live_room, number=1, by=moderator)
    raise_hand(live_room, person=talker)
    assert waiting(live_room) == [3, 2, 4, 5]


def test_moderator_places_someone_and_gives_them_back(
    live_room: Consultation, moderator: Person
) -> None:
    for _ in range(4):
        raised(live_room)
    event = move_hand(live_room, number=4, to=1, by=moderator)
    assert event is not None
    assert event.body == {"number": 4, "to": 1, "order": [4, 1, 2, 3]}
    assert move_hand(live_room, number=4, to=1, by=moderator) is None
    move_hand(live_room, number=3, to=2, by=moderator)
    assert waiting(live_room) == [4, 3, 1, 2]
    call_speaker(live_room, number=4, by=moderator)
    assert waiting(live_room) == [3, 1, 2]
    move_hand(live_room, number=3, to=None, by=moderator)
    assert waiting(live_room) == [1, 2, 3]
    move_hand(live_room, number=1, to=99, by=moderator)
    assert waiting(live_room) == [2, 3, 1]


def test_call_is_undone_and_nothing_counts_as_spoken(
    live_room: Consultation, moderator: Person
) -> None:
    raised(live_room)
    raised(live_room)
    with clock.at(NOON):
        call_speaker(live_room, number=2, by=moderator)
    with clock.at(NOON + timedelta(minutes=1)):
        assert return_hand(live_room, number=2, by=moderator) is not None
    assert return_hand(live_room, number=2, by=moderator) is None
    card = floor_card(live_room)
    assert (card["now"], [one["number"] for one in card["waiting"]]) == (None, [1, 2])
    assert SpeakingTurn.objects.get(number=2).seconds == 0


def test_who_was_called_or_skipped_by_mistake_stands_where_they_stood(
    live_room: Consultation, moderator: Person
) -> None:
    for _ in range(4):
        raised(live_room)
    move_hand(live_room, number=4, to=2, by=moderator)
    move_hand(live_room, number=3, to=3, by=moderator)
    assert waiting(live_room) == [1, 4, 3, 2]
    for undone in (call_speaker, skip_hand):
        undone(live_room, number=4, by=moderator)
        assert waiting(live_room) == [1, 3, 2]
        return_hand(live_room, number=4, by=moderator)
        assert waiting(live_room) == [1, 4, 3, 2]


def test_speech_ended_by_mistake_goes_on_with_the_rest_of_its_time(
    live_room: Consultation, moderator: Person
) -> None:
    raised(live_room)
    with clock.at(NOON):
        call_speaker(live_room, number=1, by=moderator)
    with clock.at(NOON + timedelta(seconds=50)):
        end_speech(live_room, number=1, by=moderator)
    with clock.at(NOON + timedelta(seconds=60)):
        return_hand(live_room, number=1, by=moderator)
        again = call_speaker(live_room, number=1, by=moderator)
    assert again is not None
    assert again.body["limit"] == 130
    with clock.at(NOON + timedelta(seconds=70)):
        return_hand(live_room, number=1, by=moderator)
        afresh = call_speaker(live_room, number=1, by=moderator)
    assert afresh is not None
    assert afresh.body["limit"] == 180


def test_end_is_undone_until_somebody_else_begins(
    live_room: Consultation, moderator: Person
) -> None:
    for _ in range(3):
        raised(live_room)
    with clock.at(NOON):
        call_speaker(live_room, number=1, by=moderator)
    with clock.at(NOON + timedelta(seconds=60)):
        call_speaker(live_room, number=2, by=moderator)
        with pytest.raises(Refusal) as refused:
            return_hand(live_room, number=1, by=moderator)
        assert refused.value.code == Code.WRONG_STATE
        return_hand(live_room, number=2, by=moderator)
        assert return_hand(live_room, number=1, by=moderator) is not None
    assert waiting(live_room) == [1, 2, 3]
    with clock.at(NOON + timedelta(seconds=70)):
        call_speaker(live_room, number=1, by=moderator)
    with clock.at(NOON + timedelta(seconds=100)):
        ended = end_speech(live_room, number=1, by=moderator)
    assert ended is not None
    assert ended.body == {"number": 1, "how": "spoke", "seconds": 90}
    with clock.at(NOON + timedelta(seconds=110)):
        call_speaker(live_room, number=2, by=moderator)
        end_speech(live_room, number=2, by=moderator)
    with pytest.raises(Refusal):
        return_hand(live_room, number=1, by=moderator)
    assert return_hand(live_room, number=2, by=moderator) is not None


def test_end_is_not_undone_for_who_has_raised_again(
    live_room: Consultation, moderator: Person
) -> None:
    person = raised(live_room)
    call_speaker(live_room, number=1, by=moderator)
    end_speech(live_room, number=1, by=moderator)
    raise_hand(live_room, person=person)
    with pytest.raises(Refusal):
        return_hand(live_room, number=1, by=moderator)


def test_two_moderators_set_two_things(live_room: Consultation, moderator: Person) -> None:
    set_speaking(live_room, is_open=False, by=moderator)
    event = set_speaking(live_room, minutes=7, by=moderator)
    assert event is not None
    assert event.body == {"open": False, "minutes": 7}
    assert set_speaking(live_room, by=moderator) is None


def test_skip_is_undone_unless_they_have_raised_again(
    live_room: Consultation, moderator: Person
) -> None:
    person = raised(live_room)
    assert skip_hand(live_room, number=1, by=moderator) is not None
    assert skip_hand(live_room, number=1, by=moderator) is None
    assert return_hand(live_room, number=1, by=moderator) is not None
    assert waiting(live_room) == [1]
    call_speaker(live_room, number=1, by=moderator)
    skip_hand(live_room, number=1, by=moderator)
    assert SpeakingTurn.objects.get().seconds == 0
    raise_hand(live_room, person=person)
    with pytest.raises(Refusal) as refused:
        return_hand(live_room, number=1, by=moderator)
    assert refused.value.code == Code.WRONG_STATE


def test_closed_list_takes_no_new_hand_and_keeps_the_old(
    live_room: Consultation, moderator: Person
) -> None:
    raised(live_room)
    assert set_speaking(live_room, is_open=False, minutes=2, by=moderator) is not None
    assert set_speaking(live_room, is_open=False, minutes=2, by=moderator) is None
    with pytest.raises(Refusal) as refused:
        raised(live_room)
    assert refused.value.code == Code.WRONG_STATE
    call_speaker(live_room, number=1, by=moderator)
    assert floor_card(live_room)["now"]["limit"] == 120


def test_list_is_bounded(live_room: Consultation, moderator: Person) -> None:
    SpeakingTurn.objects.bulk_create(
        SpeakingTurn(
            consultation=live_room,
            number=number,
            person=seated(live_room),
            identity=Role.RESIDENT,
            raised_at=NOON,
        )
        for number in range(1, MAX_WAITING + 1)
    )
    with pytest.raises(Refusal) as refused:
        raised(live_room)
    assert refused.value.code == Code.TOO_MANY


def test_leaving_live_ends_the_speech_and_clears_the_list(
    live_room: Consultation, moderator: Person
) -> None:
    for _ in range(3):
        raised(live_room)
    call_speaker(live_room, number=1, by=moderator)
    move_stage(live_room, to=Stage.SUMMARISING, by=moderator)
    assert events(live_room)[4:7] == ["speech.ended", "hands.cleared", "stances.closed"]
    card = floor_card(live_room)
    assert (card["now"], card["waiting"]) == (None, [])
    states = SpeakingTurn.objects.order_by("number").values_list("state", flat=True)
    assert list(states) == [TurnState.SPOKE, TurnState.LOWERED, TurnState.LOWERED]


def test_share_of_voice_is_by_identity(live_room: Consultation, moderator: Person) -> None:
    talker = raised(live_room, Role.MEMBER)
    make_opinion(live_room, talker)
    make_opinion(live_room)
    mark_present(live_room.pk, [talker.pk])
    with clock.at(NOON):
        call_speaker(live_room, number=1, by=moderator)
    with clock.at(NOON + timedelta(seconds=40)):
        end_speech(live_room, number=1, by=moderator)
    assert share_of_voice(live_room) == [
        {"identity": "member", "seats": 1, "seconds": 40, "turns": 1, "opinions": 1},
        {"identity": "resident", "seats": 0, "seconds": 0, "turns": 0, "opinions": 1},
    ]


def test_observers_have_no_hand_and_only_moderators_give_the_floor(
    live_room: Consultation,
) -> None:
    observer = seated(live_room, SeatRole.OBSERVER)
    person = raised(live_room)
    other = seated(live_room)
    refused: list[Code] = []
    for verb in (
        lambda: raise_hand(live_room, person=observer),
        lambda: call_speaker(live_room, number=1, by=person),
        lambda: skip_hand(live_room, number=1, by=person),
        lambda: move_hand(live_room, number=1, to=1, by=person),
        lambda: return_hand(live_room, number=1, by=person),
        lambda: end_speech(live_room, number=1, by=other),
        lambda: set_speaking(live_room, is_open=False, minutes=3, by=person),
    ):
        with pytest.raises(Refusal) as refusal:
            verb()
        refused.append(refusal.value.code)
    assert refused == [Code.FORBIDDEN] * 7


@pytest.mark.parametrize("stage", [Stage.COLLECTING, Stage.SUMMARISING])
def test_hands_are_raised_while_it_is_live(live_room: Consultation, stage: Stage) -> None:
    person = seated(live_room)
    Consultation.objects.filter(pk=live_room.pk).update(stage=stage)
    with pytest.raises(Refusal) as refused:
        raise_hand(live_room, person=person)
    assert refused.value.code == Code.WRONG_STAGE
