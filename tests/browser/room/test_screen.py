"""The big screen in a browser of its own: let in by a code, shows the hall what all may read."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.looking import serious
from tests.browser.room.conftest import Enter
from tests.browser.room.pages import LINE_CUT, RoomPage
from tests.support.browsing import DESK, Visitor
from tests.support.hall_server import HallInstallation, HallProcess

OPINIONS = 5
HALL = {"width": 1920, "height": 1080}
LONG = "每天早上六点到八点开放，结束以后由摊主自己打扫干净，" * 3
# How many options, and when their counts are shown.
CROWDED = ((3, "live"), (4, "at_close"), (8, "live"), (12, "live"))
# Twenty steps, of which the fifteenth runs.
AGENDA = """
from django.utils import timezone
from consultations.models import AgendaItem
now = timezone.now()
AgendaItem.objects.filter(consultation={room}).delete()
for n in range(1, 21):
    AgendaItem.objects.create(
        consultation_id={room}, position=n, kind="discussion", title=f"第 {{n}} 项：听取各方面意见",
        started_at=now if n <= 15 else None, ended_at=now if n < 15 else None,
    )
"""


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
    moderator.act("posting.set", holds_residents=True)
    resident, page = enter("resident", DESK), display.page
    resident.post("先审的一句话。")
    expect(resident.saying("先审的一句话。")).to_be_visible()
    for text in ("后来的第一句。", "后来的第二句。", "后来的第三句。"):
        moderator.post(text)
        newest = page.get_by_role("region", name="最新意见").locator(".said")
        expect(newest.first).to_contain_text(text)
    assert "先审的一句话" not in page.content()
    moderator.act("opinion.approve", numbers=[6])
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
    moderator.act("ballot.open", question="同意设临时菜市吗？", kind="yes_no", minutes=5)
    ballot = page.get_by_role("region", name="表决")
    expect(ballot).to_contain_text("正在表决，请用手机投票")
    expect(ballot).to_contain_text("结果在结束后公布")
    expect(ballot.locator(".vote__figure")).to_have_count(0)
    moderator.act("ballot.vote", number=1, choices=[1])
    expect(ballot).to_contain_text("1 人已投票")
    moderator.act("ballot.close", number=1)
    expect(ballot).to_contain_text("表决结果")
    expect(ballot.locator(".vote__figure").first).to_have_text("1 票（100%）")
    assert fits(page)


def test_screen_shows_who_has_the_floor(
    display: Visitor, moderator: RoomPage, enter: Enter
) -> None:
    resident = enter("resident", DESK)
    raised = resident.act("hand.raise", subject="公交站")
    moderator.enter()
    moderator.act("speech.call", number=raised["number"])
    speaker = display.page.get_by_role("region", name="正在发言")
    expect(speaker).to_contain_text("王秀兰")
    expect(speaker.locator(".speaker__time")).to_have_text(re.compile(r"^\d+:\d\d$"))
    # There is room for one step of the agenda: it is the one that runs, not one passed over.
    expect(display.page.locator(".screen__agenda li").first).to_have_class("is-now")
    assert fits(display.page)
    moderator.act("speech.end", number=raised["number"])
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
    expect(page.get_by_role("heading", name="这块大屏已经断开")).to_be_visible()
    expect(page.locator(".said")).to_have_count(0)
    page.get_by_role("link", name="填写投屏码").click()
    expect(page.get_by_label("投屏码")).to_be_visible()


def test_three_long_opinions_stand_in_each_column(display: Visitor, moderator: RoomPage) -> None:
    page = display.page
    moderator.enter()
    for number in range(6, 9):
        moderator.post(f"第 {number} 条：" + "摊位怎么安置要先听住在楼上的人怎么说，" * 4)
        expect(page.locator(f".said[data-number='{number}']")).to_be_visible()
        moderator.act("stance.take", number=number, value=1)
    for name in ("最新意见", "赞成最多"):
        said = page.get_by_role("region", name=name).locator(".said")
        expect(said).to_have_count(3)
        # The third one stands under the second, whole.
        edges = said.evaluate_all("all => all.map(each => each.getBoundingClientRect().left)")
        assert len(set(edges)) == 1, edges
    assert fits(page)


def test_crowded_ballots_fit(display: Visitor, moderator: RoomPage) -> None:
    page = display.page
    moderator.enter()
    hidden = "all => all.filter(e => e.scrollHeight > e.clientHeight + 1).length"
    for number, (options, results) in enumerate(CROWDED, 1):
        moderator.act(
            "ballot.open",
            question="临时菜市放在哪里、什么时候开放、由谁来打扫，大家更赞成哪一种安排？" * 4,
            kind="single",
            results=results,
            options=[f"方案 {n}：{LONG}" for n in range(1, options + 1)],
        )
        ballot = page.get_by_role("region", name="表决")
        expect(ballot).to_contain_text("正在表决")
        expect(ballot.locator("li")).to_have_count(options)
        for part in (".vote__options", ".vote"):
            assert page.locator(part).evaluate_all(hidden) == 0, (part, options)
        assert fits(page)
        assert smallest(page) >= 24
        moderator.act("ballot.close", number=number)
        expect(ballot).to_contain_text("表决结果")


@pytest.fixture
def long_agenda(hall: HallInstallation, laid_out: dict[str, int]) -> None:
    """Twenty steps; written past the log, so before anyone reads the room."""
    hall.manage("shell", "--verbosity", "0", "-c", AGENDA.format(room=laid_out["room"]))


@pytest.mark.usefixtures("long_agenda")
def test_long_agenda_is_shown_from_the_step_that_runs(display: Visitor) -> None:
    steps = display.page.locator(".screen__agenda li")
    expect(steps.first).to_have_text("第 15 项：听取各方面意见")
    expect(steps.first).to_have_class("is-now")
    assert fits(display.page)
