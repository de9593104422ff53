"""The floor in two or three browsers: hands, the list, the timer, the moderator's console."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.looking import serious
from tests.browser.room.conftest import Enter
from tests.browser.room.pages import RoomPage
from tests.support.browsing import SMALL_PHONE

OPINIONS = 5


@pytest.fixture
def resident(enter: Enter) -> RoomPage:
    return enter("resident", SMALL_PHONE)


def bar(room: RoomPage) -> Locator:
    return room.page.locator("speaking-bar")


def console(moderator: RoomPage) -> Locator:
    """The console with the floor's tab chosen."""
    moderator.page.get_by_role("tab", name="发言").click()
    return moderator.page.locator("speaking-panel")


def test_hand_is_raised_called_timed_and_done(
    resident: RoomPage, moderator: RoomPage, enter: Enter
) -> None:
    member = enter("member", SMALL_PHONE)
    bar(resident).get_by_role("button", name="举手发言").click()
    expect(bar(resident)).to_contain_text("下一位就是您，请准备")
    expect(bar(member)).to_contain_text("1 人举手")
    bar(member).get_by_role("button", name="举手发言").click()
    expect(bar(member)).to_contain_text("您排第 2 位，约 3 分钟后")
    assert resident.page.evaluate("document.documentElement.scrollWidth") == SMALL_PHONE["width"]

    panel = console(moderator)
    panel.get_by_role("button", name="请下一位：王秀兰").click()
    expect(bar(resident)).to_contain_text("请您发言")
    expect(bar(member)).to_contain_text("正在发言：王秀兰")
    expect(bar(member).get_by_role("timer")).to_have_text(re.compile(r"还剩 [23]:\d\d"))
    assert serious(member.page) == []
    assert serious(moderator.page) == []

    panel.get_by_role("button", name="加 1 分钟").click()
    expect(bar(member).get_by_role("timer")).to_have_text(re.compile(r"还剩 [34]:\d\d"))
    bar(resident).get_by_role("button", name="我讲完了").click()
    expect(bar(resident).get_by_role("button", name="举手发言")).to_be_visible()
    expect(bar(member)).to_contain_text("下一位就是您")
    expect(panel.locator("voice-meter")).to_contain_text("居民")

    known, fresh = member.page.evaluate(
        """async () => {
          const { store, connection } = document.querySelector("room-app").room;
          const { snapshot } = await connection.call({do: "room.since", seq: 0, epoch: ""});
          const sorted = (_name, value) => value && typeof value === "object" &&
            !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value;
          return [store.state, snapshot].map(({speaking}) => JSON.stringify(speaking, sorted));
        }"""
    )
    assert known == fresh


def test_subject_and_order_are_in_the_list(resident: RoomPage, moderator: RoomPage) -> None:
    bar(resident).get_by_role("button", name="名单").click()
    dialog = resident.page.get_by_role("dialog", name="发言名单")
    expect(dialog).to_contain_text("现在没有人在等待发言")
    dialog.get_by_label("想说的事").fill("夜间卸货太吵")
    dialog.get_by_role("button", name="举手发言").click()
    expect(dialog.get_by_role("listitem")).to_have_count(1)
    expect(dialog.get_by_role("listitem")).to_contain_text("夜间卸货太吵")
    expect(dialog).to_contain_text("轮流发言")
    assert serious(resident.page) == []
    # Two words on the subject follow each other by some seconds at least; the same is no other.
    dialog.get_by_role("button", name="改成这样").click()
    expect(dialog).to_contain_text("已改好，您排第 1 位。")
    dialog.get_by_role("button", name="放下手").click()
    expect(dialog.get_by_role("listitem")).to_have_count(0)
    dialog.get_by_role("button", name="关闭").click()
    expect(dialog).to_be_hidden()
    expect(console(moderator)).to_contain_text("现在没有人举手")


def test_end_and_change_of_the_speaker_are_taken_back(
    resident: RoomPage, moderator: RoomPage, enter: Enter
) -> None:
    member = enter("member", SMALL_PHONE)
    bar(resident).get_by_role("button", name="举手发言").click()
    expect(bar(resident)).to_contain_text("下一位就是您")
    panel = console(moderator)
    panel.get_by_role("button", name="请下一位：王秀兰").click()
    panel.get_by_role("button", name="发言结束").click()
    expect(bar(resident).get_by_role("button", name="举手发言")).to_be_visible()
    panel.get_by_role("button", name="撤销").click()
    expect(bar(resident)).to_contain_text("请您发言")

    bar(member).get_by_role("button", name="举手发言").click()
    panel.get_by_role("button", name="换下一位：周敏").click()
    expect(bar(member)).to_contain_text("请您发言")
    panel.get_by_role("button", name="撤销").click()
    expect(bar(resident)).to_contain_text("请您发言")
    expect(bar(member)).to_contain_text("下一位就是您")
    expect(panel.get_by_role("button", name="撤销")).to_have_count(0)


