"""Many who only listen: as cheap as a reader can be, so that it is the hall that is measured."""

import asyncio
import json
import re
import time
import uuid
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from tests.faults.people import Person
from tests.faults.wire import CLOSE, PING, PONG, TEXT, frame, handshake

STAMP = re.compile(rb"@([0-9]+\.[0-9]+)@")


def stamped(text: str) -> str:
    """A text that says when it was said, for `Listener.lags`."""
    return f"@{time.monotonic():.4f}@{text}"


class Listener(asyncio.Protocol):
    """One socket: answers pings, and notes how long each stamped opinion took to get here."""

    def __init__(self, path: str, headers: dict[str, str], *, catch_up: bool = True) -> None:
        self.request = handshake(path, headers)
        self.catch_up = catch_up
        self.buffer = bytearray()
        self.shaken = False
        self.opened_at = 0.0
        self.ended_at = 0.0
        self.close_code: int | None = None
        self.lags: list[float] = []
        self.answers: list[tuple[float, bytes]] = []
        self.ready = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def say(self, **command: object) -> None:
        text = json.dumps({"key": str(uuid.uuid4()), **command})
        self.transport.write(frame(TEXT, text.encode()))

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.shaken:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            self.shaken = True
            self.opened_at = time.monotonic()
            del self.buffer[: end + 4]
        while (taken := self._frame()) is not None:
            self._take(*taken)

    def _frame(self) -> tuple[int, bytes] | None:
        buffer = self.buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1], 2
        if length >= 126:
            start = 4 if length == 126 else 10
            if len(buffer) < start:
                return None
            length = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + length:
            return None
        opcode, payload = buffer[0] & 0x0F, bytes(buffer[start : start + length])
        del buffer[: start + length]
        return opcode, payload

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self.transport.write(frame(PONG, payload))
        elif opcode == CLOSE:
            self.close_code = int.from_bytes(payload[:2], "big")
            self._end()
            self.transport.close()
        elif payload.startswith(b'{"hello"'):
            if self.catch_up:
                self.say(do="room.since", seq=0, epoch="")
            if not self.ready.done():
                self.ready.set_result(None)
        elif payload.startswith(b'{"re"'):
            self.answers.append((time.monotonic(), payload[:200]))
        elif (stamp := STAMP.search(payload)) is not None:
            self.lags.append(time.monotonic() - float(stamp[1]))

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()

    def _end(self) -> None:
        self.ended_at = self.ended_at or time.monotonic()
        if not self.ready.done():
            self.ready.set_result(None)


async def listen(
    address: str, room: int, person: Person, *, origin_address: str = "", catch_up: bool = True
) -> Listener:
    """Open a socket, and return before the hall has greeted it."""
    headers = {
        "Host": address,
        "Origin": f"http://{address}",
        "Cookie": f"sessionid={person.session}",
    }
    if origin_address:
        headers["X-Forwarded-For"] = origin_address
    host, port = address.split(":")
    _transport, listener = await asyncio.get_running_loop().create_connection(
        lambda: Listener(f"/ws/rooms/{room}/", headers, catch_up=catch_up), host, int(port)
    )
    return listener


class Crowd:
    """These people listen, each from an address of their own."""

    def __init__(self, address: str, room: int, people: Sequence[Person]) -> None:
        self.address, self.room, self.people = address, room, people
        self.listeners: list[Listener] = []

    async def __aenter__(self) -> Self:
        for number, person in enumerate(self.people):
            own = f"10.0.{number // 250}.{number % 250 + 1}"
            self.listeners.append(await listen(self.address, self.room, person, origin_address=own))
        await asyncio.gather(*(listener.ready for listener in self.listeners))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for listener in self.listeners:
            listener.transport.abort()

    def take_lags(self) -> list[float]:
        """All lags so far, which begin anew."""
        lags = [lag for listener in self.listeners for lag in listener.lags]
        for listener in self.listeners:
            listener.lags.clear()
        return lags

    @property
    def broken(self) -> list[int | None]:
        return [each.close_code for each in self.listeners if each.ended_at]
