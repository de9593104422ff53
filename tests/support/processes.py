"""Start a server as a child process, wait until it answers, and end it.

Shared by every real server that the tests run: Redis, PostgreSQL and the hall itself.
"""

import contextlib
import itertools
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

POLL_SECONDS = 0.02


class ServerError(RuntimeError):
    """A server that a test needs did not start, did not answer or did not end."""


_worker = int("".join(filter(str.isdigit, os.environ.get("PYTEST_XDIST_WORKER", ""))) or 9)
_ports = itertools.count(20_000 + 1_000 * (_worker % 10) + os.getpid() % 500)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on now, and that no other worker is given.

    Those that the kernel gives away begin above them.
    """
    for port in _ports:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise ServerError("no free port")


def wait_until(answers: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Ask `answers` until it says yes; ServerError naming `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not answers():
        if time.monotonic() > deadline:
            raise ServerError(f"{what} within {seconds:g} s")
        time.sleep(POLL_SECONDS)


class ServerProcess:
    """One child process with its log in a file; started by `start`, over after `wait`.

    `user` is the account the process runs under (None: ours). The process leads a group of its
    own, so that a signal to the tests' terminal does not reach it and `kill` takes its children
    with it.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        directory: Path | None = None,
    ) -> None:
        self.command = [str(part) for part in command]
        self.log_path = log
        self.environment = environment
        self.user = user
        self.directory = directory
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        return Path(self.command[0]).name

    @property
    def pid(self) -> int:
        if self.process is None:
            raise ServerError(f"{self.name} has not been started")
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """The exit code of the last run, negative for a signal; None while it runs."""
        return None if self.process is None else self.process.poll()

    @property
    def log(self) -> str:
        """All that the process has written so far, over every start."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def start(self, *, answers: Callable[[], bool], seconds: float = 30) -> None:
        """Start the process and wait for `answers`; ServerError with the log's end otherwise."""
        if self.running:
            raise ServerError(f"{self.name} runs already, as process {self.pid}")
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=None if self.environment is None else dict(self.environment),
                cwd=self.directory,
                user=self.user,
                start_new_session=True,
            )

        def ready() -> bool:
            if not self.running:
                raise ServerError(f"{self.name} ended with {self.exit_code}:\n{self.tail()}")
            return answers()

        try:
            wait_until(ready, seconds=seconds, what=f"{self.name} did not answer")
        except ServerError as failure:
            self.kill()
            raise ServerError(f"{failure}\n{self.tail()}") from None

    def tail(self, lines: int = 40) -> str:
        return "\n".join(self.log.splitlines()[-lines:])

    def send(self, which: signal.Signals) -> None:
        """Send a signal to the process alone."""
        os.kill(self.pid, which)

    def wait(self, *, seconds: float = 15) -> int:
        """The exit code; ServerError, after a kill, where the process does not end in time."""
        if self.process is None:
            raise ServerError(f"{self.name} has not been started")
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ServerError(
                f"{self.name} did not end within {seconds:g} s\n{self.tail()}"
            ) from None

    def kill(self) -> None:
        """End the process and all that it started at once (SIGKILL)."""
        if self.process is None:
            return
        if self.running:
            # It may put another in the place of each that it sees end. Some servers give each child
            # a group of its own, so that a killpg would miss them.
            server = psutil.Process(self.process.pid)
            server.suspend()
            children = server.children(recursive=True)
            for process in (server, *children):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            wait_until(
                lambda: not any(map(_lives, children)), seconds=15, what=f"{self.name} goes on"
            )
        self.process.wait(timeout=15)


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def remove_folder(folder: Path) -> None:
    """Remove a server's folder; files that go while we look are no error."""
    shutil.rmtree(folder, ignore_errors=True)
