"""The arrangements of the hall: those that come along, those that staff bring, one that lacks."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from consultations.domain.working_days import (
    BUNDLED,
    add_working_days,
    replace_holidays,
    work_calendar,
)
from consultations.intake.holidays import HolidaysUnreadable
from hall.errors import Code, Refusal
from members.roles import Role
from tests.factories import make_person

YEAR = {
    "2027": {
        "source": "国务院办公厅关于2027年部分节假日安排的通知",
        "holidays": [{"name": "元旦", "from": "2027-01-01", "to": "2027-01-03"}],
        "working": [],
    }
}
FILE = json.dumps(YEAR, ensure_ascii=False).encode()
WRONG = FILE.replace(b"2027-01-03", b"2027-13-03")


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Path:
    settings.HALL_DATA = tmp_path
    return tmp_path


def years() -> list[int]:
    return [one.year for one in work_calendar().arrangements]


def test_missing_year_is_refused_with_the_way_out() -> None:
    assert add_working_days(date(2026, 12, 24), 5) == date(2026, 12, 31)
    with pytest.raises(Refusal) as refused:
        add_working_days(date(2026, 12, 25), 5)
    assert refused.value.code == Code.WRONG_STATE
    assert refused.value.message == (
        "还没有 2027 年的放假安排，算不出 5 个工作日后是哪一天。"
        "请机关工作人员先到“放假安排”页面更新。"
    )


def test_brought_year_counts_at_once_and_the_others_stay() -> None:
    assert years() == [2025, 2026]
    assert [one.year for one in replace_holidays(FILE, by=None)] == [2027]
    assert years() == [2025, 2026, 2027]
    assert add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 4)
    changed = FILE.replace(b"2027-01-03", b"2027-01-04")
    replace_holidays(changed, by=None)
    assert add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 5)
    assert years() == [2025, 2026, 2027]


def test_brought_year_goes_before_the_one_that_came_along() -> None:
    own = json.loads(BUNDLED.read_text(encoding="utf-8"))["2026"]
    own["holidays"].append({"name": "县庆", "from": "2026-11-24", "to": "2026-11-24"})
    replace_holidays(json.dumps({"2026": own}).encode(), by=None)
    assert add_working_days(date(2026, 11, 23), 1) == date(2026, 11, 25)


def test_wrong_file_changes_nothing(own_folder: Path) -> None:
    replace_holidays(FILE, by=None)
    before = (own_folder / "holidays.json").read_bytes()
    with pytest.raises(HolidaysUnreadable):
        replace_holidays(WRONG, by=None)
    assert (own_folder / "holidays.json").read_bytes() == before
    assert [path.name for path in own_folder.iterdir()] == ["holidays.json"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "may"), [(Role.STAFF, True), (Role.ADMIN, True), (Role.MEMBER, False)]
)
def test_only_staff_bring_years(role: Role, may: bool) -> None:
    person = make_person(role)
    if may:
        replace_holidays(FILE, by=person)
    else:
        with pytest.raises(Refusal) as refused:
            replace_holidays(FILE, by=person)
        assert refused.value.code == Code.FORBIDDEN
    assert (2027 in years()) == may


def test_command_lists_checks_and_updates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "放假.json"
    file.write_bytes(FILE)
    call_command("holidays", str(file), "--check")
    assert capsys.readouterr().out == "核对无误，没有更新：2027\n"
    assert years() == [2025, 2026]
    call_command("holidays", str(file))
    call_command("holidays")
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "已更新：2027"
    assert [line.split("　")[0] for line in out[1:]] == ["2025", "2026", "2027"]
    file.write_bytes(WRONG)
    with pytest.raises(SystemExit) as ended:
        call_command("holidays", str(file))
    assert ended.value.code == 1
    assert "第 1 行：“2027-13-03”不是日期" in capsys.readouterr().err


@pytest.mark.django_db
def test_page_takes_a_file_from_staff_and_says_what_is_wrong(client: Any, tmp_path: Path) -> None:
    address = reverse("holidays")
    assert "春节" in client.get(address).content.decode()
    assert 'type="file"' not in client.get(address).content.decode()
    client.force_login(make_person(Role.STAFF))
    for data, status in ((WRONG, 422), (FILE, 302)):
        file = tmp_path / "a.json"
        file.write_bytes(data)
        with file.open("rb") as opened:
            sent = client.post(address, {"file": opened})
        assert sent.status_code == status
    assert 2027 in years()
    assert "2027 年" in client.get(address).content.decode()
    client.force_login(make_person())
    with (tmp_path / "a.json").open("rb") as opened:
        assert client.post(address, {"file": opened}).status_code == 403
