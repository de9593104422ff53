"""A hall, or a command of it, that cannot begin."""

import subprocess
import sys
from pathlib import Path

from tests.support.hall_server import ROOT, unsettled_environment

PLAN = ROOT / "consultations" / "demo" / "workplan.txt"


def begin(
    tmp_path: Path, command: str = "open_hall", *arguments: str, **settings: str
) -> tuple[int, str, str]:
    """(exit code, standard output, standard error) of `manage.py command`."""
    done = subprocess.run(
        [sys.executable, "manage.py", command, *arguments],
        cwd=ROOT,
        env={**unsettled_environment(), "HALL_DATA": str(tmp_path), **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr
