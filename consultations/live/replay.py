"""What someone gets who comes, or comes back: the events missed, or a snapshot."""

from dataclasses import dataclass
from uuid import UUID

import orjson

from consultations.domain import room_queries
from consultations.domain.cards import LATEST
from consultations.domain.deliveries import Delivery
from consultations.live.attendee import Attendee
from consultations.live.elsewhere import own_news
from consultations.live.protocol import news, reply
from consultations.live.ring import hides
from consultations.live.room import Room
from consultations.live.snapshots import Developed, Own, own_of

FAR_BEHIND = 500


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer that is finished in the moment it is sent, up to the room's head right then.

    `at` is the last event that it holds already. `developed` has the tallies as they were, and
    `own` the reader's own stances and votes; both are None for who was told them on this socket
    before, and gets events. `opinions` is of how many a snapshot is, None where it is no snapshot.
    """

    room: Room
    attendee: Attendee
    at: int
    events: list[Delivery]
    developed: Developed | None = None
    own: Own | None = None
    opinions: int | None = None

    def send(self, key: UUID) -> None:
        """Answer, and let the attendee hear the room from right here on."""
        room, viewer = self.room, self.attendee.viewer
        rest = [event.frame_for(viewer) for event in room.ring.since(self.at, room.head) or []]
        if self.developed is not None and self.own is not None and self.opinions is not None:
            presence = room.presence.summary()
            snapshot = self.developed.snapshot(
                self.attendee, self.own, presence, most=self.opinions
            )
            frames = [reply(key, {"snapshot": snapshot}), *rest]
        else:
            events = [event.frame_for(viewer) for event in self.events] + rest
            joined = orjson.Fragment(b"[%s]" % b",".join(events))
            frames = [reply(key, {"events": joined, "head": max(self.at, room.head)})]
            if self.developed is not None:
                frames.append(news("presence", **room.presence.summary()))
            if self.own is not None:
                frames += own_news(self.own)
        frames += self._tallies()
        if self.developed is not None:
            frames += room.ballot.frames(self.developed.ballot_standing())
        self.attendee.answer(*frames)
        self.attendee.caught_up = True
        room.admit(self.attendee)

    def _tallies(self) -> list[bytes]:
        """The counts that have changed since the picture, or all where there is no snapshot."""
        if self.developed is None:
            return []
        lines = {}
        if self.opinions is None:
            lines = {line[0]: line for line in self.developed.tally_lines()}
        lines |= {line[0]: line for line in self.room.changes.since(self.developed.tallies)}
        return [news("tally", tallies=list(lines.values()))] if lines else []


async def since(
    room: Room, attendee: Attendee, *, seq: int, epoch: str, opinions: int = LATEST
) -> Replay:
    """The events after `seq`, or a snapshot: at 0, of another epoch, or more than 500 behind.

    A snapshot has the latest `opinions`, what is pinned, and what not everyone can read. Who comes
    back is told presence, tallies and their own stances and votes as well: no event would.
    """
    room.own.begin(attendee)
    if seq == 0 or epoch != room.epoch or not 0 <= room.head - seq <= FAR_BEHIND:
        return await _snapshot(room, attendee, opinions)
    developed, own = None, None
    if not attendee.caught_up:
        developed = await room.darkroom.newest()
        own = await _own(room, attendee)
    if room.ring.since(seq, room.head) is not None:
        return Replay(room, attendee, seq, [], developed, own)
    events = await room.pools.readers.run(
        room_queries.deliveries_since, room.id, seq, limit=2 * FAR_BEHIND
    )
    at = events[-1].seq if events else seq
    rest = room.ring.since(at, room.head)
    if rest is None or hides(rest):
        return await _snapshot(room, attendee, opinions)
    return Replay(room, attendee, at, events, developed, own)


async def _snapshot(room: Room, attendee: Attendee, opinions: int) -> Replay:
    """From the picture that others share, or from a later one where that one is too early.

    It is, where words went out of sight since: they are not sent again to be taken away.
    """
    developed = await room.darkroom.newest()
    while True:
        since = room.ring.since(developed.picture.head, room.head) or []
        ballots = bool(developed.ballots) or _opens_ballot(since)
        own = await _own(room, attendee, ballots=ballots)
        reaching = room.ring.since(developed.picture.head, room.head)
        if (
            reaching is not None
            and not hides(reaching)
            and (ballots or not _opens_ballot(reaching))
            and not _is_own_later(own, developed, reaching)
        ):
            return Replay(room, attendee, developed.picture.head, [], developed, own, opinions)
        developed = await room.darkroom.newest(not_before=room.loop.time())


async def _own(room: Room, attendee: Attendee, *, ballots: bool = True) -> Own:
    person_id = attendee.viewer.person_id
    return await room.pools.readers.run(own_of, room.id, person_id, ballots=ballots)


def _opens_ballot(events: list[Delivery]) -> bool:
    return any(event.type == "ballot.opened" for event in events)


def _is_own_later(own: Own, developed: Developed, since: list[Delivery]) -> bool:
    """Whether the reader took a stance, or voted, on what came in only after the picture.

    The event that brings it in tells nobody's own, and the picture has nothing to add it to.
    """
    if max(own.stances, default=0) > developed.picture.total:
        return True
    if max(own.votes, default=0) > max(developed.ballots, default=0):
        return True
    approved = (orjson.loads(one.frame) for one in since if one.type == "opinion.approved")
    # An event whose opinion was erased has no body.
    return any(event.get("body", {}).get("number") in own.stances for event in approved)
