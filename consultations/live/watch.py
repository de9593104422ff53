"""What has to be looked at now and then, whether or not a bell has rung."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from consultations.domain import ballots, room_queries
from consultations.domain.seats import mark_present
from consultations.live import sessions
from consultations.live.head_watch import HeadWatch
from consultations.live.presence import ANNOUNCE_SECONDS
from consultations.live.protocol import Close, Packet, news
from consultations.models import Stage
from hall import metrics
from hall.errors import in_short
from members.roles import Permission

if TYPE_CHECKING:
    from consultations.live.attendee import Attendee
    from consultations.live.hub import Hub
    from consultations.live.room import Room

logger = logging.getLogger(__name__)

TURN_SECONDS = 0.5
QUIET_SECONDS = 5.0
QUIET_WITHOUT_BELLS = 1.0
HEARTBEAT_SECONDS = 15.0
LOGS_SECONDS = 15.0
SESSION_SECONDS = 4.0
BALLOTS_SECONDS = 0.9
ATTENDANCE_SECONDS = 60.0
EMPTY_SECONDS = 30.0


class Watch:
    """Looks after all rooms of the process: each step a task, so that none holds up another."""

    def __init__(self, hub: "Hub") -> None:
        self.hub = hub
        self._tasks: list[asyncio.Task[None]] = []
        self._sessions_at = self._ballots_at = self._logs_at = time.monotonic()
        self._steps = (
            self._read_quiet,
            self._look_at_people,
            self._keep_attendance,
            self._close_ballots,
            HeadWatch(hub).look,
            self._look_after_all,
            self._close_empty,
        )

    def start(self) -> None:
        self._tasks = [asyncio.ensure_future(_again_and_again(step)) for step in self._steps]

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _look_after_all(self) -> None:
        for room in tuple(self.hub.rooms.values()):
            self._look_after(room, time.monotonic())

    def _look_after(self, room: "Room", now: float) -> None:
        room.admit_silent()
        room.end_mutes()
        room.repair()
        if room.head >= 0 and now - room.told_at > HEARTBEAT_SECONDS:
            room.tell(Packet([news("head", head=room.head)]))
        if room.presence.forget_silent():
            room.presence_news.ask()
        if not room.is_empty and now - room.presence.announced_at > ANNOUNCE_SECONDS:
            room.announce()

    async def _close_empty(self) -> None:
        """Where the channel layer does not answer, each of them takes seconds to leave."""
        for room in tuple(self.hub.rooms.values()):
            if room.empty_since is not None and time.monotonic() - room.empty_since > EMPTY_SECONDS:
                await self.hub.close_room(room)

    async def _read_quiet(self) -> None:
        """Where nothing was heard for a while, look where the log really stands. One query.

        Now and then look at all: a log that was restored may be as loud as the one before.
        """
        limit = QUIET_SECONDS if self.hub.bells.healthy else QUIET_WITHOUT_BELLS
        now = time.monotonic()
        sat_in = [room for room in self.hub.rooms.values() if room.head >= 0 and not room.is_empty]
        quiet = {room for room in sat_in if now - room.log.heard_at > limit}
        if now - self._logs_at > LOGS_SECONDS:
            self._logs_at = now
        else:
            sat_in = [room for room in sat_in if room in quiet]
        if not sat_in:
            return
        for room in quiet:
            room.log.heard_at = now
        # Compared with what was delivered before the look: meanwhile it may have gone on.
        before = {room.id: (room.epoch, room.head) for room in sat_in}
        stand = await self.hub.pools.watch.run(room_queries.heads, list(before))
        for room in sat_in:
            if room.head < 0:  # it was closed meanwhile
                continue
            epoch, head = stand.get(room.id, before[room.id])
            if epoch != room.epoch or head < before[room.id][1]:
                self._begin_anew(room)
            elif room in quiet:
                self._catch_up(room, head)

    def _catch_up(self, room: "Room", head: int) -> None:
        """Nothing was heard of the room, and its log stands at `head`."""
        if head > room.head:
            metrics.doorbells_missed.inc()
            room.log.read()
        if not self.hub.bells.healthy:
            room.count_anew()

    def _begin_anew(self, room: "Room") -> None:
        """The log was restored from a backup: everyone comes back, and starts afresh."""
        logger.warning("room %s has another log now: its sockets are closed", room.id)
        room.log.stop()
        room.close_all(Close.GOING_AWAY)
        room.attendees.clear()
        room.arriving.clear()
        self.hub.rooms.pop(room.id, None)
        room.shut()

    async def _look_at_people(self) -> None:
        """Close the sockets of those who signed out, were blocked, or have lost a right here.

        All of them every few seconds, and at once those whose seat someone else has changed.
        """
        now = time.monotonic()
        rooms = list(self.hub.rooms.values())
        if now - self._sessions_at >= SESSION_SECONDS:
            self._sessions_at = now
            looked_at = [(room, attendee) for room in rooms for attendee in room.everyone]
        else:
            looked_at = [
                (room, attendee)
                for room in rooms
                if room.to_check
                for attendee in room.everyone
                if attendee.viewer.person_id in room.to_check
            ]
        for room in rooms:
            room.to_check.clear()
        if not looked_at:
            return
        held = await self.hub.pools.watch.run(
            sessions.standing,
            [attendee.arrival for _room, attendee in looked_at],
            {room.id for room, _attendee in looked_at},
        )
        for room, attendee in looked_at:
            check(room, attendee, held)

    async def _keep_attendance(self) -> None:
        """Whoever sits in a live room attends, also who was there before it went live."""
        now = time.monotonic()
        live = [
            room
            for room in self.hub.rooms.values()
            if room.state is not None
            and room.state.consultation.stage == Stage.LIVE
            and not room.is_empty
            and now - room.attendance_at > ATTENDANCE_SECONDS
        ]
        for room in live:
            room.attendance_at = now
            await self.hub.pools.writers.run(mark_present, room.id, room.presence.near_ids())

    async def _close_ballots(self) -> None:
        """Close the ballots whose time is up, wherever their people are. One query."""
        now = time.monotonic()
        if not self.hub.rooms or now - self._ballots_at < BALLOTS_SECONDS:
            return
        self._ballots_at = now
        due = await self.hub.pools.watch.run(ballots.due_rooms)
        # A room that somebody holds up keeps no other waiting.
        closing = [self.hub.pools.writers.run(ballots.close_due, room_id) for room_id in due]
        for failed in await asyncio.gather(*closing, return_exceptions=True):
            if isinstance(failed, Exception):
                logger.warning("a ballot could not be closed: %s", in_short(failed))


async def _again_and_again(step: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(TURN_SECONDS)
        try:
            await step()
        except Exception as error:
            logger.warning("the rooms could not be looked after: %s", in_short(error))


def check(room: "Room", attendee: "Attendee", held: sessions.Standing) -> None:
    """Compare what an attendee came with to what holds now; close the socket, or tell the news."""
    arrival = attendee.arrival
    if arrival.screen:
        if arrival.screen not in held.screens:
            attendee.close(Close.SIGN_IN)
        attendee.checked_at = time.monotonic()
        return
    person = arrival.person
    role, password, alias = held.people.get(person.pk, (None, "", ""))
    if role is None or password != person.password or arrival.session_key not in held.sessions:
        attendee.close(Close.SIGN_IN)
        return
    attendee.checked_at = time.monotonic()
    if room.is_draft and Permission.CONSULTATION_SEE_DRAFT not in arrival.permissions:
        attendee.close(Close.NOT_FOUND)
        return
    seat_role = held.seats.get((room.id, person.pk))
    if (role, alias, seat_role) == (person.role, person.alias, arrival.seat_role):
        return
    person.role, person.alias = role, alias
    card = {**arrival.card, "name": alias}
    renewed = sessions.arrival_of(arrival.session_key, person, seat_role, card)
    attendee.take_over(renewed, room.state)
