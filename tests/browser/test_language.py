"""The other language: chosen at the foot of any page, kept on the device."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.support.browsing import PHONE
from tests.support.hall_server import HallProcess


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
