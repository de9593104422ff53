"""Ctrl-C, whenever it comes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.hall_server import ROOT, HallInstallation, unsettled_environment
from tests.support.processes import ServerProcess, free_port, wait_until


@pytest.mark.parametrize("moment", ["begun", "sealed"])
def test_filling_the_demo_hall_can_be_interrupted_and_begun_again(
    tmp_path: Path, moment: str
) -> None:
    hall = HallInstallation(tmp_path, settings={"HALL_DEMO": "1"})
    hall.prepare()
    process = ServerProcess(
        [sys.executable, ROOT / "manage.py", "open_hall"],
        environment={**hall.environment, "PORT": "0"},
        log=tmp_path / "interrupted.log",
        directory=ROOT,
    )
    come = {
        "begun": lambda: "正在布置" in process.log,
        "sealed": lambda: any((hall.data / "archives").glob("archive-*.zip")),
    }
    process.start(answers=come[moment], seconds=60)
    try:
        process.send(signal.SIGINT)
        assert process.wait(seconds=12) == 130
        assert [line for line in process.log.splitlines() if line] == [
            "正在布置演示议事厅……",
            "已中断。没有做完的不会留下，可以重新运行。",
        ]
        count = "from members.models import Person; print(Person.objects.count())"
        assert hall.manage("shell", "--verbosity", "0", "-c", count) == "0\n"
        hall.start("open_hall").stop()
        assert hall.manage("shell", "--verbosity", "0", "-c", count) != "0\n"
    finally:
        process.kill()
        hall.kill()


@pytest.mark.parametrize("begun", ["secret.key", "hall.sqlite3"])
def test_start_that_is_interrupted_ends_without_a_traceback(tmp_path: Path, begun: str) -> None:
    """As soon as the settings were read, and while the database is migrated."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "open_hall"],
        cwd=ROOT,
        env={**unsettled_environment(), "HALL_DATA": str(tmp_path), "PORT": "0"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until((tmp_path / begun).exists, seconds=60, what=f"there was no {begun}")
        process.send_signal(signal.SIGINT)
        complained = process.communicate(timeout=30)[1]
    finally:
        process.kill()
    assert process.returncode == 130
    assert complained.strip() == "已中断。没有做完的不会留下，可以重新运行。"


LOSES_AN_INTERRUPTION = """
import signal, sys
import manage
from hall import interruption

class Finalized:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

heed = interruption.heed
interruption.heed = lambda: (heed(), Finalized())
sys.argv = ["manage.py", "open_hall"]
manage.main()
"""


def test_interruption_that_a_finalizer_swallows_is_not_forgotten(tmp_path: Path) -> None:
    process = subprocess.run(
        [sys.executable, "-c", LOSES_AN_INTERRUPTION],
        cwd=ROOT,
        env={**unsettled_environment(), "HALL_DATA": str(tmp_path), "PORT": "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Exception ignored in" in process.stderr
    assert process.stderr.endswith("\n已中断。没有做完的不会留下，可以重新运行。\n")
    assert (process.returncode, process.stdout) == (130, "")


def test_make_run_ends_quietly_on_ctrl_c(tmp_path: Path) -> None:
    hall = HallInstallation(tmp_path, settings={"HALL_DEMO": "1"})
    hall.prepare(demo=True)
    port = free_port()
    # The tests themselves may have been started by make, which hands its own flags on.
    outside = {k: v for k, v in hall.environment.items() if not k.startswith(("MAKE", "MFLAGS"))}
    make = ServerProcess(
        # What is installed is not looked at anew: the tests run on it.
        ["make", "run", "-o", ".venv/.installed", f"BIN={Path(sys.executable).parent}"],
        environment={**outside, "PORT": str(port)},
        log=tmp_path / "make.log",
        directory=ROOT,
    )
    make.start(answers=lambda: f"http://127.0.0.1:{port}/" in make.log, seconds=60)
    try:
        os.killpg(make.pid, signal.SIGINT)
        assert make.wait(seconds=12) in {0, -signal.SIGINT}  # make tells the shell of the Ctrl-C
        assert "Traceback" not in make.log
        assert "***" not in make.log
    finally:
        make.kill()
