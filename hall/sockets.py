"""Sockets of our Daphne: bounds on what a client may send, and a watch on whether it is there."""

import asyncio
import time
from types import FunctionType
from typing import Any

import autobahn.twisted.websocket
import autobahn.websocket.protocol
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import tcp

from hall import metrics
from hall.frames import FrameWriter, owed_by

UNANSWERED_LIMIT = 64
UNSEEN_LIMIT = 500
PING_SECONDS = 20
PONG_SECONDS = 16
PING = b"\x89\x00"

GONE = 1006
TOO_MANY = 4009
GOING_AWAY = 4012


def hush_autobahn() -> None:
    """Keep autobahn from formatting, in colour, the debug lines that nobody reads.

    They took 1.5 ms of each handshake and 0.1 ms of each message.
    """
    for module in (autobahn.twisted.websocket, autobahn.websocket.protocol):
        for name in ("hltype", "hlval", "pformat"):
            if hasattr(module, name):
                setattr(module, name, _nothing)


def _nothing(*_values: Any, **_options: Any) -> str:
    return ""


class Inbox(asyncio.Queue[Any]):
    """What a client has sent and the application has not taken yet.

    With 64 messages in it nothing more is read from the client until half of them are answered.
    """

    def __init__(self, protocol: "HallSocket") -> None:
        super().__init__()
        self._protocol = protocol
        self.is_full = False
        self.taken = False

    @property
    def idle(self) -> bool:
        """Whether everything that came in has been dealt with."""
        return self.empty() and not self.taken

    def put_nowait(self, item: Any) -> None:
        super().put_nowait(item)
        if self.qsize() >= UNANSWERED_LIMIT and not self.is_full:
            self.is_full = True
            self._protocol.transport.pauseProducing()

    async def get(self) -> Any:
        self.taken = False
        if self.is_full and self.qsize() <= UNANSWERED_LIMIT // 2:
            self.is_full = False
            self._protocol.read_on()
        item = await super().get()
        self.taken = True
        return item


class HallSocket(WebSocketProtocol):  # type: ignore[misc]
    """One client's socket."""

    frames: FrameWriter | None = None
    silenced = False
    inbox: Inbox | None = None
    _unseen = 0
    _heard_at = _asked_at = 0.0

    @property
    def owed(self) -> int:
        """Bytes that wait in Twisted's buffer. May be asked from any thread, at any time."""
        return owed_by(self.transport)

    def extension(self) -> FrameWriter | None:
        """The way straight to the transport, where there is plain TCP and no compression."""
        if isinstance(self.transport, tcp.Connection) and self._perMessageCompress is None:
            self.frames = FrameWriter(self)
        return self.frames

    @classmethod
    def settle(cls, factory: Any) -> None:
        """Take over the factory's options once, instead of into each of a thousand sockets."""
        for name in cls.CONFIG_ATTRS:
            value = getattr(factory, name)
            # A function would become a method, and be called with the socket before its arguments.
            setattr(cls, name, staticmethod(value) if isinstance(value, FunctionType) else value)

    def sendData(self, *arguments: Any, **options: Any) -> None:  # noqa: N802
        """What autobahn writes itself goes through Twisted's buffer, and ours must not pass it."""
        if self.frames is not None:
            self.frames.ready = False
        super().sendData(*arguments, **options)

    def sendCloseFrame(  # noqa: N802
        self,
        code: int | None = None,
        reasonUtf8: bytes | None = None,  # noqa: N803
        isReply: bool = False,  # noqa: N803
    ) -> None:
        """Every close passes here: the hall's own, and autobahn's over what a client sent."""
        if self.state == self.STATE_OPEN and not isReply:
            metrics.cuts.labels(code).inc()
        super().sendCloseFrame(code, reasonUtf8, isReply)

    def _fail_connection(self, *arguments: Any, **options: Any) -> None:
        """Autobahn drops who fails twice, and the reset wipes out the goodbye on its way."""
        if self.state != self.STATE_CLOSING:
            super()._fail_connection(*arguments, **options)

    def connectionLost(self, *arguments: Any) -> None:  # noqa: N802
        if self.frames is not None:
            self.frames.ready = False
        super().connectionLost(*arguments)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        self._dataReceived(data)

    def onOpen(self) -> None:  # noqa: N802
        """The HTTP request that the socket came from is over: let go of it."""
        super().onOpen()
        self._heard_at = time.monotonic()
        self.transport.unregisterProducer()
        self.http_request_data = b""
        for held in (self.request.headers, self.http_headers, self.http_request_params):
            held.clear()

    def onMessage(self, payload: bytes, is_binary: bool) -> None:  # noqa: N802
        self._heard_at = time.monotonic()
        if self.state == self.STATE_OPEN and not self.silenced:
            super().onMessage(payload, is_binary)

    def onPing(self, payload: bytes) -> None:  # noqa: N802
        if self._count_unseen():
            super().onPing(payload)

    def onPong(self, payload: bytes) -> None:  # noqa: N802
        self._count_unseen()

    def onFrameBegin(self) -> None:  # noqa: N802
        if not self.current_frame.fin or self.state != self.STATE_OPEN:
            self._count_unseen()
        super().onFrameBegin()

    def processData(self) -> bool:  # noqa: N802
        """Take one frame, or a part of one; who has sent too many is heard no more.

        What one read brings may be ten thousand frames: those beyond the inbox's bound wait here.
        """
        if self._unseen >= UNSEEN_LIMIT:
            self.data = b""
            return False
        if self.inbox is not None and self.inbox.is_full and self.state == self.STATE_OPEN:
            return False
        more: bool = super().processData()
        return more

    def _count_unseen(self) -> bool:
        """Control frames and fragments never reach the application as such, nor does what comes
        after our goodbye: they have a bound of their own, 500 from one round of `check_timeouts` to
        the next."""
        self._heard_at = time.monotonic()
        self._unseen += 1
        if self._unseen == UNSEEN_LIMIT and self.state == self.STATE_OPEN:
            self.sendClose(TOO_MANY)
        return self._unseen < UNSEEN_LIMIT

    def check_timeouts(self) -> None:
        """Called by the server every two seconds: who says nothing is asked whether they are there.

        Whatever comes whole is an answer; single bytes of it are not. Autobahn's own pings take a
        timer and five turns each.
        """
        self._unseen = 0
        if self.state != self.STATE_OPEN:
            super().check_timeouts()
            return
        now = time.monotonic()
        if self._asked_at < self._heard_at:
            if now - self._heard_at > PING_SECONDS:
                self._asked_at = now
                self._ping()
        elif now - self._asked_at > PONG_SECONDS:
            metrics.cuts.labels(GONE).inc()
            self.onAutoPingTimeout()

    def _ping(self) -> None:
        if self.frames is None:
            self.sendPing()
        else:
            self.frames.write(PING)

    def read_on(self) -> None:
        if not self.silenced and self.transport.connected:
            self.transport.resumeProducing()
            asyncio.get_running_loop().call_soon(self.consumeData)

    def silence(self) -> None:
        """Take no more from this client: the server is about to end."""
        self.silenced = True
        self.transport.pauseProducing()

    def say_going_away(self) -> None:
        if self.state == self.STATE_OPEN:
            self.sendClose(GOING_AWAY)
        if self.transport.connected:
            self.transport.resumeProducing()  # the client's part of the closing handshake

    def handle_exception(self, exception: Exception) -> None:
        """The application failed, and has been logged: the client may come back."""
        if self.state == self.STATE_CONNECTING:
            super().handle_exception(exception)
        else:
            self.sendClose(GOING_AWAY)
