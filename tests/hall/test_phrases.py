"""Titles wrap between their phrases, times between day and hours; they stay what they were."""

import re
from datetime import datetime

import pytest
import time_machine
from django.utils import timezone

from hall.templatetags.hall import phrases, span


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("城乡供水一体化对口协商会", "城乡供水一体化<wbr>对口协商会"),
        ("旧小区改造协商会", "旧小区改造<wbr>协商会"),
        ("排涝民主监督协商会", "排涝<wbr>民主监督协商会"),
        ("委员讲堂第三期：守住养老钱", "委员讲堂第三期：<wbr>守住养老钱"),
        ("改什么，谁来管；", "改什么，<wbr>谁来管；"),
        ("对口协商会", "对口协商会"),
        ("协商会怎么开", "协商会怎么开"),
        ("<b>，</b>", "&lt;b&gt;，<wbr>&lt;/b&gt;"),
        ("", ""),
    ],
)
def test_title_wraps_between_phrases(title: str, shown: str) -> None:
    assert phrases(title) == shown


@pytest.mark.parametrize(
    ("end", "printed", "lines"),
    [
        ((8, 16), False, ["3月8日（周日）", "14:30—16:00"]),
        ((9, 0), False, ["3月8日（周日）", "14:30—", "3月9日（周一）", "00:00"]),
        ((9, 0), True, ["14:30—", "00:00"]),
    ],
)
def test_time_wraps_between_day_and_hours(
    end: tuple[int, int], *, printed: bool, lines: list[str]
) -> None:
    zone = timezone.get_default_timezone()
    start, last = (
        datetime(2026, 3, 8, 14, 30, tzinfo=zone),
        datetime(2026, 3, *end, tzinfo=zone),
    )
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=zone), tick=False):
        shown = span(start, last, printed=printed)
    assert re.findall(r'<span class="whole">([^<]*)</span>', shown) == lines
