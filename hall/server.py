"""Daphne, as the hall runs it: bounded, quick to write, and orderly at its end."""

import asyncio
import contextlib
import gc
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

from daphne.server import Server
from daphne.ws_protocol import WebSocketFactory
from twisted.internet import reactor as _reactor
from twisted.internet.tcp import Port as _Port
from twisted.logger import globalLogBeginner

from hall import metrics
from hall.requests import RequestFactory
from hall.sockets import HallSocket, Inbox, hush_autobahn

logger = logging.getLogger(__name__)

Application = Callable[..., Awaitable[None]]

# Twisted declares the module, and this is the object behind it; the port it does not type.
reactor: Any = _reactor
Port: Any = _Port

BACKLOG = 2048
ACCEPTS_AT_ONCE = 8
MAX_MESSAGE = 16 * 1024
CONNECT_SECONDS = 60
CLOSE_SECONDS = 5
DRAIN_SECONDS = 6.0
GOODBYE_SECONDS = 2.0
END_SECONDS = 9.0
LEAVE_SECONDS = 9.5
LEAVE_AT_ONCE_SECONDS = 1.0
UNSENT_LIMIT = 128 * 1024
OPEN_FILES = 65_536
SWITCH_SECONDS = 0.0002


class SocketFactory(WebSocketFactory):  # type: ignore[misc]
    protocol = HallSocket


class Door(Port):  # type: ignore[misc]
    """Lets in a few at a time, so that a crowd at the door does not hold up those inside."""

    def doRead(self) -> None:  # noqa: N802 (Twisted's name)
        self.numberAccepts = ACCEPTS_AT_ONCE
        super().doRead()


