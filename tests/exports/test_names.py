"""File names are accepted everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.exports.names import file_name


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("柳河镇供水", "柳河镇供水共识清单.docx"),
        ('a\\b/c:d*e?f"g<h>i|j', "abcdefghij共识清单.docx"),
        ("  甲 \n 乙\t", "甲 乙 共识清单.docx"),
        ("..", "共识清单.docx"),
        ("甲\u202e乙\x00", "甲乙共识清单.docx"),
        ("{date}", "{date}共识清单.docx"),
    ],
)
def test_file_name_is_safe(title: str, wanted: str) -> None:
    assert file_name("{title}共识清单", {"title": title, "date": "今天"}, "docx") == wanted


def test_pattern_fills_in_what_it_names_and_keeps_the_rest() -> None:
    values = {"title": "供水", "date": "2026年3月20日"}
    assert file_name("{date} {title} {other}", values, "pdf") == "2026年3月20日 供水 {other}.pdf"


@pytest.mark.parametrize("title", ["con", "NUL", "com1.txt", "aux . x"])
def test_device_names_of_windows_are_avoided(title: str) -> None:
    assert file_name("{title}", {"title": title}, "md").startswith("_")


def test_nothing_left_is_called_a_file() -> None:
    assert file_name("{title}", {"title": "???"}, "md") == "文件.md"


def test_long_names_keep_their_end() -> None:
    name = file_name("{title}共识清单", {"title": "长" * 300}, "docx")
    assert len(name) <= 80
    assert name.endswith("共识清单.docx")


@given(st.text())
def test_any_title_gives_a_short_plain_name(title: str) -> None:
    name = file_name("{title}共识清单", {"title": title}, "xlsx")
    assert 0 < len(name) <= 80
    assert len(name.encode()) <= 255
    assert not set(name) & set('\\/:*?"<>|\n\r\t\0')
    assert name.endswith(".xlsx")
