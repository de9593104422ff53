"""What a person does on one device while the other is just being told what it has missed."""

import asyncio
import json
import uuid
from typing import Any

import pytest

from consultations.domain import opinions
from consultations.live import elsewhere, replay
from consultations.live.commands import obey
from consultations.live.handling import Asked
from consultations.live.outlets import PortableOutlet
from consultations.models import Consultation, OpinionKind, Stage
from tests.factories import make_consultation, seated
from tests.faults.room_readers import Reader, Theatre


class Pair:
    """Two devices of one person in a room with one opinion, on which they have a stance."""

    def __init__(self, theatre: Theatre) -> None:
        self.theatre = theatre
        self.room: Consultation = make_consultation(Stage.LIVE)
        person = seated(self.room)
        said = {"key": uuid.uuid4(), "kind": OpinionKind.OPINION, "text": "菜场夜间也开门。"}
        self.number = opinions.post_opinion(self.room, author=person, **said).number
        self.phone = Reader(theatre, self.room.pk, person)
        self.desk = Reader(theatre, self.room.pk, person)
        self.phone.come(afresh=True)
        theatre.loop.run_until_complete(self.take(1))

    async def take(self, value: int) -> None:
        """Take a stance on the phone."""
        assert self.phone.socket.asked is not None
        given = {"do": "stance.take", "key": str(uuid.uuid4())}
        command = json.dumps({**given, "number": self.number, "value": value})
        await obey(self.phone.socket.asked, command)

    @property
    def shown(self) -> list[Any]:
        """The own stance as both show it, when all is told."""
        self.theatre.settle(self.room.pk)
        return [one.view.card(self.number)["mine"] for one in (self.phone, self.desk)]


class Slow:
    """Reads what is a person's own, and is overtaken by a stance before it hands it over."""

    def __init__(self, pair: Pair, value: int) -> None:
        self.pair, self.value, self.read = pair, value, elsewhere.own_of
        self.times = 0

    def __call__(self, room_id: int, person_id: int, *, ballots: bool) -> Any:
        """Runs in a reading thread."""
        own = self.read(room_id, person_id, ballots=ballots)
        self.times += 1
        if self.times == 1:
            taking = self.pair.take(self.value)
            asyncio.run_coroutine_threadsafe(taking, self.pair.theatre.loop).result(10)
        return own


@pytest.fixture
def pair(theatre: Theatre) -> Pair:
    return Pair(theatre)


@pytest.mark.parametrize("afresh", [True, False])
def test_stance_taken_while_what_was_missed_is_read(
    afresh: bool, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.desk.come(afresh=True)
    pair.desk.go()
    monkeypatch.setattr(replay, "own_of", Slow(pair, -1))
    pair.desk.come(afresh=afresh)
    assert pair.shown == [-1, -1]


def test_snapshot_for_who_is_there_already_does_not_bring_the_old_stance_back(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.desk.come(afresh=True)
    monkeypatch.setattr(replay, "own_of", Slow(pair, -1))
    assert pair.desk.socket.asked is not None
    command = {"do": "room.since", "key": str(uuid.uuid4()), "seq": 0, "epoch": ""}
    pair.theatre.loop.run_until_complete(obey(pair.desk.socket.asked, json.dumps(command)))
    assert pair.shown == [-1, -1]


def test_stance_taken_while_the_one_before_is_read_to_be_told(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.desk.come(afresh=True)
    slow = Slow(pair, 0)
    monkeypatch.setattr(elsewhere, "own_of", slow)
    pair.theatre.loop.run_until_complete(pair.take(-1))
    assert pair.shown == [0, 0]
    told = [frame for what, *rest in pair.desk.view.told if what == "news" for frame in rest]
    values = [frame["stances"] for frame in told if frame["now"] == "own"]
    assert values == [[[pair.number, 0]]]
    assert slow.times == 2


def test_stance_taken_between_the_greeting_and_the_question(pair: Pair) -> None:
    pair.desk.come(afresh=True)
    pair.desk.go()

    async def overtaken() -> None:
        session, view = pair.desk.session, pair.desk.view
        entering = pair.desk.socket.enter(pair.room.pk, session, afresh=False)
        assert view.card(pair.number)["mine"] == 1
        await asyncio.gather(entering, pair.take(-1))

    pair.theatre.loop.run_until_complete(overtaken())
    assert pair.shown == [-1, -1]


def test_who_asks_only_after_being_let_in_is_told_what_was_done_meanwhile(pair: Pair) -> None:
    """On a slow line greeting and question are further apart than three seconds."""
    pair.desk.come(afresh=True)
    pair.desk.go()
    pair.theatre.loop.run_until_complete(pair.take(-1))

    async def come_slowly() -> None:
        desk, hub = pair.desk, pair.theatre.hub
        room, attendee = await hub.enter(
            pair.room.pk, desk.session, PortableOutlet(desk.socket._hear)
        )
        room.arriving[attendee] = (room.head, float("-inf"))
        room.admit_silent()
        desk.socket.asked = Asked(hub, room, attendee)
        where = {"seq": desk.view.head, "epoch": desk.view.epoch}
        command = {"do": "room.since", "key": str(uuid.uuid4()), **where}
        await obey(desk.socket.asked, json.dumps(command))

    pair.theatre.loop.run_until_complete(come_slowly())
    assert pair.shown == [-1, -1]


class Restless:
    """Reads what is a person's own; one of them does something during each reading of theirs."""

    def __init__(self, pair: Pair, most: int) -> None:
        self.pair, self.read, self.most = pair, elsewhere.own_of, most
        self.asked_for: list[int] = []

    def __call__(self, room_id: int, person_id: int, *, ballots: bool) -> Any:
        """Runs in a reading thread."""
        own = self.read(room_id, person_id, ballots=ballots)
        self.asked_for.append(person_id)
        if person_id == self.pair.desk.person.pk and self.asked_for.count(person_id) <= self.most:
            taking = self.pair.take(len(self.asked_for) % 3 - 1)
            asyncio.run_coroutine_threadsafe(taking, self.pair.theatre.loop).result(10)
        return own


def test_who_does_one_thing_after_the_other_holds_up_no_others(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [Reader(pair.theatre, pair.room.pk, seated(pair.room)) for _other in range(3)]
    for one in (pair.desk, *others):
        one.come(afresh=True)
    restless = Restless(pair, most=5)
    monkeypatch.setattr(elsewhere, "own_of", restless)

    async def ask() -> None:
        own = pair.theatre.hub.rooms[pair.room.pk].own
        own.done_elsewhere([one.person.pk for one in (pair.desk, *others)])

    pair.theatre.loop.run_until_complete(ask())
    pair.theatre.settle(pair.room.pk)
    assert {*restless.asked_for[:5]} == {one.person.pk for one in (pair.desk, *others)}
    assert restless.asked_for.count(pair.desk.person.pk) == 6
