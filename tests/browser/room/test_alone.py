"""One person in a live room: drafts, the queue, reading in peace, ways to an opinion, no script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.looking import serious
from tests.browser.room.conftest import Enter
from tests.browser.room.pages import RoomPage, held_back, sign_in_unseen, stand_still
from tests.support.browsing import DESK, PHONE, Visitor, without_scripts
from tests.support.hall_server import HallProcess

Visit = Callable[..., Visitor]
MANY = OPINIONS = 90


@pytest.fixture
def member(enter: Enter) -> RoomPage:
    return enter("member", DESK)


def top_of(room: RoomPage, number: int) -> float:
    box = room.opinion(number).bounding_box()
    assert box is not None
    return box["y"]


def test_draft_survives_a_reload(resident: RoomPage) -> None:
    resident.write("写到一半的话", kind="提问")
    resident.page.reload()
    expect(resident.page.get_by_label("您想说的话")).to_have_value("写到一半的话")
    expect(resident.page.get_by_role("radio", name="提问")).to_be_checked()

    resident.page.get_by_role("button", name="发送").click()
    expect(resident.saying("写到一半的话")).to_have_count(1)
    resident.page.reload()
    expect(resident.page.locator(".composer__open")).to_have_text("说说您的看法…")


def test_what_is_typed_before_the_room_is_there_is_gone_on_with(resident: RoomPage) -> None:
    page = resident.page
    with held_back(page, "**/js/room/main*") as go_on:
        page.goto(page.url, wait_until="commit")
    static = page.locator(".room-static")
    static.locator(".segment", has_text="提问").click()
    static.get_by_role("textbox").press_sequentially("线路慢的时候")
    go_on()
    field = page.locator("opinion-form").get_by_label("您想说的话")
    expect(field).to_have_value("线路慢的时候")
    expect(field).to_be_focused()
    expect(page.get_by_role("radio", name="提问")).to_be_checked()


def test_post_made_offline_survives_a_closed_page(resident: RoomPage) -> None:
    resident.cut_line()
    resident.post("先排队的第一条")
    resident.post("先排队的第二条")
    expect(resident.page.locator("under-way li")).to_have_count(2)
    resident.page.close()

    resident.mend_line()
    resident.visitor.page = resident.visitor.context.new_page()
    resident.enter()
    expect(resident.opinion(MANY + 1)).to_contain_text("先排队的第一条")
    expect(resident.opinion(MANY + 2)).to_contain_text("先排队的第二条")
    expect(resident.page.locator("under-way li")).to_have_count(0)


def test_refused_post_says_why_and_can_be_changed(resident: RoomPage, enter: Enter) -> None:
    moderator = enter("moderator", DESK)
    resident.cut_line()
    resident.post("来晚了的意见")
    moderator.page.get_by_role("button", name="进入下一项").click()
    expect(moderator.page.locator(".room-facts")).to_contain_text("表态")

    resident.mend_line()
    expect(resident.page.locator(".sent__state")).to_contain_text("未通过：现在是“表态”")
    resident.page.get_by_role("button", name="不发了").click()
    expect(resident.page.locator("under-way li")).to_have_count(0)
    assert moderator.saying("来晚了的意见").count() == 0


def test_enter_during_composition_does_not_send(member: RoomPage) -> None:
    member.write("市场")
    field = member.page.get_by_label("您想说的话")
    session = member.visitor.context.new_cdp_session(member.page)
    session.send(
        "Input.imeSetComposition", {"text": "gai zao", "selectionStart": 7, "selectionEnd": 7}
    )
    for kind in ("rawKeyDown", "keyUp"):
        session.send(
            "Input.dispatchKeyEvent",
            {"type": kind, "key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229},
        )
    field.dispatch_event("keydown", {"key": "Enter", "ctrlKey": True, "isComposing": True})
    session.send("Input.insertText", {"text": "改造"})
    expect(field).to_have_value("市场改造")
    field.press("Enter")
    field.press_sequentially("第二行")
    expect(field).to_have_value("市场改造\n第二行")
    assert member.numbers[-1] == MANY

    field.press("Control+Enter")
    expect(member.opinion(MANY + 1)).to_contain_text("第二行")


def test_new_opinions_do_not_move_what_is_read(resident: RoomPage, member: RoomPage) -> None:
    resident.page.locator("opinion-card").nth(10).scroll_into_view_if_needed()
    stand_still(resident.page)
    number = resident.numbers[10]
    before = top_of(resident, number)
    member.post("你在读的时候来的第一条")
    member.post("你在读的时候来的第二条")

    pill = resident.page.get_by_role("button", name="2 条新意见")
    expect(pill).to_be_visible()
    assert abs(top_of(resident, number) - before) < 2
    pill.click()
    expect(resident.opinion(MANY + 2)).to_be_in_viewport()
    expect(pill).to_have_count(0)


def test_earlier_opinions_come_in_above_without_a_jump(resident: RoomPage) -> None:
    first = resident.numbers[0]
    assert first > 1
    resident.page.get_by_role("button", name="看更早的意见").scroll_into_view_if_needed()
    expect(resident.page.locator(f"#opinion-{first - 1}")).to_be_attached()
    expect(resident.opinion(first)).to_be_in_viewport()


@pytest.mark.parametrize("number", [3, MANY])
def test_link_leads_to_its_opinion(resident: RoomPage, number: int) -> None:
    resident.enter(f"#opinion-{number}")
    expect(resident.opinion(number)).to_be_in_viewport()
    expect(resident.opinion(number)).to_be_focused()


def test_number_leads_to_its_opinion(member: RoomPage) -> None:
    member.jump(7)
    expect(member.opinion(7)).to_be_in_viewport()
    member.jump(4000)
    expect(member.page.get_by_text("没有第 4000 号意见。")).to_be_visible()


def test_orders_show_what_they_say(member: RoomPage) -> None:
    member.stance(88, "赞成").click()
    member.stance(90, "不赞成").click()
    expect(member.stance(90, "不赞成")).to_have_attribute("aria-pressed", "true")

    member.page.get_by_role("button", name="最多赞成").click()
    expect(member.page.locator("opinion-card article").first).to_have_id("opinion-88")
    member.page.get_by_role("button", name="只看提问").click()
    expect(member.opinion(90)).to_be_visible()
    assert all(number % 3 == 0 for number in member.numbers)
    member.page.get_by_role("button", name="我的").click()
    expect(member.opinion(88)).to_be_visible()
    assert all(number % 2 == 0 for number in member.numbers)


def test_stranger_is_sent_to_sign_in_and_back(
    laid_out: dict[str, int], process: HallProcess, visit: Visit
) -> None:
    room = RoomPage(visit(process.url, PHONE), laid_out["room"])
    room.page.goto(f"/rooms/{room.room}/")
    expect(room.page.get_by_role("heading", name="登录")).to_be_visible()
    assert f"next=/rooms/{room.room}/" in room.page.url


def test_room_reads_and_takes_posts_without_a_script(
    laid_out: dict[str, int], process: HallProcess, chromium: Browser
) -> None:
    with without_scripts(chromium, process.url, PHONE) as context:
        sign_in_unseen(context, laid_out["resident"])
        page = context.new_page()
        page.goto(f"/rooms/{laid_out['room']}/")
        expect(page.locator(f"#opinion-{MANY}")).to_be_visible()
        page.get_by_label("您想说的话").fill("没有脚本也能说话。")
        page.get_by_role("button", name="发送").click()
        expect(page.locator(f"#opinion-{MANY + 1}")).to_contain_text("没有脚本也能说话。")

        page.get_by_label("您想说的话").fill("   ")
        page.get_by_role("button", name="发送").click()
        expect(page.get_by_text("请填写内容。")).to_be_visible()


@pytest.mark.parametrize(("who", "viewport"), [("resident", PHONE), ("member", DESK)])
def test_axe_finds_nothing_serious(enter: Enter, who: str, viewport: dict[str, int]) -> None:
    room = enter(who, viewport)
    room.write("看看这一页谁都能用吗")
    assert serious(room.page) == []


def test_part_that_the_line_kept_away_comes_when_it_lets_it_through(enter: Enter) -> None:
    room = enter("resident", DESK)
    room.visitor.watch.expect("ERR_FAILED")
    room.page.route("**/elements/side*.js", lambda route: route.abort())
    room.enter()
    agenda = room.page.locator(".agenda").get_by_role("listitem")
    expect(room.page.locator("opinion-card").first).to_be_visible()
    expect(agenda).to_have_count(0)
    room.page.unroute_all()
    expect(agenda).to_have_count(4)
