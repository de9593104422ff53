"""Whoever reads has it whole, in a small window too, and stays where they are."""

import pytest
from playwright.sync_api import expect

from tests.browser.room.conftest import Enter
from tests.support.browsing import DESK, PHONE
from tests.support.hall_server import HallInstallation

OPINIONS = 12
SHORT_PHONE = {"width": 360, "height": 640}
QUESTION = "城南农贸市场改造期间，老人买菜怎么方便、摊位怎么安置、要不要夜间开放？" * 5
ASKED = QUESTION[:200]

# How much of the window's height shows opinions, from 0 to 1.
OF_THE_WINDOW = """() => {
  const heights = Array.from({length: 50}, (_, step) => (step + 0.5) * innerHeight / 50);
  const reads = (y) => document.elementFromPoint(innerWidth / 2, y)?.closest(".feed");
  return heights.filter(reads).length / heights.length;
}"""
ENOUGH = 0.6
CUT = "({scrollHeight, clientHeight}) => scrollHeight > clientHeight + 1"


def ask(hall: HallInstallation, room: int) -> None:
    change = f"Consultation.objects.filter(pk={room}).update(question={ASKED!r})"
    code = f"from consultations.models import Consultation; {change}"
    hall.manage("shell", "--verbosity", "0", "-c", code)


def test_question_is_read_whole(
    hall: HallInstallation, laid_out: dict[str, int], enter: Enter
) -> None:
    ask(hall, laid_out["room"])
    room = enter("resident", SHORT_PHONE)
    heading = room.page.get_by_role("heading", level=1)
    assert heading.evaluate(CUT)
    more = room.page.get_by_role("button", name="问题全文")
    expect(more).to_have_attribute("aria-expanded", "false")
    more.press("Enter")
    less = room.page.get_by_role("button", name="收起问题")
    expect(less).to_be_focused()
    assert heading.evaluate("each => each.innerText") == ASKED
    # In so small a window the rest of it is scrolled to.
    assert heading.evaluate("each => getComputedStyle(each).overflowY") == "auto"
    less.press("Enter")
    expect(more).to_be_focused()
    assert heading.evaluate(CUT)

    senior = {"name": "hall_senior", "value": "1", "url": room.page.url.partition("/rooms/")[0]}
    room.page.context.add_cookies([senior])
    room.enter()
    expect(room.page.locator("html[data-view=senior]")).to_have_count(1)
    assert not heading.evaluate(CUT)
    expect(more).to_have_count(0)


def test_short_question_has_nothing_to_unfold(enter: Enter) -> None:
    room = enter("resident", DESK)
    expect(room.page.locator("room-header")).to_be_visible()
    expect(room.page.get_by_role("button", name="问题全文")).to_have_count(0)


@pytest.mark.parametrize("size", [(640, 300), (320, 256)], ids=["on its side", "much zoom"])
def test_low_window_is_left_to_what_is_read(enter: Enter, size: tuple[int, int]) -> None:
    room = enter("resident", {"width": size[0], "height": size[1]})
    room.opinion(6).evaluate("each => each.scrollIntoView({block: 'start'})")
    assert room.page.evaluate(OF_THE_WINDOW) >= ENOUGH
    room.opinion(6).evaluate("each => each.scrollIntoView({block: 'end'})")
    assert room.page.evaluate(OF_THE_WINDOW) >= ENOUGH
    # What one writes in stays at hand, and is never higher than the window.
    room.write("横着拿手机也能写。")
    box = room.page.locator("opinion-form").bounding_box()
    assert box is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= size[1] + 1
    room.page.get_by_role("button", name="发送", exact=True).click()
    expect(room.saying("横着拿手机也能写。")).to_have_count(1)


def test_window_of_a_phone_keeps_question_and_composer_in_sight(enter: Enter) -> None:
    room = enter("resident", PHONE)
    room.opinion(6).evaluate("each => each.scrollIntoView({block: 'center'})")
    expect(room.page.get_by_role("heading", level=1)).to_be_in_viewport(ratio=1)
    expect(room.page.locator(".composer__open")).to_be_in_viewport(ratio=1)
