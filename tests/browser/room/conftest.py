"""One hall for all tests of the room; each test has a room and people of its own."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.room.pages import RoomPage
from tests.support.browsing import DESK, Visitor
from tests.support.hall_server import ROOT, HallInstallation, HallProcess

Visit = Callable[..., Visitor]
Enter = Callable[..., RoomPage]
ROOMS = 16


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallInstallation]:
    """An installation with one-click sign-in, migrated, with one process running."""
    installation = HallInstallation(tmp_path_factory.mktemp("hall"), settings={"HALL_DEMO": "1"})
    try:
        installation.prepare()
        installation.start()
        yield installation
        installation.stop()
    finally:
        installation.kill()


@pytest.fixture(scope="module")
def process(hall: HallInstallation) -> HallProcess:
    return hall.processes[0]


@pytest.fixture(scope="module")
def opinions(request: pytest.FixtureRequest) -> int:
    """How many opinions each room of the module has: its OPINIONS."""
    return int(request.module.OPINIONS)


@pytest.fixture(scope="module")
def rooms(hall: HallInstallation, opinions: int) -> Iterator[dict[str, int]]:
    """Rooms that no test has used, each `{room, moderator, resident, ...}`."""
    code = f"from tests.browser.room.seed import lay_out; lay_out({ROOMS}, opinions={opinions})"
    return iter(json.loads(hall.manage("shell", "--verbosity", "0", "-c", code)))


@pytest.fixture
def laid_out(rooms: Iterator[dict[str, int]]) -> dict[str, int]:
    """A live room of this test's own: its id, and its people's by name."""
    return next(rooms)


@pytest.fixture
def enter(laid_out: dict[str, int], process: HallProcess, visit: Visit) -> Enter:
    """Open a browser, sign in as one of the room's people, and enter: enter("resident", PHONE)."""

    def sign_in_and_enter(who: str, viewport: dict[str, int]) -> RoomPage:
        page = RoomPage(visit(process.url, viewport), laid_out["room"])
        return page.sign_in(laid_out[who]).enter()

    return sign_in_and_enter


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
    }

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def modules(tmp_path: Path, visit: Visit) -> Iterator[Page]:
    """An empty page beside the room's modules."""
    (tmp_path / "js").symlink_to(ROOT / "static" / "js")
    (tmp_path / "index.html").write_text(
        "<!doctype html><title>.</title><link rel=icon href=data:,>"
    )
    handler = partial(QuietHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        visitor = visit(f"http://127.0.0.1:{server.server_port}", DESK)
        visitor.page.goto("/")
        yield visitor.page
        server.shutdown()
        thread.join()
