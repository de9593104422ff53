"""Servers side by side: how each is started, what of it is counted, and how one speaks with it."""

import contextlib
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bench.generator import Generator, Talk
from bench.install import PEERS, Tools
from bench.machine import Cores, cpu_seconds, pin
from tests.support.processes import ServerProcess, free_port

FRAME = 325
MARKER = len("~T0123456701234567~~")


@dataclass(slots=True)
class Stack:
    """A running server: `pids` is what is counted, `posts_at` where posts go if elsewhere."""

    name: str
    talk: Talk
    ports: list[int]
    pids: list[int]
    cookies: Path | None = None
    posts_at: int | None = None
    posters: int = 0
    servers: list[ServerProcess] = field(default_factory=list)

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.pids)

    def generator(
        self, tools: Tools, cores: Cores, *, seats: int, connecting: int = 64
    ) -> Generator:
        return Generator(
            tools.load,
            self.talk,
            ports=self.ports,
            seats=seats,
            core=cores.load,
            cookies=self.cookies,
            post_port=self.posts_at,
            posters=self.posters,
            connecting=connecting,
        )

    def stop(self) -> None:
        for server in self.servers:
            server.kill()


class Redis(Protocol):
    """What a stack needs to know of the Redis that it leans on."""

    @property
    def pid(self) -> int: ...

    @property
    def url(self) -> str: ...


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def plain_talk() -> Talk:
    return Talk(path="/", post="%M%P", pad=FRAME - MARKER)


def socketio_talk() -> Talk:
    return Talk(
        path="/socket.io/?EIO=4&transport=websocket",
        post='42["post","%M%P"]',
        pad=FRAME - MARKER - len('42["post",""]'),
        on=(("0{", "40"),),
        seated="40{",
        engineio=True,
    )


def tutorial_talk() -> Talk:
    return Talk(
        path="/ws/chat/hall/",
        post='{"message": "%M%P"}',
        pad=FRAME - MARKER - len('{"message": ""}'),
    )


PEER_NAMES = (
    "websockets.broadcast",
    "channels-tutorial-redis",
    "channels-tutorial-memory",
    "python-socketio",
    "socket.io",
    "socket.io-redis",
    "ws",
    "raw-send",
)


class Peers:
    """Starts the peers by name, each on the server's core."""

    def __init__(
        self, tools: Tools, cores: Cores, redis: Redis, folder: Path, python: Path
    ) -> None:
        self.tools = tools
        self.cores = cores
        self.redis = redis
        self.folder = folder
        self.python = python

    def start(self, name: str) -> Stack | None:
        """The running peer; None where the machine has not what it needs. KeyError if unknown."""
        port = free_port()
        program, talk, leans = self._recipe(name)
        if program is None:
            return None
        command = [*program, str(port), *([self.redis.url] if leans else [])]
        server = ServerProcess(command, log=self.folder / f"{name}.log")
        server.start(answers=lambda: answers(port))
        pin(server.pid, [self.cores.server])
        pids = [server.pid, *([self.redis.pid] if leans else [])]
        return Stack(name, talk, [port], pids, servers=[server])

    def _recipe(self, name: str) -> tuple[Sequence[str | Path] | None, Talk, bool]:
        """The program without its arguments, its talk, and whether it leans on Redis."""
        node, scripts = self.tools.node, self.tools.scripts
        socketio = [node, scripts / "socketio.js"] if node else None
        tutorial = [self.python, PEERS / "channels_tutorial.py"]
        recipes: dict[str, tuple[Sequence[str | Path] | None, Talk, bool]] = {
            "websockets.broadcast": (
                [self.tools.python, PEERS / "websockets_broadcast.py"],
                plain_talk(),
                False,
            ),
            "channels-tutorial-redis": (tutorial, tutorial_talk(), True),
            "channels-tutorial-memory": (tutorial, tutorial_talk(), False),
            "python-socketio": (
                [self.tools.python, PEERS / "python_socketio.py"],
                socketio_talk(),
                False,
            ),
            "socket.io": (socketio, socketio_talk(), False),
            "socket.io-redis": (socketio, socketio_talk(), True),
            "ws": ([node, scripts / "ws.js"] if node else None, plain_talk(), False),
            "raw-send": ([self.tools.raw_send], plain_talk(), False),
        }
        return recipes[name]
