"""The desk in the hall: a bad line, a phone at the entrance, and hands beside phones."""

import re
from collections.abc import Callable
from threading import Event

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import Visit
from tests.browser.looking import serious
from tests.browser.room.conftest import Enter
from tests.browser.room.pages import LINE_CUT, RoomPage, sign_in_unseen
from tests.support.browsing import DESK, SMALL_PHONE
from tests.support.hall_server import HallProcess

OPINIONS = 2
QUESTION = "同意设临时菜市吗？"


@pytest.fixture
def clerk(visit: Visit, process: HallProcess, laid_out: dict[str, int]) -> RoomPage:
    """Who keeps the desk, at the desk's page."""
    desk = RoomPage(visit(process.url, DESK), laid_out["room"]).sign_in(laid_out["moderator"])
    desk.page.goto(f"/consultations/{desk.room}/desk/")
    expect(desk.page.get_by_label("姓名", exact=True)).to_be_visible()
    return desk


def register(page: Page, name: str) -> None:
    page.get_by_role("button", name="签到", exact=True).first.click()
    page.get_by_label("姓名", exact=True).fill(name)
    page.get_by_role("button", name="登记签到").click()


def expect_registered(page: Page, count: int) -> None:
    """The hall has so many by now: those who wait for the line stand in the list, too."""
    expect(page.locator(".desk-person", has_text="林主持 登记")).to_have_count(count)


def enter_speech(page: Page, speaker: str, text: str) -> None:
    page.get_by_role("button", name="代录发言").click()
    page.get_by_label("发言人").select_option(label=speaker)
    page.get_by_label("说了什么").fill(text)
    page.get_by_role("button", name="录入", exact=True).click()


def test_what_is_done_without_a_line_waits_and_goes_out_in_order(
    clerk: RoomPage, enter: Enter
) -> None:
    reader, page = enter("resident", DESK), clerk.page
    clerk.cut_line()
    register(page, "张三丰")
    enter_speech(page, "张三丰 · 居民", "路灯坏了三个月。")
    page.get_by_label("说了什么").fill("排水沟也堵了。")
    page.get_by_role("button", name="录入", exact=True).click()
    waiting = page.get_by_role("list", name="发送情况").get_by_role("listitem")
    expect(waiting).to_have_count(3)
    for entry in waiting.all():
        expect(entry).to_contain_text("等待网络，联网后按顺序发出")
    # The clerk is further down the page, where the words were.
    entered = page.get_by_role("region", name="已代录").get_by_role("listitem")
    expect(entered).to_contain_text(["排水沟也堵了。", "路灯坏了三个月。"])
    expect(entered.first).to_contain_text("等待发送")
    expect(reader.saying("路灯坏了三个月。")).to_have_count(0)

    clerk.mend_line()
    first, second = reader.saying("路灯坏了三个月。"), reader.saying("排水沟也堵了。")
    expect(first).to_contain_text("张某某")
    expect(first).to_contain_text("现场代录")
    expect(first).to_contain_text("由 林主持 录入")
    expect(second).to_be_visible()
    assert reader.numbers == [1, 2, 3, 4]
    expect(first).to_have_id("opinion-3")
    expect(waiting.filter(has_text=re.compile("发送中|等待网络"))).to_have_count(0)
    expect(waiting.first).to_contain_text("已收到")
    assert serious(page) == []
    kept = page.evaluate("Object.values(localStorage).join()")
    assert "张三丰" not in kept


def test_list_that_is_not_known_yet_is_not_said_to_be_empty(clerk: RoomPage) -> None:
    page = clerk.page
    released, held = Event(), list[Callable[[], None]]()

    def hold_the_list(phone: WebSocketRoute) -> None:
        def pass_on(frame: str | bytes) -> None:
            if '"attendees"' in str(frame) and not released.is_set():
                held.append(lambda: phone.send(frame))
            else:
                phone.send(frame)

        phone.connect_to_server().on_message(pass_on)

    register(page, "张三丰")
    expect_registered(page, 1)
    page.route_web_socket(re.compile("/ws/rooms/"), hold_the_list)
    page.reload()
    page.get_by_role("button", name="代录发言").click()
    speech = page.locator("desk-speech")
    expect(speech).to_contain_text("正在取签到名单…")
    expect(speech).not_to_contain_text("还没有人签到")
    released.set()
    for send in held:
        send()
    expect(page.get_by_label("发言人")).to_be_visible()


