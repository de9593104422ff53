"""长辈版: one thing at a time, large, read aloud, spoken instead of typed."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.room.conftest import Enter
from tests.browser.room.pages import RoomPage
from tests.support.browsing import DESK, PHONE, Visitor

Visit = Callable[..., Visitor]
MANY = OPINIONS = 12

# Headless Chromium has neither voices nor a recogniser: these stand in for the machine's.
VOICES = """
const spoken = window.spoken = [];
const voices = [{lang: "en-US", name: "E"}, {lang: "zh-CN", name: "普通话"}];
class Said { constructor(text) { this.text = text; } }
Object.defineProperty(window, "SpeechSynthesisUtterance", {value: Said});
Object.defineProperty(window, "speechSynthesis", {value: {
  getVoices: () => window.voiceless ? [voices[0]] : voices, addEventListener: () => {},
  speak: (u) => spoken.push(u), cancel: () => { spoken.length = 0; },
}});
class Listening {
  start() { window.listening = this; }
  stop() { this.onend(); }
  abort() { this.onend(); }
}
Object.defineProperty(window, "SpeechRecognition", {value: Listening, configurable: true});
"""

MUTE = """for (const name of ["SpeechRecognition", "webkitSpeechRecognition"])
  Object.defineProperty(window, name, {value: undefined});"""
SMALL = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, label.segment")]
  .filter((each) => each.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  .filter((each) => !each.closest(".visually-hidden, .skip, .demo, .prose, p.plain")
    && !each.matches(".segment input, [type=radio], [type=checkbox]"))
  // The link of a row or card is as large as the row or card: its ::after covers it.
  .map((each) => [each, (each.matches(".row-link, .card h3 a") && each.closest("li")) || each])
  .map(([each, target]) => [each, target.getBoundingClientRect()])
  .filter(([, box]) => box.width && box.height && box.height < 47.5)
  .map(([each, box]) => `${each.localName}.${each.className} ${Math.round(box.height)}px`)
"""
LEADING = """() => [...document.querySelectorAll("main *")]
  .filter((each) => each.checkVisibility() && [...each.childNodes].some(
    (node) => node.nodeType === 3 && node.data.trim()))
  .map((each) => [each, getComputedStyle(each)])
  .filter(([, style]) => parseFloat(style.lineHeight) / parseFloat(style.fontSize) < 1.595)
  .map(([each]) => `${each.localName}.${each.className}`)
"""
SIZE = "parseFloat(getComputedStyle(document.body).fontSize)"


def choose(room: RoomPage, version: str) -> RoomPage:
    """Choose large type ("1") or the usual ("0") for this device."""
    address = room.page.url.partition("/rooms/")[0]
    cookie = {"name": "hall_senior", "value": version, "url": address}
    room.visitor.context.add_cookies([cookie])
    return room


def large(room: RoomPage) -> RoomPage:
    return choose(room, "1").enter()


@pytest.fixture
def senior(enter: Enter) -> RoomPage:
    room = enter("resident", PHONE)
    room.visitor.context.add_init_script(VOICES)
    return large(room)


def test_switch_is_kept_for_the_person_and_for_the_device(enter: Enter) -> None:
    phone = choose(enter("neighbour", PHONE), "0")
    phone.page.goto("/")
    phone.page.get_by_role("button", name="切换到长辈版（大字）").click()
    view = phone.page.locator("html[data-view=senior]")
    expect(view).to_have_count(1)
    phone.page.goto("/topics/")
    expect(view).to_have_count(1)

    other = enter("neighbour", DESK)
    large_there = other.page.locator("html[data-view=senior]")
    expect(large_there).to_have_count(1)
    choose(other, "0").enter()
    expect(large_there).to_have_count(0)
    phone.page.reload()
    expect(view).to_have_count(1)


def test_one_opinion_at_a_time(senior: RoomPage) -> None:
    expect(senior.opinion(MANY)).to_be_visible()
    assert senior.numbers == [MANY]
    senior.page.get_by_role("button", name="上一条").click()
    expect(senior.opinion(MANY - 1)).to_be_focused()
    assert senior.numbers == [MANY - 1]
    senior.page.get_by_role("button", name="看最新的一条").click()
    expect(senior.opinion(MANY)).to_be_visible()
    expect(senior.page.get_by_role("button", name="下一条")).to_be_disabled()


def test_numbers_that_one_cannot_read_are_passed_over(senior: RoomPage, enter: Enter) -> None:
    moderator, neighbour = enter("moderator", DESK), enter("neighbour", PHONE)
    moderator.hold_residents()
    for text in ("还没有通过的一条", "还没有通过的第二条"):
        neighbour.post(text)
        expect(neighbour.saying(text)).to_contain_text("等待审核")
    moderator.post("后来的一条")
    senior.page.get_by_role("button", name="下一条").click()
    expect(senior.opinion(MANY + 3)).to_be_focused()
    senior.page.get_by_role("button", name="上一条").click()
    expect(senior.opinion(MANY)).to_be_focused()


