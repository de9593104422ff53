"""Reading the file of holiday arrangements, and what is said of a wrong one."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.intake.holidays import HolidaysUnreadable, read_holidays

ROOT = Path(__file__).resolve().parents[2]
BUNDLED = (ROOT / "consultations" / "data" / "holidays.json").read_text(encoding="utf-8")


def complaints(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(HolidaysUnreadable) as unreadable:
        read_holidays(text.encode())
    return [(one.line, one.message) for one in unreadable.value.complaints]


def line_of(text: str, part: str) -> int:
    return next(at for at, line in enumerate(text.splitlines(), 1) if part in line)


def test_the_file_that_comes_along_is_read() -> None:
    found = read_holidays(BUNDLED.encode())
    assert [one.year for one in found] == [2025, 2026]
    assert [holiday.name for holiday in found[1].holidays][:2] == ["元旦", "春节"]


@pytest.mark.parametrize(
    ("old", "new", "where", "said"),
    [
        ('"2026-02-23"', '"2026-02-31"', '"2026-02-31"', "不是日期"),
        ('"2026-02-14"', '"2026-02-13"', '"2026-02-13"', "本来就不是周末"),
        ('"2026-02-28"', '"2026-02-22"', '"2026-02-22"', "又放假又上班"),
        ('"2026-10-01"', '"2026-10-09"', '"2026-10-09"', "不对"),
        ('"2026-10-01"', '"2025-10-01", "x": 1', '"x"', "不认识“x”"),
        ('"name": "国庆节"', '"title": "国庆节"', '"title"', "不认识“title”"),
        ('"2026": {', '"2025": {', '"2025": {', "写了两次"),
        ('"2026": {', '"今年": {', '"今年": {', "不是年份"),
        ('"2026-09-27"', '"2026-10-02"', '"2026-10-01"', "写了两次"),
        ('"working": ["2026-01-04"', '"working": [20260104', "", "不是日期"),
    ],
)
def test_a_wrong_file_is_refused_with_the_line(old: str, new: str, where: str, said: str) -> None:
    wrong = BUNDLED.replace(old, new, 1)
    assert wrong != BUNDLED
    found = complaints(wrong)
    assert any(said in message for _line, message in found), found
    if where and where != '"2025": {':
        assert line_of(wrong, where) in [line for line, message in found if said in message]


def test_broken_json_is_located() -> None:
    broken = BUNDLED.replace('"working": [', '"working": [,', 1)
    line = line_of(broken, '"working": [,')
    assert [one[0] for one in complaints(broken)] == [line]


@pytest.mark.parametrize("text", ["{}", "[]", "1", '"2026"', "", "{" * 5000, "x" * 70_000])
def test_what_is_no_file_of_holidays_is_refused(text: str) -> None:
    assert complaints(text)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(HolidaysUnreadable):
        read_holidays(b"\xff\xfe\x00{")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
)


@given(st.dictionaries(st.sampled_from(["2026", "2025", "x"]), _JSON))
def test_any_json_is_read_or_refused(value: dict[str, Any]) -> None:
    try:
        read_holidays(json.dumps(value, ensure_ascii=False).encode())
    except HolidaysUnreadable as unreadable:
        assert unreadable.complaints


@given(
    st.fixed_dictionaries(
        {"source": _JSON, "holidays": st.lists(_JSON, max_size=2), "working": _JSON}
    )
)
def test_any_year_is_read_or_refused(year: dict[str, Any]) -> None:
    try:
        read_holidays(json.dumps({"2026": year}, ensure_ascii=False).encode())
    except HolidaysUnreadable as unreadable:
        assert unreadable.complaints
