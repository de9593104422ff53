"""请您表态: the opinions that a reader has not taken a stance on, one after the other."""

from playwright.sync_api import expect

from tests.browser.room.conftest import Enter
from tests.browser.room.pages import RoomPage
from tests.browser.room.test_meeting import UNBEGUN
from tests.browser.room.test_senior import choose
from tests.support.browsing import DESK, PHONE
from tests.support.hall_server import HallInstallation

OPINIONS = 5
ORDER = "请您表态"


def take(room: RoomPage, number: int) -> None:
    room.stance(number, "赞成").click()
    expect(room.stance(number, "赞成")).to_have_attribute("aria-pressed", "true")


def ask(room: RoomPage) -> None:
    room.order(ORDER)


def test_large_type_leads_through_what_is_left_one_at_a_time(enter: Enter) -> None:
    room = choose(enter("resident", PHONE), "1").enter()
    where = room.page.locator(".one__where")
    ask(room)
    expect(where).to_have_text("第 1 条，共 5 条")
    seen = []
    for place in range(1, 4):
        expect(where).to_have_text(f"第 {place} 条，共 5 条")
        (number,) = room.numbers
        seen.append(number)
        take(room, number)
        expect(where).to_have_text(f"第 {place} 条，共 5 条")  # it does not jump away
        room.page.get_by_role("button", name="下一条").click()
    room.enter()
    ask(room)
    expect(where).to_have_text("第 1 条，共 2 条")
    for place in (1, 2):
        expect(where).to_have_text(f"第 {place} 条，共 2 条")
        (number,) = room.numbers
        assert number not in seen
        take(room, number)
        if place == 1:
            room.page.get_by_role("button", name="下一条").click()
    room.enter()
    ask(room)
    expect(room.page.get_by_text("您都表过态了，谢谢您。")).to_be_visible()


def test_own_opinions_are_not_asked_about(enter: Enter) -> None:
    room = enter("member", DESK)
    ask(room)
    expect(room.page.locator("opinion-card")).to_have_count(3)
    assert sorted(room.numbers) == [1, 3, 5]


def test_where_nothing_can_be_done_nothing_is_offered_and_that_is_said_once(
    enter: Enter, hall: HallInstallation, laid_out: dict[str, int]
) -> None:
    closed = UNBEGUN.format(room=laid_out["room"], stage="summarising")
    hall.manage("shell", "-v", "0", "-c", closed)
    page = enter("resident", PHONE).page
    expect(page.locator("order-bar").get_by_role("button", name="最多赞成")).to_be_visible()
    expect(page.locator("order-bar").get_by_role("button", name=ORDER)).to_have_count(0)
    expect(page.get_by_text("发言已经结束，主持人正在梳理共识。")).to_have_count(1)