def test_list_is_renewed_while_one_change_follows_upon_another(clerk: RoomPage) -> None:
    expect(clerk.page.locator("desk-check-in")).to_contain_text("还没有人签到")
    renewed = clerk.page.evaluate(
        """async () => {
          const { desk } = document.querySelector("hall-desk");
          const known = desk.view;
          for (let turn = 0; turn < 100 && desk.view === known; turn++) {
            desk.refresh();
            await new Promise((done) => setTimeout(done, 50));
          }
          return desk.view !== known;
        }"""
    )
    assert renewed


def test_what_waits_outlives_a_reload(clerk: RoomPage) -> None:
    page = clerk.page
    clerk.visitor.watch.expect(LINE_CUT)
    clerk.visitor.watch.expect("ERR_BLOCKED_BY_CLIENT|WebSocket")
    page.route_web_socket(re.compile("/ws/rooms/"), lambda socket: socket.close())
    page.reload()
    register(page, "张三丰")
    expect(page.get_by_role("list", name="发送情况")).to_contain_text("张三丰")
    page.unroute_all(behavior="ignoreErrors")
    page.goto("about:blank")
    fresh = clerk.visitor.context.new_page()
    page.close()
    fresh.goto(f"/consultations/{clerk.room}/desk/")
    expect(fresh.locator(".desk-person")).to_contain_text("张某某")


def test_words_being_written_are_cleared_with_what_is_kept_on_the_device(clerk: RoomPage) -> None:
    page, text = clerk.page, clerk.page.get_by_label("说了什么")
    register(page, "王一")
    expect_registered(page, 1)
    page.get_by_role("button", name="代录发言").click()
    text.fill("路灯坏了")
    page.reload()
    page.get_by_role("button", name="代录发言").click()
    expect(text).to_have_value("路灯坏了")
    page.goto("/accounts/logout/")
    page.get_by_text("清除本机内容").click()
    page.get_by_role("button", name="确认清除").click()
    expect(page.get_by_text("已清除。")).to_be_visible()
    clerk.page.goto(f"/consultations/{clerk.room}/desk/")
    page.get_by_role("button", name="代录发言").click()
    expect(text).to_have_value("")


def test_words_that_came_too_late_can_be_taken_along(clerk: RoomPage, enter: Enter) -> None:
    page = clerk.page
    register(page, "张三丰")
    expect(page.locator(".desk-person")).to_contain_text("张某某")
    clerk.cut_line()
    for text in ("路灯坏了三个月。", "排水沟也堵了。"):
        enter_speech(page, "张三丰（张某某） · 居民", text)
    page.get_by_label("说了什么").fill("还没写完的")
    staff = enter("moderator", DESK).page
    staff.goto(f"/consultations/{clerk.room}/")
    staff.get_by_role("button", name="结束讨论，梳理共识").click()
    clerk.mend_line()
    late = page.get_by_role("list", name="发送情况").get_by_role("listitem")
    expect(late.filter(has_text="未通过")).to_have_count(2)
    expect(late.first.get_by_role("button", name="改后重发")).to_have_count(0)
    late.first.get_by_role("button", name="不发了").click()
    expect(late.filter(has_text="未通过")).to_have_count(1)
    page.reload()
    expect(page.get_by_role("heading", name="这台设备上还有没发出的 2 项")).to_be_visible()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="全部复制").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "张三丰（张某某）：排水沟也堵了。\n还没写完的"
    assert serious(page) == []
    page.get_by_role("button", name="从这台设备上清除").click()
    page.get_by_role("button", name="确定清除，清除后找不回来").click()
    expect(page.locator("desk-left")).to_be_empty()


