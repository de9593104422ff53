"""What the hall reads by itself, and what happens while it reads, or where it cannot."""

import asyncio
import copy
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from consultations.domain import ballot_cards, ballots, doorbell, opinions, room_queries
from consultations.domain.consultations import move_stage
from consultations.domain.stances import take_stance
from consultations.live import elsewhere, tallies
from consultations.live.hub import Hub
from consultations.models import (
    Ballot,
    Consultation,
    Opinion,
    OpinionKind,
    RoomEvent,
    RoomHead,
    Stage,
    StanceValue,
)
from members.models import Person
from tests.factories import make_ballot, make_consultation, make_vote, moderator_of, seated
from tests.faults.room_readers import Reader, Socket, Theatre
from tests.support.room_view import View
from tests.support.sessions import sign_in


@pytest.fixture
def room(theatre: Theatre) -> Consultation:
    return make_consultation(Stage.LIVE)


@pytest.fixture
def reader(theatre: Theatre, room: Consultation) -> Reader:
    found = Reader(theatre, room.pk, seated(room))
    found.come(afresh=True)
    return found


def post(room: Consultation, reader: Reader) -> None:
    said = {"key": uuid.uuid4(), "kind": OpinionKind.OPINION, "text": "菜场夜间也开门。"}
    opinions.post_opinion(room, author=reader.person, **said)


def look_at_quiet_rooms(theatre: Theatre, room: Consultation) -> None:
    """As if nothing had been heard of the room for long."""
    theatre.hub.rooms[room.pk].log.heard_at = float("-inf")
    theatre.loop.run_until_complete(theatre.hub._watch._read_quiet())


