"""Before the seal, on a phone and without a script: confirm, sign, object, answer, seal."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visit
from tests.browser.room.pages import sign_in, stand_still
from tests.support.browsing import DESK, PHONE, without_scripts
from tests.support.hall_server import HallInstallation, HallProcess

CODE = """
import json
from consultations.demo.review import arrange_years
from consultations.models import Consultation, Stage
from django.utils import timezone
from members.roles import Role, SeatRole
from tests.factories import *
arrange_years()
room = make_consultation(Stage.LIVE, objection_days=5)
moderator = seated(room, SeatRole.MODERATOR, Role.MEMBER, first_seen_at=timezone.now())
resident = seated(room, alias="张师傅", first_seen_at=timezone.now())
make_stance(make_opinion(room, resident, text="先换下水管。"), moderator)
move_stage(room, to=Stage.SUMMARISING, by=moderator)
make_clause(room, room.opinions.get(), "优先更换地下管网。")
make_minutes(room, "<h3>协商纪要</h3><p>张师傅提出先换下水管（意见 1）。</p><p>会议结束。</p>")
move_stage(room, to=Stage.REVIEW, by=moderator)
found = {"room": room.pk, "moderator": moderator.pk, "resident": resident.pk}
print(json.dumps({**found, "staff": room.prepared_by_id}))
"""


@pytest.fixture
def ids(demo_hall: HallInstallation) -> dict[str, int]:
    return dict(json.loads(demo_hall.manage("shell", "--verbosity", "0", "-c", CODE)))


def is_readable_by_all(page: Page) -> None:
    stand_still(page)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_review_from_confirmation_to_seal(
    ids: dict[str, int], hall_server: HallProcess, chromium: Browser, visit: Visit
) -> None:
    room = ids["room"]
    context = without_scripts(chromium, hall_server.url, PHONE)
    phone = context.new_page()
    phone.goto("/accounts/login/")
    phone.locator(f'form[action="/demo/sign-in/{ids["resident"]}/"] button').click()

    phone.goto(f"/consultations/{room}/")
    phone.get_by_role("link", name="确认共识").click()
    phone.get_by_role("radio", name="有保留意见").check()
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_text("请写明理由")).to_be_visible()
    phone.get_by_label("理由").fill("要先说清费用。")
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_text("已记下您的确认")).to_be_visible()
    expect(phone.get_by_role("radio", name="有保留意见")).to_be_checked()

    phone.get_by_role("link", name="再看纪要").click()
    phone.get_by_text("我有异议").click()
    phone.get_by_label("对哪一段").select_option(index=1)
    phone.get_by_label("哪句话").fill("先换下水管")
    phone.get_by_label("应当怎样写").fill("我说的是先换自来水管。")
    phone.get_by_role("button", name="提出异议").click()
    expect(phone.get_by_text("已记下第 1 号异议")).to_be_visible()

    moderator = visit(hall_server.url, DESK).page
    sign_in(moderator, ids["moderator"])
    moderator.goto("/me/notices/")
    moderator.get_by_role("link", name="老旧小区改造协商会").first.click()
    objection = moderator.locator("#objection-1")
    expect(objection.get_by_role("link", name="先换下水管")).to_be_visible()
    is_readable_by_all(moderator)
    objection.get_by_label("说明理由，不改").check()
    objection.get_by_label("答复").fill("已听过录音，说的是下水管。")
    objection.get_by_role("button", name="答复").click()
    expect(objection.get_by_text("已听过录音，说的是下水管。")).to_be_visible()
    moderator.get_by_role("button", name="我签认").click()
    expect(moderator.get_by_text("您已签认这一版。")).to_be_visible()

    staff = visit(hall_server.url, DESK).page
    sign_in(staff, ids["staff"])
    staff.goto(f"/consultations/{room}/")
    expect(staff.get_by_text("还差 1 人")).to_be_visible()
    expect(staff.get_by_role("button", name="归档封存")).to_have_count(0)

    phone.goto(f"/consultations/{room}/minutes/")
    phone.get_by_role("button", name="我签认").click()
    expect(phone.get_by_text("您已签认这一版。")).to_be_visible()
    wide = phone.locator("html").evaluate("page => page.scrollWidth")
    assert wide <= PHONE["width"]
    context.close()

    staff.reload()
    staff.get_by_label("我都核对过了").check()
    staff.get_by_role("button", name="归档封存").click()
    expect(staff.get_by_text("已归档，归档号 1。")).to_be_visible()
    staff.get_by_text(re.compile("确认：同意 0　有保留意见 1　反对 0")).click()
    expect(staff.get_by_text("要先说清费用。")).to_be_visible()
    staff.get_by_text("依据：意见 1").first.click()
    staff.get_by_role("link", name="意见 1").first.click()
    expect(staff.get_by_role("link", name="写进了共识第 1 条")).to_be_visible()
    is_readable_by_all(staff)

    staff.goto(f"/rooms/{room}/")
    staff.get_by_role("link", name="意见 1 的链接").click()
    expect(staff.get_by_role("heading", level=1)).to_have_text("意见 1")
