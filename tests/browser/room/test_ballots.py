"""A ballot in two browsers: the moderator at a desk, a resident with a small phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import serious
from tests.browser.room.conftest import Enter
from tests.browser.room.pages import RoomPage
from tests.support.browsing import DESK, SMALL_PHONE

OPINIONS = 5
TABLET = {"width": 820, "height": 1180}


@pytest.fixture
def resident(enter: Enter) -> RoomPage:
    return enter("resident", SMALL_PHONE)


def open_ballot(moderator: RoomPage, question: str, **fields: str) -> None:
    page = moderator.page
    page.get_by_role("button", name="发起表决…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("表决事项").fill(question)
    if "kind" in fields:
        dialog.get_by_label("方式").select_option(label=fields["kind"])
    if "options" in fields:
        dialog.get_by_label("选项").fill(fields["options"])
    if "live" in fields:
        dialog.get_by_label("投票时实时公布票数").check()
    if "secret" in fields:
        dialog.get_by_label("无记名").check()
    if "quorum" in fields:
        dialog.get_by_label("法定票数").fill(fields["quorum"])
    dialog.get_by_role("button", name="开始表决").click()
    expect(dialog).to_be_hidden()


def close_ballot(moderator: RoomPage) -> None:
    moderator.page.get_by_role("button", name="结束表决…").click()
    moderator.page.get_by_role("button", name="现在结束并公布结果").click()


def test_what_the_hall_declines_is_said_in_the_dialog_that_is_open(moderator: RoomPage) -> None:
    page = moderator.page
    page.get_by_role("button", name="发起表决…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("表决事项").fill("灯型选哪一种？")
    dialog.get_by_label("方式").select_option(label="单选")
    dialog.get_by_label("选项").fill("太阳能\n市电\n太阳能")
    dialog.get_by_role("button", name="开始表决").click()
    expect(dialog.get_by_text("选项不能重复。")).to_be_in_viewport(ratio=1)
    dialog.get_by_label("选项").fill("太阳能\n市电")
    moderator.cut_line()
    dialog.get_by_role("button", name="开始表决").click()
    expect(dialog).to_contain_text("等待网络，请不要关闭本页")
    moderator.mend_line()
    expect(dialog).to_be_hidden()
    expect(page.locator("ballot-card").first).to_contain_text("灯型选哪一种？")


# The room is still on its way to the end of the feed, which the ballot has made longer.
TAPS_AT_ONCE = """() => new Promise((done) => {
  new MutationObserver((_changes, observer) => {
    const link = document.querySelector('a[href^="#ballot-"]');
    if (!link) return;
    observer.disconnect();
    requestAnimationFrame(() => {
      link.click();
      let left = 10;
      const next = () => (left-- ? requestAnimationFrame(next) : done());
      next();
    });
  }).observe(document.body, { childList: true, subtree: true });
})"""


def test_who_goes_to_the_ballot_at_once_is_not_pulled_back(
    resident: RoomPage, moderator: RoomPage
) -> None:
    question = "是否同意先修排水沟？"
    watch = f"window.tapped = ({TAPS_AT_ONCE})(), true"
    assert resident.page.evaluate(watch)
    open_ballot(moderator, question)
    resident.page.evaluate("() => window.tapped")
    expect(resident.page.get_by_role("group", name=question)).to_be_in_viewport()


def test_resident_votes_and_both_read_the_result(resident: RoomPage, moderator: RoomPage) -> None:
    question = "是否同意改造期间在东侧停车场设临时菜市？"
    open_ballot(moderator, question, quorum="2")
    resident.page.get_by_role("link", name="正在表决").click()
    ballot = resident.page.get_by_role("group", name=question)
    expect(ballot).to_be_in_viewport()
    assert resident.page.evaluate("document.documentElement.scrollWidth") == SMALL_PHONE["width"]
    assert serious(resident.page) == []

    ballot.get_by_role("radio", name="赞成").check()
    ballot.get_by_role("button", name="投票").click()
    # While the vote is on its way there is another status beside it.
    expect(ballot.get_by_role("status").filter(has_text="您已投票")).to_be_visible()
    expect(ballot).to_contain_text("1 人已投票")
    expect(ballot).to_contain_text("结果在结束后公布")
    watched = moderator.page.get_by_role("group", name=question)
    expect(watched).to_contain_text("1 人已投票")
    expect(watched.locator(".ballot__figure")).to_have_count(0)

    resident.page.reload()
    expect(ballot.get_by_role("radio", name="赞成")).to_be_checked()
    ballot.get_by_role("radio", name="反对").check()
    ballot.get_by_role("button", name="改投").click()
    watched.get_by_role("radio", name="赞成").check()
    watched.get_by_role("button", name="投票").click()
    expect(watched).to_contain_text("2 人已投票")

    close_ballot(moderator)
    for person in (resident, moderator):
        told = person.page.get_by_role("group", name=question)
        expect(told.get_by_role("radio")).to_have_count(0)
        expect(told.locator(".ballot__figure")).to_have_text(
            ["1 票（50%）", "1 票（50%）", "0 票（0%）"]
        )
        expect(told).to_contain_text("达到法定票数 2")
        expect(person.page.get_by_role("link", name="正在表决")).to_have_count(0)
    expect(ballot.locator("li", has_text="反对")).to_contain_text("我的选择")
    assert serious(moderator.page) == []


def test_wrong_question_is_voided_and_put_again(resident: RoomPage, moderator: RoomPage) -> None:
    open_ballot(moderator, "是否同义？", live="yes")
    ballot = resident.page.get_by_role("group", name="是否同义？")
    ballot.locator("label").first.click()
    ballot.get_by_role("button", name="投票").click()
    expect(ballot).to_contain_text("您已投票")
    moderator.page.get_by_role("button", name="作废…").click()
    dialog = moderator.page.get_by_role("dialog")
    dialog.get_by_role("button", name="题目写错了").click()
    dialog.get_by_role("button", name="作废", exact=True).click()
    for room in (resident, moderator):
        void = room.page.get_by_role("group", name="是否同义？")
        expect(void).to_contain_text("本项表决作废，没有结果。理由：题目写错了")
        expect(void).not_to_contain_text("1 票")
    assert serious(resident.page) == []
    open_ballot(moderator, "是否同意？")
    expect(resident.page.get_by_role("group", name="是否同意？")).to_be_visible()


def test_multiple_choice_shows_live_counts_and_keeps_to_its_limit(
    resident: RoomPage, moderator: RoomPage
) -> None:
    open_ballot(
        moderator, "先改哪几处？", kind="多选", options="排水\n照明\n停车", live="1", quorum="5"
    )
    ballot = resident.page.get_by_role("group", name="先改哪几处？")
    toast = resident.page.locator(".toast")
    expect(toast).to_contain_text("开始表决")  # what is said later takes the place of the rest
    ballot.get_by_role("button", name="投票").click()
    expect(toast).to_contain_text("请先选择，再投票。")
    ballot.get_by_role("checkbox", name="排水").check()
    ballot.get_by_role("checkbox", name="停车").check()
    ballot.get_by_role("button", name="投票").click()
    told = moderator.page.get_by_role("group", name="先改哪几处？")
    expect(told.locator(".ballot__figure")).to_have_text(
        ["1 票（100%）", "0 票（0%）", "1 票（100%）"]
    )
    close_ballot(moderator)
    expect(ballot).to_contain_text("未达到法定票数 5，结果不成立")


def test_secret_vote_is_final(resident: RoomPage, moderator: RoomPage) -> None:
    open_ballot(moderator, "是否换届？", secret="1")
    ballot = resident.page.get_by_role("group", name="是否换届？")
    expect(ballot).to_contain_text("无记名")
    ballot.get_by_role("radio", name="弃权").check()
    ballot.get_by_role("button", name="投票").click()
    expect(ballot.get_by_role("radio")).to_have_count(0)
    expect(ballot).to_contain_text("您已投票")
    expect(ballot).not_to_contain_text("我的选择")
    close_ballot(moderator)
    expect(ballot.locator(".ballot__figure")).to_have_text(
        ["0 票（0%）", "0 票（0%）", "1 票（100%）"]
    )
    known, fresh = resident.page.evaluate(
        """async () => {
          const { store, connection } = document.querySelector("room-app").room;
          const { snapshot } = await connection.call({do: "room.since", seq: 0, epoch: ""});
          const sorted = each => Object.fromEntries(Object.entries(each).sort());
          const plain = ballots => ballots.map(sorted);
          return [plain(store.state.ballots), plain(snapshot.ballots)];
        }"""
    )
    assert known == fresh


def test_what_was_begun_on_one_ballot_says_nothing_of_the_next(
    resident: RoomPage, moderator: RoomPage, enter: Enter
) -> None:
    other = enter("moderator", DESK)
    open_ballot(other, "先修排水？")
    close_ballot(other)
    open_ballot(other, "先修照明？")
    ballot = resident.page.get_by_role("group", name="先修照明？")
    ballot.get_by_role("radio", name="反对").check()
    moderator.page.get_by_role("button", name="结束表决…").click()
    for room in (resident, moderator):
        room.cut_line()
    close_ballot(other)
    open_ballot(other, "先修停车？")
    for room in (resident, moderator):
        room.mend_line()
        following = room.page.get_by_role("group", name="先修停车？")
        expect(following.get_by_role("radio")).to_have_count(3)
        expect(following.get_by_role("radio", checked=True)).to_have_count(0)
    expect(moderator.page.get_by_role("button", name="结束表决…")).to_be_visible()


def test_way_to_the_ballot_leads_out_of_the_console_on_a_tablet(
    moderator: RoomPage, enter: Enter
) -> None:
    tablet = enter("moderator", TABLET).page
    open_ballot(moderator, "先修排水？")
    tablet.get_by_role("button", name="主持台").click()
    tablet.get_by_role("link", name="看正在进行的表决").click()
    expect(tablet.locator(".console")).to_be_hidden()
    ballot = tablet.get_by_role("group", name="先修排水？")
    expect(ballot).to_be_in_viewport()
    ballot.get_by_role("button", name="结束表决…").click()
    ballot.get_by_role("button", name="现在结束并公布结果").click()
    expect(moderator.page.get_by_role("group", name="先修排水？")).to_contain_text("主持人结束")