def test_moderator_reorders_skips_undoes_and_closes_the_list(
    resident: RoomPage, moderator: RoomPage, enter: Enter
) -> None:
    neighbour = enter("neighbour", SMALL_PHONE)
    bar(resident).get_by_role("button", name="举手发言").click()
    expect(bar(resident)).to_contain_text("下一位就是您")
    bar(neighbour).get_by_role("button", name="举手发言").click()
    expect(bar(neighbour)).to_contain_text("您排第 2 位")

    panel = console(moderator)
    rows = panel.get_by_role("listitem")
    panel.get_by_label("调整：李强").click()
    panel.get_by_role("button", name="提前一位").click()
    expect(rows.first).to_contain_text("李强")
    expect(bar(neighbour)).to_contain_text("下一位就是您")

    panel.get_by_label("调整：李强").click()
    panel.get_by_role("button", name="跳过", exact=True).click()
    expect(rows).to_have_count(1)
    expect(panel.get_by_role("status").filter(has_text="已跳过 李强")).to_be_visible()
    panel.get_by_role("button", name="撤销").click()
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("李强")

    panel.get_by_label("每人发言分钟").fill("5")
    panel.get_by_role("button", name="改时间").click()
    expect(bar(resident)).to_contain_text("约 5 分钟后")
    panel.get_by_role("button", name="暂停举手").click()
    expect(panel.get_by_role("button", name="恢复举手")).to_be_visible()
    bar(neighbour).get_by_role("button", name="放下手").click()
    expect(bar(neighbour).get_by_role("button", name="举手发言")).to_have_count(0)


def test_place_is_right_again_after_the_line_was_cut(
    resident: RoomPage, moderator: RoomPage, enter: Enter
) -> None:
    member = enter("member", SMALL_PHONE)
    bar(member).get_by_role("button", name="举手发言").click()
    expect(bar(member)).to_contain_text("下一位就是您")
    bar(resident).get_by_role("button", name="举手发言").click()
    expect(bar(resident)).to_contain_text("您排第 2 位")
    resident.cut_line()
    console(moderator).get_by_role("button", name="请下一位：周敏").click()
    expect(bar(member)).to_contain_text("请您发言")
    expect(bar(resident)).to_contain_text("您排第 2 位")
    resident.mend_line()
    expect(bar(resident)).to_contain_text("下一位就是您")
    expect(bar(resident)).to_contain_text("正在发言：周敏")


def test_running_step_is_extended_for_everyone(resident: RoomPage, moderator: RoomPage) -> None:
    left = resident.page.locator(".room-facts__left")
    before = int(re.sub(r"\D", "", left.inner_text()))
    moderator.page.get_by_role("tab", name="会议").click()
    moderator.page.get_by_role("button", name="延长 10 分钟").click()
    later = f"还剩 ({before + 10}|{before + 9}) 分钟"
    expect(left).to_have_text(re.compile(later))
    expect(moderator.page.locator("moderator-panel")).to_contain_text("计划 50 分钟")


def test_open_menu_stays_with_its_person_when_the_order_changes(
    resident: RoomPage, moderator: RoomPage, enter: Enter
) -> None:
    neighbour, member = enter("neighbour", SMALL_PHONE), enter("member", SMALL_PHONE)
    bar(resident).get_by_role("button", name="举手发言").click()
    expect(bar(resident)).to_contain_text("下一位就是您")
    bar(neighbour).get_by_role("button", name="举手发言").click()
    panel = console(moderator)
    panel.get_by_label("调整：李强").click()
    # Identities take turns: the member comes between the two.
    bar(member).get_by_role("button", name="举手发言").click()
    rows = panel.get_by_role("listitem")
    expect(rows).to_contain_text(["王秀兰", "周敏", "李强"])
    expect(rows.nth(2).get_by_role("button", name="跳过")).to_be_visible()
    expect(rows.nth(1).get_by_role("button", name="跳过")).to_be_hidden()
