"""Stances come in storms: whatever is waiting is written in one transaction."""

import asyncio

from consultations.domain.stances import StanceDraft, take_stances
from consultations.live.pool import Pools
from hall import metrics
from hall.errors import Refusal

MOST = 256


class StanceWriter:
    """Takes drafts from many, and answers each only after its commit.

    While one transaction runs the next batch gathers: alone, a stance waits for nothing.
    """

    def __init__(self, pools: Pools) -> None:
        self._pools = pools
        self._waiting: list[tuple[StanceDraft, asyncio.Future[Refusal | None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def take(self, draft: StanceDraft) -> None:
        """Returns once the stance is committed.

        Raises:
            Refusal: see `consultations.domain.stances.take_stance`.
            DatabaseError: nothing of the batch was written.
        """
        committed: asyncio.Future[Refusal | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((draft, committed))
        if self._task is None:
            self._task = asyncio.ensure_future(self._write_all())
        refusal = await committed
        if refusal is not None:
            raise refusal

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._write(batch)
        finally:
            self._task = None

    async def _write(self, batch: list[tuple[StanceDraft, asyncio.Future[Refusal | None]]]) -> None:
        metrics.writer_batch.observe(len(batch))
        try:
            refusals = await self._pools.writers.run(take_stances, [draft for draft, _ in batch])
        except Exception as error:
            for _draft, committed in batch:
                if not committed.done():
                    committed.set_exception(error)
            return
        for (_draft, committed), refusal in zip(batch, refusals, strict=True):
            if not committed.done():
                committed.set_result(refusal)
