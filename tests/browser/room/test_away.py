"""While the line is down, what cannot be fetched is not told as if it were not there."""

import pytest
from playwright.sync_api import expect

from tests.browser.room.conftest import Enter
from tests.browser.room.pages import RoomPage
from tests.browser.room.test_senior import large
from tests.support.browsing import PHONE

MANY = OPINIONS = 90
AWAY = "现在取不到，联网后会自动再取。"
VIEWS = pytest.mark.parametrize("view", ["usual", "one at a time"])


@pytest.fixture
def room(enter: Enter, view: str) -> RoomPage:
    room = enter("member", PHONE)
    return large(room) if view == "one at a time" else room


@VIEWS
@pytest.mark.parametrize(
    ("words", "untrue"), [("最多赞成", "还没有人赞成。"), ("我的", "您还没有发言。")]
)
def test_order_is_asked_for_again_when_the_line_is_back(
    room: RoomPage, words: str, untrue: str
) -> None:
    room.stance(MANY, "赞成").click()
    expect(room.stance(MANY, "赞成")).to_have_attribute("aria-pressed", "true")
    room.cut_line()
    room.order(words)
    expect(room.page.get_by_text(AWAY)).to_be_visible()
    expect(room.page.get_by_text(untrue)).to_have_count(0)
    room.mend_line()
    expect(room.opinion(MANY)).to_be_visible()
    expect(room.page.get_by_text(AWAY)).to_have_count(0)


@VIEWS
def test_number_that_cannot_be_fetched_is_not_called_missing(room: RoomPage) -> None:
    room.cut_line()
    for number in (5, MANY + 1):
        room.jump(number)
        expect(room.page.get_by_text(f"现在取不到第 {number} 号意见")).to_be_visible()
        room.dismiss()
    room.mend_line()
    # A list is answered on the line alone: it is open again.
    room.order("只看提问")
    expect(room.opinion(MANY)).to_be_visible()
    room.jump(5)
    expect(room.opinion(5)).to_be_focused()


def test_next_page_is_not_lost(enter: Enter) -> None:
    room = large(enter("neighbour", PHONE))
    room.order("我的")
    expect(room.page.get_by_text("共 40 条")).to_be_visible()
    more = room.page.get_by_role("button", name="再取一些")
    room.cut_line()
    more.click()
    expect(room.page.get_by_text(AWAY)).to_be_visible()
    expect(more).to_be_enabled()
    room.mend_line()
    expect(room.page.get_by_text(f"共 {MANY // 2} 条")).to_be_visible()


def test_step_that_cannot_be_taken_is_told(enter: Enter) -> None:
    room = large(enter("resident", PHONE))
    room.enter(f"#opinion-{MANY - 39}")
    expect(room.opinion(MANY - 39)).to_be_focused()
    room.cut_line()
    room.page.get_by_role("button", name="上一条").click()
    expect(room.page.get_by_text("现在取不到，请看看网络，稍后再试。")).to_be_visible()
    expect(room.opinion(MANY - 39)).to_be_visible()
    room.mend_line()
