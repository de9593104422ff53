"""Inputs of the analysis tests: two open conversations, and made-up ones."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from consultations.analysis.matrix import Stances
from tests.support.shared import shared

CONVERSATIONS = ("brexit-consensus", "canadian-electoral-reform")


@pytest.fixture(scope="session")
def polis_folder() -> Path:
    """The folder of the open conversations; it has to be there, nothing is skipped without it."""
    for name in CONVERSATIONS:
        shared(f"polis/{name}.json")
    return shared("polis")


@pytest.fixture(scope="session", params=CONVERSATIONS)
def conversation(request: pytest.FixtureRequest, polis_folder: Path) -> Path:
    return polis_folder / str(request.param)


@pytest.fixture(scope="session")
def reference(conversation: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(conversation.with_suffix(".json").read_text("utf-8"))
    return found


@pytest.fixture(scope="session")
def camps() -> Callable[..., Stances]:
    """Makes stances of people in camps that lean differently on every opinion."""

    def make(
        sizes: tuple[int, ...] = (30, 20),
        opinions: int = 20,
        *,
        seen: float = 0.7,
        noise: float = 0.4,
        seed: int = 1,
    ) -> Stances:
        random = np.random.default_rng(seed)
        camp = np.repeat(np.arange(len(sizes)), sizes)
        lean = random.choice([-1.0, 1.0], (len(sizes), opinions))
        mood = lean[camp] + random.normal(0, noise, (len(camp), opinions))
        values = np.where(mood > 0.3, 1, np.where(mood < -0.3, -1, 0))
        rows, cols = np.nonzero(random.random(values.shape) < seen)
        people, agenda = np.arange(len(camp)) + 1, np.arange(opinions) + 1
        return Stances.from_arrays(
            people[rows], agenda[cols], values[rows, cols], roll=people, agenda=agenda
        )

    return make
