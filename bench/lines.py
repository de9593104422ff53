"""A program beside us that is told what to do line by line, and answers with lines of JSON."""

import json
import selectors
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from bench.install import ROOT

PATIENCE = 120.0
LEAVE_SECONDS = 10


class NoAnswer(RuntimeError):
    """The program is gone or stuck; what it said last is in the text."""


class Teller:
    """Runs from here to `close`, which ends its input, and the program with it."""

    def __init__(
        self, name: str, command: Sequence[str], *, environment: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (`close` closes it)
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )

    def tell(self, line: str = "") -> None:
        """NoAnswer where nobody is there to read it."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError as gone:
            raise NoAnswer(self._ended()) from gone

    def heard(self) -> dict[str, Any]:
        """The next answer; NoAnswer where none comes in two minutes."""
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            if not selector.select(PATIENCE):
                raise NoAnswer(f"{self.name} gave no answer in {PATIENCE:.0f} s")
        line = self.process.stdout.readline()
        if not line:
            raise NoAnswer(self._ended())
        found: dict[str, Any] = json.loads(line)
        return found

    def _ended(self) -> str:
        self._leave()
        self._errors.seek(0)
        words = self._errors.read().decode(errors="replace").strip()[-400:]
        return f"{self.name} ended with {self.process.returncode}: {words}"

    def close(self) -> None:
        with self._errors:
            self._leave()

    def _leave(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(BrokenPipeError):
                if pipe is not None:
                    pipe.close()
        try:
            self.process.wait(timeout=LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
