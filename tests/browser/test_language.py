"""The other language: chosen at the foot of any page, kept on the device."""

import json
import re

from django.conf import settings
from playwright.sync_api import Page, expect

from scripts.screenshots import PEOPLE
from scripts.screenshots import sign_in as sign_in_as
from tests.browser.conftest import Visit
from tests.browser.room.pages import stand_still
from tests.support.browsing import DESK, PHONE
from tests.support.english import foreign
from tests.support.hall_server import HallInstallation, HallProcess


def opened(page: Page, path: str) -> tuple[str | None, str]:
    """The language that a page says it is in, and its title."""
    page.goto(path)
    return page.locator("html").get_attribute("lang"), page.get_by_role(
        "heading", level=1
    ).inner_text()


def test_choice_of_language_is_kept_on_the_device(hall_server: HallProcess, visit: Visit) -> None:
    visitor = visit(hall_server.url, PHONE)
    page = visitor.page
    assert opened(page, "/plans/") == ("zh-hans", "年度工作要点")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("/plans/")
    assert opened(page, "/plans/") == ("en", "Annual work plans")
    other = visit(hall_server.url, PHONE).page
    assert opened(other, "/plans/") == ("zh-hans", "年度工作要点")

    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    assert opened(page, "/plans/") == ("zh-hans", "年度工作要点")


SHOWN = """() => {
  const said = (root) => [...root.querySelectorAll("*")].flatMap((each) => [
    ...[...each.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)
      .filter(() => !each.closest("script, style, template, [lang^=zh]:not(html)"))
      .map((node) => node.data),
    ...["aria-label", "title", "alt", "placeholder"].map((name) => each.getAttribute(name) ?? ""),
  ]);
  return said(document.body);
}"""
CONSOLE = ".console [role=tab]"


def test_live_pages_are_in_english_too(demo_hall: HallInstallation, visit: Visit) -> None:
    """Room, console, desk and screen of the demo hall, a refusal included."""
    demo_hall.prepare(demo=True)
    code = "from tests.support.english import print_words_of_the_hall as f; f()"
    own = json.loads(demo_hall.manage("shell", "--verbosity", "0", "-c", code))
    url, wrong = demo_hall.start().url, {}
    visitor = visit(url, DESK)
    page = visitor.page
    english = {"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": url}
    visitor.context.add_cookies([english])

    def look(where: str) -> None:
        stand_still(page)
        if found := foreign(page.evaluate(SHOWN), own):
            wrong[where] = found

    sign_in_as(page, PEOPLE["moderator"])
    page.goto("/consultations/?show=now")
    page.locator(".card--live h3 a").first.click()
    room = re.sub(r".*/consultations/(\d+)/.*", r"/rooms/\1/", page.url)
    page.goto(room)
    expect(page.locator("opinion-card").first).to_be_visible()
    look("room")
    expect(page.locator(CONSOLE).first).to_be_visible()
    for tab in page.locator(CONSOLE).all():
        tab.click()
        look(f"console: {tab.inner_text()}")
    refusal = page.evaluate(
        """() => document.querySelector("room-app").room.connection
          .call({do: "opinion.post", kind: "opinion", text: "a".repeat(1900)})
          .catch((error) => error.message)"""
    )
    assert "Too long" in refusal
    sign_in_as(page, PEOPLE["staff"])
    consultation = room.replace("rooms", "consultations")
    page.goto(f"{consultation}desk/")
    expect(page.locator("desk-check-in")).to_be_visible()
    for part in page.locator("hall-desk nav button").all():
        part.click()
        look(f"desk: {part.inner_text()}")
    page.goto(f"{consultation}screens/")
    page.locator('form[action$="/screens/open/"] button').click()
    expect(page.locator(".screen__side")).to_be_visible()
    look("screen")
    assert wrong == {}
