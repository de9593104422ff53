"""Take a picture of every page of the demo hall, as a visitor and as one person of each role.

    python -m scripts.screenshots                     all pages, with what opens over them
    python -m scripts.screenshots /rooms/3/ /plans/   these pages alone

The hall runs in a data folder of its own and is gone afterwards. The pictures, whole pages at
three widths, go to build/screenshots/<who>/<width>/, those of the large-type version to
<who>/<width>-senior/, the big screen to screen/1920/. Pages that differ by a number in their
address alone are taken `--each` times; tabs and dialogs, as one sees them, with the first of them.
What is wrong with a page (an error, a request to another host, a line that is wider than the
screen, a dead link) is printed, and makes the exit code 1.
"""

import argparse
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.layers import layers
from tests.support.browsing import Visitor, launch_chromium
from tests.support.hall_server import HallInstallation

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / "build" / "screenshots"
HEIGHTS = {360: 780, 768: 1024, 1440: 900}
SCREEN = {"width": 1920, "height": 1080}
# Whom the pages are looked at as: people of the demo hall, by the name on their sign-in button.
PEOPLE = {
    "visitor": "",
    "resident": "临江老张",
    "member": "赵明",
    "moderator": "王建国",
    "staff": "陈静",
    "department": "黄工",
    "admin": "周远",
}
NOT_PAGES = re.compile(
    r"^/(accounts/logout|static|healthz|metrics|demo)\b|\.\w{2,5}$|/export|/download"
    r"|/papers/[\w-]+/(docx|pdf|xlsx|json|md)/|/look/\w+/$"
)
# Who is shown in large type as well, at the first width.
SENIOR = ("visitor", "resident", "moderator")
SIGN_IN = "/accounts/login/"
DEMO_BUTTON = ".demo__people button"
# Pages that no link leads to.
UNLINKED = ("/screen/", "/offline/", "/no-such-page/")
# The room goes to its newest opinion, and holds that place while heights settle.
STILL = """async () => {
  await document.querySelector("opinion-feed, one-by-one")?.updateComplete;
  for (let frame = 0; frame < 8; frame += 1) await new Promise(requestAnimationFrame);
  const short = ({effect}) => effect.getComputedTiming().endTime < 2000;
  const fading = document.getAnimations().filter(short);
  await Promise.all(fading.map(({finished}) => finished.catch(() => {})));
}"""
PAGE_LIMIT = 120


def shape(path: str) -> str:
    """The address with its numbers taken out: what pages of one kind have in common."""
    return re.sub(r"\d+", "N", path)


def links_of(page: Page) -> list[str]:
    """Paths of the hall's own pages that the page links to, in its order."""
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    own = [urlsplit(link) for link in found if urlsplit(link).hostname == "127.0.0.1"]
    return [link.path for link in own if not NOT_PAGES.search(link.path)]


def sign_in(page: Page, name: str) -> None:
    """Sign in as the person of the demo hall with this name."""
    page.goto(SIGN_IN)
    page.evaluate("document.querySelectorAll('.demo details').forEach(part => part.open = true)")
    page.locator(DEMO_BUTTON, has_text=name).first.click()
    page.wait_for_load_state()


def walk(page: Page, start: list[str], *, follow: bool, each: int) -> Iterator[tuple[str, int]]:
    """Go to page after page; yield each path with its status while the page stands open."""
    waiting, known, taken = list(start), set(start), Counter[str]()
    while waiting and taken.total() < PAGE_LIMIT:
        path = waiting.pop(0)
        if follow and taken[shape(path)] >= each:
            continue
        taken[shape(path)] += 1
        answer = page.goto(path)
        page.wait_for_load_state("load")
        page.evaluate("document.fonts.ready")
        page.locator("room-app > .room-static").wait_for(state="detached")
        page.evaluate(STILL)
        yield path, answer.status if answer else 0
        if follow:
            new = [link for link in links_of(page) if link not in known]
            known.update(new)
            waiting += dict.fromkeys(new)


