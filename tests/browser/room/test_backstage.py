"""Beside the room: drafts that opinions are dropped on, by two moderators at once; notes."""

from playwright.sync_api import Locator, expect

from tests.browser.looking import serious
from tests.browser.room.conftest import Enter
from tests.browser.room.pages import RoomPage, stand_still
from tests.support.browsing import DESK

OPINIONS = 5
TABLET = {"width": 1280, "height": 800}


def tab(moderator: RoomPage, name: str) -> Locator:
    moderator.page.get_by_role("tab", name=name).click()
    return moderator.page.get_by_role("tabpanel")


def clauses(panel: Locator) -> Locator:
    """The written clauses, without the place for a new one."""
    return panel.get_by_role("region", name="共识草稿").locator(".draft:not(.draft--new)")


def drop(room: RoomPage, number: int, on: Locator) -> None:
    """Drag an opinion there, and let go of it once the place shows that it would take it."""
    stand_still(room.page)
    room.opinion(number).locator(".opinion__who").hover()
    room.page.mouse.down()
    on.hover()
    on.hover()  # a browser drags from the second move on
    expect(on).to_contain_class("is-over")
    room.page.mouse.up()


def test_opinions_are_dropped_on_drafts(moderator: RoomPage) -> None:
    panel = tab(moderator, "草稿")
    new = panel.get_by_role("region", name="共识草稿").locator(".draft--new")
    drop(moderator, 4, new)
    expect(panel.get_by_label("依据的意见编号")).to_have_value("4")
    panel.get_by_label("内容").fill("夜间开放到九点。")
    panel.get_by_role("button", name="保存").click()
    expect(clauses(panel)).to_contain_text(["1. 夜间开放到九点。"])
    assert serious(moderator.page) == []

    drop(moderator, 5, clauses(panel))
    expect(clauses(panel).get_by_role("link")).to_have_text(["4", "5"])

    moderator.manage(3, "引用到草稿…")  # the same without a mouse
    clauses(panel).get_by_role("button", name="引用到这一条").click()
    expect(clauses(panel).get_by_role("link")).to_have_text(["3", "4", "5"])
    clauses(panel).get_by_role("button", name="删去").click()
    expect(clauses(panel)).to_have_count(0)
    panel.get_by_role("button", name="撤销").click()
    expect(clauses(panel)).to_contain_text(["1. 夜间开放到九点。"])
    expect(clauses(panel).get_by_role("link")).to_have_text(["3", "4", "5"])


def write(panel: Locator, text: str, *numbers: int) -> None:
    panel.get_by_role("button", name="写一条新的").first.click()
    panel.get_by_label("内容").fill(text)
    panel.get_by_label("依据的意见编号").fill(" ".join(map(str, numbers)))
    save(panel)


def save(panel: Locator) -> None:
    """Save, and wait for the answer: the form is gone, or says why not."""
    panel.get_by_role("button", name="保存").click()
    expect(panel.locator("form:not(:has([role=alert]))")).to_have_count(0)


def test_removed_draft_comes_back_to_its_place(moderator: RoomPage) -> None:
    panel = tab(moderator, "草稿")
    for place, text in enumerate(("甲。", "乙。"), start=1):
        write(panel, text, place)
        expect(clauses(panel)).to_have_count(place)
    clauses(panel).first.get_by_role("button", name="删去").click()
    expect(clauses(panel)).to_contain_text(["1. 乙。"])
    panel.get_by_role("button", name="撤销").click()
    expect(clauses(panel)).to_contain_text(["1. 甲。", "2. 乙。"])
    expect(panel.get_by_role("button", name="撤销")).to_have_count(0)


def test_clause_on_few_voices_is_decided_beside_the_room(moderator: RoomPage, enter: Enter) -> None:
    panel = tab(moderator, "草稿")
    for place, text in enumerate(("甲。", "乙。"), start=1):
        write(panel, text, place)
    expect(clauses(panel)).to_have_count(2)
    first = clauses(panel).first
    stand_still(moderator.page)
    assert serious(moderator.page) == []
    first.get_by_role("button", name="表态少，仍作为共识").click()
    expect(first).to_contain_text("已确认仍作为共识")
    expect(first.get_by_role("button", name="表态少，仍作为共识")).to_have_count(0)
    clauses(panel).last.get_by_role("button", name="改登记为分歧").click()
    expect(clauses(panel)).to_have_count(1)
    dissent = panel.get_by_role("region", name="分歧草稿").locator(".draft:not(.draft--new)")
    expect(dissent).to_contain_text("有人提出“乙”")