def test_all_in_a_row_is_kept_on_the_device(senior: RoomPage) -> None:
    senior.order("全部列出")
    expect(senior.page.locator("opinion-card")).to_have_count(MANY)
    senior.page.reload()
    expect(senior.page.locator("opinion-card")).to_have_count(MANY)
    senior.order("一次看一条")
    expect(senior.page.locator("opinion-card")).to_have_count(1)


def test_same_functions(senior: RoomPage) -> None:
    senior.enter("#opinion-3")
    expect(senior.opinion(3)).to_be_focused()
    senior.stance(3, "赞成").click()
    expect(senior.stance(3, "赞成")).to_have_attribute("aria-pressed", "true")
    senior.order("最多赞成")
    expect(senior.page.get_by_text("第 1 条，共 1 条")).to_be_visible()
    senior.order("按时间")
    senior.post("长辈版里说的话")
    expect(senior.saying("长辈版里说的话")).to_have_count(1)


def test_send_stays_in_sight_when_the_keyboard_takes_half_of_the_screen(senior: RoomPage) -> None:
    senior.write("路灯下面站不住人。")
    send = senior.page.get_by_role("button", name="发送", exact=True)
    expect(send).to_be_in_viewport(ratio=1)
    senior.page.set_viewport_size({"width": 390, "height": 470})
    expect(send).to_be_in_viewport(ratio=1)
    expect(senior.page.get_by_label("您想说的话")).to_be_in_viewport(ratio=1)


def test_phone_on_its_side_shows_what_is_written_and_the_button(senior: RoomPage) -> None:
    page, field = senior.page, senior.page.get_by_label("您想说的话")
    page.set_viewport_size({"width": 740, "height": 360})
    senior.write("路灯下面站不住人。\n夜里看不见路。\n")
    send = page.get_by_role("button", name="发送", exact=True)
    for part in (page.locator(".segments"), field, page.get_by_text("说话输入"), send):
        expect(part).to_be_in_viewport(ratio=1)
    # The keyboard takes its half of that.
    page.set_viewport_size({"width": 740, "height": 190})
    field.press_sequentially("请先装灯。")
    expect(send).to_be_in_viewport(ratio=1)
    expect(field).to_be_in_viewport(ratio=1)
    written = field.evaluate("field => field.getBoundingClientRect().bottom")
    foot = page.locator(".composer__foot").evaluate("foot => foot.getBoundingClientRect().top")
    assert written <= foot


def test_opinion_is_read_aloud_and_stopped(senior: RoomPage) -> None:
    button = senior.page.get_by_role("button", name="朗读", exact=True)
    button.click()
    spoken: list[Any] = senior.page.evaluate("spoken.map((each) => [each.text, each.voice.lang])")
    words = "".join(text for text, _lang in spoken)
    assert f"{MANY}。" in words
    assert senior.opinion(MANY).locator(".opinion__text").inner_text()[:10] in words
    assert {lang for _text, lang in spoken} == {"zh-CN"}
    senior.page.get_by_role("button", name="停止朗读").click()
    assert senior.page.evaluate("spoken.length") == 0
    button.click()
    senior.page.evaluate("spoken.at(-1).onend()")
    expect(button).to_be_visible()
    button.click()
    senior.page.get_by_role("button", name="上一条").click()
    expect(button).to_be_visible()
    assert senior.page.evaluate("spoken.length") == 0


def test_reading_goes_on_while_others_take_stances(senior: RoomPage, enter: Enter) -> None:
    button = senior.page.get_by_role("button", name="朗读", exact=True)
    button.click()
    neighbour = enter("member", PHONE)
    neighbour.stance(MANY, "不赞成").click()
    expect(senior.stance(MANY, "不赞成")).to_contain_text("1")
    stop = senior.page.get_by_role("button", name="停止朗读")
    expect(stop).to_be_visible()
    assert senior.page.evaluate("spoken.length") > 0
    stop.click()
    button.click()
    assert "不赞成 1 人" in senior.page.evaluate("spoken.map((each) => each.text).join('')")


def test_nothing_is_offered_that_the_browser_cannot_do(enter: Enter) -> None:
    room = enter("resident", PHONE)
    room.visitor.context.add_init_script(f"window.voiceless = true; {VOICES}; {MUTE}")
    large(room)
    expect(room.opinion(MANY)).to_be_visible()
    room.write("没有麦克风也能写")
    expect(room.page.locator("read-aloud, voice-input")).not_to_have_count(0)
    assert room.page.locator("read-aloud button, voice-input button").count() == 0


