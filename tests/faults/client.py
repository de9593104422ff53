"""A room's client that behaves like the browser's: static/js/room/connection.js and store.js.

A command waits for its answer across reconnects and is sent again under the same key. Events are
applied in the log's order, and what is missing is asked for.
"""

import asyncio
import random
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from tests.faults.people import Declined, LineGone, Person, Post
from tests.support.room_view import Frame, View

SHORTEST = 0.5
LONGEST = 30.0
SILENCE = 40.0
WAIT_WHEN_FULL = 10.0
MOST_WAITING = 1000
FINAL = {4001, 4003, 4004}
LOST = 1006


def delay_after(failures: int) -> float:
    """Full jitter: from half a second up to a bound that doubles with each failure."""
    bound = min(LONGEST, SHORTEST * 2 ** min(failures, 10))
    return SHORTEST + random.random() * max(0.0, bound - SHORTEST)


@dataclass
class _Call:
    frame: Frame
    again: bool
    answer: asyncio.Future[Frame]


class Line:
    """What one socket may bring next: the events that it pushes count on from its last answer."""

    def __init__(self) -> None:
        self._next: int | None = None
        self._may_repeat = False

    def answered(self, ok: Any) -> None:
        """An answer about the log may hold events that have been pushed, or are pushed after it."""
        if isinstance(ok, dict) and ("snapshot" in ok or "events" in ok):
            head = ok["snapshot"]["head"] if "snapshot" in ok else ok["head"]
            self._next, self._may_repeat = head + 1, True

    def pushed(self, seq: int) -> int | None:
        """The event that was to come, where it is not this one."""
        wanted, may_be_earlier = self._next, self._may_repeat
        self._next, self._may_repeat = seq + 1, False
        fits = wanted is None or seq == wanted or (may_be_earlier and seq < wanted)
        return None if fits else wanted


