"""The console in a room of which a moderator has not loaded all: what was decided can be undone."""

from playwright.sync_api import Locator, expect

from tests.browser.room.conftest import Enter
from tests.browser.room.pages import RoomPage
from tests.support.browsing import DESK

MANY = OPINIONS = 206
FAR = 3


def panel(room: RoomPage, tab: str) -> Locator:
    room.page.get_by_role("tab", name=tab).click()
    return room.page.locator("#console-panel")


def test_what_was_hidden_is_listed_and_restored(enter: Enter) -> None:
    room, colleague = enter("moderator", DESK), enter("moderator", DESK)
    queue = panel(colleague, "审核")
    room.enter(f"#opinion-{FAR}")
    room.hide(FAR, "离题")
    # It comes to who has not loaded it, too, and to who enters anew.
    for one in (colleague, RoomPage(room.visitor, room.room).enter()):
        queue = panel(one, "审核")
        queue.get_by_role("button", name="已隐藏").click()
        expect(queue.locator(f'[data-number="{FAR}"]')).to_be_visible()
    queue.get_by_role("button", name="恢复显示").click()
    expect(queue.get_by_text("没有隐藏的发言。")).to_be_visible()


def test_questions_are_all_listed(enter: Enter) -> None:
    room = enter("moderator", DESK)
    waiting = panel(room, "会议").locator("details", has_text="待答复的提问")
    expect(waiting.locator("summary .number")).to_have_text(str(MANY // 3))


def test_what_was_merged_is_taken_apart_from_the_panel_and_from_the_card(enter: Enter) -> None:
    room = enter("moderator", DESK)
    for number in (FAR, FAR + 1):
        merging = panel(room, "合并")
        merging.get_by_label("把第几号").fill(str(number))
        merging.get_by_label("并入第几号").fill(str(FAR + 2))
        merging.get_by_role("button", name="合并", exact=True).click()
        expect(merging.locator(".console__people li")).to_have_count(number - FAR + 1)
    room.enter()
    merging = panel(room, "合并")
    expect(merging.locator(".console__people li")).to_have_count(2)
    merging.get_by_role("button", name="拆开").first.click()
    expect(merging.locator(".console__people li")).to_have_count(1)
    room.enter(f"#opinion-{FAR + 1}")
    expect(room.opinion(FAR + 1)).to_be_focused()
    room.manage(FAR + 1, "拆开")
    expect(room.opinion(FAR + 1)).not_to_contain_text("并入")
