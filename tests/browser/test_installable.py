"""The hall on a home screen: what is installed, and what it shows where the network is gone."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.room.pages import LINE_CUT, sign_in
from tests.support.browsing import PHONE
from tests.support.hall_server import HallInstallation, HallProcess

UNDER_CONTROL = "() => navigator.serviceWorker.controller !== null"
KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys())
      kept.push(new URL(request.url).pathname);
  return kept;
}"""


def opened(page: Page) -> Page:
    page.goto("/")
    page.wait_for_function(UNDER_CONTROL)
    return page


def test_page_without_network_is_ours_and_goes_when_the_network_is_back(
    hall_server: HallProcess, visit: Visit
) -> None:
    visitor = visit(hall_server.url, PHONE)
    visitor.watch.expect(LINE_CUT)
    page = opened(visitor.page)
    visitor.context.set_offline(True)
    page.goto("/topics/")
    expect(page.get_by_role("heading", level=1)).to_have_text("现在没有网络")
    background = page.locator("body").evaluate("node => getComputedStyle(node).backgroundColor")
    assert background != "rgba(0, 0, 0, 0)"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="再试一次").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("现在没有网络")
    visitor.context.set_offline(False)
    page.get_by_role("link", name="再试一次").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("议题")
    assert page.url.endswith("/topics/")


def test_nothing_that_a_person_sees_is_kept(demo_hall: HallInstallation, visit: Visit) -> None:
    code = (
        "from consultations.demo.fill import read\n"
        "from consultations.demo.people import fill_people\n"
        "print(fill_people(read('people.toml'))['chen'].pk)"
    )
    person = int(demo_hall.manage("shell", "--verbosity", "0", "-c", code))
    visitor = visit(demo_hall.start().url, PHONE)
    page = opened(visitor.page)
    sign_in(page, person)
    for address in ("/me/", "/consultations/", "/search/?q=积水", "/topics/new/"):
        page.goto(address)
    kept = page.evaluate(KEPT)
    assert "/offline/" in kept
    assert all(path == "/offline/" or re.search(r"\.[0-9a-f]{12}\.\w+$", path) for path in kept)


def test_browser_accepts_the_manifest(hall_server: HallProcess, visit: Visit) -> None:
    visitor = visit(hall_server.url, PHONE)
    page = opened(visitor.page)
    devtools = visitor.context.new_cdp_session(page)
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    assert found["url"].endswith("/manifest.webmanifest")
    assert devtools.send("Page.getInstallabilityErrors")["installabilityErrors"] in (
        [],
        [{"errorId": "in-incognito", "errorArguments": []}],
    )
