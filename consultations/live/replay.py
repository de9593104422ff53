"""What someone gets who comes, or comes back: the events missed, or a snapshot."""

from dataclasses import dataclass
from uuid import UUID

import orjson

from consultations.domain import room_queries
from consultations.domain.cards import stances_of
from consultations.domain.deliveries import Delivery
from consultations.live.attendee import Attendee
from consultations.live.protocol import news, reply
from consultations.live.room import Room

FAR_BEHIND = 500


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer that is finished in the moment it is sent, up to the room's head right then."""

    room: Room
    attendee: Attendee
    body: dict[str, orjson.Fragment] | None
    events: list[Delivery]
    at: int
    tallies: int | None = None

    @property
    def rest(self) -> list[Delivery] | None:
        """What was delivered since `at`; None where the ring does not reach back to it."""
        return self.room.ring.since(self.at, self.room.head)

    def send(self, key: UUID) -> None:
        viewer = self.attendee.viewer
        rest = [event.frame_for(viewer) for event in self.rest or []]
        if self.body is not None:
            frames = [reply(key, self.body), *rest]
            if lines := self.room.changes.since(self.tallies or 0):
                frames.append(news("tally", tallies=lines))
            self.attendee.answer(*frames)
            return
        events = [event.frame_for(viewer) for event in self.events] + rest
        answer = {
            "events": orjson.Fragment(b"[%s]" % b",".join(events)),
            "head": max(self.at, self.room.head),
        }
        self.attendee.answer(reply(key, answer))


async def since(room: Room, attendee: Attendee, *, seq: int, epoch: str) -> Replay:
    """The events after `seq`, or a snapshot: at 0, of another epoch, or more than 500 behind."""
    if seq == 0 or epoch != room.epoch or not 0 <= room.head - seq <= FAR_BEHIND:
        return await _snapshot(room, attendee)
    if room.ring.since(seq, room.head) is not None:
        return Replay(room, attendee, None, [], at=seq)
    events = await room.pools.readers.run(
        room_queries.deliveries_since, room.id, seq, limit=2 * FAR_BEHIND
    )
    missed = Replay(room, attendee, None, events, at=events[-1].seq if events else seq)
    return missed if missed.rest is not None else await _snapshot(room, attendee)


async def _snapshot(room: Room, attendee: Attendee) -> Replay:
    developed = await room.darkroom.newest()
    own = await room.pools.readers.run(stances_of, room.id, attendee.viewer.person_id)
    # Neither events nor tallies tell someone's own stance on what was posted after the picture.
    too_old = max(own, default=0) > max(developed.numbers, default=0)
    if too_old or room.ring.since(developed.picture.head, room.head) is None:
        developed = await room.darkroom.newest(not_before=room.loop.time())
    snapshot = developed.snapshot(attendee, own, room.presence.summary())
    return Replay(
        room,
        attendee,
        {"snapshot": snapshot},
        [],
        at=developed.picture.head,
        tallies=developed.tallies,
    )
