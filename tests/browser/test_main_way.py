"""The main way, whole: from the imported plan to the archive under its work item."""

import json
import re
import time
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.room.pages import RoomPage, sign_in
from tests.support.browsing import DESK, PHONE
from tests.support.hall_server import HallInstallation, HallProcess

PLAN = """\
县政协办公室 | 信息公开 | 联系我们
云岭县政协2027年工作要点
发布时间：2027-02-20

全年工作以民生为重。

一、把协商办到群众家门口

1.围绕桥头片区停车难开展协商。听取居民和商户意见，提出可行办法。

2.办好委员接待日。每月两次，风雨不改。

友情链接
版权所有 云岭县政协
"""
TITLE = "桥头片区停车协商会"
SAID = "请把夜间的路边车位划出来，早上七点前开走。"
FORMATS = {"Word": b"PK", "PDF": b"%PDF", "Excel": b"PK", "JSON": b"{", "纯文本": b"# "}


@pytest.fixture
def people(demo_hall: HallInstallation) -> dict[str, int]:
    """The demo county's people in a hall without plans or topics: their ids by alias."""
    code = (
        "import json\n"
        "from consultations.demo.fill import read\n"
        "from consultations.demo.people import fill_people\n"
        "people = fill_people(read('people.toml')).values()\n"
        "print(json.dumps({person.alias: person.pk for person in people}))"
    )
    return dict(json.loads(demo_hall.manage("shell", "--verbosity", "0", "-c", code)))


