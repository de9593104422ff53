"""The live side of one process: its rooms, who comes in, and what is heard of elsewhere."""

import asyncio
import copy
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from consultations.domain import doorbell, room_queries
from consultations.domain.deliveries import Delivery
from consultations.live import entrance
from consultations.live.attendee import Attendee
from consultations.live.bells import Bells
from consultations.live.limits import Census, CommandLimit
from consultations.live.outlets import Outlet
from consultations.live.pool import Pools
from consultations.live.room import Room
from consultations.live.watch import Watch
from consultations.live.writers import caller_reader, stance_writer
from consultations.models import Consultation
from hall import metrics

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)


class Hub:
    """All rooms of this process, on one event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.pools = Pools()
        self.stance_writer = stance_writer(self.pools)
        self.callers = caller_reader(self.pools)
        self.census = Census()
        self.bells = Bells(self._heard_far, self._recovered)
        self.rooms: dict[int, Room] = {}
        self._opening: dict[int, asyncio.Task[Room]] = {}
        self._watch = Watch(self)
        self._unlisten = doorbell.listen(self)
        self.bells.start()
        self._watch.start()

    async def stop(self) -> None:
        """Leave the rooms, and let go of threads, connections and the channel layer."""
        self._unlisten()
        self._watch.stop()
        for room in self.rooms.values():
            room.shut()
            if room.presence.near():
                self.bells.ring(room.id, {"presence": {}})
        await self.bells.stop()
        await asyncio.to_thread(self.pools.close)

    # --- rooms ----------------------------------------------------------------------------------

    def has_open(self, room_id: int) -> bool:
        """Whether this process has the room open, and knows where its log stands."""
        room = self.rooms.get(room_id)
        return room is not None and room.head >= 0

    async def room(self, room_id: int) -> Room:
        """The room, opened for this process where it is not open yet.

        Raises:
            Refusal: `not_found`.
        """
        if self.has_open(room_id):
            return self.rooms[room_id]
        if room_id not in self._opening:
            self._opening[room_id] = asyncio.ensure_future(self._open(room_id))
        return await asyncio.shield(self._opening[room_id])

    async def _open(self, room_id: int) -> Room:
        """Hear first, then read where the log stands: so nothing falls in between."""
        room = self.rooms[room_id] = Room(room_id, self.pools, self.bells)
        try:
            await self.bells.join(room_id)
            room.open(await self.pools.readers.run(room_queries.room_state, room_id))
        except BaseException:
            del self.rooms[room_id]
            await self.bells.leave(room_id)
            raise
        finally:
            del self._opening[room_id]
        self.bells.ring(room_id, {"who": True})
        metrics.rooms.set(len(self.rooms))
        return room

    async def close_room(self, room: Room) -> None:
        """Stop listening to a room that nobody sits in, nor is it being opened for someone."""
        if self.rooms.get(room.id) is room and room.is_empty and room.head >= 0:
            del self.rooms[room.id]
            room.shut()
            metrics.rooms.set(len(self.rooms))
            await self.bells.leave(room.id)

    # --- people ---------------------------------------------------------------------------------

    async def enter(
        self,
        room_id: int,
        key: str | None,
        outlet: Outlet,
        arrive: entrance.Arrive = entrance.arrive,
    ) -> tuple[Room, Attendee]:
        """Seat a socket and greet it; from here on it hears the room. `key` is what it shows.

        Raises:
            Refusal: `sign_in`, `not_found`, `forbidden`, `too_many`.
        """
        arrival = await arrive(self, room_id, key)
        limit = CommandLimit(partial(self.census.may_ask, arrival.counts_as))
        attendee = Attendee(arrival, outlet, limit)
        # The room may have been closed while it was looked up who comes.
        room = await self.room(room_id)
        self.census.add_person(arrival.counts_as)
        outlet.write(entrance.hello(room, attendee))
        room.seat(attendee)
        metrics.seats.inc()
        return room, attendee

    def leave(self, room: Room, attendee: Attendee) -> None:
        room.unseat(attendee)
        self.census.remove_person(attendee.arrival.counts_as)
        metrics.seats.dec()

    async def write(
        self,
        room: Room,
        verb: Callable[Concatenate[Consultation, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a domain verb on the room's consultation; returns after its commit."""
        consultation = copy.copy(room.consultation)
        return await self.pools.writers.run(partial(verb, consultation), *args, **kwargs)

    # --- doorbells ------------------------------------------------------------------------------

    def events(self, consultation_id: int, deliveries: list[Delivery]) -> None:
        """Called in the writing thread, after its commit."""
        now = time.monotonic()
        self.loop.call_soon_threadsafe(self._heard_near, consultation_id, deliveries, now)

    def stances(self, consultation_id: int, numbers: list[int]) -> None:
        """Called in the writing thread, after its commit."""
        self.loop.call_soon_threadsafe(self._stances_near, consultation_id, numbers)

    def ballot(self, consultation_id: int) -> None:
        """Called in the writing thread, after its commit."""
        self.loop.call_soon_threadsafe(self._ballot_near, consultation_id)

    def own(self, consultation_id: int, person_id: int) -> None:
        """Called in the writing thread, after its commit."""
        self.loop.call_soon_threadsafe(self._own_near, consultation_id, person_id)

    def _heard_near(self, room_id: int, deliveries: list[Delivery], committed_at: float) -> None:
        bell = doorbell.events_bell(deliveries)
        if (room := self.rooms.get(room_id)) is not None:
            room.log.hear(deliveries, committed_at=committed_at)
            room.tell_far(bell)
        else:
            self.bells.ring(room_id, bell)

    def _stances_near(self, room_id: int, numbers: list[int]) -> None:
        if (room := self.rooms.get(room_id)) is not None:
            room.stances_changed(numbers, near=True)
        else:
            self.bells.ring(room_id, doorbell.stances_bell(numbers))

    def _ballot_near(self, room_id: int) -> None:
        if (room := self.rooms.get(room_id)) is not None:
            room.ballot.changed(near=True)
        else:
            self.bells.ring(room_id, doorbell.ballot_bell())

    def _own_near(self, room_id: int, person_id: int) -> None:
        bell = doorbell.own_bell(person_id)
        if (room := self.rooms.get(room_id)) is not None:
            room.own.done_elsewhere(bell["own"])
            room.tell_far(bell)
        else:
            self.bells.ring(room_id, bell)

    def _heard_far(self, room_id: int, sender: str, bell: dict[str, Any]) -> None:
        room = self.rooms.get(room_id)
        if room is None:
            return
        if sender:  # a command that ends with what it does has no room open
            room.meet(sender)
        if "events" in bell:
            room.log.hear(doorbell.events_of(bell))
        elif "stances" in bell:
            room.stances_changed(bell["stances"], near=False)
        elif "ballot" in bell:
            room.ballot.changed(near=False)
        elif "presence" in bell:
            room.presence.hear(sender, bell["presence"])
            room.presence_news.ask()
        elif "own" in bell:
            room.own.done_elsewhere(bell["own"])
        elif "who" in bell:
            room.announce()
        elif "missed" in bell:
            room.catch_up()

    def _recovered(self, unheard: set[int]) -> None:
        """The channel layer is back: what was not heard is in the database, here and elsewhere."""
        for room in self.rooms.values():
            room.catch_up()
            room.announce()
            self.bells.ring(room.id, {"who": True})
        for room_id in unheard | self.rooms.keys():
            self.bells.ring(room_id, {"missed": True})


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def get_hub() -> Hub:
    """The hub of the running loop, started where there is none yet."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]


async def stop_hub() -> None:
    """Stop the hub of the running loop, if there is one."""
    hub = _hubs.pop(asyncio.get_running_loop(), None)
    if hub is not None:
        await hub.stop()
