"""The big screen in a browser of its own: let in by a code, shows the hall what all may read."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.looking import serious
from tests.browser.room.conftest import Enter
from tests.browser.room.pages import LINE_CUT, RoomPage
from tests.support.browsing import DESK, Visitor
from tests.support.hall_server import HallProcess

OPINIONS = 5
HALL = {"width": 1920, "height": 1080}


@pytest.fixture
def moderator(enter: Enter) -> RoomPage:
    return enter("moderator", DESK)


@pytest.fixture
def display(visit: Visit, process: HallProcess, moderator: RoomPage) -> Visitor:
    """A display in the hall, let in by the code that the moderator reads out."""
    moderator.page.goto(f"/consultations/{moderator.room}/screens/")
    moderator.page.get_by_role("button", name="生成投屏码").click()
    code = moderator.page.locator(".screen-code__digits").inner_text()
    visitor: Visitor = visit(process.url, HALL)
    visitor.page.goto("/screen/")
    visitor.page.get_by_label("投屏码").fill(code)
    visitor.page.get_by_role("button", name="开始投屏").click()
    expect(visitor.page.locator(".screen__side")).to_be_visible()
    return visitor


def fits(page: Page) -> bool:
    """Whether the picture has no bars, and nothing sticks out of it."""
    return bool(
        page.evaluate(
            """() => {
              const { scrollWidth, scrollHeight } = document.documentElement;
              const inside = [...document.querySelectorAll("hall-screen *")].every((part) => {
                const { right, bottom } = part.getBoundingClientRect();
                return right <= innerWidth + 1 && bottom <= innerHeight + 1;
              });
              return scrollWidth <= innerWidth && scrollHeight <= innerHeight && inside;
            }"""
        )
    )


def smallest(page: Page) -> float:
    """The smallest type on the screen, in pixels."""
    return float(
        page.evaluate(
            """() => Math.min(...[...document.querySelectorAll("hall-screen *")]
              .filter((part) => part.childNodes.length && part.innerText?.trim())
              .map((part) => parseFloat(getComputedStyle(part).fontSize)))"""
        )
    )


def test_screen_shows_the_room_and_hidden_words_leave_it_at_once(
    display: Visitor, moderator: RoomPage, enter: Enter
) -> None:
    page, resident = display.page, enter("resident", DESK)
    expect(page.get_by_role("heading", level=1)).to_contain_text("摊位怎么安置")
    expect(page.get_by_role("timer")).to_be_visible()
    expect(page.locator(".screen__agenda .is-now")).to_have_text("发言讨论")
    expect(page.get_by_role("img", name="议事室的二维码")).to_be_visible()

    resident.post("公交站也要一起移过来。")
    newest = page.get_by_role("region", name="最新意见").locator(".said").first
    expect(newest).to_contain_text("公交站也要一起移过来。")
    expect(newest).to_contain_text("王秀兰")
    resident.stance(2, "赞成").click()
    best = page.get_by_role("region", name="赞成最多").locator(".said")
    expect(best.first).to_contain_text("1 人赞成")
    assert fits(page)
    assert smallest(page) >= 24
    assert serious(page) == []

    moderator.enter()
    moderator.hide(6, "含个人信息")
    expect(page.locator("hall-screen")).not_to_contain_text("公交站")
    assert "含个人信息" not in page.content()


def test_what_is_held_comes_onto_the_screen_when_it_is_let_through(
    display: Visitor, moderator: RoomPage, enter: Enter
) -> None:
    moderator.enter()
    act = "(command) => document.querySelector('room-app').room.act(command)"
    moderator.page.evaluate(act, {"do": "posting.set", "holds_residents": True})
    resident, page = enter("resident", DESK), display.page
    resident.post("先审的一句话。")
    expect(resident.saying("先审的一句话。")).to_be_visible()
    for text in ("后来的第一句。", "后来的第二句。", "后来的第三句。"):
        moderator.post(text)
        newest = page.get_by_role("region", name="最新意见").locator(".said")
        expect(newest.first).to_contain_text(text)
    assert "先审的一句话" not in page.content()
    moderator.page.evaluate(act, {"do": "opinion.approve", "numbers": [6]})
    expect(newest.first).to_contain_text("先审的一句话。")
    expect(newest).to_have_count(3)
    page.reload()
    expect(newest.first).to_contain_text("先审的一句话。")
    moderator.post("再后来的一句。")
    expect(newest.first).to_contain_text("再后来的一句。")
    expect(newest.nth(1)).to_contain_text("先审的一句话。")


def test_ballot_takes_the_screen_and_its_result_stays_a_while(
    display: Visitor, moderator: RoomPage
) -> None:
    page = display.page
    moderator.enter()
    moderator.page.evaluate(
        """() => document.querySelector("room-app").room.act({do: "ballot.open",
          question: "同意设临时菜市吗？", kind: "yes_no", minutes: 5})"""
    )
    ballot = page.get_by_role("region", name="表决")
    expect(ballot).to_contain_text("正在表决，请用手机投票")
    expect(ballot).to_contain_text("结果在结束后公布")
    expect(ballot.locator(".vote__figure")).to_have_count(0)
    moderator.page.evaluate(
        """() => document.querySelector("room-app").room.act(
          {do: "ballot.vote", number: 1, choices: [1]})"""
    )
    expect(ballot).to_contain_text("1 人已投票")
    moderator.page.evaluate(
        """() => document.querySelector("room-app").room.act({do: "ballot.close", number: 1})"""
    )
    expect(ballot).to_contain_text("表决结果")
    expect(ballot.locator(".vote__figure").first).to_have_text("1 票（100%）")
    assert fits(page)


def test_screen_shows_who_has_the_floor(
    display: Visitor, moderator: RoomPage, enter: Enter
) -> None:
    resident = enter("resident", DESK)
    act = "(command) => document.querySelector('room-app').room.act(command)"
    raised = resident.page.evaluate(act, {"do": "hand.raise", "subject": "公交站"})
    moderator.enter()
    moderator.page.evaluate(act, {"do": "speech.call", "number": raised["number"]})
    speaker = display.page.get_by_role("region", name="正在发言")
    expect(speaker).to_contain_text("王秀兰")
    expect(speaker.locator(".speaker__time")).to_have_text(re.compile(r"^\d+:\d\d$"))
    assert fits(display.page)
    moderator.page.evaluate(act, {"do": "speech.end", "number": raised["number"]})
    expect(speaker).to_have_count(0)


def test_screen_says_calmly_that_the_line_is_gone_and_comes_back(
    display: Visitor, enter: Enter
) -> None:
    page = display.page
    display.watch.expect(LINE_CUT)
    resident = enter("resident", DESK)
    display.context.set_offline(True)
    expect(page.get_by_role("status")).to_contain_text("正在自动重新连接")
    expect(page.get_by_role("heading", level=1)).to_contain_text("摊位怎么安置")
    resident.post("断网时说的话。")
    expect(resident.saying("断网时说的话。")).to_be_visible()
    display.context.set_offline(False)
    expect(page.locator("hall-screen")).to_contain_text("断网时说的话。")
    expect(page.get_by_role("status")).to_have_count(0)


def test_screen_that_is_ended_shows_nothing_more(display: Visitor, moderator: RoomPage) -> None:
    moderator.page.goto(f"/consultations/{moderator.room}/screens/")
    moderator.page.get_by_role("button", name="断开").click()
    expect(moderator.page.get_by_text("现在没有大屏在显示本场")).to_be_visible()
    page = display.page
    expect(page.get_by_role("heading", name="这块大屏已经断开")).to_be_visible(timeout=10_000)
    expect(page.locator(".said")).to_have_count(0)
    page.get_by_role("link", name="填写投屏码").click()
    expect(page.get_by_label("投屏码")).to_be_visible()