def test_two_moderators_do_not_overwrite_each_other(moderator: RoomPage, enter: Enter) -> None:
    other = enter("moderator", TABLET)
    mine, theirs = tab(moderator, "草稿"), tab(other, "草稿")
    moderator.manage(4, "引用到草稿…")
    new = mine.get_by_role("region", name="共识草稿").locator(".draft--new")
    new.get_by_role("button").click()
    mine.get_by_label("内容").fill("先疏通排水沟。")
    mine.get_by_role("button", name="保存").click()
    expect(clauses(theirs)).to_contain_text("先疏通排水沟。")

    clauses(theirs).get_by_role("button", name="改写").click()
    theirs.get_by_label("内容").fill("另一种写法。")
    clauses(mine).get_by_role("button", name="改写").click()
    mine.get_by_label("内容").fill("汛期前疏通排水沟。")
    mine.get_by_role("button", name="保存").click()
    expect(clauses(mine)).to_contain_text("汛期前疏通排水沟。")
    theirs.get_by_role("button", name="保存").click()
    expect(other.page.locator(".toast")).to_contain_text("刚被别人改动过")
    expect(theirs.get_by_label("内容")).to_have_value("另一种写法。")
    theirs.get_by_role("button", name="取消").click()
    expect(clauses(theirs)).to_contain_text("汛期前疏通排水沟。")


def test_what_is_being_written_follows_its_sentence_and_outlives_it(
    moderator: RoomPage, enter: Enter
) -> None:
    other = enter("moderator", TABLET)
    mine, theirs = tab(moderator, "草稿"), tab(other, "草稿")
    for place, text in enumerate(("甲。", "乙。"), start=1):
        write(mine, text, place)
    expect(clauses(theirs)).to_have_count(2)
    clauses(mine).last.get_by_role("button", name="改写").click()
    field = mine.get_by_label("内容")
    expect(field).to_be_focused()
    field.fill("乙，改过。")
    clauses(theirs).first.get_by_role("button", name="删去").click()
    expect(clauses(mine)).to_have_count(1)
    expect(field).to_have_value("乙，改过。")
    save(mine)
    expect(clauses(theirs)).to_contain_text(["1. 乙，改过。"])
    expect(clauses(mine).get_by_role("button", name="改写")).to_be_focused()

    clauses(mine).get_by_role("button", name="改写").click()
    field.fill("乙，再改。")
    clauses(theirs).get_by_role("button", name="删去").click()
    expect(moderator.page.locator(".toast")).to_contain_text("刚被别人删去。您写的还在")
    expect(field).to_have_value("乙，再改。")
    save(mine)
    expect(clauses(theirs)).to_contain_text(["1. 乙，再改。"])


def test_notes_are_shared_by_moderators_and_undone(moderator: RoomPage, enter: Enter) -> None:
    resident, other = enter("resident", DESK), enter("moderator", TABLET)
    theirs = tab(other, "便签")
    moderator.manage(2, "写便签…")
    mine = moderator.page.get_by_role("tabpanel")
    expect(mine).to_contain_text("关于第 2 号")
    mine.get_by_label("写便签").fill("先请城管局说。")
    mine.get_by_role("button", name="贴上").click()
    expect(theirs.get_by_role("listitem")).to_contain_text("先请城管局说。")
    expect(theirs.get_by_role("listitem").get_by_role("link")).to_have_text("第 2 号")
    assert serious(other.page) == []
    expect(resident.page.get_by_text("先请城管局说。")).to_have_count(0)

    mine.get_by_role("button", name="删去").click()
    mine.get_by_role("button", name="撤销").click()
    expect(mine.get_by_role("listitem")).to_contain_text("先请城管局说。")


def test_nobody_is_told_to_drag_from_beneath_the_console(enter: Enter) -> None:
    moderator = enter("moderator", {"width": 768, "height": 1024})
    moderator.page.locator(".console__handle").click()
    panel = tab(moderator, "草稿")
    expect(panel.get_by_role("heading", name="共识草稿")).to_be_visible()
    expect(panel).to_contain_text("点意见的“管理”")
    assert "拖" not in panel.inner_text()
    moderator.page.get_by_role("button", name="关闭").click()
    moderator.manage(3, "引用到草稿…")
    expect(moderator.page.locator(".draft-pick")).to_contain_text("请选第 3 号引用到哪一条")
    expect(moderator.page.locator(".draft-pick")).to_be_visible()
