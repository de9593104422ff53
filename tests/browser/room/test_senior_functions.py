"""长辈版 on a small phone can do what the usual view can, and says what the usual view says."""

import pytest
from playwright.sync_api import expect

from tests.browser.room.conftest import Enter
from tests.browser.room.pages import RoomPage
from tests.browser.room.test_ballots import open_ballot
from tests.browser.room.test_senior import choose, large
from tests.support.browsing import DESK, SMALL_PHONE

MANY = OPINIONS = 12
NOTICE = 6_000


@pytest.fixture
def senior(enter: Enter) -> RoomPage:
    return large(enter("resident", SMALL_PHONE))


def test_every_order_is_behind_one_button_and_then_in_sight(senior: RoomPage) -> None:
    expect(senior.page.locator(".orders")).to_have_count(0)
    senior.ways().get_by_label("跳到第几号意见").scroll_into_view_if_needed()
    row = "document.querySelector('.orders')"
    assert senior.page.evaluate(f"{row}.scrollWidth <= {row}.clientWidth")
    for name in ("我的", "跳到", "全部列出"):
        box = senior.page.get_by_role("button", name=name).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= SMALL_PHONE["width"]


def test_new_opinions_are_told_and_lead_there(senior: RoomPage, moderator: RoomPage) -> None:
    senior.page.get_by_role("button", name="上一条").click()
    moderator.post("新说的一条")
    fresh = senior.page.get_by_role("button", name="1 条新意见")
    expect(fresh).to_be_visible()
    expect(senior.page.get_by_role("log")).to_have_text("新增 1 条意见")
    assert senior.numbers == [MANY - 1]
    fresh.click()
    expect(senior.saying("新说的一条")).to_be_visible()
    expect(fresh).to_have_count(0)


def test_what_is_let_in_late_is_told(senior: RoomPage, moderator: RoomPage, enter: Enter) -> None:
    moderator.hold_residents()
    neighbour = enter("neighbour", DESK)
    neighbour.post("等一等才公开的")
    expect(neighbour.saying("等一等才公开的")).to_contain_text("等待审核")
    moderator.post("后来先公开的")
    senior.page.get_by_role("button", name="1 条新意见").or_(
        senior.page.get_by_role("button", name="2 条新意见")
    ).click()
    moderator.manage(MANY + 1, "通过")
    senior.page.get_by_role("button", name=f"第 {MANY + 1} 号刚刚公开").click()
    expect(senior.saying("等一等才公开的")).to_be_visible()


def test_ranking_is_ordered_anew(senior: RoomPage, moderator: RoomPage) -> None:
    moderator.stance(3, "赞成").click()
    expect(moderator.stance(3, "赞成")).to_have_attribute("aria-pressed", "true")
    senior.order("最多赞成")
    expect(senior.page.get_by_text("第 1 条，共 1 条")).to_be_visible()
    moderator.stance(5, "赞成").click()
    expect(moderator.stance(5, "赞成")).to_have_attribute("aria-pressed", "true")
    again = senior.page.get_by_role("button", name="按最新表态重排")
    anew = senior.page.get_by_text("第 1 条，共 2 条")
    # The hall counts anew once a second.
    for _attempt in range(40):
        again.click()
        expect(again).to_be_visible()  # the list is there again
        if anew.is_visible():
            break
        senior.page.wait_for_timeout(250)
    expect(anew).to_be_visible()


def test_what_the_hall_says_stays_until_it_is_read(senior: RoomPage) -> None:
    senior.page.clock.install()
    senior.jump(4000)
    missing = senior.page.get_by_text("没有第 4000 号意见。")
    expect(missing).to_be_visible()
    senior.page.clock.run_for(10 * NOTICE)
    senior.post("长辈版里说的话")
    expect(senior.page.get_by_text("已收到").first).to_be_visible()
    expect(missing).to_be_visible()
    senior.page.get_by_role("button", name="知道了").click()
    expect(missing).to_have_count(0)
    expect(senior.page.get_by_role("button", name="知道了")).to_have_count(0)


def test_hand_is_raised_and_taken_down(senior: RoomPage) -> None:
    bar = senior.page.locator("speaking-bar")
    bar.get_by_role("button", name="举手发言").click()
    expect(bar).to_contain_text("下一位就是您")
    bar.get_by_role("button", name="放下手").click()
    expect(bar.get_by_role("button", name="举手发言")).to_be_visible()


def test_place_among_hands_has_room_in_english(senior: RoomPage, enter: Enter) -> None:
    member = enter("member", DESK).page.locator("speaking-bar")
    member.get_by_role("button", name="举手发言").click()
    expect(member).to_contain_text("下一位就是您")
    bar = senior.page.locator("speaking-bar")
    bar.get_by_role("button", name="举手发言").click()
    expect(bar).to_contain_text("您排第 2 位")
    senior.page.get_by_role("button", name="English").click()
    place = bar.locator(".speaking__mine")
    expect(place).to_contain_text("No. 2")
    box = place.bounding_box()
    assert box is not None
    assert box["width"] > SMALL_PHONE["width"] * 0.7


def test_vote_is_cast(senior: RoomPage, moderator: RoomPage) -> None:
    open_ballot(moderator, "是否同意？", live="yes")
    senior.page.get_by_role("link", name="正在表决").click()
    ballot = senior.page.get_by_role("group", name="是否同意？")
    ballot.locator("label").first.click()
    ballot.get_by_role("button", name="投票").click()
    expect(ballot).to_contain_text("您已投票")
    expect(moderator.page.get_by_role("group", name="是否同意？")).to_contain_text("1 人已投票")


def test_reply_is_given_and_read(senior: RoomPage) -> None:
    senior.opinion(MANY).get_by_role("button", name="回复").click()
    senior.page.get_by_label("您想说的话").fill("我也这样想")
    senior.page.get_by_role("button", name="发送").click()
    expect(senior.saying("我也这样想")).to_be_visible()
    senior.page.get_by_role("button", name="知道了").click()
    senior.enter(f"#opinion-{MANY}")
    senior.opinion(MANY).get_by_role("button", name="1 条回复").click()
    expect(senior.page.get_by_text("第 1 条，共 2 条")).to_be_visible()
    senior.page.get_by_role("button", name="下一条").click()
    expect(senior.saying("我也这样想")).to_be_visible()


def test_moderator_runs_the_room(enter: Enter) -> None:
    member = enter("member", DESK)
    member.page.locator("speaking-bar").get_by_role("button", name="举手发言").click()
    room = large(choose(enter("moderator", SMALL_PHONE), "1"))
    room.hide(MANY, "离题")
    expect(room.opinion(MANY)).to_contain_text("理由：离题")
    room.page.get_by_role("button", name="主持台").click()
    console = room.page.locator("moderator-console")
    console.get_by_role("tab", name="发言").click()
    console.get_by_role("button", name="请下一位：周敏").click()
    expect(member.page.locator("speaking-bar")).to_contain_text("请您发言")
    console.get_by_role("tab", name="审核").click()
    console.get_by_role("button", name="已隐藏").click()
    console.get_by_role("button", name="恢复显示").click()
    expect(member.opinion(MANY)).not_to_contain_text("隐藏")
    assert room.page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE["width"]