def test_post_that_comes_while_a_quiet_room_is_looked_at_closes_nobody(
    theatre: Theatre, room: Consultation, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    listening, read = theatre.hub.rooms[room.pk], room_queries.heads

    def overtaken(room_ids: list[int]) -> Any:
        """Runs in a reading thread; what it has read is old when it hands it over."""
        stand = read(room_ids)
        post(room, reader)
        delivered = asyncio.run_coroutine_threadsafe(until_heard(), theatre.loop)
        delivered.result(10)
        return stand

    async def until_heard() -> None:
        while listening.head < 1:  # noqa: ASYNC110
            await asyncio.sleep(0)

    monkeypatch.setattr(room_queries, "heads", overtaken)
    look_at_quiet_rooms(theatre, room)
    assert theatre.hub.rooms.get(room.pk) is listening
    assert listening.head == reader.view.head == 1
    assert [card["text"] for card in reader.view.opinions] == ["菜场夜间也开门。"]


@pytest.mark.parametrize("aloud", [True, False], ids=["posts-come", "posts-come-below-the-head"])
def test_log_that_was_restored_is_noticed_while_posts_come(
    aloud: bool, theatre: Theatre, room: Consultation, reader: Reader
) -> None:
    for _time in range(2):
        post(room, reader)
    theatre.settle(room.pk)
    listening = theatre.hub.rooms[room.pk]
    listening.log.heard_at = float("-inf")
    RoomHead.objects.filter(pk=room.pk).update(epoch="restored")
    if not aloud:
        Opinion.objects.filter(consultation=room).delete()
        RoomEvent.objects.filter(consultation=room).delete()
        RoomHead.objects.filter(pk=room.pk).update(seq=0, opinions=0)
    post(room, reader)

    async def look() -> None:
        await asyncio.sleep(0)  # the post is heard
        theatre.hub._watch._logs_at = float("-inf") if aloud else time.monotonic()
        await theatre.hub._watch._read_quiet()

    theatre.loop.run_until_complete(look())
    assert room.pk not in theatre.hub.rooms


def test_ballot_that_cannot_be_closed_holds_up_no_other_room(
    theatre: Theatre, room: Consultation, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = [room, make_consultation(Stage.LIVE)]
    past = timezone.now() - timedelta(seconds=1)
    for each in rooms:
        make_ballot(each)
    Ballot.objects.update(closes_at=past)
    first, *_rest = ballots.due_rooms()
    close = ballots.close_due

    def locked(room_id: int) -> Any:
        if room_id == first:
            raise OperationalError("canceling statement due to lock timeout")
        return close(room_id)

    monkeypatch.setattr(ballots, "close_due", locked)
    theatre.hub._watch._ballots_at = float("-inf")
    theatre.loop.run_until_complete(theatre.hub._watch._close_ballots())
    assert ballots.due_rooms() == [first]


def deafen(hub: Hub) -> None:
    """It hears no more of what is done in this process: what is done, is done in another."""
    hub._unlisten()
    hub._unlisten = lambda: None


@pytest.fixture
def elsewhere_rung(theatre: Theatre, room: Consultation, reader: Reader) -> None:
    """Another process has the room open; this one hears nothing any more of what is done."""
    theatre.hub.rooms[room.pk].presence.meet("another")
    deafen(theatre.hub)


def look_after(theatre: Theatre, room: Consultation) -> None:
    listening = theatre.hub.rooms[room.pk]
    listening.repair_at = 0.0

    async def look() -> None:
        theatre.hub._watch._look_after(listening, 0.0)

    theatre.loop.run_until_complete(look())
    theatre.settle(room.pk)


def test_counts_of_which_no_bell_was_heard_are_told_in_time(
    theatre: Theatre, room: Consultation, reader: Reader, elsewhere_rung: None
) -> None:
    post(room, reader)
    ballot = make_ballot(room)
    look_at_quiet_rooms(theatre, room)
    theatre.settle(room.pk)
    take_stance(room, person=reader.person, number=1, value=StanceValue.AGREE)
    make_vote(ballot, reader.person, 1)
    theatre.hub.rooms[room.pk].presence.hear("another", {"resident": [reader.person.pk]})
    look_after(theatre, room)
    card, shown = reader.view.card(1), reader.view.ballot(ballot.number)
    assert shown is not None
    assert (card["agree"], card["mine"]) == (1, 1)
    assert (shown["voted"], shown["mine"]) == (1, [1])


@pytest.fixture
def without_bells(theatre: Theatre, room: Consultation, reader: Reader) -> None:
    """The channel layer is away, and whoever else has the room open has long been forgotten."""
    bells = theatre.hub.bells
    bells._layer = copy.copy(bells._layer)
    bells._layer.send = bells._layer.group_send = _lose
    bells.healthy = False
    deafen(theatre.hub)


@pytest.mark.parametrize("look", [look_after, look_at_quiet_rooms], ids=["busy", "quiet"])
def test_counts_are_told_while_the_channel_layer_is_away(
    look: Callable[[Theatre, Consultation], None],
    theatre: Theatre,
    room: Consultation,
    reader: Reader,
    without_bells: None,
) -> None:
    """A room where posts come is never quiet."""
    post(room, reader)
    ballot = make_ballot(room)
    look_at_quiet_rooms(theatre, room)
    theatre.settle(room.pk)
    take_stance(room, person=reader.person, number=1, value=StanceValue.AGREE)
    make_vote(ballot, None, 1)
    look(theatre, room)
    theatre.settle(room.pk)
    shown = reader.view.ballot(ballot.number)
    assert shown is not None
    assert (reader.view.card(1)["agree"], shown["voted"]) == (1, 1)
    assert not theatre.hub.bells.healthy


@pytest.mark.parametrize("open_here", [True, False])
def test_bells_that_were_not_sent_are_made_up_for_elsewhere(
    open_here: bool, theatre: Theatre, room: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The layer fails for the one process alone; the other does not notice."""
    person = seated(room)
    theatre.loop.run_until_complete(_lose_a_stance(theatre, room, person, open_here))


def _lose(*_arguments: Any) -> Any:
    raise ConnectionError("the layer is away")


async def _lose_a_stance(
    theatre: Theatre, room: Consultation, person: Person, open_here: bool
) -> None:
    there = Hub()
    deafen(there)
    view, session = View(), await asyncio.to_thread(sign_in, person)
    socket, near = Socket(there, view), Socket(theatre.hub, View())
    try:
        await socket.enter(room.pk, session, afresh=True)
        if open_here:
            await near.enter(room.pk, session, afresh=True)
        said = {"key": uuid.uuid4(), "kind": OpinionKind.OPINION, "text": "菜场夜间也开门。"}
        await asyncio.to_thread(opinions.post_opinion, room, author=person, **said)
        await until(lambda: view.head == 1)
        await until(lambda: theatre.hub.bells.healthy)
        layer = theatre.hub.bells._layer
        theatre.hub.bells._layer = copy.copy(layer)
        theatre.hub.bells._layer.group_send = _lose
        stance = {"person": person, "number": 1, "value": StanceValue.AGREE}
        await asyncio.to_thread(take_stance, room, **stance)
        await until(lambda: not theatre.hub.bells.healthy)
        theatre.hub.bells._layer = layer
        await until(lambda: view.card(1)["agree"] == 1)
    finally:
        near.leave()
        socket.leave()
        await there.stop()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 (many causes)
            await asyncio.sleep(0.01)


class FailsOnce:
    """A reading that finds the database away, and the next time what is there."""

    def __init__(self, read: Any) -> None:
        self.read, self.times = read, 0

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        self.times += 1
        if self.times == 1:
            raise OperationalError("the connection is lost")
        return self.read(*arguments, **named)


def test_rights_that_could_not_be_read_are_told_all_the_same(
    theatre: Theatre, room: Consultation, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "opinion" in reader.view.may
    monkeypatch.setattr(room_queries, "room_state", FailsOnce(room_queries.room_state))
    move_stage(room, to=Stage.SUMMARISING, by=moderator_of(room))
    theatre.settle(room.pk)
    assert "opinion" not in reader.view.may
    assert theatre.hub.rooms[room.pk].consultation.stage == Stage.SUMMARISING


@pytest.mark.parametrize("everything", [False, True])
def test_tallies_that_could_not_be_counted_are_told_all_the_same(
    everything: bool,
    theatre: Theatre,
    room: Consultation,
    reader: Reader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    post(room, reader)
    theatre.settle(room.pk)
    monkeypatch.setattr(tallies, "count", FailsOnce(tallies.count))
    take_stance(room, person=reader.person, number=1, value=StanceValue.AGREE)
    if everything:
        theatre.hub.rooms[room.pk].changes.mark_all()
    theatre.settle(room.pk)
    assert reader.view.card(1)["agree"] == 1


def test_turnout_that_could_not_be_read_is_told_all_the_same(
    theatre: Theatre, room: Consultation, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    ballot = make_ballot(room)
    theatre.settle(room.pk)
    monkeypatch.setattr(ballot_cards, "open_standing", FailsOnce(ballot_cards.open_standing))
    make_vote(ballot, reader.person, 1)
    theatre.settle(room.pk)
    shown = reader.view.ballot(ballot.number)
    assert shown is not None
    assert shown["voted"] == 1


def test_own_stance_that_could_not_be_read_is_told_all_the_same(
    theatre: Theatre, room: Consultation, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(room, reader)
    theatre.settle(room.pk)
    monkeypatch.setattr(elsewhere, "own_of", FailsOnce(elsewhere.own_of))
    take_stance(room, person=reader.person, number=1, value=StanceValue.AGREE)
    doorbell.ring_own(room.pk, reader.person.pk)
    theatre.settle(room.pk)
    assert reader.view.card(1)["mine"] == 1
