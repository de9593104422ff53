"""What staff typed and did not save: it outlives other forms of the page and signing in anew."""

import json
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.room.pages import sign_in, wait_for_scripts
from tests.support.browsing import DESK, Visitor
from tests.support.hall_server import HallInstallation, HallProcess

CODE = """
import json
from consultations.models import Stage
from tests.factories import *
room = make_consultation(Stage.LIVE)
moderator = seated(room, SeatRole.MODERATOR, Role.MEMBER)
make_opinion(room, text="先换下水管。")
move_stage(room, to=Stage.SUMMARISING, by=moderator)
print(json.dumps([room.pk, room.topic_id, room.prepared_by_id]))
"""
PUT_BACK = "您上次没有提交的内容还在"


def kept_in(page: Page) -> int:
    return int(page.evaluate("Object.keys(sessionStorage).length"))


@dataclass(frozen=True)
class Ids:
    room: int
    topic: int
    staff: int


@pytest.fixture
def ids(demo_hall: HallInstallation) -> Ids:
    return Ids(*json.loads(demo_hall.manage("shell", "--verbosity", "0", "-c", CODE)))


@pytest.fixture
def office(ids: Ids, hall_server: HallProcess, visit: Visit) -> Visitor:
    """One of the staff at a desk, before the outcome that is to be written."""
    visitor: Visitor = visit(hall_server.url, DESK)
    visitor.watch.expect("status of 422")
    sign_in(visitor.page, ids.staff)
    visitor.page.goto(f"/consultations/{ids.room}/outcome/")
    return visitor


def test_half_written_texts_stay_while_another_form_is_saved(office: Visitor, ids: Ids) -> None:
    page = office.page
    office.watch.expect("status of 401")
    clause, dissent = page.locator("#new-clause"), page.locator("#new-dissent")
    minutes = page.locator("#minutes .rich__page")
    minutes.fill("纪要写了一半")
    dissent.get_by_label("内容").fill("分歧写了一半")

    # Wrong: the page comes back at the field that it is about, with everything on it.
    clause.get_by_label("内容").fill("优先更换地下管网。")
    clause.get_by_label("依据的意见编号").fill("77")
    clause.get_by_role("button", name="写入").click()
    expect(clause.get_by_text("没有第 77 号意见。")).to_be_in_viewport()
    expect(clause.get_by_label("依据的意见编号")).to_be_focused()
    expect(clause.get_by_label("内容")).to_have_value("优先更换地下管网。")
    expect(dissent.get_by_label("内容")).to_have_value("分歧写了一半")
    expect(minutes).to_have_text("纪要写了一半")

    # Right: what was done is told where it was done, and the form is empty again.
    clause.get_by_label("依据的意见编号").fill("1")
    clause.get_by_role("button", name="写入").click()
    expect(page.locator("#clause").get_by_text("已保存。")).to_be_in_viewport()
    expect(clause.get_by_label("内容")).to_have_value("")
    expect(clause.get_by_text(PUT_BACK)).to_be_hidden()
    expect(dissent.get_by_text(PUT_BACK)).to_be_visible()
    expect(dissent.get_by_label("内容")).to_have_value("分歧写了一半")

    # Nobody is in a hurry to delete: one tap opens, another does it.
    page.locator(".clause").get_by_text("删除…").click()
    page.get_by_role("button", name="确认删除").click()
    expect(page.locator("#clause").get_by_text("已删除。")).to_be_visible()
    expect(minutes).to_have_text("纪要写了一半")

    page.get_by_role("button", name="保存纪要").click()
    expect(page.locator("#minutes").get_by_text("纪要已保存为第 1 版。")).to_be_visible()
    dissent.get_by_role("button", name="不要了，重新写").click()
    expect(dissent.get_by_text(PUT_BACK)).to_be_hidden()
    expect(dissent.get_by_label("内容")).to_have_value("")
    assert kept_in(page) == 0

    # The session ends while a long form is filled in: nothing of it is lost.
    page.goto(f"/topics/{ids.topic}/consultations/new/")
    wait_for_scripts(page)
    page.get_by_label("请大家谈什么").fill("下水管先换哪几栋？")
    page.get_by_role("button", name="加一项").click()
    page.get_by_label("内容").last.fill("现场看一看")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.context.add_cookies([one for one in cookies if "session" not in one["name"]])
    page.get_by_role("button", name="建立").click()
    expect(page.get_by_role("heading", name="请先登录。")).to_be_visible()
    sign_in(page, ids.staff)
    page.goto(f"/topics/{ids.topic}/consultations/new/")
    expect(page.get_by_text(PUT_BACK)).to_be_visible()
    expect(page.get_by_label("请大家谈什么")).to_have_value("下水管先换哪几栋？")
    expect(page.get_by_label("内容").last).to_have_value("现场看一看")
    page.get_by_role("button", name="建立").click()
    expect(page.get_by_text("已建立，尚未公告。")).to_be_visible()
    assert kept_in(page) == 0


