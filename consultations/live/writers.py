"""What many do at the same time is done in one go: one transaction, or one look."""

import asyncio
import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Generic, TypeVar

from django.utils import translation

from consultations.domain.floor import Receipt
from consultations.domain.posting import PostDraft, post_opinions
from consultations.domain.seats import enter_together
from consultations.domain.stances import StanceDraft, take_stances
from consultations.live import entrance
from consultations.live.pool import Pool, Pools
from consultations.live.sessions import Arrival
from consultations.models import Consultation
from hall import metrics
from hall.errors import Refusal
from members.models import Person
from members.roles import SeatRole

MOST = 256

Draft = TypeVar("Draft")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Draft, Result]):
    draft: Draft
    committed: asyncio.Future[Result | Refusal]
    language: str | None


class Batcher(Generic[Draft, Result]):
    """Takes drafts from many, and answers each only after its commit.

    While one transaction runs the next batch gathers: alone, a draft waits for nothing. `pool`
    says whose threads run the verb.
    """

    def __init__(
        self,
        name: str,
        pool: Callable[[], Pool],
        verb: Callable[[Sequence[Draft]], list[Result | Refusal]],
    ) -> None:
        self._name = name
        self._pool = pool
        self._verb = verb
        self._waiting: list[_Waiting[Draft, Result]] = []
        self._task: asyncio.Task[None] | None = None

    async def write(self, draft: Draft) -> Result:
        """Returns what became of the draft once it is committed.

        Raises:
            Refusal: why the verb refused this draft.
            DatabaseError: nothing of the batch was written.
        """
        committed: asyncio.Future[Result | Refusal] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(draft, committed, translation.get_language()))
        if self._task is None:
            self._task = asyncio.ensure_future(self._write_all())
        result = await committed
        if isinstance(result, Refusal):
            raise result
        return result

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                batch = self._next_batch()
                # What is refused is refused in the language of who asked.
                with translation.override(batch[0].language):
                    await self._write(batch)
        finally:
            self._task = None

    def _next_batch(self) -> list[_Waiting[Draft, Result]]:
        language = self._waiting[0].language
        alike = takewhile(lambda one: one.language == language, self._waiting)
        batch = list(islice(alike, MOST))
        del self._waiting[: len(batch)]
        return batch

    async def _write(self, batch: list[_Waiting[Draft, Result]]) -> None:
        metrics.writer_batch.labels(self._name).observe(len(batch))
        results: list[Result | Refusal] = []
        failure: Exception | None = None
        try:
            results = await self._pool().run(self._verb, [one.draft for one in batch])
        except Refusal as refusal:
            results = [refusal] * len(batch)
        except Exception as error:
            failure = error
        for index, one in enumerate(batch):
            if one.committed.done():
                continue
            if failure is not None:
                one.committed.set_exception(failure)
            else:
                one.committed.set_result(results[index])


def stance_writer(pools: Pools) -> Batcher[StanceDraft, None]:
    """One for all rooms of the process: stances of many rooms fit into one transaction."""
    return Batcher("stances", lambda: pools.writers, take_stances)


def post_writer(
    pools: Pools, consultation: Callable[[], Consultation]
) -> Batcher[PostDraft, Receipt]:
    """One for each room: its speakers wait for the room's lock anyhow."""

    def post(drafts: Sequence[PostDraft]) -> list[Receipt | Refusal]:
        return post_opinions(copy.copy(consultation()), drafts)

    return Batcher("posts", lambda: pools.writers, post)


def entry_writer(
    pools: Pools, consultation: Callable[[], Consultation]
) -> Batcher[Person, SeatRole]:
    """One for each room: a thousand who come at once are seated in a few transactions."""

    def enter(people: Sequence[Person]) -> list[SeatRole | Refusal]:
        seats = enter_together(copy.copy(consultation()), people)
        return [SeatRole(seats[person.pk].role) for person in people]

    return Batcher("entries", lambda: pools.writers, enter)


def caller_reader(pools: Pools) -> Batcher[str, Person]:
    """Who calls at a room that is not open: no room is opened before that is known."""
    return Batcher("callers", lambda: pools.readers, entrance.call)


def arrival_reader(
    pools: Pools, consultation: Callable[[], Consultation]
) -> Batcher[str, tuple[Arrival, bool]]:
    """One for each room: who comes with these sessions, a thousand as quickly as a few."""

    def look(session_keys: Sequence[str]) -> list[tuple[Arrival, bool] | Refusal]:
        return entrance.look(copy.copy(consultation()), session_keys)

    return Batcher("arrivals", lambda: pools.readers, look)
