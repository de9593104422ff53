"""What is being written in a page's form is not lost before the hall has it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.room.pages import sign_in, sign_in_unseen, wait_for_scripts
from tests.support.browsing import DESK, PHONE, Visitor
from tests.support.hall_server import HallProcess

TITLE, BACKGROUND = "滨江步道夜间照明", "去年冬天开始不亮。"
STAFF, RESIDENT, NEIGHBOUR = 2, 12, 13
STILL_THERE = "您上次没有提交的内容还在"


@pytest.fixture
def resident(demo_process: HallProcess, visit: Visit) -> Visitor:
    """A resident with a phone."""
    visitor = visit(demo_process.url, PHONE)
    sign_in_unseen(visitor.context, RESIDENT)
    return visitor


@pytest.fixture
def staff(demo_process: HallProcess, visit: Visit) -> Visitor:
    """One of the staff at a desk."""
    visitor = visit(demo_process.url, DESK)
    sign_in_unseen(visitor.context, STAFF)
    return visitor


def open_form(page: Page) -> None:
    page.goto("/topics/new/")
    expect(page.locator(".rich__page")).to_be_visible()


def write(page: Page) -> None:
    page.get_by_label("议题", exact=True).fill(TITLE)
    page.locator(".rich__page").click()
    page.keyboard.type(BACKGROUND)


def expect_written(page: Page) -> None:
    expect(page.locator(".rich__page")).to_have_text(BACKGROUND)
    expect(page.get_by_label("议题", exact=True)).to_have_value(TITLE)
    expect(page.get_by_text(STILL_THERE)).to_be_visible()


def expect_empty(page: Page) -> None:
    expect(page.locator(".rich__page")).to_have_text("")
    expect(page.get_by_label("议题", exact=True)).to_have_value("")
    expect(page.get_by_text(STILL_THERE)).to_be_hidden()


def test_written_topic_outlives_large_type_a_reload_and_the_end_of_the_session(
    resident: Visitor,
) -> None:
    page = resident.page
    open_form(page)
    write(page)
    page.get_by_role("button", name="切换到长辈版").click()
    expect_written(page)
    page.reload()
    expect_written(page)

    resident.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="提交议题").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.evaluate("for (const part of document.querySelectorAll('.demo details')) part.open = true")
    page.locator(f'form[action="/demo/sign-in/{RESIDENT}/"] button').click()
    expect_written(page)

    page.get_by_role("button", name="提交议题").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_role("main")).to_contain_text(BACKGROUND)
    open_form(page)
    expect_empty(page)


def test_form_that_was_open_while_they_signed_in_anew_is_sent_the_second_time(
    resident: Visitor,
) -> None:
    resident.watch.expect("status of 403")
    page = resident.page
    open_form(page)
    write(page)
    resident.context.clear_cookies()
    sign_in_unseen(resident.context, RESIDENT)
    page.get_by_role("button", name="提交议题").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("没有提交成功")
    expect(page.get_by_role("main")).to_contain_text("写好的内容一般还在")
    page.get_by_role("link", name="回到刚才那一页").click()
    expect_written(page)
    page.get_by_role("button", name="提交议题").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def test_written_words_are_for_their_writer_alone_and_can_be_thrown_away(
    resident: Visitor,
) -> None:
    page = resident.page
    open_form(page)
    write(page)
    sign_in(page, NEIGHBOUR)
    open_form(page)
    expect_empty(page)
    sign_in(page, RESIDENT)
    open_form(page)
    expect_written(page)
    page.get_by_role("button", name="不要了，重新写").click()
    expect_empty(page)
    write(page)
    page.goto("/me/")
    page.get_by_role("button", name="退出登录").click()
    sign_in(page, RESIDENT)
    open_form(page)
    expect_empty(page)


def test_half_written_minutes_outlive_a_clause_that_is_refused_and_one_that_is_taken(
    staff: Visitor,
) -> None:
    staff.watch.expect("status of 422")
    page = staff.page
    page.goto("/consultations/?show=now")
    page.locator(".card--live h3 a").first.click()
    page.get_by_role("link", name="写共识、分歧和纪要").click()
    minutes = page.locator('form[action$="/outcome/minutes/"]')
    minutes.locator(".rich__page").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(BACKGROUND)
    clause = page.locator("#new-clause")
    clause.get_by_label("内容").fill("路灯年内修好。")
    for numbers in ("1、9999", "1"):
        clause.get_by_label("依据的意见编号").fill(numbers)
        clause.get_by_role("button", name="写入").click()
        expect(minutes.get_by_text(STILL_THERE)).to_be_visible()
        expect(minutes.locator(".rich__page")).to_contain_text(BACKGROUND)
    expect(clause.get_by_label("内容")).to_have_value("")
    expect(page.get_by_text(STILL_THERE)).to_have_count(1)


def test_added_rows_of_an_agenda_come_back_with_what_is_in_them(
    staff: Visitor,
) -> None:
    page = staff.page
    page.goto("/topics/new/")
    page.get_by_label("议题", exact=True).fill(TITLE)
    page.get_by_role("button", name=re.compile("提交|提出")).click()
    page.get_by_role("link", name="安排协商会").click()
    wait_for_scripts(page)
    page.get_by_role("button", name="加一项").click()
    page.locator("[name=agenda-5-title]").fill("第六项")
    page.get_by_label("居民发言先审后发").uncheck()
    page.reload()
    expect(page.get_by_text(STILL_THERE)).to_be_visible()
    expect(page.locator("[name=agenda-5-title]")).to_have_value("第六项")
    expect(page.get_by_label("居民发言先审后发")).not_to_be_checked()
    expect(page.locator("[name=agenda-TOTAL_FORMS]")).to_have_value("6")
