"""One process's way along the log of one room: what bells tell, and what the database has."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable

from consultations.domain import room_queries
from consultations.domain.deliveries import Delivery
from consultations.live.pool import Pools
from hall import metrics
from hall.errors import in_short

logger = logging.getLogger(__name__)

GAP_SECONDS = 0.05
READ_LIMIT = 500


class Follower:
    """Hands on each event once, in order and without gaps, as soon as nothing before it is missing.

    Until `begin` has told where the log stands, what is heard is only kept. `head` is the last
    event that was handed on, -1 before; `heard_at` is when the log was last heard of.
    """

    def __init__(
        self, room_id: int, pools: Pools, deliver: Callable[[list[Delivery]], None]
    ) -> None:
        self.head = -1
        self.heard_at = time.monotonic()
        self._room_id = room_id
        self._pools = pools
        self._deliver = deliver
        self._loop = asyncio.get_running_loop()
        self._pending: dict[int, Delivery] = {}
        self._committed: dict[int, float] = {}
        self._flushing = False
        self._gap: asyncio.TimerHandle | None = None
        self._reading: asyncio.Task[None] | None = None

    def begin(self, head: int) -> None:
        self.head = head
        self._flush()

    def hear(self, deliveries: Iterable[Delivery], *, committed_at: float | None = None) -> None:
        """A bell with its events. `committed_at` (monotonic) is known where it was rung here."""
        new = {delivery.seq: delivery for delivery in deliveries if delivery.seq > self.head}
        if new:  # else it says nothing of where the log stands: it may have been restored
            self.heard_at = time.monotonic()
        self._pending.update(new)
        if committed_at is not None:
            self._committed.update(dict.fromkeys(new, committed_at))
        if self._pending and not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        if self.head < 0:
            return
        batch = []
        while (delivery := self._pending.pop(self.head + 1, None)) is not None:
            self.head += 1
            batch.append(delivery)
        if batch:
            self._deliver(batch)
            self._measure(batch)
        if len(self._pending) > 0:
            for seq in [seq for seq in self._pending if seq <= self.head]:
                del self._pending[seq]
            if self._pending and self._gap is None:
                # Threads that commit one after the other may ring the other way round.
                self._gap = self._loop.call_later(GAP_SECONDS, self._look_at_gap)

    def _measure(self, batch: list[Delivery]) -> None:
        """How long it took: by this process's own clock for what it committed itself."""
        metrics.events.inc(len(batch))
        self.heard_at = now = time.monotonic()
        wall = time.time()
        for delivery in batch:
            committed_at = self._committed.pop(delivery.seq, None)
            took = wall - delivery.at if committed_at is None else now - committed_at
            metrics.delivery_lag.observe(max(0.0, took))

    def _look_at_gap(self) -> None:
        self._gap = None
        if self._pending and min(self._pending) > self.head + 1:
            metrics.doorbells_missed.inc()
            self.read()

    def read(self) -> None:
        """Read what the log has beyond the head, and hand it on."""
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        try:
            found = READ_LIMIT
            while found == READ_LIMIT:
                events = await self._pools.readers.run(
                    room_queries.deliveries_since, self._room_id, self.head, limit=READ_LIMIT
                )
                found = len(events)
                for event in events:
                    if event.seq > self.head and event.seq not in self._pending:
                        metrics.doorbells_repaired.inc()
                    if event.seq > self.head:
                        self._pending[event.seq] = event
                self._flush()
            self.heard_at = time.monotonic()
        except Exception as error:
            logger.warning("room %s: the log could not be read: %s", self._room_id, in_short(error))
        finally:
            self._reading = None

    def stop(self) -> None:
        """Hand on nothing more."""
        self.head = -1
        if self._gap is not None:
            self._gap.cancel()
        if self._reading is not None:
            self._reading.cancel()