def test_words_for_someone_who_came_in_by_phone_meanwhile_are_theirs(
    clerk: RoomPage, enter: Enter
) -> None:
    page, reader = clerk.page, enter("resident", DESK)
    phone = enter("neighbour", SMALL_PHONE).page
    page.get_by_text("入口二维码：手机扫一扫签到").click()
    entrance = page.locator(".desk-code a[href*=check-in]").get_attribute("href") or ""
    page.get_by_label("已有席位的人").select_option(label="李强 · 居民 · 上塘镇")
    clerk.cut_line()
    page.locator(".desk-expected").get_by_role("button", name="签到").click()
    enter_speech(page, "李强 · 居民", "路太窄。")
    phone.goto(entrance)
    phone.get_by_role("button", name="我到了，签到").click()
    expect(phone.get_by_role("main")).to_contain_text("签到成功")
    clerk.mend_line()
    expect(reader.saying("路太窄。")).to_contain_text("现场代录")
    expect(page.get_by_text("未通过")).to_have_count(0)


def test_correction_is_seen_and_the_earlier_words_stay(clerk: RoomPage, enter: Enter) -> None:
    reader, page = enter("resident", SMALL_PHONE), clerk.page
    register(page, "张三丰")
    enter_speech(page, "张三丰（张某某） · 居民", "路灯坏了三个月。")
    entered = page.locator(".desk-card")
    entered.get_by_role("button", name="更正").click()
    entered.get_by_label("更正为").fill("路灯坏了两个月。")
    entered.get_by_role("button", name="更正").click()
    card = reader.opinion(3)
    expect(card.locator(".opinion__text")).to_have_text("路灯坏了两个月。")
    card.get_by_text("已更正").click()
    expect(card).to_contain_text("路灯坏了三个月。")
    known, fresh = reader.page.evaluate(
        """async () => {
          const { store, connection } = document.querySelector("room-app").room;
          const { snapshot } = await connection.call({do: "room.since", seq: 0, epoch: ""});
          const sorted = (each) => Object.fromEntries(Object.entries(each).sort());
          return [[...store.state.cards.values()].map(sorted), snapshot.opinions.map(sorted)];
        }"""
    )
    assert known == fresh


def test_correction_made_elsewhere_meanwhile_is_shown_and_nothing_written_is_lost(
    clerk: RoomPage, enter: Enter
) -> None:
    page, other = clerk.page, enter("moderator", DESK)
    register(page, "张三丰")
    enter_speech(page, "张三丰（张某某） · 居民", "路灯坏了三个月。")
    entered = page.locator(".desk-card")
    entered.get_by_role("button", name="更正").click()
    entered.get_by_label("更正为").fill("路灯坏了两个月，东头。")
    other.act("desk.correct", number=3, text="路灯坏了两个月。")
    told = entered.get_by_role("alert")
    expect(told).to_contain_text("林主持 刚才更正为：路灯坏了两个月。")
    expect(entered.get_by_label("更正为")).to_have_value("路灯坏了两个月，东头。")
    expect(entered.get_by_role("button", name="更正", exact=True)).to_be_disabled()
    assert serious(page) == []
    told.get_by_role("button", name="看过了").click()
    entered.get_by_role("button", name="更正", exact=True).click()
    expect(entered.locator("p.plain")).to_have_text("路灯坏了两个月，东头。")
    expect(entered).to_contain_text("已更正 2 次")

    clerk.cut_line()
    for text in ("路灯坏了一个月。", "路灯坏了一个月，西头。"):  # the second one over the first
        entered.get_by_role("button", name="更正").click()
        entered.get_by_label("更正为").fill(text)
        entered.get_by_role("button", name="更正", exact=True).click()
    other.act("desk.correct", number=3, text="路灯修好了。")
    clerk.mend_line()
    refused = page.get_by_role("list", name="发送情况").locator(".is-refused")
    expect(refused).to_have_count(2)
    expect(refused.first).to_contain_text("这一条刚被别人更正过，请看过新内容再改。")
    expect(entered.locator("p.plain")).to_have_text("路灯修好了。")
    page.get_by_role("button", name="签到", exact=True).first.click()
    refused.last.get_by_role("button", name="改后重发").click()
    expect(told).to_contain_text("林主持 刚才更正为：路灯修好了。")
    expect(entered.get_by_label("更正为")).to_have_value("路灯坏了一个月，西头。")
    entered.get_by_role("button", name="更正", exact=True).click()
    expect(entered.locator("p.plain")).to_have_text("路灯坏了一个月，西头。")