def import_plan(page: Page, folder: Path) -> None:
    file = folder / "要点.txt"
    file.write_text(PLAN, encoding="gb18030")
    page.goto("/plans/import/")
    page.get_by_label("文件").set_input_files(file)
    page.get_by_role("button", name="读取并预览").click()
    expect(page.get_by_text("围绕桥头片区停车难开展协商").first).to_be_visible()
    page.get_by_role("button", name=re.compile("导入")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("云岭县政协2027年工作要点")
    expect(page.locator("main")).not_to_contain_text("版权所有")


def prepare(page: Page) -> None:
    """Topic, consultation, moderator, announcement."""
    page.goto("/topics/new/")
    page.get_by_label("议题").fill("桥头片区停车难")
    page.get_by_role("button", name=re.compile("提交|提出")).click()
    expect(page.get_by_text("已采纳").first).to_be_visible()
    page.get_by_role("link", name="安排协商会").click()
    page.get_by_label("名称", exact=True).fill(TITLE)
    page.get_by_label("请大家谈什么").fill("夜里的车停哪里？")
    page.get_by_label(re.compile("围绕桥头片区停车难开展协商")).check()
    page.get_by_label("居民发言先审后发").uncheck()
    page.get_by_role("button", name="建立").click()
    expect(page.get_by_text("下一步：安排主持人")).to_be_visible()
    row = page.get_by_role("listitem").filter(has_text="王建国")
    row.get_by_label("王建国 的席位").select_option(label="主持人")
    row.get_by_role("button", name="安排").click()
    page.get_by_role("link", name=re.compile("回到协商会")).click()
    page.get_by_role("button", name="发布公告").click()
    expect(page.get_by_role("button", name="开始征集意见")).to_be_visible()


def sign_in_by_code(page: Page, process: HallProcess, phone: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("手机号").fill(phone)
    page.get_by_role("button", name=re.compile("验证码")).click()
    expect(page.get_by_label("验证码")).to_be_visible()
    sent = re.findall(r"验证码[^\d\n]*(\d{6})", process.log)
    page.get_by_label("验证码").fill(sent[-1])
    page.get_by_role("button", name=re.compile("登录|确定|下一步")).click()
    expect(page.locator('.masthead__me a[href="/me/"]')).to_be_visible()


def test_from_plan_to_archive(
    demo_hall: HallInstallation, people: dict[str, int], visit: Visit, tmp_path: Path
) -> None:
    process = demo_hall.start()
    staff = visit(process.url, DESK).page
    sign_in(staff, people["陈静"])
    import_plan(staff, tmp_path)
    prepare(staff)
    consultation = int(re.findall(r"/consultations/(\d+)/", staff.url)[0])

    moderator = RoomPage(visit(process.url, DESK), consultation)
    moderator.sign_in(people["王建国"])
    moderator.page.goto(f"/consultations/{consultation}/")
    moderator.page.get_by_role("button", name="宣布开始").click()
    moderator.enter()
    for item in ("情况通报", "提问解答", "发言讨论"):
        moderator.page.get_by_role("button", name=re.compile(item)).click()
        expect(moderator.page.locator("room-header")).to_contain_text(item)

    resident = RoomPage(visit(process.url, PHONE), consultation)
    sign_in_by_code(resident.page, process, "138 0000 0012")
    resident.enter()
    talk(resident, moderator)
    summarise(moderator.page, consultation)
    staff.goto(f"/consultations/{consultation}/")
    staff.get_by_label("我都核对过了").check()
    staff.get_by_role("button", name="归档封存").click()
    expect(staff.get_by_text("已归档，归档号 1。")).to_be_visible()
    check_downloads(staff, demo_hall, tmp_path)

    neighbour = visit(process.url, PHONE).page
    neighbour.goto("/plans/")
    neighbour.get_by_role("link", name="云岭县政协2027年工作要点").click()
    neighbour.get_by_role("link", name=re.compile("围绕桥头片区停车难开展协商")).click()
    # Under the work item stands the archive, with its clause, and the consultation beside it.
    outcomes = neighbour.locator("section").filter(has=neighbour.get_by_text("协商成果"))
    expect(outcomes).to_contain_text("归档 1 号")
    expect(outcomes).to_contain_text("夜间路边车位早七点前开走。")
    archive = outcomes.get_by_role("link", name=TITLE)
    expect(archive).to_have_attribute("href", "/archives/1/")
    archive.click()
    expect(neighbour).to_have_url(f"{process.url}/archives/1/")
    expect(neighbour.get_by_role("heading", level=1)).to_contain_text(TITLE)
    expect(neighbour.locator("main")).to_contain_text("夜间路边车位早七点前开走。")
    expect(neighbour.get_by_text("归档包（公开版）")).to_be_visible()


def talk(resident: RoomPage, moderator: RoomPage) -> None:
    """Post, vote, hide, restore, and a cut of five seconds in which three opinions come."""
    resident.post(SAID, kind="建议")
    expect(moderator.saying(SAID)).to_be_visible()
    moderator.stance(1, "赞成").click()
    expect(resident.stance(1, "赞成").locator(".number")).to_have_text("1")
    moderator.hide(1, "先核实一下")
    expect(resident.opinion(1)).to_contain_text("先核实一下")
    moderator.manage(1, "恢复显示")
    expect(resident.opinion(1)).not_to_contain_text("先核实一下")

    resident.cut_line()
    back_at = time.time() + 5
    said = ["第一点。", "第二点。", "第三点。"]
    for number, text in enumerate(said, 2):
        moderator.post(text)
        expect(moderator.opinion(number)).to_contain_text(text)
    assert resident.numbers == [1]
    resident.page.wait_for_function("end => Date.now() >= end", arg=back_at * 1000)
    resident.mend_line()
    for text in said:
        expect(resident.saying(text)).to_have_count(1)
    assert resident.numbers == moderator.numbers == [1, 2, 3, 4]


def summarise(page: Page, consultation: int, *, few: bool = True) -> None:
    """Write the outcome and publish it; its one clause rests on `few` voices."""
    page.goto(f"/consultations/{consultation}/")
    page.get_by_role("button", name="结束讨论，梳理共识").click()
    page.goto(f"/consultations/{consultation}/outcome/")
    clause = page.locator("form.card", has_text="添一条共识")
    clause.get_by_label("内容").fill("夜间路边车位早七点前开走。")
    clause.get_by_label("依据的意见编号").fill("1")
    clause.get_by_role("button", name="写入").click()
    expect(page.locator(".clause")).to_contain_text("依据：意见 1")
    if few:
        page.get_by_role("button", name="表态少，仍作为共识").click()
        expect(page.locator(".clause")).to_contain_text("已确认仍作为共识")
    page.get_by_role("link", name="按记录起草").click()
    page.get_by_role("button", name="保存纪要").click()
    expect(page.get_by_text("已保存 1 版")).to_be_visible()
    page.goto(f"/consultations/{consultation}/")
    page.get_by_role("button", name="公示确认").click()
    expect(page.get_by_text("退回修改…")).to_be_visible()


def check_downloads(page: Page, hall: HallInstallation, folder: Path) -> None:
    page.goto("/archives/1/")
    for label, begins in FORMATS.items():
        with page.expect_download() as download:
            page.get_by_role("link", name=label, exact=True).click()
        data = Path(download.value.path()).read_bytes()
        assert data.startswith(begins), label
        assert TITLE in download.value.suggested_filename
    with page.expect_download() as download:
        page.locator('a[href$="/bag.zip"]').first.click()
    bag = folder / "archive.zip"
    download.value.save_as(bag)
    assert any(name.endswith("data/records.jsonl") for name in zipfile.ZipFile(bag).namelist())
    hall.manage("verify_archive", str(bag))
