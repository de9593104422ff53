"""What people do through one socket, told to their others: a phone beside a computer."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from consultations.live.attendee import Attendee
from consultations.live.coalesced import Coalesced
from consultations.live.protocol import Packet, news
from consultations.live.snapshots import Own, own_of

if TYPE_CHECKING:
    from consultations.live.room import Room

FAR_SECONDS = 0.5


def own_news(own: Own) -> list[bytes]:
    """The frame that tells a reader all their stances and votes; none where there are none."""
    if not own.stances and not own.votes:
        return []
    return [news("own", stances=list(own.stances.items()), votes=list(own.votes.items()))]


class OwnNews:
    """Keeps every socket of a person at what the person has done: their stances and votes.

    What was done elsewhere is never passed on, but read: so what is told is what the database
    has, in whatever order it was heard of. A reading during which something was done is not told;
    it is made again. A socket that was let in after a reading like that is told afterwards.
    """

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._deeds: Counter[int] = Counter()
        self._to_tell: set[int] = set()
        self._to_ring: set[int] = set()
        self._telling = Coalesced(self._tell, seconds=0)
        self._ringing = Coalesced(self._ring, seconds=FAR_SECONDS)

    def done(self, person_id: int) -> None:
        """Something was done, and committed, through a socket of this process."""
        self._deeds[person_id] += 1
        if self._room.presence.sockets(person_id) > 1:
            self._ask([person_id])
        if not self._room.presence.is_alone():
            self._to_ring.add(person_id)
            self._ringing.ask()

    def done_elsewhere(self, people: Iterable[int]) -> None:
        """Something was done through another process, or through a page, or may have been."""
        near = [one for one in people if self._room.presence.is_near(one)]
        self._deeds.update(near)
        self._ask(near)

    def begin(self, attendee: Attendee) -> None:
        """From now on it is read, or to be read, what this one is shown first."""
        attendee.deeds = self._deeds[attendee.viewer.person_id]

    def end(self, attendee: Attendee) -> None:
        """They have been shown it, and hear the room: what was done meanwhile is told."""
        person_id = attendee.viewer.person_id
        if attendee.deeds != self._deeds[person_id]:
            self._ask([person_id])

    def cancel(self) -> None:
        self._telling.cancel()
        self._ringing.cancel()

    def _ask(self, people: list[int]) -> None:
        if people:
            self._to_tell.update(people)
            self._telling.ask()

    async def _tell(self) -> None:
        while self._to_tell:
            # One after the other: who does something at every reading keeps nobody else waiting.
            for person_id in tuple(self._to_tell):
                await self._tell_one(person_id)

    async def _tell_one(self, person_id: int) -> None:
        deeds = self._deeds[person_id]
        own = await self._room.pools.readers.run(own_of, self._room.id, person_id, ballots=True)
        if deeds == self._deeds[person_id]:
            self._to_tell.discard(person_id)
            self._write(person_id, own)

    def _write(self, person_id: int, own: Own) -> None:
        packet = Packet(own_news(own))
        for attendee in self._room.attendees:
            if attendee.viewer.person_id == person_id:
                attendee.outlet.write(packet)

    async def _ring(self) -> None:
        people, self._to_ring = sorted(self._to_ring), set()
        self._room.tell_far({"own": people})
