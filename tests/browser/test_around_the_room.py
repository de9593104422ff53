"""Around the room: topics, studios, search, front page, one's own page, sharing."""

import io
import json
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Visit
from tests.browser.room.pages import sign_in_unseen
from tests.support.browsing import DESK, PHONE
from tests.support.hall_server import HallInstallation, HallProcess

FIRST, SECOND, THIRD = "楼道里没有扶手", "老楼加装扶手", "小区再建一座喷泉"
NARROW = {"width": 360, "height": 780}
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def people(demo_county: HallInstallation) -> dict[str, int]:
    code = (
        "import json\nfrom members.models import Person\n"
        "print(json.dumps(dict(Person.objects.values_list('alias', 'pk'))))"
    )
    return dict(json.loads(demo_county.manage("shell", "--verbosity", "0", "-c", code)))


@pytest.fixture
def enter(demo_process: HallProcess, people: dict[str, int], visit: Visit) -> Open:
    """A browser of this person, or of a visitor: enter("陈静", DESK), enter("", PHONE)."""

    def browser(name: str, viewport: dict[str, int], *, senior: bool = False) -> Page:
        visitor = visit(demo_process.url, viewport)
        if name:
            sign_in_unseen(visitor.context, people[name])
        value = {"name": "hall_senior", "value": str(int(senior)), "url": demo_process.url}
        visitor.context.add_cookies([value])
        return visitor.page

    return browser


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def propose(page: Page, title: str) -> str:
    """Propose it by the button on the list; its address."""
    page.goto("/topics/")
    page.get_by_role("link", name="提出议题").first.click()
    page.get_by_label("议题", exact=True).fill(title)
    assert fits(page)
    page.get_by_role("button", name="提交议题").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page.url


def test_topics_from_proposal_to_decision(enter: Open) -> None:
    """Two people propose, one supports, staff score, merge, decline and accept; all are told."""
    resident = enter("临江老张", PHONE, senior=True)
    first, third = propose(resident, FIRST), propose(resident, THIRD)
    neighbour = enter("老街李阿姨", PHONE)
    second = propose(neighbour, SECOND)
    neighbour.goto(first)
    neighbour.get_by_role("button", name="我也支持").click()
    expect(neighbour.get_by_text("您已支持")).to_be_visible()

    staff = enter("陈静", DESK)
    staff.goto(first)
    staff.locator("summary", has_text="我的评分").click()
    for criterion in ("党政所需", "群众所盼", "政协所能"):
        staff.get_by_label(criterion).select_option("4")
    staff.get_by_role("button", name="保存评分").click()
    expect(staff.locator(".scores")).to_contain_text("12")

    staff.goto(second)
    staff.locator("summary", has_text="并入另一个议题").click()
    merging = staff.locator('form[action$="/merge/"]')
    merging.get_by_label("并入").select_option(label=FIRST)
    merging.get_by_label("理由").fill("说的是同一件事。")
    merging.get_by_role("button", name="合并").click()
    expect(staff.get_by_role("heading", name="并入的议题")).to_be_visible()

    for address, button, reason in (
        (third, "不采纳", "眼下没有这笔钱。"),
        (first, "采纳", "老人多的楼都需要。"),
    ):
        staff.goto(address)
        decision = staff.locator('form[action$="/decision/"]')
        decision.get_by_label("理由").fill(reason)
        decision.get_by_role("button", name=button, exact=True).click()
        expect(staff.locator(".note", has_text=reason)).to_be_visible()

    resident.goto("/me/notices/")
    expect(resident.get_by_role("main")).to_contain_text("眼下没有这笔钱。")
    expect(resident.get_by_role("main")).to_contain_text(FIRST)
    assert fits(resident)
    resident.goto(first)
    # The neighbour, who supports this one and has proposed the other, is one person.
    expect(resident.locator(".support__count")).to_have_text("1")
    expect(resident.get_by_text("征集已结束。")).to_be_visible()
    neighbour.goto(second)
    expect(neighbour.get_by_role("link", name=FIRST)).to_be_visible()


