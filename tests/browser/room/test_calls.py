"""What calls for a person is said to them, wherever in the page they are."""

from playwright.sync_api import Locator, expect

from tests.browser.room.conftest import Enter
from tests.browser.room.pages import RoomPage
from tests.browser.room.test_ballots import close_ballot, open_ballot
from tests.browser.room.test_floor import console
from tests.browser.room.test_senior import large
from tests.support.browsing import PHONE

OPINIONS = 5


def toast(room: RoomPage) -> Locator:
    return room.page.locator(".toast")


def test_turn_to_speak_is_said_and_stays_in_large_type(enter: Enter, moderator: RoomPage) -> None:
    senior, member = large(enter("resident", PHONE)), enter("member", PHONE)
    senior.page.get_by_role("button", name="举手发言").click()
    expect(toast(senior)).to_contain_text("已举手")
    console(moderator).get_by_role("button", name="请下一位：王秀兰").click()
    call = toast(senior).get_by_text("轮到您了，请您发言。")
    expect(call).to_be_in_viewport()
    # What is said later does not take its place.
    senior.post("趁着轮到我，先写一句")
    expect(toast(senior)).to_contain_text("已收到")
    expect(call).to_be_in_viewport()
    senior.dismiss()
    expect(call).to_have_count(0)
    expect(toast(member).get_by_text("请您发言")).to_have_count(0)


def test_ballot_is_said_with_the_way_to_it(enter: Enter, moderator: RoomPage) -> None:
    senior, member = large(enter("resident", PHONE)), enter("member", PHONE)
    member.page.get_by_role("button", name="议程").click()
    expect(member.page.get_by_role("dialog")).to_be_visible()
    open_ballot(moderator, "是否同意夜间开放到九点？")
    for room in (member, senior):  # in the usual view it fades
        expect(toast(room)).to_contain_text("开始表决：是否同意夜间开放到九点？")
        toast(room).get_by_role("link", name="去投票").click()
        expect(room.page.locator("#ballot-1")).to_be_in_viewport()
        expect(toast(room)).to_have_text("")
        expect(room.page.get_by_role("dialog")).to_have_count(0)
    assert "开始表决" not in toast(moderator).inner_text()


def test_end_of_a_ballot_is_said_and_the_way_to_its_result_stays_a_while(
    enter: Enter, moderator: RoomPage
) -> None:
    senior, member = large(enter("resident", PHONE)), enter("member", PHONE)
    open_ballot(moderator, "是否同意夜间开放到九点？")
    # Whoever goes there by the way in the head has heard the call, too.
    expect(toast(senior)).to_contain_text("开始表决")
    senior.page.get_by_role("link", name="正在表决").click()
    expect(toast(senior)).to_have_text("")
    close_ballot(moderator)
    for room in (member, senior):  # in the usual view it fades
        expect(toast(room)).to_contain_text("表决结束：是否同意夜间开放到九点？")
        assert "开始表决" not in toast(room).inner_text()
    toast(senior).get_by_role("link", name="看结果").click()
    expect(toast(senior)).to_have_text("")
    for room in (member, moderator):
        room.page.get_by_role("link", name="表决结果").click()
        expect(room.page.locator("#ballot-1")).to_be_in_viewport()


def test_next_step_is_said_and_what_came_while_the_line_was_down(
    enter: Enter, moderator: RoomPage
) -> None:
    senior = large(enter("resident", PHONE))
    moderator.page.get_by_role("button", name="进入下一项：表态").click()
    expect(toast(senior)).to_contain_text("现在进行：表态")
    # What is no longer so is not said beside what is.
    moderator.page.get_by_role("button", name="撤销").click()
    expect(toast(senior)).to_contain_text("现在进行：发言讨论")
    assert "表态" not in toast(senior).inner_text()
    senior.dismiss()
    senior.cut_line()
    open_ballot(moderator, "断线时开始的表决？")
    senior.mend_line()
    expect(toast(senior)).to_contain_text("开始表决：断线时开始的表决？")
