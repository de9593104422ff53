"""The bar above the room: large type and language for who came by a QR code, straight into it."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import serious
from tests.browser.room.conftest import Enter
from tests.browser.room.pages import RoomPage, sign_in_unseen
from tests.support.browsing import SMALL_PHONE, without_scripts
from tests.support.hall_server import HallProcess

OPINIONS = 5
LOW = """() => [...document.querySelectorAll(".room-bar a, .room-bar button")]
  .map((each) => [each.textContent.trim(), each.getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 || box.width < 44).map(([words]) => words)"""


@pytest.fixture
def resident(enter: Enter) -> RoomPage:
    return enter("resident", SMALL_PHONE)


def fits(page: Page, *, least: int = 60) -> bool:
    """Nothing widens the page, the way back is still to be read, and all can be hit."""
    assert page.evaluate(LOW) == []
    name = page.locator(".room-bar__back span").bounding_box()
    assert name is not None
    return page.evaluate("document.documentElement.scrollWidth") == 360 and name["width"] > least


def senior(page: Page) -> None:
    page.get_by_role("button", name="切换到长辈版").click()
    expect(page.locator("html[data-view=senior]")).to_have_count(1)


def test_large_type_and_language_are_chosen_in_the_room(resident: RoomPage) -> None:
    page = resident.page
    resident.write("路灯也该修了")
    assert fits(page)
    senior(page)
    expect(page.locator("one-by-one")).to_be_visible()
    expect(page.get_by_label("您想说的话")).to_have_value("路灯也该修了")
    expect(page.locator(".room-bar__back")).to_have_text("返回")
    assert fits(page, least=30)
    assert serious(page) == []

    page.get_by_role("button", name="English").click()
    expect(page.locator("html[lang=en]")).to_have_count(1)
    expect(page.locator("one-by-one")).to_be_visible()
    assert fits(page, least=30)
    page.get_by_role("button", name="中文").click()
    page.get_by_role("button", name="切换到标准版").click()
    expect(page.locator("opinion-feed")).to_be_visible()
    assert re.search(rf"/rooms/{resident.room}/$", page.url)


def test_large_type_and_language_are_chosen_without_a_script(
    laid_out: dict[str, int], process: HallProcess, chromium: Browser
) -> None:
    with without_scripts(chromium, process.url, SMALL_PHONE) as context:
        sign_in_unseen(context, laid_out["resident"])
        page = context.new_page()
        page.goto(f"/rooms/{laid_out['room']}/")
        expect(page.locator(".room-facts__left")).to_contain_text("还剩")
        expect(page.locator(".room-now")).to_have_text("现在您可以：提意见、提建议、提问题")
        senior(page)
        expect(page.locator(f"#opinion-{OPINIONS}")).to_be_visible()
        page.get_by_role("button", name="English").click()
        expect(page.locator("html[lang=en]")).to_have_count(1)


def test_who_knows_the_room_alone_has_the_offline_page(resident: RoomPage) -> None:
    page = resident.page
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    resident.cut_line()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("现在没有网络")
    resident.mend_line()
    page.get_by_role("link", name="再试一次").click()
    expect(page.locator("room-header")).to_be_visible()


@pytest.mark.parametrize("width", [360, 768])
def test_way_back_is_at_hand_at_the_newest_opinion(enter: Enter, width: int) -> None:
    page = enter("resident", {"width": width, "height": 740}).page
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    gone = "document.querySelector('.room-bar').getBoundingClientRect().bottom <= 0"
    page.wait_for_function(gone)
    back = page.locator(".room-bar__back .icon").bounding_box()
    asked = page.locator(".room-question").bounding_box()
    assert back is not None and asked is not None
    assert back["x"] >= 0 and back["y"] >= 0 and back["x"] + back["width"] <= asked["x"] + 12
    assert min(back["width"], back["height"]) >= 44
    page.mouse.click(back["x"] + back["width"] / 2, back["y"] + back["height"] / 2)
    expect(page).to_have_url(re.compile(r"/consultations/\d+/$"))


def test_facts_stand_in_one_row_and_say_what_they_are(resident: RoomPage) -> None:
    page = resident.page
    facts = page.locator(".room-facts")
    expect(facts.get_by_role("button")).to_have_text("1 人 · 议程")
    height = "e => e.scrollHeight <= Math.max(...[...e.children].map(each => each.offsetHeight))"
    assert facts.evaluate(height)
    senior(page)
    expect(facts.get_by_role("button")).to_have_text("议程")
    assert facts.evaluate(height)


def test_ways_to_read_fit_on_a_tablet(enter: Enter) -> None:
    moderator = enter("moderator", {"width": 768, "height": 1024})
    moderator.manage(2, "置顶")
    orders = moderator.page.locator(".orders")
    expect(orders.get_by_role("button", name="置顶")).to_be_visible()
    assert orders.evaluate("e => e.scrollWidth <= e.clientWidth")