def test_count_made_elsewhere_meanwhile_is_shown_before_it_is_replaced(
    clerk: RoomPage, enter: Enter
) -> None:
    page, other = clerk.page, enter("moderator", DESK)
    for name in ("王一", "李二"):
        register(page, name)
    expect_registered(page, 2)
    other.act("ballot.open", question=QUESTION, kind="yes_no", results="live")
    page.get_by_role("button", name="举手计票").click()
    page.get_by_label("赞成", exact=True).fill("2")
    other.act("desk.count_hands", number=1, people=2, counts=[1, 1, 0])
    told = page.locator("desk-hands").get_by_role("alert")
    expect(told).to_contain_text("林主持 刚才录入了举手 2 人：赞成 1，反对 1，弃权 0")
    expect(page.get_by_label("赞成", exact=True)).to_have_value("2")
    expect(page.get_by_role("button", name="更正举手数")).to_be_disabled()
    assert serious(page) == []
    told.get_by_role("button", name="看过了").click()
    expect(told).to_have_count(0)
    page.get_by_role("button", name="更正举手数").click()
    sent = page.get_by_role("list", name="发送情况")
    expect(sent).to_contain_text("已收到 举手：赞成 2，反对 0，弃权 0")
    expect(page.locator("desk-hands .note--success")).to_contain_text("赞成 2，反对 0，弃权 0")

    clerk.cut_line()
    for agreed in ("1", "0"):
        page.get_by_label("赞成", exact=True).fill(agreed)
        page.get_by_label("弃权", exact=True).fill("1")
        page.get_by_role("button", name="更正举手数").click()
    clerk.mend_line()
    expect(sent).to_contain_text("已收到 举手：赞成 0，反对 0，弃权 1")
    expect(sent.locator(".is-refused")).to_have_count(0)


def test_phone_at_the_entrance_checks_in_after_signing_in(
    clerk: RoomPage, visit: Visit, process: HallProcess, laid_out: dict[str, int]
) -> None:
    clerk.page.get_by_text("入口二维码：手机扫一扫签到").click()
    address = clerk.page.locator(".desk-code a[href*=check-in]").get_attribute("href")
    phone = visit(process.url, SMALL_PHONE)
    assert address is not None
    phone.page.goto(address)
    expect(phone.page).to_have_url(re.compile("/accounts/login/"))
    sign_in_unseen(phone.context, laid_out["resident"])
    phone.page.goto(address)
    phone.page.get_by_role("button", name="我到了，签到").click()
    expect(phone.page.get_by_role("main")).to_contain_text("签到成功")
    expect(phone.page.get_by_role("button", name="我到了，签到")).to_have_count(0)
    expect(clerk.page.locator(".desk-person", has_text="王秀兰")).to_contain_text("扫码签到")
    assert serious(phone.page) == []


def test_hands_and_phones_are_counted_once(clerk: RoomPage, enter: Enter) -> None:
    page, resident = clerk.page, enter("resident", DESK)
    for name in ("王一", "李二"):
        register(page, name)
    page.get_by_label("已有席位的人").select_option(label="李强 · 居民 · 上塘镇")
    page.locator(".desk-expected").get_by_role("button", name="签到").click()
    expect_registered(page, 3)
    moderator = enter("moderator", DESK)
    moderator.act("ballot.open", question=QUESTION, kind="yes_no", results="live")
    ballot = resident.page.get_by_role("group", name=QUESTION)
    ballot.get_by_role("radio", name="反对").check()
    ballot.get_by_role("button", name="投票").click()
    neighbour = enter("neighbour", DESK)
    theirs = neighbour.page.get_by_role("group", name=QUESTION)
    theirs.get_by_role("radio", name="赞成").check()
    theirs.get_by_role("button", name="投票").click()
    expect(neighbour.page.locator(".toast")).to_contain_text("登记为现场举手表决")

    page.get_by_role("button", name="举手计票").click()
    expect(page.get_by_text("现在可以举手的有 3 人")).to_be_visible()
    page.get_by_label("赞成", exact=True).fill("2")
    page.get_by_label("弃权", exact=True).fill("1")
    page.get_by_role("button", name="录入举手数").click()
    expect(page.get_by_text("已计入举手 3 人")).to_be_visible()
    expect(ballot).to_contain_text("4 人已投票")
    expect(ballot).to_contain_text("其中现场举手 3 人")
    expect(ballot.locator(".ballot__figure").first).to_have_text("2 票（50%）")
    assert serious(page) == []


