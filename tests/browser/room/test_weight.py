"""What a resident's phone fetches until the room stands: small, for it comes over a slow line."""

import gzip
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Response, expect

from members.requests import SENIOR_COOKIE
from tests.browser.room.conftest import Enter, Visit
from tests.browser.room.pages import RoomPage
from tests.support.browsing import DESK, PHONE
from tests.support.hall_server import HallProcess

OPINIONS = 12
SCRIPT_LIMIT = 45_000
STYLE_LIMIT = 15_000


class Weighed:
    """Files of one kind, by the end of their names, that a page has asked for."""

    def __init__(self, room: RoomPage, kind: str) -> None:
        self.kind = kind
        self.responses: list[Response] = []
        room.page.on("response", self._note)

    def _note(self, response: Response) -> None:
        path = urlsplit(response.url).path
        if path.startswith("/static/") and path.endswith(self.kind):
            self.responses.append(response)

    @property
    def sizes(self) -> dict[str, int]:
        """Path -> bytes, gzipped."""
        return {
            urlsplit(response.url).path: len(gzip.compress(response.body(), 9))
            for response in self.responses
        }


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("view", ["usual", "senior"])
def test_live_room_is_light(
    laid_out: dict[str, int],
    enter: Enter,
    visit: Visit,
    process: HallProcess,
    viewport: dict[str, int],
    view: str,
) -> None:
    """All that a live resident's page fetches by itself; style sheets with the map opened.

    What is fetched for the writer alone when they write (voice input in large type, the receipt,
    what tells of new opinions) is not in it.
    """
    enter("neighbour", PHONE).page.get_by_role("button", name="举手发言").click()
    room = RoomPage(visit(process.url, viewport), laid_out["room"]).sign_in(laid_out["resident"])
    if view == "senior":
        senior = {"name": SENIOR_COOKIE, "value": "1", "url": process.url}
        room.page.context.add_cookies([senior])
    scripts, styles = Weighed(room, ".js"), Weighed(room, ".css")
    room.enter()
    expect(room.page.locator("speaking-bar")).to_contain_text("1 人举手")
    room.page.wait_for_load_state("networkidle")
    fetched = {path.split("/")[-1].split(".")[0] for path in scripts.sizes}
    # What tells that the line is gone has to be there before it goes.
    assert {"connection-banner", "under-way"} <= fetched
    assert ("side" in fetched) == (viewport == DESK)
    assert ("opinion-feed" in fetched) == (view == "usual")
    later = {"calls", "console", "going", "news", "opinion-map", "receipts", "voice-input"}
    assert not {"filter", *later} & fetched
    assert sum(scripts.sizes.values()) <= SCRIPT_LIMIT, scripts.sizes

    room.page.locator(".composer__open").click()
    room.page.get_by_label("您想说的话").fill("公交站也要一起移过来。")
    room.page.get_by_role("button", name="发送", exact=True).click()
    expect(room.page.locator(".toast")).to_contain_text("已收到")
    room.page.wait_for_load_state("networkidle")
    assert any("/voice-input." in path for path in scripts.sizes) == (view == "senior")

    if viewport == PHONE:
        room.page.get_by_role("button", name="议程").click()
    room.page.locator("map-panel summary").click()
    expect(room.page.locator("opinion-map")).to_be_visible()
    assert any("/map." in path for path in styles.sizes)
    assert sum(styles.sizes.values()) <= STYLE_LIMIT, styles.sizes
