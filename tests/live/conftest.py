"""Halls to visit, each started once for the run: the whole suite runs on three servers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.live.halls import SERVERS, LiveHall
from tests.support.hall_server import HallInstallation


@dataclass
class Scene:
    """A fresh room of a hall that runs, with a moderator and some residents."""

    hall: LiveHall
    room: int
    moderator: dict[str, Any]
    people: list[dict[str, Any]]

    @property
    def url(self) -> str:
        return self.hall.url

    @property
    def clerk(self) -> Any:
        return self.hall.clerk


MakeScene = Callable[..., Scene]


@pytest.fixture(
    scope="session", params=[f"{server}-memory" for server in SERVERS] + ["serve-redis"]
)
def live_hall(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveHall]:
    """A running hall: our server, Daphne and uvicorn in memory, and our server with Redis."""
    server, layer = request.param.split("-")
    redis_url = request.getfixturevalue("redis_url") if layer == "redis" else None
    hall = LiveHall(
        HallInstallation(tmp_path_factory.mktemp(request.param), redis_url=redis_url),
        server=server,
    )
    try:
        hall.start()
        yield hall
        if server == "serve":  # the others log what they make of a broken frame
            assert "Traceback" not in hall.log, hall.log
    finally:
        hall.close()


def scene_in(hall: LiveHall, *, residents: int = 2, stage: str = "live") -> Scene:
    moderator = hall.clerk.people(count=1, role="staff")[0]
    people = hall.clerk.people(count=residents)
    room = hall.clerk.room(moderator=moderator["id"], stage=stage)
    return Scene(hall, room, moderator, people)


@pytest.fixture
def scene(live_hall: LiveHall) -> Scene:
    return scene_in(live_hall)


@pytest.fixture
def make_scene(live_hall: LiveHall) -> MakeScene:
    return lambda **options: scene_in(live_hall, **options)
