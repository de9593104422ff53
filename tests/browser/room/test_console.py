"""The moderator's console: held posts decided with the mouse and by keys, rules, mutes."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import serious
from tests.browser.room.conftest import Enter
from tests.browser.room.pages import RoomPage, stand_still
from tests.support.browsing import DESK, PHONE

OPINIONS = 3
NARROW_DESK = {"width": 1280, "height": 800}
TABLET = {"width": 820, "height": 1180}
# The stances and fields that lie under the way to the console.
COVERED = """() => {
  const box = document.querySelector(".console__handle").getBoundingClientRect();
  return [...document.querySelectorAll(".stance, .composer button, .composer textarea")]
    .filter((each) => each.checkVisibility())
    .map((each) => [each.className, each.getBoundingClientRect()])
    .filter(([, at]) => at.left < box.right && at.right > box.left && at.top < box.bottom
      && at.bottom > box.top)
    .map(([name]) => name);
}"""
WORDS = "三号楼的水管昨晚又爆了，请先修。"


@pytest.fixture
def moderator(enter: Enter) -> RoomPage:
    return enter("moderator", NARROW_DESK)


def tab(room: RoomPage, name: str) -> None:
    room.page.get_by_role("tab", name=name).click()


def hold(moderator: RoomPage) -> None:
    moderator.hold_residents()
    tab(moderator, "审核")
    expect(moderator.page.locator("queue-panel")).to_contain_text("没有等待审核的发言")


def test_held_post_is_seen_by_its_author_alone_until_it_is_let_through(
    moderator: RoomPage, resident: RoomPage, enter: Enter
) -> None:
    neighbour = enter("neighbour", PHONE)
    hold(moderator)
    resident.page.locator(".composer__open").click()
    expect(resident.page.locator(".composer")).to_contain_text("发言经主持人审核后公开")
    resident.post(WORDS)
    expect(resident.saying(WORDS)).to_contain_text("等待审核")
    item = moderator.page.locator(".queue__item", has_text=WORDS)
    expect(item).to_be_visible()
    expect(moderator.page.get_by_role("tab", name="审核")).to_contain_text("1")
    expect(neighbour.saying(WORDS)).to_have_count(0)
    item.get_by_role("button", name="通过").click()
    expect(neighbour.saying(WORDS)).to_be_visible()
    expect(resident.saying(WORDS)).not_to_contain_text("等待审核")
    expect(moderator.page.locator("queue-panel")).to_contain_text("没有等待审核的发言")
    neighbour.stance(4, "赞成").click()
    expect(moderator.stance(4, "赞成").locator(".number")).to_have_text("1")


def test_way_to_the_console_covers_nothing_on_a_phone(enter: Enter) -> None:
    page = enter("moderator", PHONE).page
    handle = page.locator(".console__handle")
    expect(handle).to_be_visible()
    stand_still(page)
    assert page.evaluate(COVERED) == []
    page.locator(".composer__open").click()
    expect(handle).to_be_hidden()
    page.get_by_role("button", name="收起").click()
    handle.click()
    expect(page.locator(".console")).to_be_visible()


def test_step_taken_too_soon_is_taken_back(moderator: RoomPage) -> None:
    page = moderator.page
    tab(moderator, "会议")
    page.get_by_role("button", name="进入下一项").click()
    others = page.locator(".panel__list", has_text="转到别的一项")
    expect(others.locator("li")).not_to_have_count(0)
    left = page.locator(".agenda__item").nth(2)
    expect(left).to_have_class(re.compile("is-done"))
    others.locator("summary").click()
    others.get_by_role("button", name=left.locator(".agenda__title").inner_text()).click()
    expect(left).to_have_class(re.compile("is-now"))
    # What was begun by mistake is still to come, and is offered again.
    expect(page.locator(".agenda__item.is-done")).to_have_count(0)
    page.get_by_role("button", name="进入下一项").click()
    expect(left).to_have_class(re.compile("is-done"))
    page.locator(".console__undo").get_by_role("button", name="撤销").click()
    expect(left).to_have_class(re.compile("is-now"))


def test_time_given_to_a_step_is_taken_back(moderator: RoomPage) -> None:
    page = moderator.page
    tab(moderator, "会议")
    planned = page.locator(".agenda-time").inner_text()
    page.get_by_role("button", name="延长 10 分钟").click()
    undo = page.locator(".console__undo")
    expect(undo).to_contain_text("延长了 10 分钟")
    expect(page.locator(".agenda-time")).not_to_have_text(planned)
    undo.get_by_role("button", name="撤销").click()
    expect(page.locator(".agenda-time")).to_have_text(planned)


def test_post_that_is_let_through_late_is_told_of_and_moves_nobody(
    moderator: RoomPage, resident: RoomPage, enter: Enter
) -> None:
    neighbour = enter("neighbour", PHONE)
    hold(moderator)
    resident.post(WORDS)
    item = moderator.page.locator(".queue__item", has_text=WORDS)
    expect(item).to_be_visible()
    for number in range(5, 13):
        moderator.post(f"后来的第 {number} 号，说得长一些，好让前面的都移出屏幕去。" * 2)
        expect(neighbour.opinion(number)).to_be_in_viewport()
    stand_still(neighbour.page)
    last, before = neighbour.opinion(12), neighbour.opinion(12).bounding_box()
    item.get_by_role("button", name="通过").click()
    pill = neighbour.page.get_by_role("button", name="第 4 号刚刚公开")
    expect(pill).to_be_visible()
    expect(last).to_be_in_viewport()
    stand_still(neighbour.page)
    assert last.bounding_box() == before
    pill.click()
    expect(neighbour.opinion(4)).to_be_in_viewport()
    expect(neighbour.opinion(4)).to_be_focused()
    expect(pill).to_have_count(0)
    expect(resident.page.get_by_role("button", name="第 4 号刚刚公开")).to_have_count(0)


def test_returned_post_comes_back_with_its_reason_to_be_mended(
    moderator: RoomPage, resident: RoomPage
) -> None:
    hold(moderator)
    resident.post("太慢了！")
    moderator.page.locator(".queue__item").get_by_role("button", name="退回…").click()
    dialog = moderator.page.get_by_role("dialog")
    dialog.get_by_role("button", name="请说具体一些").click()
    dialog.get_by_role("button", name="退回", exact=True).click()
    expect(resident.opinion(4)).to_contain_text("没有通过审核")
    expect(resident.opinion(4)).to_contain_text("请说具体一些")
    resident.opinion(4).get_by_role("button", name="修改后再发").click()
    expect(resident.page.get_by_label("您想说的话")).to_have_value("太慢了！")
    moderator.page.get_by_role("button", name="已退回").click()
    moderator.page.locator(".queue__item").get_by_role("button", name="重新审核").click()
    expect(resident.opinion(4)).to_contain_text("等待审核")


def test_queue_is_worked_through_by_keys(moderator: RoomPage, resident: RoomPage) -> None:
    hold(moderator)
    for number, text in enumerate(("第一件事。", "第二件事。", "第三件事。", "第四件事。"), 4):
        resident.post(text)
        expect(resident.opinion(number)).to_contain_text(text)
    page = moderator.page
    expect(page.locator(".queue__item")).to_have_count(4)
    page.locator(".queue__item").first.focus()
    page.keyboard.press("j")
    expect(page.locator(".queue__item").nth(1)).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator(".queue__item")).to_have_count(3)
    expect(page.locator(".queue__item", has_text="第三件事")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog", name="退回2 条意见")
    dialog.get_by_label("理由").fill("请合成一条")
    page.keyboard.press("Tab")
    dialog.get_by_role("button", name="退回", exact=True).press("Enter")
    expect(page.locator(".queue__item")).to_have_count(1)
    expect(resident.opinion(4)).to_contain_text("请合成一条")
    expect(resident.opinion(5)).not_to_contain_text("等待审核")


def test_two_moderators_do_not_trample_each_other(
    moderator: RoomPage, resident: RoomPage, enter: Enter
) -> None:
    hold(moderator)
    resident.post(WORDS)
    other = enter("moderator", DESK)
    tab(other, "审核")
    expect(other.page.locator(".queue__item")).to_be_visible()
    other.cut_line()
    other.page.locator(".queue__item").get_by_role("button", name="通过").click()
    moderator.page.locator(".queue__item").get_by_role("button", name="通过").click()
    expect(resident.saying(WORDS)).not_to_contain_text("等待审核")
    other.mend_line()
    expect(other.page.locator(".toast")).to_contain_text("已由林主持通过")
    expect(other.page.locator("queue-panel")).to_contain_text("没有等待审核的发言")


def test_published_posts_are_hidden_in_bulk_and_restored(
    moderator: RoomPage, resident: RoomPage
) -> None:
    tab(moderator, "审核")
    page = moderator.page
    page.get_by_role("button", name="已公开").click()
    page.get_by_label("选中第 1 号").check()
    page.get_by_label("选中第 2 号").check()
    page.locator(".queue__bulk").get_by_role("button", name="隐藏…").click()
    dialog = page.get_by_role("dialog", name="隐藏2 条意见")
    dialog.get_by_label("理由").fill("涉及他人隐私")
    dialog.get_by_role("button", name="隐藏", exact=True).click()
    expect(resident.opinion(1)).to_contain_text("已由主持人隐藏")
    expect(resident.opinion(2)).to_contain_text("已由主持人隐藏")
    page.get_by_role("button", name="已隐藏").click()
    page.get_by_label("全选").check()
    page.locator(".queue__bulk").get_by_role("button", name="恢复显示").click()
    expect(resident.opinion(1)).not_to_contain_text("已由主持人隐藏")
    expect(resident.opinion(2)).not_to_contain_text("已由主持人隐藏")


def test_rules_and_mutes_are_seen_by_whom_they_concern(
    moderator: RoomPage, resident: RoomPage, enter: Enter
) -> None:
    resident.post("我先说一句。")
    tab(moderator, "规则")
    page = moderator.page
    page.get_by_label("慢速发言").select_option(label="每人 300 秒一条")
    resident.page.locator(".composer__open").click()
    expect(resident.page.locator(".composer")).to_contain_text("每人 300 秒一条")
    resident.post("再说一句。")
    expect(resident.page.locator("under-way")).to_contain_text("到时自动发出")
    page.get_by_role("button", name="暂停大家发言").click()
    expect(resident.page.locator("opinion-form")).to_contain_text("主持人已暂停大家发言")
    page.get_by_role("button", name="恢复大家发言").click()
    page.get_by_label("慢速发言").select_option(label="不限")
    expect(resident.saying("再说一句。")).to_be_visible()
    page.get_by_label("最近发言的人").select_option(label="王秀兰 · 上塘镇")
    enter("member", PHONE).post("我也说一句。")
    expect(moderator.saying("我也说一句。")).to_be_visible()
    page.get_by_role("button", name="请其暂停…").click()
    dialog = page.get_by_role("dialog", name="请王秀兰暂停发言")
    dialog.get_by_label("多久").select_option(label="10 分钟")
    dialog.get_by_role("button", name="请先听听别人的意见").click()
    dialog.get_by_role("button", name="暂停发言", exact=True).click()
    expect(resident.page.locator("opinion-form")).to_contain_text("请先听听别人的意见")
    page.get_by_role("button", name="恢复发言").click()
    expect(resident.page.locator("opinion-form")).not_to_contain_text("请先听听别人的意见")


def test_similar_opinions_are_merged_and_taken_apart(
    moderator: RoomPage, resident: RoomPage, enter: Enter
) -> None:
    first, second = "三号楼的水管昨晚又爆了，请先修。", "三号楼水管又爆了，先修水管。"
    member = enter("member", PHONE)
    resident.post(first)
    expect(member.saying(first)).to_be_visible()
    member.post(second)
    expect(resident.saying(second)).to_be_visible()
    tab(moderator, "合并")
    page = moderator.page
    group = page.locator("merge-panel fieldset")
    expect(group).to_contain_text("保留哪一条")
    group.get_by_role("button", name="并入第 4 号").click()
    expect(resident.opinion(5)).to_contain_text("已并入另一条")
    expect(resident.opinion(4)).to_contain_text("合并了 1 条，作者： 5 周敏")
    expect(resident.stance(5, "赞成").get_by_role("button")).to_have_count(0)
    expect(group).to_have_count(0)
    page.get_by_role("button", name="拆开").click()
    expect(resident.opinion(5)).not_to_contain_text("已并入另一条")
    expect(resident.opinion(4)).not_to_contain_text("合并了")
    page.get_by_label("把第几号").fill("4")
    page.get_by_label("并入第几号").fill("5")
    page.get_by_role("button", name="合并", exact=True).click()
    expect(resident.opinion(4)).to_contain_text("已并入另一条")


def test_console_is_a_sheet_on_a_tablet(enter: Enter, resident: RoomPage) -> None:
    moderator = enter("moderator", TABLET)
    page = moderator.page
    handle = page.get_by_role("button", name="主持台")
    expect(page.locator(".console")).to_be_hidden()
    handle.click()
    expect(page.locator(".console")).to_be_visible()
    hold(moderator)
    page.get_by_role("button", name="关闭").click()
    expect(handle).to_be_focused()
    resident.post(WORDS)
    expect(handle).to_contain_text("1")


@pytest.mark.parametrize("viewport", [NARROW_DESK, TABLET, PHONE])
def test_console_has_nothing_that_axe_finds(
    enter: Enter, resident: RoomPage, viewport: dict[str, int]
) -> None:
    moderator = enter("moderator", viewport)
    page = moderator.page
    if viewport["width"] < 960:
        page.get_by_role("button", name="主持台").click()
    hold(moderator)
    resident.post(WORDS)
    expect(page.locator(".queue__item")).to_be_visible()
    for name in ("审核", "合并", "规则", "会议"):
        tab(moderator, name)
        expect(page.locator(".console__panel > *")).to_be_visible()
        assert serious(page, ".console") == []
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide
