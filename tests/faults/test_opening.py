"""A room that takes long to open, and one that closes while somebody comes."""

import asyncio
import threading
import uuid

import pytest

from consultations.domain import opinions, room_queries
from consultations.live.room import Room
from consultations.live.watch import EMPTY_SECONDS
from consultations.models import Consultation, OpinionKind, Stage
from tests.factories import make_consultation, seated
from tests.faults.room_readers import Reader, Theatre


@pytest.fixture
def room(theatre: Theatre) -> Consultation:
    return make_consultation(Stage.LIVE)


@pytest.fixture
def reader(theatre: Theatre, room: Consultation) -> Reader:
    return Reader(theatre, room.pk, seated(room))


def post(room: Consultation, reader: Reader) -> None:
    said = {"key": uuid.uuid4(), "kind": OpinionKind.OPINION, "text": "菜场夜间也开门。"}
    opinions.post_opinion(room, author=reader.person, **said)


def test_room_that_takes_long_to_open_is_not_closed_meanwhile(
    theatre: Theatre, room: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, answered = asyncio.Event(), threading.Event()
    read = room_queries.room_state

    def slow(room_id: int) -> room_queries.RoomState:
        """Runs in a reading thread, and waits for the database."""
        theatre.loop.call_soon_threadsafe(reading.set)
        assert answered.wait(10)
        return read(room_id)

    async def open_slowly() -> Room:
        coming = asyncio.ensure_future(theatre.hub.room(room.pk))
        await reading.wait()
        opening = theatre.hub.rooms[room.pk]
        assert opening.empty_since is not None
        opening.empty_since -= EMPTY_SECONDS + 1
        await theatre.hub._watch._close_empty()
        answered.set()
        opened = await coming
        await theatre.hub._watch._close_empty()
        return opened

    monkeypatch.setattr(room_queries, "room_state", slow)
    try:
        opened = theatre.loop.run_until_complete(open_slowly())
    finally:
        answered.set()
    assert theatre.hub.rooms[room.pk] is opened


def test_room_that_has_long_been_empty_is_closed_and_opens_again(
    theatre: Theatre, room: Consultation, reader: Reader
) -> None:
    reader.come(afresh=True)
    reader.go()
    empty = theatre.hub.rooms[room.pk]
    assert empty.empty_since is not None
    empty.empty_since -= EMPTY_SECONDS + 1
    theatre.loop.run_until_complete(theatre.hub._watch._close_empty())
    assert room.pk not in theatre.hub.rooms
    post(room, reader)
    reader.come(afresh=False)
    post(room, reader)
    theatre.settle(room.pk)
    assert len(reader.view.opinions) == 2


def test_rooms_that_cannot_be_left_hold_up_nobody(
    theatre: Theatre, room: Consultation, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the channel layer hangs, each of them takes seconds, and clients wait for a sign."""
    empty = make_consultation(Stage.LIVE)

    async def hangs(_room_id: int) -> None:
        await asyncio.Event().wait()

    async def wait_for_sign() -> None:
        opened = await theatre.hub.room(empty.pk)
        await reader.socket.enter(room.pk, reader.session, afresh=True)
        opened.empty_since = theatre.hub.rooms[room.pk].told_at = float("-inf")
        async with asyncio.timeout(10):
            while ["news", {"now": "head", "head": 0}] not in reader.view.told:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    monkeypatch.setattr(theatre.hub.bells, "leave", hangs)
    theatre.loop.run_until_complete(wait_for_sign())
