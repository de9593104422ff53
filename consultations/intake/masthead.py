"""What stands above a plan's first section: title, year, issuer, date, preamble."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from consultations.intake.numbering import han_number
from consultations.intake.plan import Complaint
from consultations.intake.reading import Line
from consultations.intake.sentences import is_running_text

_LONGEST_TITLE = 80
_KIND = r"(?:工作)?(?:要点|计划|安排|方案|打算|思路|任务)"
_TITLE_END = re.compile(rf"{_KIND}(?:[（(][^（）()]*[）)])?[》”]?$")
_YEAR = re.compile(r"((?:19|20)\d{2}|[一二][〇零○Ｏ一二三四五六七八九]{3})\s*年度?")
# Breadcrumbs (首页 / 公开), link bars (a | b) and labels (上一篇：) may repeat the title.
_NOT_TITLE = re.compile(r"[|｜/>»›：:。；]")
_ORGANISATION = re.compile(r"(?:政协|委员会|常委会|办公室|政府|局|厅|院|会)$")
_HAN_YEAR_DIGITS = str.maketrans("〇零○Ｏ一二三四五六七八九", "0000123456789")
_DATE = re.compile(r"(?<!\d)(\d{4})\s*([-/.年])\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_HAN_DATE = re.compile(
    r"([一二][〇零○Ｏ一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_PUBLISHED = re.compile(r"(?:发布|发文|公布|印发|成文|发表|公开)(?:时间|日期)|日期|时间")


@dataclass(frozen=True, slots=True)
class Title:
    """The title and what it says. ``after`` is the index of the line behind it."""

    text: str
    year: int
    issuer: str
    after: int


def find_title(lines: Sequence[Line], first_marker: int) -> Title | None:
    """The title nearest above ``first_marker`` (the index of the first numbered line); failing
    that, the first one below. A title names a year and ends in 要点, 计划 or the like."""
    titles = [title for at in range(len(lines)) if (title := _title_at(lines, at))]
    above = [title for title in titles if title.after <= first_marker]
    if above:
        return above[-1]
    return titles[0] if titles else None


def _title_at(lines: Sequence[Line], at: int) -> Title | None:
    text = _bare(lines[at].text)
    if not _looks_like_title(text) or not _TITLE_END.search(text):
        return None
    before = _bare(lines[at - 1].text) if at else ""
    year = _YEAR.search(text)
    # A long title is set in two lines: the issuer, or issuer and year, stand in the upper one.
    if not year and _looks_like_title(before) and (found := _YEAR.search(before)):
        return _titled(before + text, found, at) if found.end() == len(before) else None
    if not year:
        return None
    if year.start() == 0 and _ORGANISATION.search(before) and _looks_like_title(before):
        text = before + text
        year = _YEAR.search(text)
    return _titled(text, year, at) if year else None


def _titled(text: str, year: re.Match[str], at: int) -> Title:
    issuer = text[: year.start()]
    if not issuer.strip():
        issuer = re.sub(rf"(?:重点)?{_TITLE_END.pattern}", "", text[year.end() :])
    issuer = issuer.strip().removeprefix("关于").removeprefix("印发").lstrip("《“ ")
    return Title(text, int(year[1].translate(_HAN_YEAR_DIGITS)), issuer.strip(), at + 1)


def _bare(text: str) -> str:
    return text[1:-1] if text.startswith("《") and text.endswith("》") else text


def _looks_like_title(text: str) -> bool:
    return (
        0 < len(text) <= _LONGEST_TITLE
        and not _NOT_TITLE.search(text)
        and not is_running_text(text)
    )


def find_published(
    above: Sequence[Line], beside: Sequence[Line], below: Sequence[Line]
) -> tuple[date | None, list[Complaint]]:
    """The day of publication and what is wrong with it: a labelled date beside the title (or
    above it), else any date beside the title, else a signature's date ``below`` the text."""
    labelled = [line for line in (*beside, *above) if _PUBLISHED.search(line.text)]
    signed = [line for line in below if _is_only_date(line.text)]
    for line in (*labelled, *beside, *signed):
        after_label = _PUBLISHED.split(line.text)[-1]
        for text in (after_label, line.text):
            if parts := _date_parts(text):
                try:
                    return date(*parts), []
                except ValueError:
                    written = "-".join(map(str, parts))
                    return None, [Complaint(line.number, f"日期“{written}”不存在。")]
    return None, []


def _date_parts(text: str) -> tuple[int, int, int] | None:
    if match := _DATE.search(text):
        return int(match[1]), int(match[3]), int(match[4])
    if match := _HAN_DATE.search(text):
        year = int(match[1].translate(_HAN_YEAR_DIGITS))
        return year, han_number(match[2]) or 0, han_number(match[3]) or 0
    return None


def _is_only_date(text: str) -> bool:
    rest = _HAN_DATE.sub("", _DATE.sub("", text, 1), 1)
    return len(rest) < len(text) and not rest.strip(" 日（）()")


def split_preamble(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Divide what stands between title and first section into (labels and dates, preamble). The
    preamble begins with the first line of running text that is not all in brackets."""
    for at, line in enumerate(lines):
        bracketed = line.text.startswith(("（", "(")) and line.text.endswith(("）", ")"))
        if is_running_text(line.text) and not bracketed:
            return list(lines[:at]), [each for each in lines[at:] if each.text]
    return list(lines), []
