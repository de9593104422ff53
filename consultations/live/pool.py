"""Threads of our own for the domain's verbs, each with a database connection that stays open."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, InterfaceError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import get_language, override

from hall import metrics

P = ParamSpec("P")
T = TypeVar("T")

READERS = 4
WRITERS = 5


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

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the function in one of the threads, in the language of the caller.

        The call goes on when the caller is gone.
        """
        loop = asyncio.get_running_loop()
        call = partial(self._call, get_language(), partial(function, *args, **kwargs))
        return await loop.run_in_executor(self._executor, call)

    def close(self) -> None:
        """Finish what has begun, and close all connections."""
        self._executor.shutdown(wait=True, cancel_futures=True)
        for held in self._connections:
            held.close()

    def _start_thread(self) -> None:
        held = connections["default"]
        held.inc_thread_sharing()
        self._connections.append(held)
        self._local.checked_at = time.monotonic()

    def _call(self, language: str | None, function: Callable[[], T]) -> T:
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


class Pools:
    """Readers and writers apart: who comes in does not hold up who speaks.

    SQLite has one writer at a time; more threads would only wait for one another.
    """

    def __init__(self) -> None:
        self._readers: Pool | None = None
        self._writers: Pool | None = None

    @property
    def readers(self) -> Pool:
        if self._readers is None:
            self._readers = Pool("read", READERS)
        return self._readers

    @property
    def writers(self) -> Pool:
        if self._writers is None:
            self._writers = Pool("write", 1 if connection.vendor == "sqlite" else WRITERS)
        return self._writers

    def close(self) -> None:
        for pool in (self._writers, self._readers):
            if pool is not None:
                pool.close()
        self._readers = self._writers = None
