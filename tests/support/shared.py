"""What the tests read and the project may not carry: a real work plan, and open conversations."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[3] / "shared"


def shared(path: str) -> Path:
    """The file or folder at `path` below `HALL_SHARED`, or below `shared` beside the clone.

    Without it the test fails, and says so in one sentence.
    """
    found = Path(os.environ.get("HALL_SHARED") or BESIDE) / path
    if not found.exists():
        pytest.fail(
            f"{found} is missing: name the folder with the tests' inputs in HALL_SHARED",
            pytrace=False,
        )
    return found
