"""What the hall looks for by itself, and what happens while it looks."""

import asyncio
import uuid
from typing import Any

import pytest

from consultations.domain import opinions, room_queries
from consultations.models import Consultation, OpinionKind, Stage
from tests.factories import make_consultation, seated
from tests.faults.room_readers import Reader, Theatre


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
