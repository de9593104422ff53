"""The process that computes maps: started when first needed, started again when it is gone."""

import atexit
import logging
import os
import subprocess
import sys
import threading
from typing import Any

import orjson
from django.conf import settings

from consultations.analysis.worker import read, write

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 30.0
GOODBYE_SECONDS = 2.0
ATTEMPTS = 2
MODULE = "consultations.analysis.worker"
# One core is the map's; more threads would take the other one from the rooms.
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}


class MapFailed(Exception):
    """No map could be computed; what is kept of the last one stays good."""


class MapWorker:
    """One computing process; threads that ask at once wait for one another.

    `process` is the running one, None before the first task and after `close`.
    """

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def compute(self, task: bytes) -> dict[str, Any]:
        """The answer to a task of `analysis.worker.pack`: `{found, state}`.

        A process that has died, or is silent for 30 s, is replaced, and the task is tried once
        more. Blocks: never call it on the event loop.

        Raises:
            MapFailed: twice without an answer, or the task is refused.
        """
        with self._lock:
            for _attempt in range(ATTEMPTS):
                if (told := self._ask(task)) is not None:
                    break
                self._end()
                logger.warning("the map's process was gone and is started again")
            else:
                raise MapFailed("no answer")
        answer: dict[str, Any] = orjson.loads(told)
        if "error" in answer:
            raise MapFailed(f"{answer['error']}: {answer['detail']}")
        return answer

    def close(self) -> None:
        """End the process; the next task starts another one."""
        with self._lock:
            self._end()

    def _ask(self, task: bytes) -> bytes | None:
        process = self._running()
        assert process.stdin is not None and process.stdout is not None  # noqa: S101
        alarm = threading.Timer(ANSWER_SECONDS, process.kill)
        alarm.daemon = True
        alarm.start()
        try:
            write(process.stdin, task)
            return read(process.stdout)
        except OSError:
            return None
        finally:
            alarm.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self._end()
            self.process = subprocess.Popen(  # noqa: S603 (our own module)
                [sys.executable, "-m", MODULE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=settings.BASE_DIR,
                env={**os.environ, **ONE_THREAD},
                start_new_session=True,
            )
        return self.process

    def _end(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    logger.debug("the map's process had closed its pipe")
        try:
            process.wait(GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


worker = MapWorker()
atexit.register(worker.close)