class HallServer(Server):  # type: ignore[misc]
    """Serves one application on one address until SIGTERM or SIGINT.

    On the first of these it listens no more, finishes what is in flight, closes the sockets with
    4012, and is gone within 10 s; on a second one it is gone at once.
    """

    def __init__(self, application: Application, *, host: str, port: int) -> None:
        super().__init__(
            application,
            endpoints=[f"{host}:{port}"],
            signal_handlers=False,
            websocket_timeout=-1,
            websocket_connect_timeout=CONNECT_SECONDS,
            websocket_handshake_timeout=CONNECT_SECONDS,
            websocket_max_message_size=MAX_MESSAGE,
            websocket_max_frame_size=MAX_MESSAGE,
            server_name="",
        )
        self.host, self.port = host, port
        self.connections: dict[Any, dict[str, Any]] = {}
        self.loop: asyncio.AbstractEventLoop = reactor._asyncioEventloop
        self._ending: asyncio.Task[None] | None = None
        self._lifespan = Lifespan(application, self.loop)

    def run(self, on_ready: Callable[[str, int], None]) -> None:
        """Listen, say so, and serve until a signal.

        Raises:
            twisted.internet.error.CannotListenError: the address is taken or not ours.
        """
        # What matters to us of Twisted's own log comes back as an exception.
        nobody: Any = [lambda _event: None]
        globalLogBeginner.beginLoggingTo(nobody, redirectStandardIO=False, discardBuffer=True)
        logging.getLogger("daphne").setLevel(logging.WARNING)
        # A thread waits for another no longer than this. The loop lets go with every frame that it
        # writes: among threads that come back from the database, a broadcast is as many waits.
        sys.setswitchinterval(SWITCH_SECONDS)
        # What is loaded by now stays: to look through all of it stands the loop still for 0.15 s.
        gc.collect()
        gc.freeze()
        asyncio.set_event_loop(self.loop)
        self._make_factories()
        allow_many_sockets()
        self.listening = Door(self.port, self.http_factory, BACKLOG, self.host, reactor)
        self.listening.startListening()
        # A client that does not read fills our memory up to its limit, and not the kernel's.
        self.listening.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_LIMIT)
        metrics.bytes_owed.set_function(self._owed)
        for number in (signal.SIGTERM, signal.SIGINT):
            self.loop.add_signal_handler(number, self.end)
        reactor.callLater(1, self.application_checker)
        reactor.callLater(2, self.timeout_checker)
        reactor.addSystemEventTrigger("before", "shutdown", self.kill_all_applications)
        self._lifespan.begin()
        address = self.listening.getHost()
        reactor.callWhenRunning(on_ready, address.host, address.port)
        reactor.run(installSignalHandlers=False)

    def _make_factories(self) -> None:
        self.http_factory = RequestFactory(self)
        self.ws_factory = SocketFactory(self, server=self.server_name)
        self.ws_factory.setProtocolOptions(
            allowNullOrigin=True,
            openHandshakeTimeout=self.websocket_handshake_timeout,
            maxMessagePayloadSize=self.websocket_max_message_size,
            maxFramePayloadSize=self.websocket_max_frame_size,
            failByDrop=False,
            closeHandshakeTimeout=CLOSE_SECONDS,
        )
        hush_autobahn()
        HallSocket.settle(self.ws_factory)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """As in Daphne; a socket gets a bounded inbox, and the extension `hall.frames`."""
        if scope["type"] != "websocket":
            return super().create_application(protocol, scope)
        scope["asgi"] = {"version": "3.0"}
        if (frames := protocol.extension()) is not None:
            scope["extensions"] = {"hall.frames": frames}
        protocol.inbox = inbox = Inbox(protocol)
        running = self.application(
            scope=scope, receive=inbox.get, send=partial(self.handle_reply, protocol)
        )
        self.connections[protocol]["application_instance"] = asyncio.ensure_future(
            running, loop=self.loop
        )
        return inbox

    def timeout_checker(self) -> None:
        """Daphne has it called again and again."""
        self.http_factory.check_untaken()
        super().timeout_checker()

    def _sockets(self) -> Iterator[HallSocket]:
        return (held for held in list(self.connections) if isinstance(held, HallSocket))

    def _owed(self) -> int:
        return sum(held.owed for held in self._sockets())

    # --- the end --------------------------------------------------------------------------------

    def end(self) -> None:
        """Called on a signal: end in order, or at once when called again.

        Whatever a thread still waits for then, the process is gone in time, with exit code 1.
        """
        if self._ending is not None:
            leave_after(LEAVE_AT_ONCE_SECONDS)
            reactor.stop()
            return
        leave_after(LEAVE_SECONDS)
        self._ending = self.loop.create_task(self._end(time.monotonic() + END_SECONDS))

    async def _end(self, deadline: float) -> None:
        try:
            self.listening.stopListening()
            for held in self._sockets():
                held.silence()
            await self._until(self._is_idle, DRAIN_SECONDS)
            for held in self._sockets():
                held.say_going_away()
            await self._until(lambda: not self._open_sockets(), GOODBYE_SECONDS)
            await self._lifespan.end(deadline)
        except Exception:
            logger.exception("the server could not end in order")
        finally:
            reactor.stop()

    async def _until(self, holds: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not holds() and time.monotonic() < deadline:  # noqa: ASYNC110 (many causes)
            await asyncio.sleep(0.02)

    def _is_idle(self) -> bool:
        return all(self._has_answered(*item) for item in list(self.connections.items()))

    def _has_answered(self, protocol: Any, details: dict[str, Any]) -> bool:
        running = details.get("application_instance")
        if running is None or running.done():
            return True
        if isinstance(protocol, HallSocket):
            return protocol.inbox is None or protocol.inbox.idle
        return "disconnected" in details

    def _open_sockets(self) -> list[HallSocket]:
        return [held for held in self._sockets() if held.state != held.STATE_CLOSED]


class Lifespan:
    """Tells the application that the server starts and ends, in ASGI's own words."""

    def __init__(self, application: Application, loop: asyncio.AbstractEventLoop) -> None:
        self._application = application
        self._loop = loop
        self._inbox: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        self._running: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._inbox.put_nowait({"type": "lifespan.startup"})
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}}
        self._running = self._loop.create_task(self._run(scope))

    async def _run(self, scope: dict[str, Any]) -> None:
        try:
            await self._application(scope, self._inbox.get, self._hear)
        except Exception:
            logger.exception("the application could not start or end in order")

    async def _hear(self, _message: dict[str, Any]) -> None:
        return None

    async def end(self, deadline: float) -> None:
        """Let the application end, and wait for it until `deadline` (monotonic)."""
        if self._running is not None:
            self._inbox.put_nowait({"type": "lifespan.shutdown"})
            left = max(0.0, deadline - time.monotonic())
            await asyncio.wait([self._running], timeout=left)


def allow_many_sockets() -> None:
    """Let this process have as many open files as the system allows it, 65,536 at most.

    Services and shells begin with 1,024 of them: a thousand people would fill the hall, and whoever
    came later would find a door that opens and closes without a word.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        # Some systems name a limit that they then refuse.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


def leave_after(seconds: float) -> None:
    """End the process then, if it is still there: Python would wait for each of its threads.

    What was acknowledged is committed, and what was not will be sent again.
    """

    def leave() -> None:
        logger.warning("not everything has come to its end: the hall leaves")
        logging.shutdown()
        os._exit(1)

    timer = threading.Timer(seconds, leave)
    timer.daemon = True
    timer.start()
