"""News that many causes ask for, told at a bounded rate."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)


class Coalesced:
    """Runs `step` soon after it is asked for, never twice at once, and at most once per `seconds`.

    What is asked for while it runs is done by the next run.
    """

    __slots__ = ("_asked", "_began", "_seconds", "_step", "_task")

    def __init__(self, step: Callable[[], Awaitable[None]], *, seconds: float) -> None:
        self._step = step
        self._seconds = seconds
        self._asked = False
        self._began = float("-inf")
        self._task: asyncio.Task[None] | None = None

    def ask(self) -> None:
        self._asked = True
        if self._task is None:
            self._task = asyncio.ensure_future(self._run())

    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._asked:
                await asyncio.sleep(self._began + self._seconds - loop.time())
                self._asked = False
                self._began = loop.time()
                await self._step()
        except Exception:
            logger.exception("coalesced news failed")
        finally:
            self._task = None
