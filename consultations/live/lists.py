"""Pages of a room's opinions in other orders, ranked at most once a second for all who ask."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from consultations.domain import listing
from consultations.domain.deliveries import Viewer
from consultations.domain.listing import Order, Standing, Wanted

if TYPE_CHECKING:
    from consultations.live.room import Room

MAX_AGE = 1.0


class Lists:
    """Answers `room.list`. Where the room stands is counted again when it is a second old, and
    never by two at the same time."""

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._counted_at = float("-inf")
        self._standings: tuple[Standing, ...] = ()
        self._counting: asyncio.Task[None] | None = None

    async def page(self, viewer: Viewer, wanted: Wanted) -> dict[str, Any]:
        standings = None if wanted.order == Order.TIME else await self._newest()
        read = partial(listing.listed, self._room.consultation, room=standings)
        answer: dict[str, Any] = await self._room.pools.readers.run(
            read, viewer=viewer, wanted=wanted
        )
        return answer

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