def hear(room: RoomPage, *said: tuple[str, bool], index: int = 0) -> None:
    """The recogniser's event: what each result says, and whether it is called final."""
    room.page.evaluate(
        """([said, resultIndex]) => listening.onresult({resultIndex, results: said.map(
          ([transcript, isFinal]) => Object.assign([{transcript, confidence: 0}], {isFinal}))})""",
        [said, index],
    )


def dictate(room: RoomPage) -> Locator:
    """Press the button, with a text begun by hand; where one writes."""
    room.write("我想说：")
    room.page.get_by_role("button", name="说话输入").click()
    expect(room.page.get_by_text("正在听，请说话…")).to_be_visible()
    return room.page.get_by_label("您想说的话")


def test_what_is_said_is_written_down_as_android_tells_it(senior: RoomPage) -> None:
    """Interim results called final, each with the words before it, or all of them once more."""
    senior.page.add_init_script(
        "Object.defineProperty(navigator, 'userAgent', {value: 'Mozilla/5.0 (Linux; Android 10)'})"
    )
    senior.enter()
    field = dictate(senior)
    assert senior.page.evaluate("listening.continuous") is False
    hear(senior, ("路灯", True))
    hear(senior, ("路灯", True), ("路灯太", True), index=1)
    expect(field).to_have_value("我想说：路灯太")
    hear(senior, ("路灯", True), ("路灯太", True), ("路灯太暗", True))
    hear(senior, ("路灯", True), ("路灯太", True), ("路灯太暗", True), ("路灯太暗", True))
    expect(field).to_have_value("我想说：路灯太暗")
    senior.page.evaluate("listening.onend()")
    senior.page.get_by_role("button", name="说话输入").click()
    hear(senior, ("，晚上看不清", True))
    expect(field).to_have_value("我想说：路灯太暗，晚上看不清")


def test_what_is_said_is_written_down_as_ios_tells_it(senior: RoomPage) -> None:
    """Nothing is final before the end; what is in sight can be sent all the same."""
    field = dictate(senior)
    assert senior.page.evaluate("listening.continuous") is True
    field.fill("")
    expect(senior.page.get_by_role("button", name="说话输入")).to_be_visible()
    send = senior.page.get_by_role("button", name="发送", exact=True)
    expect(send).to_be_disabled()
    senior.page.get_by_role("button", name="说话输入").click()
    hear(senior, ("路灯泰", False))
    expect(field).to_have_value("路灯泰")
    expect(send).to_be_enabled()
    hear(senior, ("路灯太暗", False))
    senior.page.evaluate("listening.stop = () => {}")
    senior.page.get_by_role("button", name="说完了").click()
    hear(senior, ("路灯太暗。", True))
    expect(field).to_have_value("路灯太暗。")
    senior.page.evaluate("window.late = listening; listening.onend()")
    send.click()
    expect(senior.saying("路灯太暗。")).to_have_count(1)
    # What comes after the end, or after it was sent, is written nowhere.
    senior.page.locator(".composer__open").click()
    senior.page.evaluate("late.onresult({results: [[{transcript: '路灯太暗。'}]], resultIndex: 0})")
    expect(field).to_have_value("")


def test_why_nothing_is_heard_is_told(senior: RoomPage) -> None:
    dictate(senior)
    senior.page.get_by_role("button", name="说完了").click()
    expect(senior.page.get_by_role("button", name="说话输入")).to_be_visible()
    senior.page.get_by_role("button", name="说话输入").click()
    senior.page.evaluate("listening.onerror({error: 'not-allowed'}); listening.onend()")
    expect(senior.page.get_by_text("没有得到使用麦克风的许可。")).to_be_visible()


def test_a_page_is_read_aloud(senior: RoomPage) -> None:
    senior.page.goto("/consultations/")
    senior.page.get_by_role("button", name="朗读本页").click()
    words = senior.page.evaluate("spoken.map((each) => each.text).join('')")
    assert "协商会" in words
    senior.page.get_by_role("button", name="停止朗读").click()
    assert senior.page.evaluate("spoken.length") == 0


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_type_is_large_and_targets_are_high(enter: Enter, viewport: dict[str, int]) -> None:
    room = enter("resident", viewport)
    choose(room, "0").page.goto("/")
    usual = room.page.evaluate(SIZE)
    large(room)
    room.write("量一量")
    pages = ["/", "/consultations/", "/topics/", "/topics/new/", "/members/", "/me/", room.page.url]
    wrong = {}
    for path in pages:
        room.page.goto(path)
        if path == room.page.url:
            expect(room.page.locator("room-header")).to_be_visible()
        assert 1.25 <= room.page.evaluate(SIZE) / usual <= 1.5
        assert room.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        found = [*room.page.evaluate(SMALL), *room.page.evaluate(LEADING)]
        if found:
            wrong[path] = sorted(set(found))
    assert wrong == {}
