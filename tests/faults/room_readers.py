"""A room of a real hub, in the process of the test, and the readers who sit in it or are away.

They come in by the hub's own door, ask `room.since` as commands are asked, and hear what the room
writes to their sockets; nothing of the way between the log and them is left out but the network.
"""

import asyncio
import copy
import json
import uuid
from collections.abc import Iterable
from typing import Any

import orjson

from consultations.live.commands import obey
from consultations.live.handling import Asked
from consultations.live.hub import Hub, get_hub, stop_hub
from consultations.live.outlets import PortableOutlet
from consultations.live.room import Room
from consultations.models import RoomHead
from members.models import Person
from tests.support.floor_view import Frame
from tests.support.room_view import View
from tests.support.sessions import sign_in

SETTLED_SECONDS = 10.0


class RecordedView(View):
    """A view that keeps all it was told, as `[what, argument…]`."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[list[Any]] = []

    def take_snapshot(self, snapshot: Frame) -> None:
        self.told.append(["snapshot", copy.deepcopy(snapshot)])
        super().take_snapshot(snapshot)

    def take_events(self, events: list[Frame]) -> None:
        self.told.append(["events", copy.deepcopy(events)])
        super().take_events(events)

    def take_news(self, news: Frame) -> None:
        self.told.append(["news", news])
        super().take_news(news)

    def take_mine(self, number: int, value: int) -> None:
        self.told.append(["mine", number, value])
        super().take_mine(number, value)

    def take_vote(self, number: int, choices: list[int]) -> None:
        self.told.append(["vote", number, choices])
        super().take_vote(number, choices)


class Socket:
    """One socket in a room; all that is written to it goes to `view`."""

    def __init__(self, hub: Hub, view: View) -> None:
        self.hub = hub
        self.view = view
        self.asked: Asked | None = None

    async def _hear(self, message: dict[str, Any]) -> None:
        assert message["type"] == "websocket.send", message
        frame = orjson.loads(message["text"])
        assert "error" not in frame, frame
        self.view.apply(frame)

    async def enter(self, room_id: int, session: str, *, afresh: bool) -> None:
        """Come in, and ask for what was missed, or for everything."""
        room, attendee = await self.hub.enter(room_id, session, PortableOutlet(self._hear))
        self.asked = Asked(self.hub, room, attendee)
        seq, epoch = (0, "") if afresh else (self.view.head, self.view.epoch)
        command = {"do": "room.since", "key": str(uuid.uuid4()), "seq": seq, "epoch": epoch}
        await obey(self.asked, json.dumps(command))

    def leave(self) -> None:
        if self.asked is not None:
            self.hub.leave(self.asked.room, self.asked.attendee)
            self.asked = None


class Theatre:
    """The hub and its loop, for all runs of a test. Time stands still while the loop does not run:
    verbs are called in between, as other threads call them, and their bells wait."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.hub: Hub = self.loop.run_until_complete(self._open())

    async def _open(self) -> Hub:
        return get_hub()

    def settle(self, room_id: int) -> None:
        """Let the room deliver all that is in its log, and tell the news that this brings."""
        head = RoomHead.objects.get(pk=room_id).seq
        self.loop.run_until_complete(self._settle(self.hub.rooms[room_id], head))

    async def _settle(self, room: Room, head: int) -> None:
        news = (room.tally_news, room.rights_news, room.ballot._telling, room.own._telling)
        async with asyncio.timeout(SETTLED_SECONDS):
            await asyncio.sleep(0)  # what was rung is heard
            while room.head < head or any(each._task for each in news):  # noqa: ASYNC110
                await asyncio.sleep(0)

    def see_afresh(self, room_id: int, session: str) -> View:
        """The room as whoever comes in now is shown it."""

        async def look() -> View:
            socket = Socket(self.hub, View())
            await socket.enter(room_id, session, afresh=True)
            socket.leave()
            return socket.view

        return self.loop.run_until_complete(look())

    def close(self) -> None:
        self.loop.run_until_complete(self._close())
        self.loop.close()

    async def _close(self) -> None:
        await stop_hub()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.wait_for(asyncio.gather(*rest, return_exceptions=True), SETTLED_SECONDS)


class Reader:
    """One person's tab, which is there or away; the view outlives its sockets."""

    def __init__(self, theatre: Theatre, room_id: int, person: Person) -> None:
        self.theatre = theatre
        self.room_id = room_id
        self.person = person
        self.session = sign_in(person)
        self.view = RecordedView()
        self.socket = Socket(theatre.hub, self.view)

    @property
    def connected(self) -> bool:
        return self.socket.asked is not None

    def come(self, *, afresh: bool) -> None:
        entering = self.socket.enter(self.room_id, self.session, afresh=afresh)
        self.theatre.loop.run_until_complete(entering)

    def go(self) -> None:
        async def leave() -> None:
            self.socket.leave()

        self.theatre.loop.run_until_complete(leave())


def all_go(readers: Iterable[Reader]) -> None:
    for reader in readers:
        reader.go()
