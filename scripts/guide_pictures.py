"""Take the pictures of the guides anew, from the demo hall.

    python -m scripts.guide_pictures

Each function below leads a page to what one picture shows; the picture has the function's name.
They go to docs/guides/images, and the picture of the README to docs/images.
"""

import base64
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts.screenshots import SCREEN, STILL, sign_in
from tests.support.browsing import Visitor, launch_chromium
from tests.support.hall_server import HallInstallation

DOCS = Path(__file__).resolve().parent.parent / "docs"
GUIDES = DOCS / "guides" / "images"
README = DOCS / "images"
# People of the demo hall.
RESIDENT, MODERATOR, STAFF = "二孩妈妈", "王建国", "陈静"
PHONE = {"width": 390, "height": 720}
DESK = {"width": 1440, "height": 900}
WIDTH = 900
WRITTEN = "我们楼顶的水箱去年清洗过一次，能不能把每次清洗的时间和检测结果贴在单元门口？"
# The browser writes WebP itself.
TO_WEBP = """async ([png, most]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const scale = Math.min(1, most / image.width);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/webp", 0.86).split(",")[1];
}"""

Lead = Callable[[Page, str], None]
PICTURES: dict[str, tuple[str, dict[str, int], Lead]] = {}


def picture(who: str, viewport: dict[str, int]) -> Callable[[Lead], Lead]:
    """The picture is taken as the person of this name, in a window of this size."""

    def keep(lead: Lead) -> Lead:
        PICTURES[lead.__name__.replace("_", "-")] = who, viewport, lead
        return lead

    return keep


def enter(page: Page, room: str) -> None:
    page.goto(f"/rooms/{room}/")
    page.locator("room-app > .room-static").wait_for(state="detached")
    page.evaluate(STILL)


# --- residents -----------------------------------------------------------------------------------


@picture(RESIDENT, PHONE)
def resident_room(page: Page, room: str) -> None:
    enter(page, room)


@picture(RESIDENT, PHONE)
def resident_orders(page: Page, room: str) -> None:
    enter(page, room)
    page.get_by_role("button", name="最多赞成").click()
    expect(page.locator("opinion-card").first).to_be_visible()


@picture(RESIDENT, PHONE)
def resident_write(page: Page, room: str) -> None:
    enter(page, room)
    page.get_by_role("button", name="说说您的看法").click()
    page.get_by_role("textbox").last.fill(WRITTEN)


@picture(RESIDENT, PHONE)
def resident_senior(page: Page, room: str) -> None:
    page.goto("/")
    page.context.add_cookies([{"name": "hall_senior", "value": "1", "url": page.url}])
    enter(page, room)


@picture(RESIDENT, PHONE)
def resident_studio(page: Page, _room: str) -> None:
    page.goto("/members/")
    page.get_by_role("link", name="李秀兰").first.click()


# --- moderators ----------------------------------------------------------------------------------


@picture(MODERATOR, DESK)
def moderator_room(page: Page, room: str) -> None:
    enter(page, room)


@picture(MODERATOR, DESK)
def moderator_queue(page: Page, room: str) -> None:
    enter(page, room)
    page.get_by_role("tab", name=re.compile("审核")).click()
    expect(page.locator("queue-panel")).to_contain_text("通过")


@picture(MODERATOR, DESK)
def moderator_floor(page: Page, room: str) -> None:
    enter(page, room)
    page.get_by_role("tab", name=re.compile("发言")).click()
    expect(page.get_by_role("button", name=re.compile("请下一位"))).to_be_visible()


@picture(MODERATOR, DESK)
def moderator_ballot(page: Page, room: str) -> None:
    enter(page, room)
    page.get_by_role("button", name=re.compile("发起表决")).click()
    page.get_by_label("表决事项").fill("一期先改东片，再改西片，您赞成吗？")


# --- the hall desk -------------------------------------------------------------------------------


def open_desk(page: Page, room: str) -> None:
    page.goto(f"/consultations/{room}/desk/")
    expect(page.locator(".desk-person").first).to_be_visible()


@picture(STAFF, DESK)
def desk_check_in(page: Page, room: str) -> None:
    open_desk(page, room)


@picture(STAFF, DESK)
def desk_speech(page: Page, room: str) -> None:
    open_desk(page, room)
    page.get_by_role("button", name="代录发言").click()
    page.get_by_label("发言人").select_option(index=1)
    page.get_by_label("说了什么").fill("我们那栋楼的总阀锈住了，修一次停一天水。")


@picture(STAFF, DESK)
def desk_screens(page: Page, room: str) -> None:
    page.goto(f"/consultations/{room}/screens/")
    page.get_by_role("button", name="生成投屏码").click()
    page.wait_for_load_state()


@picture(STAFF, SCREEN)
def desk_screen(page: Page, room: str) -> None:
    page.goto(f"/consultations/{room}/screens/")
    page.locator('form[action$="/screens/open/"] button').click()
    expect(page.locator("hall-screen .said").first).to_be_visible()
    page.wait_for_load_state("networkidle")


# --- staff ---------------------------------------------------------------------------------------


@picture(STAFF, DESK)
def staff_topics(page: Page, _room: str) -> None:
    page.goto("/topics/")


@picture(STAFF, DESK)
def staff_seats(page: Page, room: str) -> None:
    page.goto(f"/consultations/{room}/seats/")


@picture(STAFF, DESK)
def staff_consultation(page: Page, room: str) -> None:
    page.goto(f"/consultations/{room}/")


@picture(STAFF, DESK)
def staff_outcome(page: Page, room: str) -> None:
    page.goto(f"/consultations/{room}/outcome/")


@picture(STAFF, DESK)
def staff_papers(page: Page, room: str) -> None:
    page.goto(f"/consultations/{room}/papers/")


# --- taking them ---------------------------------------------------------------------------------


@contextmanager
def demo_hall() -> Iterator[str]:
    """The address of a demo hall of its own."""
    with tempfile.TemporaryDirectory(prefix="hall-guides-") as folder:
        hall = HallInstallation(Path(folder), settings={"HALL_DEMO": "1"})
        try:
            yield hall.start("open_hall").url
        finally:
            hall.kill()


def live_room(browser: Browser, url: str) -> str:
    """The number of the consultation that is live."""
    with Visitor(browser, base_url=url, viewport=DESK) as visitor:
        visitor.page.goto("/consultations/?show=now")
        link = visitor.page.locator(".card--live h3 a").first.get_attribute("href") or ""
    return re.sub(r"\D", "", link)


def take(browser: Browser, url: str, room: str, name: str) -> None:
    who, viewport, lead = PICTURES[name]
    with Visitor(browser, base_url=url, viewport=viewport) as visitor:
        page = visitor.page
        sign_in(page, who)
        lead(page, room)
        page.evaluate("document.fonts.ready")
        page.evaluate(STILL)
        png = page.screenshot()
        page.goto("about:blank")
        webp = page.evaluate(TO_WEBP, [base64.b64encode(png).decode(), WIDTH])
        (GUIDES / f"{name}.webp").write_bytes(base64.b64decode(webp))
        if name == "moderator-room":
            (README / "room-1440.png").write_bytes(png)


def main() -> int:
    with demo_hall() as url, sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        room = live_room(browser, url)
        for name in PICTURES:
            take(browser, url, room, name)
        browser.close()
    print(f"{len(PICTURES)} pictures in docs/guides/images")
    return 0


if __name__ == "__main__":
    sys.exit(main())
