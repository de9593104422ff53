"""The rooms' threads: what waits for one, and for how long."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
from django.conf import settings
from prometheus_client import REGISTRY

from consultations.live import pool
from consultations.live.pool import Pool, PoolBusy, bounded


def figure(name: str) -> float:
    return REGISTRY.get_sample_value(name, {"pool": "read"}) or 0.0


class Held:
    """A pool of one thread, which is held up until `let_go`."""

    def __init__(self) -> None:
        self.pool = Pool("read", 1)
        self._begun, self._end = threading.Event(), threading.Event()
        self.holding = asyncio.ensure_future(self.pool.run(self._hold))

    def _hold(self) -> None:
        self._begun.set()
        self._end.wait(10)

    async def begun(self) -> None:
        assert await asyncio.to_thread(self._begun.wait, 10)

    async def let_go(self) -> None:
        self._end.set()
        await self.holding


@pytest.fixture
async def held() -> AsyncIterator[Held]:
    one = Held()
    await one.begun()
    yield one
    await one.let_go()
    await asyncio.to_thread(one.pool.close)


async def test_waiting_for_a_thread_is_counted(held: Held) -> None:
    before = figure("hall_database_wait_seconds_sum")
    waiting = asyncio.ensure_future(held.pool.run(str, 7))
    await asyncio.sleep(0.2)
    assert figure("hall_database_waiting") == 1
    await held.let_go()
    assert await waiting == "7"
    assert figure("hall_database_waiting") == 0
    assert figure("hall_database_wait_seconds_sum") - before >= 0.2


async def test_who_waits_too_long_is_told_so_and_nothing_is_done(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "QUEUE_SECONDS", 0.05)
    done: list[int] = []
    with pytest.raises(PoolBusy):
        await held.pool.run(done.append, 1)
    await held.let_go()
    await held.pool.run(done.append, 2)
    assert done == [2]


async def test_what_has_begun_is_waited_for_however_long_it_takes(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "QUEUE_SECONDS", 0.05)
    await asyncio.sleep(0.1)
    assert not held.holding.done()


def test_thread_has_a_connection_of_its_own_that_gives_up() -> None:
    database = {"NAME": "hall", "OPTIONS": {"pool": {"max_size": 4}, "options": "-c geqo=off"}}
    options = bounded(database)["OPTIONS"]
    bounds = (
        "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=10s"
    )
    assert options == {"options": f"-c geqo=off {bounds}"}
    assert "pool" in database["OPTIONS"]
    assert sum(settings.HALL_ROOM_THREADS.values()) == 10
