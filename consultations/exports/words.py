"""Texts and times as documents write them."""

import re
from datetime import datetime
from enum import Enum
from typing import Any

from django.utils import timezone

# What XML 1.0 or PDF/A cannot hold: controls, surrogates, noncharacters, the byte order mark.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff"
    + "".join(f"{chr((plane << 16) + 0xFFFE)}{chr((plane << 16) + 0xFFFF)}" for plane in range(17))
    + "]"
)
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_NUMERALS: tuple[str, ...] = ("", *"一二三四五六七八九")


def clean(text: str) -> str:
    """`text` without what a file format cannot hold; every line end is \\n."""
    if text.isprintable():
        return text
    return _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))


def one_line(text: str) -> str:
    return " ".join(text.split())


def stopped(text: str) -> str:
    """`text` with a full stop at its end, where it does not ask, exclaim or break off."""
    text = text.rstrip("。；;")
    return text if text.endswith(("？", "！", "?", "!", "…")) else f"{text}。"


def numeral(number: int) -> str:
    """1 to 99 in Chinese: 一, 十, 二十一. Beyond that in digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _NUMERALS[tens] + "十"
    return head + _NUMERALS[ones]


def day(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{local.year}年{local.month}月{local.day}日"


def clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


def span(start: datetime, end: datetime) -> str:
    """From when to when; the day is said once where both are on it."""
    last = clock(end) if day(start) == day(end) else f"{day(end)}{clock(end)}"
    return f"{day(start)}{clock(start)}至{last}"


def stamp(moment: datetime | None) -> str:
    """Sortable, in the hall's time zone, to the minute: for tables."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def cleaned(value: Any) -> Any:
    """A tree of frozen dataclasses and tuples with every text in it cleaned."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return clean(value)
    if isinstance(value, tuple):
        return tuple(cleaned(inner) for inner in value)
    fields = getattr(value, "__dataclass_fields__", None)
    if fields is not None:
        return type(value)(**{name: cleaned(getattr(value, name)) for name in fields})
    return value