def test_topic_is_rewritten_hidden_and_taken_back(enter: Open) -> None:
    """What staff do with a resident's words is told to the resident, who has the last word."""
    resident, staff = enter("二孩妈妈", PHONE, senior=True), enter("陈静", DESK)
    address = propose(resident, "楼下又有人吵")
    staff.goto(address)
    staff.get_by_role("link", name="修改议题").click()
    staff.get_by_label("议题", exact=True).fill("夜里几点以后要安静")
    staff.get_by_label("为什么改").fill("对事不对人")
    staff.get_by_role("button", name="保存").click()
    expect(staff.get_by_text("工作人员修改于")).to_be_visible()
    staff.locator("summary", has_text="不让别人看到这个议题").click()
    hiding = staff.locator('form[action$="/hide/"]')
    hiding.get_by_label("理由").fill("背景里还有门牌号。")
    hiding.get_by_role("button", name="隐藏").click()
    expect(staff.get_by_role("button", name="恢复显示")).to_be_visible()

    resident.goto("/me/notices/")
    expect(resident.get_by_role("main")).to_contain_text("对事不对人")
    expect(resident.get_by_role("main")).to_contain_text("背景里还有门牌号。")
    resident.goto(address)
    resident.locator("summary", has_text="原来的文字").click()
    expect(resident.locator("#deeds")).to_contain_text("楼下又有人吵")
    assert fits(resident)
    resident.locator("summary", has_text="不想再提这个议题了").click()
    resident.get_by_role("button", name="撤回议题").click()
    expect(resident.get_by_text("提出人已撤回")).to_be_visible()


def test_studio_from_question_to_answer_and_a_report(enter: Open) -> None:
    resident = enter("老街李阿姨", PHONE, senior=True)
    resident.goto("/members/")
    resident.get_by_role("searchbox", name="找委员").fill("赵明")
    resident.get_by_role("main").get_by_role("button", name="查找").click()
    resident.get_by_role("link", name="赵明").click()
    resident.get_by_label("您想问什么").fill("社区夜校什么时候开班？")
    resident.get_by_role("button", name="提问", exact=True).click()
    expect(resident.get_by_text("已提问。委员答复后会通知您。")).to_be_visible()
    studio = resident.url.partition("#")[0]
    assert fits(resident)

    member = enter("赵明", DESK)
    member.goto("/me/")
    waiting = member.get_by_role("region", name="等我答复的提问")
    waiting.get_by_role("link", name="去答复").click()
    asked = member.locator(".asked", has_text="社区夜校什么时候开班")
    asked.get_by_label("您的答复（公开）").fill("下月初，每周三晚上。")
    asked.get_by_role("button", name="发布答复").click()
    expect(asked.locator(".asked__answer")).to_contain_text("每周三晚上")

    other = enter("荷塘小马", PHONE)
    other.goto(studio)
    asked = other.locator(".asked", has_text="社区夜校什么时候开班")
    asked.locator("summary", has_text="举报").click()
    asked.get_by_label("哪里不合适（只给工作人员看）").fill("点了别人的名。")
    asked.get_by_role("button", name="交给工作人员").click()
    expect(other.get_by_text("已告诉工作人员，谢谢。")).to_be_visible()

    staff = enter("陈静", DESK)
    staff.goto("/members/")
    staff.get_by_role("link", name="被举报的提问").click()
    asked = staff.locator(".asked", has_text="社区夜校什么时候开班")
    expect(asked).to_contain_text("点了别人的名。")
    asked.get_by_role("button", name="没有问题，保留").click()
    expect(staff.get_by_text("没有等待处理的举报。")).to_be_visible()

    resident.goto("/me/")
    expect(resident.get_by_role("main")).to_contain_text("每周三晚上")


def test_moved_consultation_is_told_and_followed_on_a_phone(enter: Open) -> None:
    """The word beside the number, old and new time, the calendar, and one fewer to read."""
    staff, phone = enter("陈静", DESK), enter("快递小曹", NARROW)
    staff.goto("/consultations/?show=coming")
    staff.locator(".card", has=staff.get_by_text("已公告", exact=True)).locator("h3 a").click()
    consultation = staff.url
    staff.get_by_role("link", name="安排席位").click()
    staff.get_by_label("称呼、单位或完整手机号").fill("快递小曹")
    staff.get_by_role("button", name="查找").click()
    staff.locator("form", has_text="快递小曹").get_by_role("button").click()
    expect(staff.get_by_text("快递小曹 已安排为")).to_be_visible()
    staff.goto(f"{consultation}edit/")
    staff.get_by_label("地点").fill("镇政府三楼会议室")
    staff.get_by_role("button", name="保存").click()
    expect(staff.get_by_role("main")).to_contain_text("镇政府三楼会议室")

    phone.goto("/")
    mark = phone.locator(".masthead__notices")
    expect(mark.get_by_text("通知")).to_be_visible()
    unread = int(mark.locator("b").inner_text())
    assert fits(phone)
    mark.click()
    moved = phone.get_by_role("listitem").filter(has_text="协商会的时间或地点改了").first
    expect(moved).to_contain_text("改为：")
    expect(moved).to_contain_text("镇政府三楼会议室")
    expect(phone.get_by_role("main")).to_contain_text("给您安排了席位")
    assert fits(phone)
    with phone.expect_download() as download:
        moved.get_by_role("link", name="更新日历").click()
    entry = Calendar.from_ical(download.value.path().read_bytes()).events[0]
    assert str(entry["location"]) == "镇政府三楼会议室"
    moved.get_by_role("link").first.click()
    expect(phone).to_have_url(consultation)
    expect(mark.locator("b")).to_have_text(str(unread - 1))