def take(
    browser: Browser,
    url: str,
    options: argparse.Namespace,
    who: str,
    width: int,
    *,
    senior: bool = False,
) -> list[str]:
    """Take every picture of one person at one width; what was found wrong, one line each."""
    wrong = []
    viewport = {"width": width, "height": HEIGHTS.get(width, 900)}
    with Visitor(browser, base_url=url, viewport=viewport) as visitor:
        if PEOPLE[who]:
            sign_in(visitor.page, PEOPLE[who])
        version = {"name": "hall_senior", "value": str(int(senior)), "url": url}
        visitor.context.add_cookies([version])
        visitor.watch.expect("status of 404")
        folder, layered = options.into / who / f"{width}{'-senior' * senior}", set[str]()
        folder.mkdir(parents=True, exist_ok=True)
        follow = not options.paths
        for path, status in walk(
            visitor.page, options.paths or ["/", *UNLINKED], follow=follow, each=options.each
        ):
            where = f"{who}, {width} px{', large type' * senior}, {path}"
            name = path.strip("/").replace("/", "-") or "home"
            # The room is as high as the screen, and keeps what is out of sight unbuilt.
            whole = not visitor.page.locator("room-app").count()
            visitor.page.screenshot(path=folder / f"{name}.png", full_page=whole)
            if status >= 400 and path not in UNLINKED:
                wrong.append(f"{where}: {status}")
            wide = visitor.page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                wrong.append(f"{where}: {wide} px wide")
            wrong += [f"{where}: {problem}" for problem in visitor.watch.problems]
            visitor.watch.seen.clear()
            if shape(path) not in layered:
                layered.add(shape(path))
                for layer in layers(visitor.page):
                    visitor.page.screenshot(path=folder / f"{name}--{layer}.png")
    return wrong


def take_screen(browser: Browser, url: str, into: Path) -> None:
    """The big screen of the room that is live, as staff open it on the venue's computer."""
    folder = into / "screen" / str(SCREEN["width"])
    folder.mkdir(parents=True, exist_ok=True)
    with Visitor(browser, base_url=url, viewport=SCREEN) as visitor:
        page = visitor.page
        sign_in(page, PEOPLE["staff"])
        page.goto("/consultations/?show=now")
        page.locator(".card--live h3 a").first.click()
        page.goto(f"{page.url}screens/")
        page.locator('form[action$="/screens/open/"] button').click()
        page.locator("hall-screen").wait_for()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / "screen.png")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", help="pages to take; all that links lead to if none")
    parser.add_argument("--into", type=Path, default=BUILT)
    parser.add_argument("--each", type=int, default=2, help="pages of one kind (default 2)")
    parser.add_argument("--who", nargs="+", choices=PEOPLE, default=list(PEOPLE))
    parser.add_argument("--width", type=int, nargs="+", default=list(HEIGHTS))
    options = parser.parse_args()
    if options.into == BUILT:
        shutil.rmtree(BUILT, ignore_errors=True)
    wrong: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="hall-screenshots-") as folder,
        sync_playwright() as playwright,
    ):
        hall = HallInstallation(Path(folder), settings={"HALL_DEMO": "1"})
        try:
            url = hall.start("open_hall").url
            browser = launch_chromium(playwright)
            for who in options.who:
                for width in options.width:
                    wrong += take(browser, url, options, who, width)
                if who in SENIOR:
                    wrong += take(browser, url, options, who, options.width[0], senior=True)
            if not options.paths:
                take_screen(browser, url, options.into)
            browser.close()
        finally:
            hall.kill()
    pictures = len(list(options.into.rglob("*.png")))
    print("\n".join([*dict.fromkeys(wrong), f"{pictures} pictures in {options.into}"]))
    return 1 if wrong or not pictures else 0


if __name__ == "__main__":
    sys.exit(main())
