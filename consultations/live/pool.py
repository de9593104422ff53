"""Threads of our own for the domain's verbs, each with a database connection that stays open."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import get_language, override

from hall import metrics

P = ParamSpec("P")
T = TypeVar("T")

# Whoever waits for a database that does not move is told so, and may ask again: for a row or a
# table that somebody else holds, for one answer, and for a thread.
LOCK_SECONDS = 5
STATEMENT_SECONDS = 30
# A process that stands still, or whose machine is gone without a word, lets go of what it holds.
IDLE_SECONDS = 10
QUEUE_SECONDS = 10.0


class PoolBusy(OperationalError):
    """No thread was free for so long; nothing has been begun."""


class Pool:
    """A bounded number of threads, each keeping its connection.

    A connection that failed is checked before it is used again, and so are the others, which
    lost the same server; a broken one is closed, and the next query opens a new one.
    """

    def __init__(self, name: str, threads: int) -> None:
        self.name = name
        self._executor = ThreadPoolExecutor(threads, f"hall-{name}", self._start_thread)
        self._local = threading.local()
        self._connections: list[BaseDatabaseWrapper] = []
        self._failed_at = 0.0
        waiting = metrics.database_waiting.labels(name)
        waiting.set_function(self._executor._work_queue.qsize)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the function in one of the threads, in the language of the caller.

        The call goes on when the caller is gone.

        Raises:
            PoolBusy: no thread has begun with it within `QUEUE_SECONDS`.
        """
        asked = time.perf_counter(), get_language()
        call = partial(self._call, asked, partial(function, *args, **kwargs))
        job = self._executor.submit(call)
        gave_up = False

        def give_up() -> None:
            nonlocal gave_up
            gave_up = job.cancel()  # what a thread has begun with is not to be cancelled

        timer = asyncio.get_running_loop().call_later(QUEUE_SECONDS, give_up)
        try:
            return await asyncio.wrap_future(job)
        except asyncio.CancelledError:
            if gave_up:
                metrics.database_given_up.labels(self.name).inc()
                raise PoolBusy(f"no thread to {self.name} with is free") from None
            raise
        finally:
            timer.cancel()

    def close(self) -> None:
        """Finish what has begun, and close all connections."""
        self._executor.shutdown(wait=True, cancel_futures=True)
        for held in self._connections:
            held.close()

    def _start_thread(self) -> None:
        held = connections["default"]
        if held.vendor == "postgresql":
            held.settings_dict = bounded(held.settings_dict)
        held.inc_thread_sharing()
        self._connections.append(held)
        self._local.checked_at = time.monotonic()

    def _call(self, asked: tuple[float, str | None], function: Callable[[], T]) -> T:
        asked_at, language = asked
        metrics.database_wait.labels(self.name).observe(time.perf_counter() - asked_at)
        self._ensure_usable()
        began = time.perf_counter()
        try:
            with override(language):
                return function()
        except (DatabaseError, InterfaceError):
            self._failed_at = time.monotonic()
            raise
        finally:
            metrics.database_seconds.labels(self.name).observe(time.perf_counter() - began)

    def _ensure_usable(self) -> None:
        if self._local.checked_at > self._failed_at and not connection.errors_occurred:
            return
        self._local.checked_at = time.monotonic()
        if connection.connection is not None and not connection.is_usable():
            connection.close()
        connection.errors_occurred = False


def bounded(database: dict[str, Any]) -> dict[str, Any]:
    """The same database for a thread of a pool: a connection of its own, and bounds to its waiting.

    Commands, migrations and documents may take their time; they go by the settings as they are.
    """
    options = {name: value for name, value in database["OPTIONS"].items() if name != "pool"}
    given = {
        "lock_timeout": LOCK_SECONDS,
        "statement_timeout": STATEMENT_SECONDS,
        "idle_in_transaction_session_timeout": IDLE_SECONDS,
    }
    flags = [options.get("options", ""), *(f"-c {name}={most}s" for name, most in given.items())]
    options["options"] = " ".join(flags).strip()
    return {**database, "OPTIONS": options}


class Pools:
    """Readers and writers apart: who comes in does not hold up who speaks. And a watch of its own,
    for what has to be looked at whether or not the others come forward.

    SQLite has one writer at a time; more threads would only wait for one another.
    """

    def __init__(self) -> None:
        self._pools: dict[str, Pool] = {}

    @property
    def readers(self) -> Pool:
        return self._pool("read")

    @property
    def writers(self) -> Pool:
        return self._pool("write")

    @property
    def watch(self) -> Pool:
        return self._pool("watch")

    def _pool(self, name: str) -> Pool:
        if name not in self._pools:
            one_writes = name == "write" and connection.vendor == "sqlite"
            threads = 1 if one_writes else settings.HALL_ROOM_THREADS[name]
            self._pools[name] = Pool(name, threads)
        return self._pools[name]

    def close(self) -> None:
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            pool.close()
