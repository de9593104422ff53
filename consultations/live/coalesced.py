"""News that many causes ask for, told at a bounded rate."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from django.db import DatabaseError, InterfaceError

from hall.errors import in_short

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0


class Coalesced:
    """Runs `step` soon after it is asked for, never twice at once, and at most once per `seconds`.

    What is asked for while it runs is done by the next run. A run that the database failed is made
    again after a second, until it goes through or is cancelled.
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
                try:
                    await self._step()
                except (DatabaseError, InterfaceError) as error:
                    logger.warning(
                        "what changed could not be read, to tell of it: %s", in_short(error)
                    )
                    self._asked = True
                    await asyncio.sleep(RETRY_SECONDS)
        except Exception:
            logger.exception("coalesced news failed")
        finally:
            self._task = None