def test_visitor_finds_their_way_and_shares_it(enter: Open) -> None:
    """From the front page and from search into a consultation, and onto others' phones."""
    page = enter("", PHONE)
    page.goto("/")
    for title in ("即将举行", "最近成果", "正在形成成果"):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.locator(".live-card .chip--live")).to_be_visible()
    page.locator(".live-card h2 a").click()
    consultation = page.url

    share = page.locator("#share")
    address = share.locator(".share__link a")
    expect(address).to_have_attribute("href", re.compile(r"^http://127\.0\.0\.1:\d+/rooms/\d+/$"))
    code = share.get_by_role("img", name="议事室的二维码")
    code.scroll_into_view_if_needed()
    page.wait_for_function(
        "image => image.complete && image.naturalWidth > 0", arg=code.element_handle()
    )
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy = share.locator("[data-copy]")
    for _again in range(2):
        copy.click()
        expect(copy).to_have_text("已复制")
    expect(copy).to_have_text("复制链接")
    assert page.evaluate("navigator.clipboard.readText()") == address.get_attribute("href")
    with page.expect_download() as download:
        share.get_by_role("link", name="加入日历").click()
    entry = Calendar.from_ical(download.value.path().read_bytes()).events[0]
    assert str(entry["summary"]) == page.get_by_role("heading", level=1).inner_text()
    assert isinstance(entry.start, datetime)
    assert str(entry["url"]) == consultation

    page.goto("/search/")
    page.get_by_role("main").get_by_role("searchbox").fill("积水")
    page.get_by_role("main").get_by_role("button", name="搜索").click()
    expect(page.locator(".hit mark").first).to_have_text("积水")
    assert fits(page)
    page.goto("/search/?q=%E9%BE%98%E9%BE%97")
    expect(page.get_by_text("没有找到“龘龗”")).to_be_visible()


def test_own_page_tells_what_became_of_what_one_said(enter: Open) -> None:
    page = enter("临江老张", PHONE, senior=True)
    page.goto("/me/")
    expect(page.get_by_role("heading", name="我说过的话，后来怎样了")).to_be_visible()
    cited = page.locator(".note--success", has_text="写进了共识第").first
    cited.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/consultations/\d+/#clause-\d+$"))
    expect(page.locator(":target")).to_be_in_viewport()
    assert fits(page)


def test_code_at_the_entrance_fits_on_one_sheet(enter: Open) -> None:
    page = enter("陈静", DESK)
    page.goto("/consultations/?show=now")
    page.locator(".card--live h3 a").first.click()
    page.goto(f"{page.url}desk/poster/")
    expect(page.get_by_role("img", name="签到二维码")).to_be_visible()
    sheet = page.pdf(format="A4", print_background=True)
    assert len(PdfReader(io.BytesIO(sheet)).pages) == 1
    text = PdfReader(io.BytesIO(sheet)).pages[0].extract_text()
    assert "Ctrl" not in text


def test_printed_page_names_nobody_who_printed_it(enter: Open) -> None:
    page = enter("陈静", DESK)
    page.goto("/consultations/?show=now")
    page.locator(".card--live h3 a").first.click()
    page.emulate_media(media="print")
    expect(page.locator(".masthead__name")).to_be_visible()
    for unprinted in (".masthead__me", ".masthead__search", ".masthead__find", ".skip"):
        expect(page.locator(unprinted)).to_be_hidden()
    page.goto(f"{page.url}desk/poster/")
    expect(page.get_by_role("img", name="签到二维码")).to_be_visible()
    expect(page.locator(".masthead")).to_be_hidden()
