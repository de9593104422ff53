"""Official documents in a real browser, from a real server: number, background, template, zip."""

import json
import re
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.room.pages import sign_in
from tests.exports.reading import word_lines
from tests.exports.test_templates import template
from tests.support.browsing import DESK, PHONE
from tests.support.hall_server import HallInstallation

WHO = (
    "import json\n"
    "from consultations.models import Consultation\n"
    "from members.models import Person\n"
    "review = Consultation.objects.get(stage='review')\n"
    "print(json.dumps([review.pk, Person.objects.get(alias='陈静').pk]))"
)


def taken(page: Page, folder: Path, name: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=name, exact=True).click()
    path = folder / "taken"
    download.value.save_as(path)
    return path.read_bytes()


def test_documents_are_numbered_made_and_fetched(
    demo_hall: HallInstallation, visit: Visit, tmp_path: Path
) -> None:
    demo_hall.prepare(demo=True)
    told = demo_hall.manage("shell", "--verbosity", "0", "-c", WHO)
    consultation, staff = json.loads(told)
    process = demo_hall.start()
    page = visit(process.url, DESK).page
    sign_in(page, staff)
    page.goto(f"/consultations/{consultation}/")
    page.get_by_role("link", name="公文与下载").click()

    page.get_by_text("编发文号…").first.click()
    page.get_by_role("button", name="编发协商纪要的文号").click()
    number = page.locator(".paper__number").first.inner_text()
    assert "号" in number
    assert number in word_lines(taken(page, tmp_path, "协商纪要 Word"))
    assert taken(page, tmp_path, "签到表 Excel").startswith(b"PK")

    made_in_the_background(page, consultation, tmp_path)

    page.get_by_role("button", name="全部打包下载").click()
    assert "manifest-sha256.txt" in packed(page, tmp_path)
    page.get_by_role("link", name="返回").click()
    expect(page.get_by_role("link", name="全部公文")).to_be_visible()
    packed_with_a_bar(page, tmp_path)

    phone = visit(process.url, PHONE)
    phone.watch.expect("status of 422")  # the file that is no document
    sign_in(phone.page, staff)
    replaced_by_a_template(phone.page, tmp_path)


def made_in_the_background(page: Page, consultation: int, folder: Path) -> None:
    """What the page does for a large room; the page of the job survives being opened anew."""
    token = page.locator('input[name="csrfmiddlewaretoken"]').first.input_value()
    begun = page.request.post(
        f"/consultations/{consultation}/papers/speeches/pdf/make/",
        form={"csrfmiddlewaretoken": token},
        headers={"Referer": page.url},
    )
    assert begun.ok
    page.goto(begun.url)
    again = page.context.new_page()  # a reload may fall into the page's own, once the file is made
    again.goto(begun.url)
    expect(again.get_by_role("link", name="下载", exact=True)).to_be_visible(timeout=60_000)
    again.close()
    expect(page.get_by_role("link", name="下载", exact=True)).to_be_visible(timeout=60_000)
    assert taken(page, folder, "下载").startswith(b"%PDF")
    page.goto(f"/consultations/{consultation}/papers/")
    expect(page.get_by_role("link", name="发言记录 PDF").last).to_be_visible()
    expect(page.get_by_role("heading", name="最近生成的")).to_be_visible()


def packed(page: Page, folder: Path) -> list[str]:
    """The names in the zip that the page of a finished job offers."""
    expect(page.get_by_role("link", name="下载", exact=True)).to_be_visible(timeout=120_000)
    (folder / "all.zip").write_bytes(taken(page, folder, "下载"))
    with zipfile.ZipFile(folder / "all.zip") as package:
        assert package.testzip() is None
        return package.namelist()


def packed_with_a_bar(page: Page, folder: Path) -> None:
    """All of a year in one file: the bar says which it is at, and moves on by itself."""
    page.goto("/plans/")
    page.get_by_role("main").get_by_role("link", name="年工作要点").first.click()
    page.get_by_role("button", name="全年协商公文").click()
    label = page.locator("#export-label")
    expect(label).to_have_text(re.compile(r"正在生成第 \d+ 个文件，共 \d+ 个"), timeout=60_000)
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_accessible_name(re.compile("正在生成第"))
    # Where the bar is gone by itself, it has moved on to the end.
    value = "document.getElementById('export-progress')?.value ?? {gone}"
    at = page.evaluate(value.format(gone=100))
    page.wait_for_function(f"at => ({value.format(gone=101)}) > at", arg=at)
    folders = {name.partition("/")[0] for name in packed(page, folder)}
    assert len(folders - {"manifest-sha256.txt"}) >= 2
    page.get_by_role("link", name="返回").click()
    expect(page.get_by_role("link", name="全年协商公文")).to_be_visible()


def replaced_by_a_template(page: Page, folder: Path) -> None:
    """Refused, uploaded, looked at, put to use, taken back, and the former one again."""
    page.goto("/papers/templates/")
    section = page.get_by_role("region", name="协商专报")
    section.get_by_text("上传模板").click()
    file = folder / "本单位.docx"
    file.write_bytes(b"no document")
    section.get_by_label("Word 文件（.docx）").set_input_files(file)
    section.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_text("这不是 Word 文件")).to_be_visible()

    file.write_bytes(template())
    section.get_by_label("Word 文件（.docx）").set_input_files(file)
    section.get_by_role("button", name="上传", exact=True).click()
    expect(section).to_contain_text("待启用：本单位.docx")
    expect(section).to_contain_text("在用：系统自带的样式")
    assert word_lines(taken(page, folder, "协商专报在用的样张"))[0] == "协商专报"
    assert word_lines(taken(page, folder, "协商专报待启用的样张"))[1].startswith("县政协，")

    section.get_by_role("button", name="启用", exact=True).click()
    expect(section).to_contain_text("在用：本单位.docx")
    assert word_lines(taken(page, folder, "协商专报在用的样张"))[1].startswith("县政协，")
    section.get_by_role("button", name="恢复系统自带的样式").click()
    expect(section).to_contain_text("在用：系统自带的样式")
    section.get_by_role("button", name="换回上一个模板").click()
    expect(section).to_contain_text("在用：本单位.docx")
