"""From stances in the room to an archive that a stranger downloads and verifies alone."""

import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from playwright.sync_api import Download, Page, expect

from tests.browser.looking import serious
from tests.browser.room.conftest import Visit, lay_out
from tests.browser.room.pages import RoomPage
from tests.browser.test_main_way import summarise
from tests.support.browsing import DESK, PHONE
from tests.support.hall_server import MakeHall

OPINIONS = 8
SAID = "请给夜间卸货定一个时间。"


def take(page: Page, link: str, folder: Path, name: str) -> Path:
    """Download what the link of this address leads to."""
    with page.expect_download() as download:
        page.locator(f'a[href$="{link}"]').first.click()
    return keep(download.value, folder / name)


def keep(download: Download, path: Path) -> Path:
    download.save_as(path)
    return path


def fits_and_is_accessible(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert serious(page) == []


def test_from_stances_to_a_verified_archive(
    make_hall: MakeHall, visit: Visit, tmp_path: Path
) -> None:
    hall = make_hall(settings={"HALL_DEMO": "1", "HALL_HEAD_SECONDS": "1"})
    (laid_out,) = lay_out(hall, {OPINIONS: 1})[str(OPINIONS)]
    room = laid_out["room"]
    code = f"from tests.browser.room.stances import lay_out; lay_out({room})"
    hall.manage("shell", "--verbosity", "0", "-c", code)
    process = hall.start()

    resident = RoomPage(visit(process.url, PHONE), room).sign_in(laid_out["resident"]).enter()
    member = RoomPage(visit(process.url, PHONE), room).sign_in(laid_out["member"]).enter()
    for number in (1, 2, 3):
        resident.stance(number, "赞成").click()
        member.stance(number, "不赞成" if number == 2 else "赞成").click()
        expect(resident.stance(number, "赞成")).to_have_attribute("aria-pressed", "true")
    resident.post(SAID)
    expect(member.saying(SAID)).to_be_visible()
    receipt = receipt_on(resident.page)

    resident.page.goto(f"/consultations/{room}/map/")
    expect(resident.page.get_by_role("img", name="意见图谱")).to_be_visible()
    wait_for_head(resident.page, room)

    staff = RoomPage(visit(process.url, DESK), room).sign_in(laid_out["moderator"]).page
    summarise(staff, room, few=False)
    staff.goto(f"/consultations/{room}/")
    staff.get_by_label("我都核对过了").check()
    staff.get_by_role("button", name="归档封存").click()
    expect(staff.get_by_text("已归档，归档号 1。")).to_be_visible()

    stranger = visit(process.url, PHONE).page
    stranger.goto("/archives/1/")
    fits_and_is_accessible(stranger)
    archive = take(stranger, "/public.zip", tmp_path, "archive.zip")
    stranger.goto(f"/consultations/{room}/heads/")
    fits_and_is_accessible(stranger)
    heads = take(stranger, "/heads.json", tmp_path, "heads.json")
    stranger.goto("/verify/")
    fits_and_is_accessible(stranger)
    program = take(stranger, "/verify/verify.py", tmp_path, "verify.py")
    key = take(stranger, "/verify/key.pem", tmp_path, "key.pem")
    keys = take(stranger, "/verify/keys.json", tmp_path, "keys.json")

    trust = ["--key", str(key), "--keys", str(keys)]
    more = ["--heads", str(heads), "--receipt", receipt]
    done = verify(program, *trust, *more, str(archive))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("通过 OK")
    assert "会中公布的签名日志头核对" in done.stdout
    done = verify(program, *trust, str(change_one_character(archive, tmp_path / "x.zip")))
    assert (done.returncode, "data/records.jsonl 第" in done.stdout) == (1, True)

    proof = tmp_path / "proof.json"
    check_receipt(resident.page, proof)
    done = verify(program, *trust, "--proof", str(proof), "--receipt", receipt)
    assert done.returncode == 0, done.stdout + done.stderr


def receipt_on(page: Page) -> str:
    """The one receipt that the phone has kept."""
    # A function, compiled once: the page's policy forbids to evaluate a bare expression again.
    page.wait_for_function("() => localStorage.getItem('hall.receipts') !== null")
    kept = json.loads(page.evaluate("localStorage.getItem('hall.receipts')"))
    assert [each["number"] for each in kept] == [OPINIONS + 1]
    return str(kept[0]["code"])


def wait_for_head(page: Page, room: int) -> None:
    """Wait until a head is published that the last opinion is in."""
    page.evaluate(
        """async ([address, atLeast, end]) => {
          while (Date.now() < end) {
            const { heads } = await (await fetch(address)).json();
            if (heads.some(({ content }) => JSON.parse(content).count >= atLeast)) return;
            await new Promise((again) => setTimeout(again, 100));
          }
          throw new Error("the last opinion is in no published head");
        }""",
        [f"/consultations/{room}/heads.json", OPINIONS + 1, (time.time() + 30) * 1000],
    )


def check_receipt(page: Page, proof: Path) -> None:
    """From what the phone has kept to the answer, and the proof to take away."""
    page.goto("/verify/")
    page.locator("[data-receipts] a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("回执有效")
    expect(page.locator("main")).to_contain_text(f"意见 {OPINIONS + 1}")
    fits_and_is_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载证明").last.click()
    keep(download.value, proof)


def verify(program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the downloaded program by itself: nothing of the hall is in its reach."""
    command = [sys.executable, "-I", "-S", str(program), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=program.parent, env={}
    )


def change_one_character(archive: Path, changed: Path) -> Path:
    with zipfile.ZipFile(archive) as bag, zipfile.ZipFile(changed, "w") as out:
        for name in bag.namelist():
            content = bag.read(name)
            if name.endswith("data/records.jsonl"):
                content = content.replace("夜间".encode(), "日间".encode(), 1)
            out.writestr(name, content)
    return changed
