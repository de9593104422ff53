"""Nothing that someone has written or chosen is lost or passed over in silence."""

from collections.abc import Callable
from copy import copy

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import serious
from tests.browser.room.conftest import Enter
from tests.browser.room.pages import RoomPage, held_back, sign_in_unseen
from tests.browser.room.test_ballots import close_ballot, open_ballot
from tests.browser.room.test_senior import large
from tests.support.browsing import PHONE

OPINIONS = 4
WAITS = "等待网络，联网后自动发出"


# What the hall answers where there is no such room for this person any more.
GONE = """() => {
  window.WebSocket = class {
    constructor() { setTimeout(() => this.onclose({ code: 4004 })); }
    close() {}
  };
}"""


def under_way(room: RoomPage, text: str) -> Locator:
    return room.page.locator("under-way li", has_text=text)


def field(room: RoomPage) -> Locator:
    return room.page.get_by_label("您想说的话")


BRIEFING, DISCUSSION, STANCES = 1, 3, 4


def go_to(moderator: RoomPage, step: int) -> None:
    """To a step of the agenda: residents may only ask, do all, or take stances alone."""
    moderator.act("agenda.move", to=step)


def sign_out(page: Page) -> None:
    (token,) = [each["value"] for each in page.context.cookies() if each["name"] == "csrftoken"]
    page.context.request.post("/accounts/logout/", headers={"X-CSRFToken": token})


def test_what_was_said_after_signing_out_waits_for_the_sign_in(
    resident: RoomPage, laid_out: dict[str, int]
) -> None:
    sign_out(resident.page)
    expect(resident.page.locator("connection-banner")).to_contain_text("登录已过期")
    resident.post("退出以后说的第一条")
    resident.post("退出以后说的第二条")
    for text in ("退出以后说的第一条", "退出以后说的第二条"):
        expect(under_way(resident, text)).to_contain_text("登录后自动发出")
    link = under_way(resident, "第一条").get_by_role("link", name="重新登录")
    expect(link).to_have_attribute("href", f"/accounts/login/?next=%2Frooms%2F{resident.room}%2F")
    assert serious(resident.page) == []

    sign_in_unseen(resident.page.context, laid_out["resident"])
    resident.enter()
    expect(resident.opinion(OPINIONS + 1)).to_contain_text("第一条")
    expect(resident.opinion(OPINIONS + 2)).to_contain_text("第二条")


def test_who_may_not_be_here_any_more_can_copy_what_waits(resident: RoomPage) -> None:
    resident.cut_line()
    resident.post("还没发出的话")
    expect(under_way(resident, "还没发出的话")).to_contain_text(WAITS)
    resident.page.evaluate(GONE)
    resident.mend_line()
    expect(under_way(resident, "还没发出的话")).to_contain_text("现在发不出")
    resident.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    under_way(resident, "还没发出的话").get_by_role("button", name="复制").click()
    expect(under_way(resident, "还没发出的话").get_by_role("button")).to_have_text("已复制")
    assert resident.page.evaluate("navigator.clipboard.readText()") == "还没发出的话"


@pytest.mark.parametrize("view", ["usual", "senior"])
def test_refusal_is_told_until_it_has_been_read(
    enter: Enter, moderator: RoomPage, view: str
) -> None:
    room = enter("resident", PHONE)
    if view == "senior":
        large(room)
    room.cut_line()
    room.post("来晚了的意见")
    go_to(moderator, STANCES)
    room.mend_line()
    toast = room.page.locator(".toast")
    expect(toast).to_contain_text("“来晚了的意见”没有发出，内容还在本页下方。现在是“表态”")
    # Longer than what fades by itself stays: its time is brought to an end here.
    room.page.evaluate("document.querySelector('room-app').room.notice('别的事')")
    expect(toast).to_contain_text("来晚了的意见")
    room.dismiss()
    expect(toast).not_to_contain_text("来晚了的意见")


def test_refused_post_is_changed_without_losing_what_is_being_written(
    resident: RoomPage, moderator: RoomPage
) -> None:
    resident.cut_line()
    resident.post("第一条没通过")
    go_to(moderator, STANCES)
    resident.mend_line()
    expect(under_way(resident, "第一条没通过")).to_contain_text("未通过")
    # Nobody may speak now: there is nothing to change it in.
    assert resident.page.get_by_role("button", name="修改后再发").count() == 0
    expect(under_way(resident, "第一条没通过").get_by_role("button", name="复制")).to_be_visible()

    go_to(moderator, DISCUSSION)
    expect(resident.page.locator(".composer__open")).to_be_visible()
    resident.write("正在写的第二条", kind="建议")
    resident.page.get_by_role("button", name="修改后再发").click()
    expect(field(resident)).to_have_value("第一条没通过")
    expect(under_way(resident, "正在写的第二条")).to_contain_text("没写完，先放在这里")
    resident.page.get_by_role("button", name="发送", exact=True).click()
    expect(resident.opinion(OPINIONS + 1)).to_contain_text("第一条没通过")

    resident.page.reload()
    under_way(resident, "正在写的第二条").get_by_role("button", name="接着写").click()
    expect(field(resident)).to_have_value("正在写的第二条")
    expect(resident.page.get_by_role("radio", name="建议")).to_be_checked()
    expect(resident.page.locator("under-way li")).to_have_count(0)


