"""One room in one process: its seats, and the delivery of its log to them."""

import asyncio
import logging
import time
from collections.abc import Iterable
from typing import Any

import orjson

from consultations.domain import clock, room_queries
from consultations.domain.deliveries import Delivery
from consultations.domain.room_queries import RoomState
from consultations.live import tallies
from consultations.live.attendee import Attendee
from consultations.live.attendees import Attendees
from consultations.live.ballot_watch import BallotWatch
from consultations.live.bells import Bells
from consultations.live.coalesced import Coalesced
from consultations.live.elsewhere import OwnNews
from consultations.live.following import Follower
from consultations.live.lists import Lists
from consultations.live.map_watch import MapWatch
from consultations.live.pool import Pools
from consultations.live.presence import Presence
from consultations.live.protocol import Close, Packet, news
from consultations.live.ring import Ring
from consultations.live.snapshots import Darkroom, Developed
from consultations.live.writers import arrival_reader, entry_writer, post_writer
from consultations.models import EVERYONE, Consultation, Stage

logger = logging.getLogger(__name__)

ASKS_SECONDS = 3.0
TALLY_SECONDS = 0.5
PRESENCE_SECONDS = 1.0
# A bell may be lost without anyone noticing. Looking all the same takes a hundredth of a thread.
REPAIR_SECONDS = 7.0
REPAIR_RESTS = 100
CHANGES_RIGHTS = frozenset(
    {
        "stage.moved",
        "agenda.moved",
        "consultation.changed",
        "posting.set",
        "person.muted",
        "person.unmuted",
    }
)
CHANGES_SEATS = frozenset({"seat.taken", "seat.removed"})


