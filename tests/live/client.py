"""A room's client as the protocol describes it: connects, catches up, keeps a view of the room."""

import asyncio
import json
import socket
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson
import websockets
from websockets.asyncio.client import ClientConnection, connect

from tests.support.room_view import View

PATIENCE = 10.0

Frame = dict[str, Any]


class Refused(Exception):
    """The room answered with an error; `code` is its stable code."""

    def __init__(self, error: Frame) -> None:
        super().__init__(error)
        self.code: str = error["code"]
        self.error = error


class Client:
    """One socket. `frames` holds everything that came, in order; `view` what it makes of it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[Frame] = []
        self.hello: Frame = {}
        self.view = View()
        self._changed = asyncio.Condition()
        self._answers: dict[str, asyncio.Future[Frame]] = {}
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            async for text in self.socket:
                frame: Frame = orjson.loads(text)
                self.frames.append(frame)
                if "hello" in frame:
                    self.hello = frame["hello"]
                answer = self._answers.get(str(frame.get("re")))
                self.view.apply(frame)
                if answer is not None and not answer.done():
                    answer.set_result(frame)
                async with self._changed:
                    self._changed.notify_all()
        except websockets.ConnectionClosed:
            pass
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(ConnectionError("closed"))
            async with self._changed:
                self._changed.notify_all()

    async def until(
        self, holds: Callable[[], Any], *, what: str = "it", seconds: float = PATIENCE
    ) -> Any:
        """Wait until something holds, looking after each frame; returns what it gave."""
        async with asyncio.timeout(seconds), self._changed:
            while not (found := holds()):
                if self.reading.done():
                    raise AssertionError(f"closed with {self.close_code} before {what} held")
                await self._changed.wait()
        return found

    async def call(self, do: str, *, key: str | None = None, **fields: Any) -> Frame:
        """Send a command, and wait for its answer; Refused where it is an error."""
        key = key or str(uuid.uuid4())
        self._answers[key] = asyncio.get_running_loop().create_future()
        try:
            await self.socket.send(orjson.dumps({"do": do, "key": key, **fields}).decode())
            async with asyncio.timeout(PATIENCE):
                frame = await self._answers[key]
        finally:
            del self._answers[key]
        if "error" in frame:
            raise Refused(frame["error"])
        ok: Frame = frame["ok"]
        return ok

    async def post(self, text: str, *, kind: str = "opinion", **fields: Any) -> Frame:
        return await self.call("opinion.post", kind=kind, text=text, **fields)

    async def catch_up(self, *, seq: int = 0, epoch: str = "") -> Frame:
        """What every client does first: ask for what it has missed."""
        return await self.call("room.since", seq=seq, epoch=epoch)

    def events(self, kind: str | None = None) -> list[Frame]:
        """The events that were pushed, without those of answers."""
        return [
            frame
            for frame in self.frames
            if "seq" in frame and (kind is None or frame.get("type") == kind)
        ]

    def news(self, now: str) -> list[Frame]:
        return [frame for frame in self.frames if frame.get("now") == now]

    async def event(self, kind: str) -> Frame:
        return (await self.until(lambda: self.events(kind), what=kind))[0]

    async def closed(self, *, seconds: float = PATIENCE) -> int | None:
        """Wait for the end; returns the close code."""
        async with asyncio.timeout(seconds):
            await asyncio.shield(self.reading)
        return self.close_code

    @property
    def close_code(self) -> int | None:
        return self.socket.close_code

    async def close(self) -> None:
        await self.socket.close()
        await self.reading


def headers(url: str, session: str | None) -> dict[str, str]:
    given = {"Origin": url.replace("ws://", "http://")}
    if session is not None:
        given["Cookie"] = f"sessionid={session}"
    return given


@asynccontextmanager
async def visit(
    url: str, room: int, session: str | None, *, greeted: bool = True, **options: Any
) -> AsyncIterator[Client]:
    """A client in the room: greeted, and caught up with a snapshot, where it gets that far."""
    given = headers(url, session)
    given.update(options.pop("headers", {}))
    socket = await connect(
        f"{url}/ws/rooms/{room}/",
        additional_headers=given,
        compression=None,
        proxy=None,
        max_size=None,
        **options,
    )
    client = Client(socket)
    try:
        if greeted:
            await client.until(lambda: client.hello, what="the greeting")
            await client.catch_up()
        yield client
    finally:
        await client.close()


def small_socket(url: str) -> socket.socket:
    """A connection whose kernel keeps little for a reader that does not read."""
    host, port = url.removeprefix("ws://").split(":")
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.setblocking(False)
    with suppress(BlockingIOError):
        raw.connect((host, int(port)))
    return raw


async def slow_reader(url: str, room: int, session: str) -> tuple[ClientConnection, Frame]:
    """A socket that keeps little of what it is told, for a test to leave it unread; its hello."""
    slow = await connect(
        f"{url}/ws/rooms/{room}/",
        sock=small_socket(url),
        additional_headers=headers(url, session),
        compression=None,
        max_queue=1,
        ping_interval=None,
    )
    return slow, json.loads(await slow.recv())["hello"]
