"""What takes long to make and is the same for many tests: made by the first that asks for it."""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

RUN_FOLDER = "HALL_TEST_RUN_FOLDER"


def run_folder() -> Path:
    """The folder of this run, which the first process of it makes and all its workers share."""
    if RUN_FOLDER not in os.environ:
        os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="hall-run-")
        atexit.register(shutil.rmtree, os.environ[RUN_FOLDER], ignore_errors=True)
    return Path(os.environ[RUN_FOLDER])


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` fills once for the whole run; whoever else asks waits for it.

    It is nobody's: copy what is in it, and change nothing.
    """
    run = run_folder()
    folder, done = run / name, run / f"{name}.done"
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            done.touch()
    return folder
