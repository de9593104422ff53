"""Pages of a room's opinions, older ones or in other orders, ranked at most once a second for all
who ask."""

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from consultations.domain import listing, room_queries
from consultations.domain.deliveries import Viewer
from consultations.domain.listing import Order, Standing, Wanted
from consultations.live.ring import changes_cards, hides

if TYPE_CHECKING:
    from consultations.live.room import Room

MAX_AGE = 1.0
READINGS = 3


class Lists:
    """Answers `room.opinions` and `room.list`. Where the room stands is counted again when it is a
    second old, and never by two at the same time.

    A page comes after whatever its reader was told while it was read. What it has of a card would
    be taken for the newer, so it is read again where a card was changed meanwhile: some times, and
    as often as words went out of sight.
    """

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._counted_at = float("-inf")
        self._standings: tuple[Standing, ...] = ()
        self._counting: asyncio.Task[None] | None = None

    async def older(self, viewer: Viewer, *, before: int, limit: int) -> dict[str, Any]:
        read = partial(room_queries.opinions_before, self._room.consultation)
        return await self._read(partial(read, viewer=viewer, before=before, limit=limit))

    async def page(self, viewer: Viewer, wanted: Wanted) -> dict[str, Any]:
        standings = None if wanted.order == Order.TIME else await self._newest()
        read = partial(listing.listed, self._room.consultation, room=standings)
        return await self._read(partial(read, viewer=viewer, wanted=wanted))

    async def _read(self, read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        room = self._room
        for reading in count(1):
            head, version = room.head, room.changes.version
            page = await room.pools.readers.run(read)
            since = room.ring.since(head, room.head)
            if since is None or hides(since):
                continue
            if reading >= READINGS or not changes_cards(since):
                break
        told = {number: counts for number, *counts in room.changes.since(version)}
        for card in page["opinions"]:
            if card["number"] in told:
                card["agree"], card["disagree"], card["passed"] = told[card["number"]]
        return page

    async def _newest(self) -> tuple[Standing, ...]:
        if self._room.loop.time() - self._counted_at > MAX_AGE:
            if self._counting is None:
                self._counting = asyncio.ensure_future(self._count())
            await asyncio.shield(self._counting)
        return self._standings

    async def _count(self) -> None:
        began = self._room.loop.time()
        try:
            self._standings = await self._room.pools.readers.run(
                listing.standings, self._room.consultation
            )
            self._counted_at = began
        finally:
            self._counting = None
