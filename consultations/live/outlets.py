"""Writing to one socket without ever waiting for it."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Coroutine, Generator
from contextlib import suppress
from functools import partial
from typing import Any, Protocol, Self

from consultations.live.protocol import Close, Packet
from hall import metrics

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]

OWED_LIMIT = 256 * 1024
CLOSE_SECONDS = 10.0


class Frames(Protocol):
    """What a server offers as the ASGI extension `hall.frames`; see `hall.frames`."""

    def write(self, wire: bytes) -> bool: ...

    def write_to_all(self, sockets: Collection[Self], wire: bytes) -> list[Self]: ...

    def answer(self, wire: bytes) -> bool: ...

    def close(self, code: int) -> None: ...


class Outlet(Protocol):
    """One socket's way out. False says that the socket is closed, or has just been cut."""

    def write(self, packet: Packet) -> bool:
        """Write news; a client that owes more than 256 KiB is cut with 4008."""
        ...

    def answer(self, packet: Packet) -> bool:
        """Write what the client asked for; it may be larger than what a client may owe."""
        ...

    def close(self, code: Close) -> None: ...


def outlet_for(scope: dict[str, Any], send: Send) -> Outlet:
    """The server's own way out where it offers one, or plain ASGI."""
    frames: Frames | None = (scope.get("extensions") or {}).get("hall.frames")
    return PortableOutlet(send) if frames is None else DirectOutlet(frames)


def count(packet: Packet, *, written: bool) -> bool:
    """Note what was written to one socket; returns whether it was."""
    if written:
        metrics.frames.inc(len(packet.frames))
    return written


class DirectOutlet:
    """Frames as they stand on the wire, straight to the transport."""

    __slots__ = ("frames",)

    def __init__(self, frames: Frames) -> None:
        self.frames = frames

    def write(self, packet: Packet) -> bool:
        return count(packet, written=self.frames.write(packet.wire))

    def answer(self, packet: Packet) -> bool:
        return count(packet, written=self.frames.answer(packet.wire))

    def close(self, code: Close) -> None:
        self.frames.close(code)


class PortableOutlet:
    """ASGI `send`, stepped: one client that does not read holds up nobody else.

    Each send is begun at once. Where it does not end at once, a task sees it through, and what
    comes after waits in order behind it, counted in bytes. What the server keeps of a send that
    has ended is the server's: on stock Daphne, where a send never waits, nothing is counted.
    """

    __slots__ = ("_closing", "_owed", "_pump", "_send", "_waiting", "closed")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: deque[tuple[Message, int]] = deque()
        self._owed = 0
        self._pump: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self.closed = False

    def write(self, packet: Packet) -> bool:
        return self._put(packet, OWED_LIMIT)

    def answer(self, packet: Packet) -> bool:
        if self._owed > OWED_LIMIT:
            self.close(Close.TOO_SLOW)
            return False
        return self._put(packet, OWED_LIMIT + sum(map(len, packet.frames)))

    def _put(self, packet: Packet, limit: int) -> bool:
        if self.closed:
            return False
        for message, frame in zip(packet.messages, packet.frames, strict=True):
            if self._pump is None:
                self._begin(message)
            else:
                self._waiting.append((message, len(frame)))
                self._owed += len(frame)
        if self._owed > limit:
            self.close(Close.TOO_SLOW)
        return count(packet, written=not self.closed)

    def _begin(self, message: Message) -> None:
        sending = self._sending(message)
        try:
            awaited = sending.send(None)
        except StopIteration:
            return
        except Exception:
            self.closed = True  # the peer is gone; the server's disconnect message follows
            return
        self._pump = asyncio.ensure_future(self._drain(_Continued(sending, awaited)))

    async def _sending(self, message: Message) -> None:
        await self._send(message)

    async def _drain(self, first: Awaitable[None]) -> None:
        try:
            await first
            while self._waiting:
                message, length = self._waiting.popleft()
                await self._send(message)
                self._owed -= length
        except Exception:
            self.closed = True
        finally:
            self._pump = None

    def close(self, code: Close) -> None:
        if self._closing is not None:
            return
        self.closed = True
        self._waiting.clear()
        self._owed = 0
        if self._pump is not None:
            self._pump.cancel()
        metrics.cuts.labels(int(code)).inc()
        self._closing = asyncio.ensure_future(self._say_close(code))

    async def _say_close(self, code: Close) -> None:
        with suppress(Exception):
            message = {"type": "websocket.close", "code": int(code)}
            await asyncio.wait_for(self._sending(message), CLOSE_SECONDS)


class _Continued:
    """The rest of a coroutine that was stepped once and waits for `awaited`."""

    def __init__(self, begun: Coroutine[Any, Any, None], awaited: Any) -> None:
        self._begun = begun
        self._awaited = awaited

    def __await__(self) -> Generator[Any, Any, None]:
        while True:
            try:
                result = yield self._awaited
            except BaseException as error:
                step = partial(self._begun.throw, error)
            else:
                step = partial(self._begun.send, result)
            try:
                self._awaited = step()
            except StopIteration:
                return
