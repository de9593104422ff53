"""Doorbells between processes, through the channel layer. Each of them may be lost."""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from channels.layers import get_channel_layer

from consultations.domain.doorbell import group_of, message
from hall import metrics

logger = logging.getLogger(__name__)

SEND_SECONDS = 2.0
ECHO_SECONDS = 5.0
RETRY_SECONDS = 1.0
WAITING = 2000

Heard = Callable[[int, str, dict[str, Any]], None]


class Bells:
    """This process's ear and voice in the channel layer.

    `healthy` says whether a message of our own has come back lately. While it has not, listeners
    look into the database more often. `recovered` is told when it does again, with the rooms for
    which something was rung in vain.
    """

    def __init__(self, heard: Heard, recovered: Callable[[set[int]], None]) -> None:
        self.process = secrets.token_hex(6)
        self.healthy = False
        self._heard = heard
        self._recovered = recovered
        self._wanted: set[int] = set()
        self._joined: set[int] = set()
        self._channel: str | None = None
        self._outgoing: deque[tuple[int, dict[str, Any]]] = deque()
        self._unheard: set[int] = set()
        self._rung = asyncio.Event()
        self._all_sent = asyncio.Event()
        self._echoed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._layer = get_channel_layer()
        self._tasks = [
            asyncio.ensure_future(_forever(step))
            for step in (self._listen, self._send_waiting, self._look_after)
        ]

    async def stop(self) -> None:
        """Send what is waiting, for a second at most, and leave the layer."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._all_sent.wait(), 1)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(Exception):
            await asyncio.wait_for(self._layer.flush(), SEND_SECONDS)

    def ring(self, room_id: int, bell: dict[str, Any]) -> None:
        """Tell the other processes; returns at once."""
        if len(self._outgoing) == WAITING:
            self._lose_waiting()
        self._outgoing.append((room_id, message(room_id, bell, sender=self.process)))
        self._rung.set()
        self._all_sent.clear()

    async def join(self, room_id: int) -> None:
        """Hear this room from now on; where the layer is away, as soon as it is back."""
        self._wanted.add(room_id)
        with suppress(Exception):
            await self._join(room_id)

    async def leave(self, room_id: int) -> None:
        self._wanted.discard(room_id)
        if room_id in self._joined and self._channel is not None:
            self._joined.discard(room_id)
            with suppress(Exception):
                discarding = self._layer.group_discard(group_of(room_id), self._channel)
                await asyncio.wait_for(discarding, SEND_SECONDS)

    async def _join(self, room_id: int) -> None:
        if room_id in self._joined or self._channel is None:
            return
        async with asyncio.timeout(SEND_SECONDS):
            await self._layer.group_add(group_of(room_id), self._channel)
        self._joined.add(room_id)

    async def _listen(self) -> None:
        if self._channel is None:
            async with asyncio.timeout(SEND_SECONDS):
                self._channel = await self._layer.new_channel("hall.")
        carried = await self._layer.receive(self._channel)
        if carried["sender"] != self.process:
            self._heard(carried["room"], carried["sender"], carried)
        elif carried.get("echo"):
            self._echoed.set()

    async def _send_waiting(self) -> None:
        await self._rung.wait()
        self._rung.clear()
        while self._outgoing:
            room_id, carried = self._outgoing[0]
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._layer.group_send(group_of(room_id), carried)
            except Exception:
                self._lose_waiting()
                raise
            if self._outgoing and self._outgoing[0][1] is carried:
                self._outgoing.popleft()
        self._all_sent.set()

    def _lose_waiting(self) -> None:
        metrics.doorbells_lost.inc(len(self._outgoing))
        self._unheard.update(room_id for room_id, _carried in self._outgoing)
        self._outgoing.clear()
        self._set_healthy(False)

    async def _look_after(self) -> None:
        """Join what is wanted, and see whether a message of our own comes back."""
        try:
            if self._channel is not None:
                for room_id in self._wanted - self._joined:
                    await self._join(room_id)
                self._echoed.clear()
                echo = {**message(0, {"echo": True}, sender=self.process)}
                async with asyncio.timeout(SEND_SECONDS):
                    await self._layer.send(self._channel, echo)
                    await self._echoed.wait()
                self._set_healthy(True)
        except Exception:
            self._set_healthy(False)
            raise
        await asyncio.sleep(ECHO_SECONDS if self.healthy else 0.05)

    def _set_healthy(self, healthy: bool) -> None:
        if healthy == self.healthy:
            return
        self.healthy = healthy
        metrics.layer_healthy.set(healthy)
        if healthy:
            unheard, self._unheard = self._unheard, set()
            self._recovered(unheard)
        else:
            logger.warning("the channel layer does not answer; rooms are read from the database")


async def _forever(step: Callable[[], Any]) -> None:
    """Run a step again and again; after a failure not at once."""
    while True:
        try:
            await step()
        except Exception as error:
            logger.info("channel layer: %s", error or type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)
