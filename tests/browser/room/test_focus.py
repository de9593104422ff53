"""The focus is never lost: what takes the place of what was pressed has it."""

from playwright.sync_api import expect

from tests.browser.room.conftest import Enter
from tests.browser.room.pages import RoomPage
from tests.browser.room.test_senior import large
from tests.support.browsing import DESK

OPINIONS = 5
LOST = "document.activeElement === document.body"


def press(room: RoomPage, name: str) -> None:
    room.page.get_by_role("button", name=name, exact=True).press("Enter")


def test_focus_stays_with_what_one_writes(resident: RoomPage) -> None:
    page = resident.page
    closed, field = page.locator(".composer__open"), page.locator("#composer-text")
    closed.press("Enter")
    expect(field).to_be_focused()
    press(resident, "收起")
    expect(closed).to_be_focused()
    resident.opinion(5).get_by_role("button", name="回复").press("Enter")
    expect(field).to_be_focused()
    press(resident, "不再回复这一条")
    expect(field).to_be_focused()
    field.press_sequentially("用键盘写的")
    press(resident, "发送")
    expect(resident.saying("用键盘写的")).to_have_count(1)
    expect(closed).to_be_focused()


def test_focus_stays_with_what_one_writes_on_a_desk(enter: Enter) -> None:
    room = enter("resident", DESK)
    room.page.locator(".composer__open").press("Enter")
    expect(room.page.locator("#composer-text")).to_be_focused()
    room.page.keyboard.type("坐在桌前写的")
    press(room, "发送")
    expect(room.saying("坐在桌前写的")).to_have_count(1)
    expect(room.page.locator("#composer-text")).to_be_focused()


def test_focus_goes_on_when_something_is_given_up(resident: RoomPage, enter: Enter) -> None:
    moderator = enter("moderator", DESK)
    resident.cut_line()
    resident.post("断网时写的")
    expect(resident.page.locator("under-way li")).to_have_count(1)
    moderator.page.get_by_role("button", name="进入下一项：表态").click()
    expect(moderator.page.locator("room-header")).to_contain_text("表态")
    resident.mend_line()
    press(resident, "不发了")
    expect(resident.page.locator("under-way li")).to_have_count(0)
    resident.page.wait_for_function(f"!({LOST})")


def test_focus_goes_on_when_a_notice_was_read(resident: RoomPage) -> None:
    large(resident).post("会有回执的一句")
    expect(resident.page.locator(".toast")).to_contain_text("已收到")
    press(resident, "知道了")
    expect(resident.page.locator(".toast")).to_have_text("")
    expect(resident.page.locator("one-by-one article")).to_be_focused()


def test_side_over_the_page_holds_the_focus_and_gives_it_back(resident: RoomPage) -> None:
    page = resident.page
    opener = page.locator(".room-facts__more")
    for close in ("Enter", "Escape"):
        opener.press("Enter")
        side = page.get_by_role("dialog", name="议程与在场")
        expect(side.get_by_role("button", name="关闭")).to_be_focused()
        for _ in range(12):
            page.keyboard.press("Tab")
            assert page.evaluate(
                "document.activeElement === document.body"
                " || document.activeElement.closest('.room-side') !== null"
            )
        side.get_by_role("button", name="关闭").focus()
        page.keyboard.press(close)
        expect(opener).to_be_focused()
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator(".composer__open").press("Enter")
    expect(page.locator("#composer-text")).to_be_focused()


def test_side_beside_the_page_leaves_it_in_reach(resident: RoomPage) -> None:
    resident.page.locator(".room-facts__more").press("Enter")
    expect(resident.page.get_by_role("dialog")).to_be_visible()
    resident.page.set_viewport_size(DESK)
    expect(resident.page.get_by_role("dialog")).to_have_count(0)
    resident.page.locator(".composer__open").press("Enter")
    expect(resident.page.locator("#composer-text")).to_be_focused()
