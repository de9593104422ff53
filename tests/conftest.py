"""Fixtures of every test: the database, the static files, and real servers to talk to.

The settings are read in the environment that tests/support/environment.py made. Domain factories
live beside the tests that use them.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import settings as generated

from hall import assets
from tests.support.hall_server import HallInstallation, MakeHall, empty_data
from tests.support.postgres_server import (
    PostgresServer,
    empty_database,
    given_database_url,
    start_postgres,
)
from tests.support.redis_server import RedisServer, given_redis_url, start_redis

# Developers search new ground with every run; CI goes over the same ground each time, so that a
# change is judged by what it changed. No deadline: how long an example takes is the machine's.
generated.register_profile("explore", deadline=None)
generated.register_profile("ci", deadline=None, derandomize=True)
generated.load_profile("ci" if os.environ.get("CI") else "explore")


@pytest.fixture(scope="session", autouse=True)
def _static_files() -> None:
    """Pages are rendered with the file names that a running hall has."""
    shutil.copytree(empty_data() / "static", settings.STATIC_ROOT, dirs_exist_ok=True)
    assets.collect_static()
    assets.forget()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The tests' database is there already: a copy of what was migrated once for the run."""
    return is_sqlite()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Let the database begin migrated.

    SQLite's is a file, as in a running hall: threads see one another's commits through it.
    """
    test = settings.DATABASES["default"].setdefault("TEST", {})
    if is_sqlite():
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        shutil.copy(empty_data() / "hall.sqlite3", file)
        test["NAME"] = str(file)
    else:
        test["TEMPLATE"] = settings.DATABASES["default"]["NAME"]


def is_sqlite() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("sqlite3")


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A real Redis shared by the tests of the run: use names of your own in it."""
    given = given_redis_url()
    if given is not None:
        yield given
        return
    with start_redis() as server:
        yield server.url


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A real Redis of this test's own, to stop, kill, pause and restart."""
    with start_redis() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server_url() -> Iterator[str]:
    """A real PostgreSQL shared by the tests of the run; databases come from `postgres_url`."""
    given = given_database_url()
    if given is not None:
        yield given
        return
    with start_postgres() as server:
        yield server.url


@pytest.fixture
def postgres_url(postgres_server_url: str) -> Iterator[str]:
    """An empty PostgreSQL database of this test's own."""
    with empty_database(postgres_server_url) as url:
        yield url


@pytest.fixture
def postgres_server() -> Iterator[PostgresServer]:
    """A durable PostgreSQL of this test's own, to stop, kill and restart."""
    with start_postgres(durable=True) as server:
        yield server


@pytest.fixture
def make_hall(tmp_path: Path) -> Iterator[MakeHall]:
    """Make installations of the hall, migrated and empty; at the end each must stop with 0.

    The arguments are those of `HallInstallation` after its folder.
    """
    with contextlib.ExitStack() as stack:
        made: list[HallInstallation] = []

        def make(**options: object) -> HallInstallation:
            hall = HallInstallation(tmp_path / f"hall-{len(made) + 1}", **options)
            made.append(hall)
            stack.callback(hall.kill)
            stack.callback(hall.stop)
            hall.prepare()
            return hall

        yield make