class Room:
    """The listener of one room: what its log brings is written to its seats, as far as each may
    read it; and the news beside the log."""

    def __init__(self, room_id: int, pools: Pools, bells: Bells) -> None:
        self.id = room_id
        self.pools = pools
        self.bells = bells
        self.loop = asyncio.get_running_loop()
        self.state: RoomState | None = None
        self.epoch = ""
        self.log = Follower(room_id, pools, self._deliver)
        self.attendees = Attendees()
        self.arriving: dict[Attendee, tuple[int, float]] = {}
        self.ring = Ring()
        self.presence = Presence()
        self.changes = tallies.Changes()
        self.darkroom = Darkroom(self._take_picture)
        self.posts = post_writer(pools, lambda: self.consultation)
        self.arrivals = arrival_reader(pools, lambda: self.consultation)
        self.entries = entry_writer(pools, lambda: self.consultation)
        self.told_at = time.monotonic()
        self.empty_since: float | None = self.told_at
        self.attendance_at = float("-inf")
        self.repair_at = self.told_at + REPAIR_SECONDS
        self.tally_news = Coalesced(self._tell_tallies, seconds=TALLY_SECONDS)
        self.presence_news = Coalesced(self._tell_presence, seconds=PRESENCE_SECONDS)
        self.rights_news = Coalesced(self._tell_rights, seconds=0)
        self.map = MapWatch(self)
        self.ballot = BallotWatch(self)
        self.own = OwnNews(self)
        self.lists = Lists(self)
        self.to_check: set[int] = set()
        self._mutes_seen_at = clock.now()

    @property
    def consultation(self) -> Consultation:
        """The consultation as its last logged change left it; for reading alone."""
        if self.state is None:
            raise RuntimeError("the room is not open")
        return self.state.consultation

    @property
    def is_draft(self) -> bool:
        """Whether the announcement was taken back: who may not see drafts may not be here."""
        return self.state is not None and self.state.consultation.stage == Stage.DRAFT

    @property
    def head(self) -> int:
        """The last event that was delivered; -1 while it is not known where the log stands."""
        return self.log.head

    # --- the log --------------------------------------------------------------------------------

    def open(self, state: RoomState) -> None:
        self.state, self.epoch = state, state.epoch
        self.empty_since = time.monotonic()
        self.log.begin(state.head)

    def _deliver(self, batch: list[Delivery]) -> None:
        self.ring.add(batch)
        full = Packet(delivery.frame for delivery in batch)
        if all(delivery.audience == EVERYONE for delivery in batch):
            self.tell(full)
        else:
            self.attendees.tell_apart(batch, full)
            self.told_at = time.monotonic()
        self._react(batch)

    def _react(self, batch: list[Delivery]) -> None:
        self.map.react({delivery.type for delivery in batch})
        for delivery in batch:
            if delivery.type in CHANGES_RIGHTS:
                self.rights_news.ask()
            elif delivery.type in CHANGES_SEATS:
                event = orjson.loads(delivery.frame)
                person_id = event["body"]["person"]["id"]
                if event["by"] != person_id and self.presence.is_near(person_id):
                    self.to_check.add(person_id)

    def tell(self, packet: Packet) -> None:
        """Write the same to everyone who hears the room."""
        self.attendees.tell(packet)
        self.told_at = time.monotonic()

    # --- seats ----------------------------------------------------------------------------------

    @property
    def everyone(self) -> list[Attendee]:
        return [*self.attendees, *self.arriving]

    @property
    def is_empty(self) -> bool:
        return not self.attendees and not self.arriving

    def seat(self, attendee: Attendee) -> None:
        """Count someone as present. They hear nothing yet: first they ask what they have missed."""
        self.arriving[attendee] = (self.head, time.monotonic())
        self.own.begin(attendee)
        self.empty_since = None
        person = attendee.arrival.person
        if not attendee.arrival.screen:
            self.presence.come(person.pk, person.role)
            self.presence_news.ask()

    def admit(self, attendee: Attendee) -> None:
        """From here on they hear what everyone hears."""
        if self.arriving.pop(attendee, None) is not None:
            self.attendees.add(attendee)
        self.own.end(attendee)

    def admit_silent(self) -> None:
        """Whoever has not asked for anything hears the room from their greeting on."""
        now = time.monotonic()
        silent = [(a, head) for a, (head, at) in self.arriving.items() if now - at > ASKS_SECONDS]
        for attendee, head in silent:
            missed = self.ring.since(head, self.head) or []
            attendee.answer(*(delivery.frame_for(attendee.viewer) for delivery in missed))
            self.admit(attendee)

    def unseat(self, attendee: Attendee) -> None:
        self.attendees.remove(attendee)
        self.arriving.pop(attendee, None)
        if self.is_empty:
            self.empty_since = time.monotonic()
        if not attendee.arrival.screen:
            self.presence.go(attendee.arrival.person.pk)
            self.presence_news.ask()

    def close_all(self, code: Close) -> None:
        for attendee in self.everyone:
            attendee.close(code)

    def shut(self) -> None:
        """End what the room has going on."""
        for coalesced in (self.tally_news, self.presence_news, self.rights_news):
            coalesced.cancel()
        self.map.cancel()
        self.ballot.cancel()
        self.own.cancel()
        self.log.stop()

    # --- news -----------------------------------------------------------------------------------

    def stances_changed(self, numbers: Iterable[int], *, near: bool) -> None:
        self.changes.mark(numbers, near=near)
        self.tally_news.ask()

    async def _tell_tallies(self) -> None:
        to_count, to_tell = self.changes.take()
        if to_tell:
            self.tell_far({"stances": to_tell})
        if to_count == [] or self.state is None:
            return
        began = time.monotonic()
        try:
            counted = await self.pools.readers.run(tallies.count, self.state.consultation, to_count)
        except BaseException:
            self.changes.put_back(to_count)
            raise
        if to_count is None:
            now = time.monotonic()
            self.repair_at = now + max(REPAIR_SECONDS, REPAIR_RESTS * (now - began))
        if changed := self.changes.tell(counted):
            self.tell(Packet([news("tally", tallies=changed)]))
            self.map.ask()

    async def _tell_presence(self) -> None:
        self.announce()
        if (summary := self.presence.news()) is not None:
            self.tell(Packet([news("presence", **summary)]))

    def tell_far(self, bell: dict[str, Any]) -> None:
        """Tell the other processes that have the room open; where there are none, nobody."""
        if not self.presence.is_alone():
            self.bells.ring(self.id, bell)

    def meet(self, process: str) -> None:
        """Another process has the room open. Until it was known, nothing was rung for it."""
        if self.presence.meet(process):
            self.bells.ring(self.id, {"missed": True})

    def catch_up(self) -> None:
        """Bells were not heard, or not rung: what they would have told is in the database."""
        if self.head < 0:  # it is being read just now
            return
        self.log.read()
        self.count_anew()
        self.own.done_elsewhere(self.presence.near_ids())

    def repair(self) -> None:
        """Look for what other processes have rung in vain, beside the log: it is in the database.

        Does nothing where no other process has the room open. Without bells none could say so.
        """
        now = time.monotonic()
        is_alone = self.bells.healthy and self.presence.is_alone()
        if now < self.repair_at or self.is_empty or is_alone:
            return
        self.repair_at = now + REPAIR_SECONDS
        self.count_anew()
        self.own.done_elsewhere(self.presence.both_ids())

    def count_anew(self) -> None:
        """Have all that is counted beside the log counted, and told where it has changed."""
        self.changes.mark_all()
        self.tally_news.ask()
        self.ballot.changed(near=False)

    def announce(self) -> None:
        """Tell the other processes who is here."""
        self.presence.announced_at = time.monotonic()
        self.bells.ring(self.id, {"presence": self.presence.near()})

    async def _tell_rights(self) -> None:
        before = self.state
        self.state = await self.pools.readers.run(room_queries.room_state, self.id)
        if before is None or before.consultation.stage != self.state.consultation.stage:
            self.attendance_at = float("-inf")
        for attendee in self.everyone:
            attendee.tell_rights(self.state)

    def end_mutes(self) -> None:
        """Tell those whose time is up that they may speak again."""
        before, self._mutes_seen_at = self._mutes_seen_at, clock.now()
        if self.state is not None and self.state.silenced.ends_between(before, self._mutes_seen_at):
            self.rights_news.ask()

    # --- pictures -------------------------------------------------------------------------------

    async def _take_picture(self) -> Developed:
        version, at = self.changes.version, self.loop.time()
        picture = await self.pools.readers.run(room_queries.picture, self.id)
        developed = Developed(picture, tallies=version, made_at=at)
        if self.changes.doubt(developed.tally_lines()):
            self.tally_news.ask()
        return developed
