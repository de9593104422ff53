"""Halls to do harm to, and a voice for what was measured."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from consultations.live import ballot_watch, room
from tests.faults.halls import Ground
from tests.faults.room_readers import Theatre
from tests.support.hall_server import HallInstallation, empty_data

MakeGround = Callable[..., Ground]
Bound = Callable[[float], float]


@pytest.fixture
def make_ground(tmp_path: Path) -> Iterator[MakeGround]:
    """Make a hall with one room; further arguments are those of `HallInstallation`."""
    made: list[Ground] = []

    def make(*, people: int, processes: int = 1, **options: Any) -> Ground:
        hall = HallInstallation(tmp_path / f"hall-{len(made) + 1}", **options)
        ground = Ground(hall, people=people, processes=processes)
        made.append(ground)
        return ground

    yield make
    for ground in made:
        ground.close()


@pytest.fixture(scope="session")
def standing_ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """One running hall for all tests that do no harm to its process, and leave no error behind.

    It takes any number of commands from one socket.
    """
    settings = {"HALL_COMMAND_RATE": "100000"}
    hall = HallInstallation(tmp_path_factory.mktemp("standing"), settings=settings)
    ground = Ground(hall, people=1)
    try:
        ground.victim.start_with()
        yield ground
        assert ground.failures() == []
    finally:
        ground.close()


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a figure past pytest's capture: `make faults` shows what was measured."""

    def tell(figure: str) -> None:
        with capsys.disabled():
            print(f"\n    {figure}", end="", flush=True)  # noqa: T201

    return tell


@pytest.fixture
def bound(request: pytest.FixtureRequest) -> Bound:
    """Seconds that something may take: what is promised, and in a reduced round three times that.

    That round runs beside other tests, and shows that nothing is lost; `make faults` runs alone.
    """
    factor = 3.0 if request.node.get_closest_marker("reduced") else 1.0
    return lambda seconds: factor * seconds


@pytest.fixture
def own_database(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of the test's own: what a hub has signed cannot be taken away again."""
    own = tmp_path / "hall.sqlite3"
    shutil.copy(empty_data() / "hall.sqlite3", own)
    held = connection.settings_dict
    connection.close()
    with django_db_blocker.unblock():
        kept, held["NAME"] = held["NAME"], str(own)
        try:
            yield
        finally:
            connection.close()
            held["NAME"] = kept


@pytest.fixture
def theatre(own_database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Theatre]:
    """A hub of this process, whose news are told as soon as there are any."""
    monkeypatch.setattr(room, "TALLY_SECONDS", 0.0)
    monkeypatch.setattr(ballot_watch, "BALLOT_SECONDS", 0.0)
    opened = Theatre()
    try:
        yield opened
    finally:
        opened.close()
