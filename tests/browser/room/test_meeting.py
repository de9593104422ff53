"""The console's panel of the meeting: beginning it, and what a step of the agenda closes."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.room.conftest import Enter, Visit
from tests.browser.room.pages import RoomPage
from tests.support.browsing import DESK
from tests.support.hall_server import HallInstallation, HallProcess

OPINIONS = 3
UNBEGUN = """
from consultations.models import AgendaItem, Consultation
room = Consultation.objects.filter(pk={room})
room.update(stage="{stage}", opened_at=None)
AgendaItem.objects.filter(consultation={room}).update(started_at=None, ended_at=None)
"""


def panel(room: RoomPage) -> Locator:
    room.page.get_by_role("tab", name="会议").click()
    return room.page.locator("moderator-panel")


@pytest.mark.parametrize("stage", ["announced", "collecting"])
def test_session_is_begun_from_the_console(
    hall: HallInstallation,
    process: HallProcess,
    laid_out: dict[str, int],
    visit: Visit,
    stage: str,
) -> None:
    hall.manage("shell", "-v", "0", "-c", UNBEGUN.format(room=laid_out["room"], stage=stage))
    moderator = RoomPage(visit(process.url, DESK), laid_out["room"])
    moderator.sign_in(laid_out["moderator"]).enter()
    meeting = panel(moderator)
    for name in ("现场签到台", "投到大屏"):
        expect(meeting.get_by_role("link", name=name)).to_be_visible()
    meeting.get_by_role("button", name="宣布开始").click()
    dialog = moderator.page.get_by_role("dialog", name="现在宣布开始吗？")
    expect(dialog).to_contain_text("开始以后不能退回")
    dialog.get_by_role("button", name="宣布开始").click()
    expect(meeting.get_by_role("button", name=re.compile("^开始："))).to_be_visible()
    expect(meeting.get_by_role("button", name="宣布开始")).to_have_count(0)


def test_step_that_takes_no_ballot_says_so_and_leaves_what_is_written(enter: Enter) -> None:
    moderator, other = enter("moderator", DESK), enter("moderator", DESK)
    meeting = panel(moderator)
    meeting.get_by_role("button", name="发起表决…").click()
    dialog = moderator.page.get_by_role("dialog", name="发起表决")
    dialog.get_by_label("表决事项").fill("先修哪里？")
    other.act("agenda.move", to=1)
    closed = meeting.get_by_role("button", name="发起表决…", include_hidden=True)
    expect(closed).to_be_disabled()
    expect(dialog.get_by_label("表决事项")).to_have_value("先修哪里？")
    dialog.get_by_role("button", name="开始表决").click()
    expect(moderator.page.locator(".toast")).to_contain_text("这一步还不能做")
    expect(dialog.get_by_label("表决事项")).to_have_value("先修哪里？")
    dialog.get_by_role("button", name="取消").click()
    expect(meeting).to_contain_text("这一项议程里不能表决")
    other.act("agenda.move", to=3)
    expect(closed).to_be_enabled()
    closed.click()
    expect(dialog.get_by_label("表决事项")).to_have_value("先修哪里？")
