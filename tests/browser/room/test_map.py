"""The opinion map in a browser: on its page, and in the room's panel while stances come."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import serious
from tests.browser.room.conftest import Enter, Visit
from tests.browser.room.pages import RoomPage
from tests.browser.room.test_backstage import clauses, save, tab, write
from tests.support.browsing import DESK, PHONE
from tests.support.hall_server import HallInstallation, HallProcess
from tests.web.test_map_page import LABELS

OPINIONS = 8


@pytest.fixture
def camps(hall: HallInstallation, laid_out: dict[str, int]) -> list[list[int]]:
    code = f"from tests.browser.room.stances import lay_out; lay_out({laid_out['room']})"
    found: list[list[int]] = json.loads(hall.manage("shell", "--verbosity", "0", "-c", code))
    return found


@pytest.mark.parametrize("viewport", [PHONE, DESK])
def test_page_shows_groups_to_eye_ear_and_table(
    viewport: dict[str, int],
    laid_out: dict[str, int],
    camps: list[list[int]],
    visit: Visit,
    process: HallProcess,
) -> None:
    room = RoomPage(visit(process.url, viewport), laid_out["room"]).sign_in(camps[1][0])
    page = room.page
    page.goto(f"/consultations/{laid_out['room']}/")
    page.get_by_role("link", name="看意见图谱").click()
    drawing = page.get_by_role("img", name="意见图谱")
    expect(drawing).to_be_visible()
    expect(page.locator(".map-you")).to_have_text("您在 B 组。")
    expect(page.get_by_role("heading", name="A 组")).to_contain_text("10 人")
    page.get_by_text("用表格看").click()
    expect(page.get_by_role("row", name="B 7")).to_contain_text("您在这一组。")
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
    assert serious(page) == []


def test_panel_follows_the_stances(
    laid_out: dict[str, int], camps: list[list[int]], visit: Visit, process: HallProcess
) -> None:
    watching = RoomPage(visit(process.url, DESK), laid_out["room"]).sign_in(camps[0][0]).enter()
    panel = watching.page.locator("map-panel")
    panel.get_by_text("意见图谱").first.click()
    expect(panel.locator(".map-you")).to_have_text("您在 A 组。")
    expect(panel.get_by_role("img", name="意见图谱")).to_be_visible()
    expect(panel.locator(".map-key")).to_have_count(2)
    united = panel.locator(".map-told").first
    expect(united).to_contain_text("意见 1 ")
    expect(united).not_to_contain_text("意见 7")
    expect(united).to_contain_text("100% 赞成")
    expect(panel).to_contain_text("括号里是一个范围")

    other = RoomPage(visit(process.url, PHONE), laid_out["room"]).sign_in(camps[1][0]).enter()
    other.stance(1, "不赞成").click()
    # Opinion 1 unites less than the next one now: told without asking, by the news of a map.
    expect(united).to_contain_text("意见 7")
    expect(united).not_to_contain_text("意见 1 ")

    assert serious(watching.page) == []


@pytest.mark.parametrize(("own", "letter", "label"), LABELS)
def test_label_in_the_panel_stands_as_on_the_page(
    own: tuple[int, int], letter: tuple[int, int], label: tuple[int, int], modules: Page
) -> None:
    stands = modules.evaluate(
        """async ([own, centre]) =>
          (await import("/js/room/map-marks.js")).ownLabel(own, [{ centre }])""",
        [own, letter],
    )
    assert tuple(stands) == label


def test_panel_says_that_it_is_too_early(
    laid_out: dict[str, int], visit: Visit, process: HallProcess
) -> None:
    room = RoomPage(visit(process.url, DESK), laid_out["room"]).sign_in(laid_out["resident"])
    panel = room.enter().page.locator("map-panel")
    panel.get_by_text("意见图谱").first.click()
    expect(panel.get_by_text("还没有人表态。")).to_be_visible()
    expect(panel.get_by_role("img", name="意见图谱")).to_have_count(0)
    room.stance(1, "赞成").click()
    expect(panel.get_by_text("还只有一个人表态。")).to_be_visible()
    expect(panel.get_by_text("您已对 1 条意见表态")).to_be_visible()


def test_drafts_show_who_stands_where_and_what_is_opposed_is_registered(
    camps: list[list[int]], enter: Enter
) -> None:
    moderator = enter("moderator", DESK)
    # Whoever looks at the map's page has it computed.
    moderator.page.goto(f"/consultations/{moderator.room}/map/")
    expect(moderator.page.get_by_role("img", name="意见图谱")).to_be_visible()
    moderator.enter()
    panel = tab(moderator, "草稿")
    panel.get_by_text("从大家一致赞成的起草").click()
    panel.get_by_role("button", name="用第 1 号起草共识").click()
    panel.get_by_label("内容").fill("先疏通排水沟。")
    save(panel)
    expect(clauses(panel)).to_contain_text("100% 赞成（82%–100%）")
    expect(clauses(panel)).to_contain_text("A 组 100% 赞成")

    write(panel, "搭临时棚。", 2)
    refusal = panel.get_by_role("alert")
    expect(refusal).to_contain_text("多数不赞成第 2 号意见")
    expect(refusal).to_be_in_viewport()
    expect(refusal.get_by_role("button", name="登记为分歧")).to_be_enabled()
    assert serious(moderator.page) == []
    refusal.get_by_role("button", name="登记为分歧").click()
    dissent = panel.get_by_role("region", name="分歧草稿").locator(".draft:not(.draft--new)")
    expect(dissent).to_contain_text("有人提出“搭临时棚”，对此看法不一")
    expect(dissent.get_by_text("反对", exact=True)).to_be_visible()
    expect(clauses(panel)).to_have_count(1)
    expect(panel.get_by_label("内容")).to_have_count(0)
