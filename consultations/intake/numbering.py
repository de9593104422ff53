"""The numbers that Chinese official documents put before sections and items."""

import re
from dataclasses import dataclass
from enum import IntEnum

from consultations.intake.reading import Line
from consultations.intake.sentences import is_running_text

HAN = "〇零一二三四五六七八九十百"
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0}
_HAN_NUMBER = re.compile(
    r"(?:([一二三四五六七八九])百)?[零〇]?(?:([一二三四五六七八九]?)(十))?([一二三四五六七八九]?)"
)


class Style(IntEnum):
    """A way of numbering; the order is the usual order of nesting, outermost first."""

    PART = 0  # 第一部分, 第一章
    CHAPTER = 1  # 第一节
    ARTICLE = 2  # 第一条
    HAN = 3  # 一、
    HAN_PAREN = 4  # （一）
    ARABIC = 5  # 1.
    ARABIC_PAREN = 6  # （1）, 1）
    CIRCLED = 7  # ①


@dataclass(frozen=True, slots=True)
class Marker:
    """A number at the head of a line. ``rest`` is the line behind it. A ``weak`` marker may as
    well be text (``二、三号楼``) and counts only where its number is the next one due."""

    style: Style
    number: int
    rest: str
    weak: bool = False


_SPACE = r"[\s\u3000\u200b]*"
_ORDINAL = re.compile(
    rf"第{_SPACE}([{HAN}]+|\d{{1,2}}){_SPACE}(部分|[编篇章节条])([\s\u3000：:、.．]*)"
)
_ORDINAL_STYLES = {"节": Style.CHAPTER, "条": Style.ARTICLE}
_PLAIN = re.compile(rf"([{HAN}]+|\d{{1,3}}){_SPACE}([、.．])({_SPACE})")
_PAREN = re.compile(rf"[（(]{_SPACE}([{HAN}]+|\d{{1,2}}){_SPACE}[）)][、.．]?{_SPACE}")
_HALF_PAREN = re.compile(rf"(\d{{1,2}})[）)][、.．]?{_SPACE}")
_SYMBOL = re.compile(rf"([①-⑳⑴-⒇⒈-⒛㈠-㈩㉑-㉟❶-❿㊀-㊉])[、.．]?{_SPACE}")
# first code point, last code point, number of the first, style
_SYMBOLS = (
    ("①", "⑳", 1, Style.CIRCLED),
    ("㉑", "㉟", 21, Style.CIRCLED),
    ("❶", "❿", 1, Style.CIRCLED),
    ("㊀", "㊉", 1, Style.CIRCLED),
    ("⑴", "⒇", 1, Style.ARABIC_PAREN),
    ("⒈", "⒛", 1, Style.ARABIC),
    ("㈠", "㈩", 1, Style.HAN_PAREN),
)
_YEAR = re.compile(r"(?:19|20|１９|２０)\d\d年")
_LEADING_NUMBER = re.compile(rf"[{HAN}]+|\d+")
_ENUMERATED = re.compile(r"[、和及与或至到~～—-]")


def han_number(text: str) -> int | None:
    """1…999 for a Chinese numeral such as 三 / 十二 / 一百零五; None for anything else."""
    match = _HAN_NUMBER.fullmatch(text)
    if not match or not text:
        return None
    hundreds, tens, ten, units = match.groups()
    value = _DIGITS.get(hundreds or "零", 0) * 100 + _DIGITS.get(units or "零", 0)
    if ten:
        value += 10 * (_DIGITS[tens] if tens else 1)
    return value or None


def read_marker(line: Line) -> Marker | None:
    """The number that the line begins with, or None. Years, quantities and decimals (2023年,
    3次, 1.5万亩) are no numbers of items. Word's automatic numbering counts as if typed."""
    if line.cell:
        return None
    if line.label:
        marker = _read(line.label) or _read(f"{line.label}、")
        return Marker(marker.style, marker.number, line.text) if marker else None
    return _read(line.text)


def _read(text: str) -> Marker | None:
    return _read_ordinal(text) or _read_plain(text) or _read_enclosed(text)


def _value(text: str) -> int | None:
    number = han_number(text) if text[0] in HAN else int(text)
    return number or None


def _read_ordinal(text: str) -> Marker | None:
    match = _ORDINAL.match(text)
    number = _value(match[1]) if match else None
    if not match or number is None:
        return None
    rest = text[match.end() :]
    style = _ORDINAL_STYLES.get(match[2], Style.PART)
    return Marker(style, number, rest, weak=not match[3] and is_running_text(rest))


def _read_plain(text: str) -> Marker | None:
    match = _PLAIN.match(text)
    number = _value(match[1]) if match else None
    if not match or number is None:
        return None
    rest = text[match.end() :]
    style = Style.HAN if match[1][0] in HAN else Style.ARABIC
    following = _LEADING_NUMBER.match(rest)
    # 110、 is more often a telephone number than an item.
    weak = style is Style.ARABIC and number > 99
    if following and not match[3]:
        same_script = (following[0][0] in HAN) == (style is Style.HAN)
        if same_script and match[2] != "、" and not _YEAR.match(rest):
            return None
        if same_script and _value_or_zero(following[0]) == number + 1:
            if _ENUMERATED.match(rest, following.end()):
                return None
            weak = True
    return Marker(style, number, rest, weak)


def _value_or_zero(text: str) -> int:
    return _value(text) or 0


def _read_enclosed(text: str) -> Marker | None:
    if match := _PAREN.match(text) or _HALF_PAREN.match(text):
        number = _value(match[1])
        style = Style.HAN_PAREN if match[1][0] in HAN else Style.ARABIC_PAREN
        return Marker(style, number, text[match.end() :]) if number else None
    if match := _SYMBOL.match(text):
        for first, last, value, style in _SYMBOLS:
            if first <= match[1] <= last:
                number = value + ord(match[1]) - ord(first)
                return Marker(style, number, text[match.end() :])
    return None