def test_minutes_that_someone_else_saved_meanwhile_stand_beside_what_was_written(
    demo_hall: HallInstallation, office: Visitor, ids: Ids
) -> None:
    page, outcome = office.page, office.page.url
    minutes = page.locator("#minutes .rich__page")
    minutes.click()
    page.keyboard.type("我写的纪要")
    page.keyboard.press("Enter")
    page.keyboard.type("写了一半")
    page.goto("/me/")
    saving = f"""
from consultations.models import Consultation
from tests.factories import *
make_minutes(Consultation.objects.get(pk={ids.room}), "<p>别人的纪要。</p>")
"""
    demo_hall.manage("shell", "--verbosity", "0", "-c", saving)

    # What was saved is in the editor, what was written beside it, also after a reload.
    beside = page.locator("#minutes textarea[readonly]")
    for _time in range(2):
        page.goto(outcome)
        expect(minutes).to_have_text("别人的纪要。")
        expect(beside).to_have_value("我写的纪要\n写了一半")
        expect(page.get_by_text("这里后来有了变化")).to_be_visible()
        expect(page.locator("[data-unsent]")).to_be_hidden()
    # What is begun now does not write over it, and is not written over by it.
    minutes.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("补一句。")
    page.reload()
    expect(minutes).to_have_text("别人的纪要。补一句。")
    expect(page.locator("textarea[readonly]")).to_have_value("我写的纪要\n写了一半")
    page.get_by_role("button", name="不要了", exact=True).click()
    expect(page.locator("textarea[readonly]")).to_have_count(0)
    page.reload()
    expect(minutes).to_have_text("别人的纪要。补一句。")
    expect(page.locator("textarea[readonly]")).to_have_count(0)

    # Sent over a version that was saved meanwhile: told once, by the page or by the script.
    demo_hall.manage("shell", "--verbosity", "0", "-c", saving.replace("别人的", "别人又存的"))
    page.get_by_role("button", name="保存纪要").click()
    expect(minutes).to_have_text("别人又存的纪要。")
    expect(page.locator("textarea[readonly]")).to_have_value("别人的纪要。补一句。")
    expect(page.locator("[data-aside]")).to_have_count(0)
    page.get_by_role("button", name="不要了", exact=True).click()
    page.keyboard.press("Tab")
    minutes.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("补一句。")
    page.get_by_role("button", name="保存纪要").click()
    expect(page.get_by_text("纪要已保存为第 3 版。")).to_be_visible()
    assert kept_in(page) == 0


def test_sentence_that_someone_else_changed_meanwhile_keeps_the_words_beside(
    demo_hall: HallInstallation, office: Visitor, ids: Ids
) -> None:
    page, outcome = office.page, office.page.url
    clause = page.locator("#new-clause")
    clause.get_by_label("内容").fill("先换下水管。")
    clause.get_by_label("依据的意见编号").fill("1")
    clause.get_by_role("button", name="写入").click()
    written = page.locator(".clause")
    written.get_by_text("修改", exact=True).click()
    wait_for_scripts(page)
    written.get_by_label("内容").fill("先换下水管，年内完成。")
    page.goto("/me/")
    change = f"""
from consultations.domain.outcomes import write_clause
from consultations.models import Consultation
room = Consultation.objects.get(pk={ids.room})
write_clause(room, by=room.prepared_by, text="先换三栋的下水管。", evidence=[1], position=1)
"""
    demo_hall.manage("shell", "--verbosity", "0", "-c", change)

    beside = page.locator("textarea[readonly]")
    page.goto(outcome)
    expect(written.locator("p.plain")).to_have_text("先换三栋的下水管。")
    expect(beside).to_have_value("先换下水管，年内完成。")
    # Sent while it was changed: the words stay in the form, and there alone; then they are saved.
    written.get_by_text("修改", exact=True).click()
    written.get_by_label("内容").fill("先换下水管，年内完成。")
    demo_hall.manage("shell", "--verbosity", "0", "-c", change.replace("三栋", "五栋"))
    written.get_by_role("button", name="保存修改").click()
    expect(written.locator("p.plain")).to_have_text("先换五栋的下水管。")
    expect(written.get_by_text("刚被别人改动过")).to_be_visible()
    expect(written.get_by_label("内容")).to_have_value("先换下水管，年内完成。")
    expect(beside).to_have_count(0)
    written.get_by_role("button", name="保存修改").click()
    expect(written.locator("p.plain")).to_have_text("先换下水管，年内完成。")
    expect(beside).to_have_count(0)