def test_step_that_closes_posting_leaves_what_is_being_written(
    resident: RoomPage, moderator: RoomPage
) -> None:
    """In the middle of a word, with its field and the focus in it."""
    resident.write("写到一半")
    session = resident.visitor.context.new_cdp_session(resident.page)
    pinyin = {"text": "ju zi", "selectionStart": 5, "selectionEnd": 5}
    session.send("Input.imeSetComposition", pinyin)
    go_to(moderator, STANCES)
    expect(resident.page.locator(".composer__bar")).to_contain_text("现在您可以：表态")
    session.send("Input.insertText", {"text": "句子"})
    expect(field(resident)).to_have_value("写到一半句子")
    expect(field(resident)).to_be_focused()
    send = resident.page.get_by_role("button", name="发送", exact=True)
    expect(send).to_be_disabled()
    assert serious(resident.page) == []

    resident.page.reload()
    expect(field(resident)).to_have_value("写到一半句子")
    go_to(moderator, DISCUSSION)
    expect(send).to_be_enabled()


def test_words_in_the_field_when_the_discussion_ends_can_be_taken_along(
    resident: RoomPage, moderator: RoomPage
) -> None:
    resident.write("还没来得及发")
    moderator.page.goto(f"/consultations/{resident.room}/")
    moderator.page.get_by_role("button", name="结束讨论，梳理共识").click()
    page = resident.page
    expect(page.locator(".composer__bar")).to_contain_text("发言已经结束")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for _again in range(2):
        page.locator(".composer").get_by_role("button", name="复制").click()
        expect(page.get_by_role("button", name="已复制")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == "还没来得及发"
        assert serious(page) == []
        page.evaluate("navigator.clipboard.writeText('')")
        page.reload()
        expect(field(resident)).to_have_value("还没来得及发")


def test_reply_in_a_step_without_replies_says_so_and_can_be_asked(
    resident: RoomPage, moderator: RoomPage
) -> None:
    resident.opinion(1).get_by_role("button", name="回复").click()
    field(resident).fill("这条怎么落实？")
    go_to(moderator, BRIEFING)
    expect(resident.page.locator(".room-facts")).to_contain_text("情况通报")
    send = resident.page.get_by_role("button", name="发送", exact=True)
    expect(send).to_be_disabled()
    expect(resident.page.locator(".composer__bar")).to_have_text(
        "这一步不能回复；去掉引用可作提问。"
    )
    expect(resident.page.locator(".composer__quote")).to_contain_text("回复 1")
    resident.page.get_by_role("button", name="不再回复这一条").click()
    send.click()
    expect(moderator.opinion(OPINIONS + 1)).to_contain_text("提问")
    expect(moderator.opinion(OPINIONS + 1)).not_to_contain_text("回复 1")


def test_stance_without_a_line_waits_in_sight_and_the_last_one_counts(
    resident: RoomPage, moderator: RoomPage
) -> None:
    resident.stance(1, "赞成").click()
    expect(resident.stance(1, "赞成")).to_have_attribute("aria-pressed", "true")
    expect(resident.page.get_by_text(WAITS)).to_have_count(0)
    resident.cut_line()
    resident.stance(2, "赞成").click()
    expect(resident.stance(2, "赞成")).to_have_attribute("aria-busy", "true")
    expect(resident.stance(2, "赞成")).to_have_attribute("aria-pressed", "false")
    expect(resident.opinion(2).get_by_text(WAITS)).to_be_visible()
    resident.stance(2, "不赞成").click()
    expect(resident.stance(2, "赞成")).to_have_attribute("aria-busy", "false")
    resident.stance(1, "说不好").click()
    resident.page.close()

    resident.mend_line()
    resident.visitor.page = resident.visitor.context.new_page()
    resident.enter()
    expect(resident.stance(2, "不赞成")).to_have_attribute("aria-pressed", "true")
    expect(resident.stance(1, "说不好")).to_have_attribute("aria-pressed", "true")
    expect(moderator.stance(2, "不赞成").locator(".number")).to_have_text("1")
    expect(moderator.stance(2, "赞成").locator(".number")).to_have_text("0")
    expect(moderator.stance(1, "赞成").locator(".number")).to_have_text("0")


def test_stance_on_what_was_hidden_meanwhile_is_told(
    resident: RoomPage, moderator: RoomPage
) -> None:
    resident.cut_line()
    resident.stance(2, "赞成").click()
    moderator.hide(2, "重复")
    expect(moderator.opinion(2)).to_contain_text("重复")
    resident.mend_line()
    expect(resident.page.locator(".toast")).to_contain_text("您对第 2 号的表态没有成功。")
    resident.page.reload()
    expect(resident.opinion(2)).to_contain_text("已由主持人隐藏")
    expect(resident.page.locator(".toast p")).to_have_count(0)


def test_vote_without_a_line_waits_in_sight_and_is_cast(
    resident: RoomPage, moderator: RoomPage
) -> None:
    open_ballot(moderator, "是否同意？", secret="1")
    ballot = resident.page.get_by_role("group", name="是否同意？")
    ballot.get_by_role("radio", name="反对").check()
    resident.cut_line()
    ballot.get_by_role("button", name="投票").click()
    expect(ballot.get_by_text(WAITS)).to_be_visible()
    expect(ballot).not_to_contain_text("您已投票")
    expect(ballot.get_by_role("button", name="投票")).to_be_disabled()
    resident.page.close()

    resident.mend_line()
    resident.visitor.page = resident.visitor.context.new_page()
    resident.enter()
    expect(resident.page.locator(".toast")).to_contain_text("您的投票已收到。")
    expect(moderator.page.get_by_role("group", name="是否同意？")).to_contain_text("1 人已投票")
    expect(resident.page.get_by_role("group", name="是否同意？")).to_contain_text("您已投票")


def test_vote_that_comes_after_the_end_is_told_not_to_count(
    resident: RoomPage, moderator: RoomPage
) -> None:
    open_ballot(moderator, "是否同意？")
    ballot = resident.page.get_by_role("group", name="是否同意？")
    ballot.get_by_role("radio", name="赞成").check()
    resident.cut_line()
    ballot.get_by_role("button", name="投票").click()
    close_ballot(moderator)
    expect(moderator.page.get_by_text("主持人结束")).to_be_visible()
    resident.mend_line()
    expect(resident.page.locator(".toast")).to_contain_text(
        "您在表决 1 中的投票没有成功，不计入结果。"
    )
    expect(ballot).to_contain_text("0 人已投票")
    expect(ballot).not_to_contain_text("您已投票")


def test_hand_without_a_line_says_that_it_is_not_kept(
    resident: RoomPage, moderator: RoomPage
) -> None:
    resident.cut_line()
    resident.page.get_by_role("button", name="举手发言").click()
    expect(resident.page.get_by_text("等待网络，请不要关闭本页")).to_be_visible()
    resident.mend_line()
    expect(resident.page.get_by_role("button", name="放下手")).to_be_visible()
    expect(resident.page.get_by_text("等待网络")).to_have_count(0)


def hold_room(page: Page) -> Callable[[], None]:
    """The page as the server wrote it, until what this returns is called."""
    with held_back(page, "**/js/room/elements/room-app*") as go_on:
        page.goto(page.url, wait_until="commit")
    page.locator(".room-static").wait_for()
    page.wait_for_function("() => document.querySelector('room-app').room?.state.ready")
    return go_on


def test_what_is_typed_early_joins_the_draft_and_the_choice_stays(
    resident: RoomPage, moderator: RoomPage
) -> None:
    open_ballot(moderator, "是否同意？")
    resident.write("昨天写了一半的长意见", kind="建议")
    go_on = hold_room(resident.page)
    static = resident.page.locator(".room-static")
    static.get_by_role("radio", name="反对").check()
    static.get_by_label("您想说的话").press_sequentially("今天")
    session = resident.visitor.context.new_cdp_session(resident.page)
    pinyin = {"text": "bu chong", "selectionStart": 8, "selectionEnd": 8}
    session.send("Input.imeSetComposition", pinyin)
    go_on()
    resident.page.wait_for_function("() => customElements.get('room-app') !== undefined")
    expect(static).to_be_visible()
    session.send("Input.insertText", {"text": "补充"})
    expect(static).to_have_count(0)
    expect(field(resident)).to_have_value("昨天写了一半的长意见\n今天补充")
    expect(field(resident)).to_be_focused()
    expect(resident.page.locator(".composer").get_by_role("radio", name="建议")).to_be_checked()
    expect(resident.page.locator("ballot-card").get_by_role("radio", name="反对")).to_be_checked()


def test_device_that_keeps_nothing_is_told_of(resident: RoomPage) -> None:
    resident.page.add_init_script(
        """Storage.prototype.setItem = () => {
          throw new DOMException("full", "QuotaExceededError"); };"""
    )
    resident.page.reload()
    expect(resident.page.locator("room-header")).to_be_visible()
    resident.write("记不住的话")
    toast = resident.page.locator(".toast")
    expect(toast).to_contain_text("本机存不下您写的内容，发出之前请不要关闭本页。")
    resident.dismiss()
    resident.page.get_by_role("button", name="发送", exact=True).click()
    expect(resident.saying("记不住的话")).to_have_count(1)


def other_tab(resident: RoomPage) -> RoomPage:
    """The same person's room once more, in the same browser."""
    visitor = copy(resident.visitor)
    visitor.page = visitor.context.new_page()
    return RoomPage(visitor, resident.room).enter()


def test_two_tabs_end_with_the_same_list(resident: RoomPage) -> None:
    resident.cut_line()
    resident.post("第一页写的")
    resident.mend_line()
    expect(resident.saying("第一页写的")).to_have_count(1)
    other = other_tab(resident)
    resident.cut_line()
    resident.post("断网时写的")
    other.post("另一页写的")
    other.page.close()
    resident.mend_line()
    for text in ("断网时写的", "另一页写的"):
        expect(resident.saying(text)).to_have_count(1)
    expect(resident.page.locator("under-way li")).to_have_count(0)


def test_what_is_written_in_one_tab_goes_on_in_the_other(resident: RoomPage) -> None:
    other = other_tab(resident)
    resident.write("第一页写的")
    other.page.locator(".composer__open").click()
    field(other).press("End")
    field(other).press_sequentially("，第二页接着写")
    expect(field(resident)).to_have_value("第一页写的，第二页接着写")
    other.page.get_by_role("button", name="发送", exact=True).click()
    expect(resident.saying("第一页写的，第二页接着写")).to_have_count(1)
    expect(resident.page.locator("under-way li")).to_have_count(0)
    resident.page.reload()
    expect(resident.page.locator(".composer__open")).to_have_text("说说您的看法…")


@pytest.mark.parametrize("does", ["writes", "sends"])
def test_words_of_another_tab_that_were_not_heard_of_are_laid_aside(
    resident: RoomPage, does: str
) -> None:
    """A page that the browser had laid to sleep has not heard what another one wrote since."""
    resident.write("这一页写的")
    resident.page.evaluate(
        """() => {
          const name = Object.keys(localStorage).find((each) => each.endsWith(".draft"));
          const draft = { kind: "suggestion", text: "另一页写的", reply_to: null };
          localStorage.setItem(name, JSON.stringify(draft));  // a page is not told of its own
        }"""
    )
    if does == "writes":
        field(resident).press_sequentially("，接着写")
    else:
        resident.page.get_by_role("button", name="发送", exact=True).click()
        expect(resident.saying("这一页写的")).to_have_count(1)
    expect(under_way(resident, "另一页写的")).to_contain_text("建议 · 没写完，先放在这里")
    resident.page.reload()
    expect(under_way(resident, "另一页写的")).to_have_count(1)
    if does == "writes":
        expect(field(resident)).to_have_value("这一页写的，接着写")
    under_way(resident, "另一页写的").get_by_role("button", name="接着写").click()
    expect(field(resident)).to_have_value("另一页写的")


def leave_unsent(resident: RoomPage, text: str) -> Page:
    """Say it and take a stance without a line, close the room, and come to another page."""
    resident.cut_line()
    resident.post(text)
    resident.stance(1, "赞成").click()
    expect(under_way(resident, text)).to_contain_text(WAITS)
    resident.page.close()
    resident.mend_line()
    resident.visitor.page = resident.visitor.context.new_page()
    resident.page.goto("/me/")
    return resident.page


def test_other_pages_tell_of_what_waits_and_lead_to_where_it_is_sent(resident: RoomPage) -> None:
    page = leave_unsent(resident, "出门前写的")
    expect(page.locator(".unsent")).to_contain_text("有 2 条话还没有发出")
    assert serious(page) == []
    page.get_by_role("link", name="去发送").click()
    expect(resident.saying("出门前写的")).to_have_count(1)
    expect(resident.stance(1, "赞成")).to_have_attribute("aria-pressed", "true")
    page.goto("/me/")
    expect(page.locator(".unsent")).to_have_count(1)
    expect(page.locator(".unsent")).to_be_hidden()


def test_who_leaves_a_shared_device_can_clear_what_is_kept_there(resident: RoomPage) -> None:
    page = leave_unsent(resident, "不想留在这台机器上")
    page.goto("/accounts/logout/")
    expect(page.get_by_text("您写好还没有发出的内容：2 条")).to_be_visible()
    page.get_by_text("清除本机内容").click()
    assert serious(page) == []
    page.get_by_role("button", name="确认清除").click()
    expect(page.get_by_text("已清除。")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="退出登录？")).to_be_visible()
    expect(page.locator("[data-kept]")).to_be_hidden()
    resident.enter()
    expect(page.locator("under-way li")).to_have_count(0)