class RoomClient:
    """One person's tab in a room, from `start` to `stop`.

    `closes` are (time, code) of every end of a socket that had been greeted; `greeted_at` are the
    times of all greetings; `arrived` is when each opinion's number was first shown; `heads_at_end`
    is the last event that each socket brought. `out_of_line` are the places, `(wanted, seq)`, where
    a socket brought another event than the next one: no later answer mends that.
    """

    def __init__(
        self,
        person: Person,
        address: str,
        room: int,
        *,
        silence: float = SILENCE,
        forwarded_for: str | None = None,
    ) -> None:
        self.person = person
        self.url = f"ws://{address}/ws/rooms/{room}/"
        self.origin = f"http://{address}"
        self.silence = silence
        self.headers = {"Cookie": f"sessionid={person.session}"}
        if forwarded_for is not None:
            self.headers["X-Forwarded-For"] = forwarded_for
        self.view = View()
        self.posts: list[Post] = []
        self.closes: list[tuple[float, int]] = []
        self.greeted_at: list[float] = []
        self.replays: list[str] = []
        self.arrived: dict[int, float] = {}
        self.out_of_line: list[tuple[int, int]] = []
        self.heads_at_end: list[int] = []
        self.ended: int | None = None
        self._socket: ClientConnection | None = None
        self._greeted = False
        self._calls: dict[str, _Call] = {}
        self._line = Line()
        self._waiting: dict[int, Frame] = {}
        self._asking: asyncio.Task[None] | None = None
        self._resending: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    # --- the line -------------------------------------------------------------------------------

    def start(self) -> Self:
        self._running = asyncio.create_task(self._stay_connected())
        return self

    async def stop(self) -> None:
        for task in (self._running, self._asking, self._resending):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError, LineGone):
                    await task
        for call in self._calls.values():
            call.answer.cancel()

    async def __aenter__(self) -> Self:
        return self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def _stay_connected(self) -> None:
        failures = 0
        while True:
            greetings = len(self.greeted_at)
            code = await self._one_socket()
            if len(self.greeted_at) > greetings:
                self.closes.append((time.monotonic(), code))
                self.heads_at_end.append(self.view.head)
            self._lose_questions()
            self._tell()
            if code in FINAL:
                self.ended = code
                return
            failures = 0 if len(self.greeted_at) > greetings else failures + 1
            await asyncio.sleep(delay_after(failures) + (WAIT_WHEN_FULL if code == 4009 else 0))

    async def _one_socket(self) -> int:
        """Connect, read until the end, and return the close code (1006 for a line that broke)."""
        try:
            socket = await connect(
                self.url,
                origin=self.origin,  # type: ignore[arg-type]
                additional_headers=self.headers,
                ping_interval=None,
                open_timeout=self.silence,
                close_timeout=1,
                max_size=None,
                proxy=None,
            )
        except (OSError, TimeoutError, InvalidHandshake, WebSocketException):
            return LOST
        self._socket, self._line = socket, Line()
        try:
            while True:
                async with asyncio.timeout(self.silence):
                    data = await socket.recv()
                self._receive(orjson.loads(data))
        except TimeoutError:
            return LOST
        except WebSocketException:
            return socket.close_code or LOST
        finally:
            self._socket, self._greeted = None, False
            if socket.close_code is None:
                socket.transport.abort()
            await socket.wait_closed()

    def _lose_questions(self) -> None:
        for key, call in list(self._calls.items()):
            if not call.again:
                del self._calls[key]
                if not call.answer.done():
                    call.answer.set_exception(LineGone())

    async def call(
        self, do: str, *, key: str | None = None, again: bool = True, **fields: Any
    ) -> Frame:
        """Send a command and wait for its answer's `ok`; `again=False` for what only reads.

        Raises:
            Declined: with the hall's code.
            LineGone: for a question whose line broke.
        """
        if not again and not self._greeted:
            raise LineGone
        key = key or str(uuid.uuid4())
        frame = {"do": do, "key": key, **fields}
        call = _Call(frame, again, asyncio.get_running_loop().create_future())
        self._calls[key] = call
        if self._greeted:
            await self._send(frame)
        answer = await call.answer
        if "error" in answer:
            raise Declined(answer["error"])
        ok: Frame = answer["ok"]
        return ok

    async def _send(self, frame: Frame) -> None:
        if self._socket is not None:
            with suppress(WebSocketException):
                await self._socket.send(orjson.dumps(frame).decode())

    async def _resend(self) -> None:
        for call in list(self._calls.values()):
            await self._send(call.frame)

    def _receive(self, frame: Frame) -> None:
        if "re" in frame:
            self._line.answered(frame.get("ok"))
            call = self._calls.pop(str(frame["re"]), None)
            if call is not None and not call.answer.done():
                call.answer.set_result(frame)
        elif "hello" in frame:
            self._greeted = True
            self.greeted_at.append(time.monotonic())
            self.view.greet(frame["hello"])
            self._resending = asyncio.create_task(self._resend())
            self._catch_up(afresh=True)
        elif "seq" in frame:
            if (wanted := self._line.pushed(frame["seq"])) is not None:
                self.out_of_line.append((wanted, frame["seq"]))
            self._apply(frame)
        elif frame["now"] == "head":
            if frame["head"] > self.view.head:
                self._catch_up()
        else:
            self.view.take_news(frame)
        self._tell()

    # --- the store ------------------------------------------------------------------------------

    def _apply(self, event: Frame) -> None:
        if not self.view.ready or event["seq"] > self.view.head + 1:
            if len(self._waiting) < MOST_WAITING:
                self._waiting[event["seq"]] = event
            self._catch_up()
            return
        self._take([event])

    def _take(self, events: list[Frame]) -> None:
        self.view.take_events(events)
        now = time.monotonic()
        for event in events:
            if event.get("type") == "opinion.posted":
                self.arrived.setdefault(event["body"]["number"], now)

    def _catch_up(self, *, afresh: bool = False) -> None:
        if self._asking is not None and not self._asking.done():
            if not afresh:
                return
            self._asking.cancel()
        self._asking = asyncio.create_task(self._since())

    async def _since(self) -> None:
        with suppress(LineGone):
            while True:
                head, epoch = self.view.head, self.view.epoch
                told = await self.call("room.since", again=False, seq=head, epoch=epoch)
                if "snapshot" in told:
                    self.view.take_snapshot(told["snapshot"])
                    self.replays.append("snapshot")
                else:
                    self._take(told["events"])
                    self.replays.append("events")
                waiting = sorted(self._waiting.values(), key=lambda event: int(event["seq"]))
                self._waiting.clear()
                self._take(waiting)
                self._tell()
                if "snapshot" in told or self.view.head >= told["head"] or self.view.head == head:
                    return

    # --- what a person does ---------------------------------------------------------------------

    async def post(self, text: str, *, patience: float = 0.3) -> Post:
        """Say something, and keep at it until it is acknowledged: `busy` is tried again later."""
        post = Post(self.person.id, str(uuid.uuid4()), text)
        self.posts.append(post)
        while post.receipt is None:
            try:
                post.receipt = await self.call(
                    "opinion.post", key=post.key, kind="opinion", text=text
                )
                post.acknowledged_at = time.monotonic()
            except Declined as declined:
                post.refused.append(declined.code)
                if declined.code not in {"busy", "too_many"}:
                    raise
                await asyncio.sleep(patience)
        return post

    async def until(self, holds: Callable[[], Any], *, seconds: float, what: str) -> Any:
        """Wait until something holds, looking after each frame; AssertionError after `seconds`."""
        deadline = time.monotonic() + seconds
        while not (found := holds()):
            self._changed.clear()
            try:
                async with asyncio.timeout(deadline - time.monotonic()):
                    await self._changed.wait()
            except TimeoutError:
                raise AssertionError(
                    f"{what}: not within {seconds:g} s; head {self.view.head}, "
                    f"closes {[code for _at, code in self.closes]}"
                ) from None
        return found

    async def take_stance(self, number: int, value: int) -> None:
        answer = await self.call("stance.take", number=number, value=value)
        self.view.take_mine(answer["number"], answer["value"])

    def _tell(self) -> None:
        self._changed.set()

    @property
    def greeted(self) -> bool:
        return self._greeted