def test_check_in_list_is_made_to_be_printed(clerk: RoomPage) -> None:
    register(clerk.page, "张三丰")
    expect(clerk.page.locator(".desk-person")).to_contain_text("张某某")
    clerk.page.get_by_role("link", name="签到表").click()
    row = clerk.page.get_by_role("row").nth(1)
    expect(row).to_contain_text("张三丰")
    expect(row).to_contain_text("林主持")
    clerk.page.emulate_media(media="print")
    expect(clerk.page.get_by_role("columnheader", name="签名")).to_be_visible()
    expect(clerk.page.locator(".foot")).to_be_hidden()


def test_person_who_was_declined_is_not_counted_and_stands_in_the_form_again(
    clerk: RoomPage,
) -> None:
    page = clerk.page
    heading, phone = page.get_by_role("heading", name="已到现场"), page.get_by_label("手机号")
    page.get_by_text("公开的称呼、手机号").click()
    phone.fill("12345")
    page.locator("hall-desk").get_by_text("政协委员", exact=True).click()
    register(page, "张三丰")
    declined = page.get_by_role("list", name="发送情况").get_by_role("listitem")
    expect(declined).to_contain_text("未通过")
    expect(heading).to_have_text("已到现场 0")

    # What is being written of another is not overwritten.
    name = page.get_by_label("姓名", exact=True)
    name.fill("李四")
    declined.get_by_role("button", name="改后重新登记").click()
    expect(name).to_be_focused()
    expect(name).to_have_value("李四")
    name.fill("")
    declined.get_by_role("button", name="改后重新登记").click()
    expect(name).to_have_value("张三丰")
    expect(phone).to_have_value("12345")
    expect(page.get_by_role("radio", name="政协委员")).to_be_checked()
    expect(declined).to_have_count(0)
    phone.fill("")
    page.get_by_role("radio", name="居民").check()
    page.get_by_role("button", name="登记签到").click()
    expect(heading).to_have_text("已到现场 1")


def test_whoever_is_chosen_stays_so_while_others_check_in(clerk: RoomPage, enter: Enter) -> None:
    seated = clerk.page.get_by_label("已有席位的人")
    people = seated.get_by_role("option")
    expect(people).to_have_count(4)
    _choose, first, *_others, chosen = people.all_text_contents()
    seated.select_option(label=chosen.strip())
    person = int(people.filter(has_text=first).get_attribute("value") or 0)
    enter("moderator", DESK).act(
        "desk.check_in", person=person, identity="resident", votes_by_hand=True
    )
    expect(people.filter(has_text=first)).to_have_count(0)
    expect(seated.locator("option:checked")).to_have_text(chosen)


def test_figures_for_one_ballot_are_not_counted_for_the_next(clerk: RoomPage, enter: Enter) -> None:
    page, moderator = clerk.page, enter("moderator", DESK)
    register(page, "王一")
    expect_registered(page, 1)
    moderator.act("ballot.open", question="先修排水？", kind="yes_no", results="live")
    page.get_by_role("button", name="举手计票").click()
    page.get_by_label("赞成", exact=True).fill("1")
    clerk.cut_line()
    moderator.act("ballot.close", number=1)
    moderator.act("ballot.open", question="先修照明？", kind="yes_no", results="live")
    clerk.mend_line()
    expect(page.get_by_role("heading", name="先修照明？")).to_be_visible()
    expect(page.get_by_label("赞成", exact=True)).to_have_value("0")
    expect(page.get_by_text("合计 0 只手")).to_be_visible()
