"""One hall for all tests of the room; each test has a room and people of its own."""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.room.pages import RoomPage
from tests.support.browsing import DESK, PHONE, Visitor
from tests.support.hall_server import ROOT, HallInstallation, HallProcess
from tests.support.made_once import made_once
from tests.support.serving import serving

Visit = Callable[..., Visitor]
Enter = Callable[..., RoomPage]
Rooms = dict[str, list[dict[str, int]]]


def lay_out(hall: HallInstallation, rooms: dict[int, int]) -> Rooms:
    """So many live rooms for so many opinions: each one's id and its people's, by name."""
    code = f"from tests.browser.room.seed import lay_out; lay_out({rooms})"
    laid_out: Rooms = json.loads(hall.manage("shell", "--verbosity", "0", "-c", code))
    return laid_out


def wanted_rooms(items: list[pytest.Item]) -> dict[int, int]:
    """How many rooms these tests ask for, by how many opinions are in each."""
    tests = [item for item in items if isinstance(item, pytest.Function)]
    return dict(Counter(each.module.OPINIONS for each in tests if "laid_out" in each.fixturenames))


def _make_rooms(rooms: dict[int, int], folder: Path) -> None:
    hall = HallInstallation(folder)
    hall.prepare()
    (folder / "rooms.json").write_text(json.dumps(lay_out(hall, rooms)))


@pytest.fixture(scope="package")
def made_rooms(request: pytest.FixtureRequest) -> Path:
    """The folder of rooms.json, and of data/ with these rooms: one for each test of the run."""
    return made_once("rooms", partial(_make_rooms, wanted_rooms(request.session.items)))


@pytest.fixture(scope="package")
def hall(made_rooms: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallInstallation]:
    """An installation with one-click sign-in and the rooms of all tests, one process running."""
    installation = HallInstallation(tmp_path_factory.mktemp("hall"), settings={"HALL_DEMO": "1"})
    shutil.copytree(made_rooms / "data", installation.data, dirs_exist_ok=True)
    try:
        installation.start()
        yield installation
        installation.stop()
    finally:
        installation.kill()


@pytest.fixture(scope="package")
def process(hall: HallInstallation) -> HallProcess:
    return hall.processes[0]


@pytest.fixture(scope="package")
def unused_rooms(made_rooms: Path, hall: HallInstallation) -> Rooms:
    """The hall's rooms that no test has used, by how many opinions they have."""
    unused: Rooms = json.loads((made_rooms / "rooms.json").read_text())
    return unused


@pytest.fixture
def laid_out(request: pytest.FixtureRequest, unused_rooms: Rooms) -> dict[str, int]:
    """A live room of this test's own: its id, and its people's by name.

    It has as many opinions as the module's OPINIONS says.
    """
    return unused_rooms[str(request.module.OPINIONS)].pop()


@pytest.fixture
def enter(laid_out: dict[str, int], process: HallProcess, visit: Visit) -> Enter:
    """Open a browser, sign in as one of the room's people, and enter: enter("resident", PHONE)."""

    def sign_in_and_enter(who: str, viewport: dict[str, int]) -> RoomPage:
        page = RoomPage(visit(process.url, viewport), laid_out["room"])
        return page.sign_in(laid_out[who]).enter()

    return sign_in_and_enter


@pytest.fixture
def resident(enter: Enter) -> RoomPage:
    """A resident with a phone, in the room."""
    return enter("resident", PHONE)


@pytest.fixture
def moderator(enter: Enter) -> RoomPage:
    """The moderator at a desk, in the room."""
    return enter("moderator", DESK)


@pytest.fixture
def modules(tmp_path: Path, visit: Visit) -> Iterator[Page]:
    """An empty page beside the room's modules."""
    (tmp_path / "js").symlink_to(ROOT / "static" / "js")
    (tmp_path / "index.html").write_text(
        "<!doctype html><title>.</title><link rel=icon href=data:,>"
    )
    with serving(tmp_path) as url:
        page: Page = visit(url, DESK).page
        page.goto("/")
        yield page
