"""The queue of held opinions: what a key or a tick acts on, whoever else decides meanwhile."""

from playwright.sync_api import Locator, expect

from tests.browser.room.conftest import Enter
from tests.browser.room.pages import RoomPage
from tests.support.browsing import DESK

OPINIONS = 3


def row(room: RoomPage, number: int) -> Locator:
    return room.page.locator(f".queue__item[data-number='{number}']")


def held(moderator: RoomPage, resident: RoomPage, count: int) -> None:
    """Numbers 4 to 3 + count wait, and the moderator has them in sight."""
    moderator.act("posting.set", holds_residents=True)
    moderator.page.get_by_role("tab", name="审核").click()
    say(resident, [f"第 {number} 件事。" for number in range(4, 4 + count)])
    expect(moderator.page.locator(".queue__item")).to_have_count(count)


def say(room: RoomPage, texts: list[str]) -> None:
    room.page.evaluate(
        """texts => texts.forEach((text) =>
          document.querySelector("room-app").room.say({ kind: "opinion", text }))""",
        texts,
    )


def decide(moderator: RoomPage, number: int) -> None:
    moderator.act("opinion.approve", numbers=[number])


def test_key_acts_on_what_is_ticked_with_the_mouse(moderator: RoomPage, resident: RoomPage) -> None:
    held(moderator, resident, 4)
    for number in (5, 6, 7):
        moderator.page.get_by_label(f"选中第 {number} 号").check()
    moderator.page.keyboard.press("a")
    expect(moderator.page.locator(".queue__item")).to_have_count(1)
    expect(row(moderator, 4)).to_be_visible()
    expect(resident.opinion(7)).not_to_contain_text("等待审核")
    expect(resident.opinion(4)).to_contain_text("等待审核")


def test_key_acts_on_the_focused_row_whatever_others_decide(
    moderator: RoomPage, resident: RoomPage, enter: Enter
) -> None:
    other = enter("moderator", DESK)
    held(moderator, resident, 5)
    row(moderator, 6).focus()
    decide(other, 4)
    expect(row(moderator, 4)).to_have_count(0)
    expect(row(moderator, 6)).to_be_focused()
    moderator.page.keyboard.press("a")
    expect(row(moderator, 6)).to_have_count(0)
    expect(row(moderator, 7)).to_be_focused()
    decide(other, 7)
    expect(row(moderator, 7)).to_have_count(0)
    expect(row(moderator, 8)).to_be_focused()
    expect(row(moderator, 5)).to_be_visible()


def test_published_rows_move_and_the_key_stays_with_its_own(
    moderator: RoomPage, resident: RoomPage
) -> None:
    """What was let in late stands first: the list goes by when everyone could read it."""
    held(moderator, resident, 1)
    moderator.act("posting.set", holds_residents=False)
    moderator.page.get_by_role("button", name="已公开").click()
    say(resident, ["第 5 件事。"])
    expect(row(moderator, 5)).to_be_visible()
    row(moderator, 5).focus()
    decide(moderator, 4)
    expect(moderator.page.locator(".queue__item").first).to_have_attribute("data-number", "4")
    moderator.page.keyboard.press("h")
    expect(moderator.page.get_by_role("dialog", name="隐藏第 5 号")).to_be_visible()


def test_approval_is_undone_for_a_while(moderator: RoomPage, resident: RoomPage) -> None:
    held(moderator, resident, 1)
    row(moderator, 4).get_by_role("button", name="通过").click()
    undo = moderator.page.locator(".console__undo")
    expect(undo).to_contain_text("已通过 1 条")
    expect(resident.opinion(4)).not_to_contain_text("等待审核")
    undo.get_by_role("button", name="撤销").click()
    expect(resident.opinion(4)).to_contain_text("收回再看")
    expect(undo.get_by_role("button")).to_have_count(0)
    moderator.page.get_by_role("button", name="已隐藏").click()
    expect(row(moderator, 4)).to_be_visible()


def test_many_at_once_are_asked_about(moderator: RoomPage, resident: RoomPage) -> None:
    held(moderator, resident, 6)
    moderator.page.get_by_label("全选").check()
    bulk = moderator.page.locator(".queue__bulk").get_by_role("button", name="通过")
    bulk.click()
    dialog = moderator.page.get_by_role("dialog", name="通过6 条意见")
    dialog.get_by_role("button", name="取消").click()
    expect(moderator.page.locator(".queue__item")).to_have_count(6)
    bulk.click()
    dialog.get_by_role("button", name="全部通过").click()
    expect(moderator.page.locator("queue-panel")).to_contain_text("没有等待审核的发言")
    expect(moderator.page.get_by_role("button", name="待审核")).to_be_focused()
