"""A department is asked in the moderator's browser, and answers in its own."""

from playwright.sync_api import Locator, expect

from tests.browser.looking import serious
from tests.browser.room.conftest import Enter
from tests.browser.room.pages import RoomPage
from tests.support.browsing import SMALL_PHONE

OPINIONS = 5


def test_department_is_asked_told_and_answers_under_the_question(
    moderator: RoomPage, enter: Enter
) -> None:
    officer = enter("department", SMALL_PHONE)
    resident = enter("resident", SMALL_PHONE)
    moderator.manage(3, "请部门答复…")
    panel = moderator.page.locator("answers-panel")
    expect(panel.get_by_label("请哪一号意见")).to_have_value("3")
    panel.get_by_label("由哪个单位答复").select_option(label="县城市管理局")
    panel.get_by_role("button", name="请部门答复").click()
    expect(panel).to_contain_text("待答复 1 项")
    expect(resident.opinion(3)).to_contain_text("已请县城市管理局答复")
    assert serious(moderator.page) == []

    officer.page.goto("/me/")
    expect(officer.page.get_by_role("heading", name="请我单位答复的意见")).to_be_visible()
    officer.page.get_by_role("link", name="到议事室答复").click()
    asked = officer.opinion(3)
    asked.get_by_role("button", name="代表本单位答复").click()
    asked.get_by_label("答复内容").fill("摊位费三年不涨，写进合同。")
    assert serious(officer.page) == []
    asked.get_by_role("button", name="正式答复").click()
    for reader in (resident, moderator, officer):
        given = reader.opinion(3).get_by_role("group", name="部门答复")
        expect(given).to_contain_text("摊位费三年不涨，写进合同。")
        expect(given).to_contain_text("县城市管理局")
    expect(resident.opinion(OPINIONS + 1)).to_contain_text("县城市管理局的正式答复")
    expect(resident.opinion(3).locator("header")).to_contain_text("已答复")
    expect(panel).to_contain_text("待答复 0 项")
    expect(asked.get_by_role("button", name="代表本单位答复")).to_have_count(0)
    officer.page.goto("/me/")
    expect(officer.page.get_by_role("heading", name="请我单位答复的意见")).to_have_count(0)


def ask(moderator: RoomPage, number: int) -> Locator:
    """Ask the department to answer this opinion; the panel in which that was done."""
    moderator.manage(number, "请部门答复…")
    panel = moderator.page.locator("answers-panel")
    panel.get_by_label("由哪个单位答复").select_option(label="县城市管理局")
    panel.get_by_role("button", name="请部门答复").click()
    return panel


def test_request_is_withdrawn(moderator: RoomPage, enter: Enter) -> None:
    officer = enter("department", SMALL_PHONE)
    panel = ask(moderator, 2)
    expect(officer.opinion(2).get_by_role("button", name="代表本单位答复")).to_be_visible()
    moderator.hide(2, "涉及他人隐私")
    expect(panel).to_contain_text("这一条已隐藏，单位现在不能答复。")
    expect(officer.opinion(2)).to_contain_text("已由主持人隐藏")
    moderator.manage(2, "恢复显示")
    expect(officer.opinion(2).get_by_role("button", name="代表本单位答复")).to_be_visible()
    panel.get_by_role("button", name="撤回").click()
    expect(officer.opinion(2).get_by_role("button", name="代表本单位答复")).to_have_count(0)
    expect(panel).to_contain_text("没有等待答复的")


def test_answer_that_is_being_written_outlives_a_reload_and_a_withdrawal(
    moderator: RoomPage, enter: Enter
) -> None:
    officer = enter("department", SMALL_PHONE)
    panel = ask(moderator, 2)
    asked, words = officer.opinion(2), "临时棚下月搭好。"
    asked.get_by_role("button", name="代表本单位答复").click()
    asked.get_by_label("答复内容").fill(words)
    officer.enter()
    asked.get_by_role("button", name="代表本单位答复").click()
    expect(asked.get_by_label("答复内容")).to_have_value(words)

    panel.get_by_role("button", name="撤回").click()
    expect(officer.page.locator(".toast")).to_contain_text("您写的放在下面")
    expect(officer.page.locator("form.composer")).to_contain_text("回复 2")
    expect(officer.page.get_by_label("您想说的话")).to_have_value(words)


def test_departments_are_there_after_a_line_that_was_cut_when_the_panel_opened(
    moderator: RoomPage,
) -> None:
    panel = moderator.page.locator("answers-panel")
    department = panel.get_by_label("由哪个单位答复")
    moderator.page.get_by_role("tab", name="答复").click()
    expect(department).to_be_enabled()
    moderator.page.get_by_role("tab", name="会议").click()
    moderator.enter()
    expect(moderator.page.get_by_role("tab", name="答复")).to_be_visible()
    moderator.cut_line()
    moderator.page.get_by_role("tab", name="答复").click()
    expect(department).to_be_disabled()
    moderator.mend_line()
    expect(department).to_be_enabled()
    expect(department.locator("option:checked")).to_have_text("请选择")
