"""The map's own process, for real: it answers, dies, is started again, and ends with us."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from consultations.analysis import worker as in_process
from consultations.domain import map_worker
from consultations.domain.map_worker import MapFailed, MapWorker

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def worker() -> Iterator[MapWorker]:
    made = MapWorker()
    yield made
    made.close()


def task(people: int = 20, opinions: int = 8, *, state: str = "") -> bytes:
    who, what = (part.ravel() for part in np.mgrid[0:people, 0:opinions])
    values = np.where((who < people // 2) == (what % 2 == 0), 1, -1)
    nothing = np.zeros(0, dtype=np.int64)
    return in_process.pack(
        people=who,
        opinions=what,
        values=values,
        agenda=np.arange(opinions),
        moderated=nothing,
        state=state,
    )


def test_worker_answers_as_a_call_would(worker: MapWorker) -> None:
    answer = worker.compute(task())
    assert answer == json.loads(json.dumps(in_process.answer(task())))
    assert [group["size"] for group in answer["found"]["groups"]] == [10, 10]


def test_worker_is_one_process_for_many_tasks(worker: MapWorker) -> None:
    first = worker.compute(task())
    process = worker.process
    assert worker.compute(task(state=first["state"]))["found"] == first["found"]
    assert worker.process is process


def test_worker_does_not_know_django(worker: MapWorker) -> None:
    worker.compute(task())
    assert worker.process is not None
    files = {Path(each.path).name for each in psutil.Process(worker.process.pid).memory_maps()}
    assert any("umath" in name for name in files)
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, consultations.analysis.worker as w; print('django' in sys.modules)",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout == "False\n"


def test_a_killed_process_is_replaced(worker: MapWorker) -> None:
    expected = worker.compute(task())
    assert worker.process is not None
    gone = worker.process
    os.kill(gone.pid, signal.SIGKILL)
    gone.wait()
    assert worker.compute(task()) == expected
    assert worker.process is not None
    assert worker.process.pid != gone.pid


def test_a_silent_process_is_replaced(
    worker: MapWorker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    expected = worker.compute(task())
    assert worker.process is not None
    silent = worker.process
    os.kill(silent.pid, signal.SIGSTOP)
    # Only the first alarm may be this quick: the process started in its place needs longer.
    seconds = iter([0.2, 30.0])
    timer = map_worker.threading.Timer
    monkeypatch.setattr(
        map_worker.threading, "Timer", lambda _seconds, act: timer(next(seconds), act)
    )
    assert worker.compute(task()) == expected
    assert silent.poll() == -signal.SIGKILL
    assert "is started again" in caplog.text


def test_a_task_that_cannot_be_read_does_no_harm(worker: MapWorker) -> None:
    with pytest.raises(MapFailed, match="failed: "):
        worker.compute(b"no task")
    process = worker.process
    assert worker.compute(task())["found"]["status"] == "ready"
    assert worker.process is process


def test_a_refused_task_is_named(worker: MapWorker) -> None:
    ids = np.array([1, 2])
    refused = in_process.pack(
        people=ids, opinions=ids, values=np.array([1, 7]), agenda=ids, moderated=ids[:0]
    )
    with pytest.raises(MapFailed, match="bad_value"):
        worker.compute(refused)


def test_a_state_that_cannot_be_read_is_none(worker: MapWorker) -> None:
    assert worker.compute(task(state="{"))["found"] == worker.compute(task())["found"]


def test_the_process_ends_with_its_parent() -> None:
    script = (
        "import django; django.setup()\n"
        "from consultations.domain.map_worker import worker\n"
        "from tests.domain.test_map_worker import task\n"
        "worker.compute(task())\n"
        "print(worker.process.pid, flush=True)\n"
        "input()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "hall.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        child.wait(timeout=10)
