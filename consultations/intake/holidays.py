"""From the file of holiday arrangements to a calendar, or to complaints that name the line.

The file is JSON: a year ↦ `source`, `holidays` (each `name`, `from`, `to`), `working` (weekend
days that are worked).
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from consultations.intake.calendar import Arrangement, Holiday

MOST_BYTES = 64 * 1024
_LONGEST = 15
_SATURDAY = 5
_FIELDS = ("source", "holidays", "working")
_HOLIDAY_FIELDS = ("name", "from", "to")


@dataclass(frozen=True, slots=True)
class LineComplaint:
    """What is wrong, and in which line where that is known."""

    line: int | None
    message: str

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.message}" if self.line else self.message


class HolidaysUnreadable(Exception):
    """The file is not one of holiday arrangements; `complaints` says why, at least once."""

    def __init__(self, complaints: list[LineComplaint]) -> None:
        super().__init__("; ".join(map(str, complaints)))
        self.complaints = complaints


def read_holidays(data: bytes) -> tuple[Arrangement, ...]:
    """The arrangements in the file, by year.

    Raises:
        HolidaysUnreadable: all that is wrong with it.
    """
    return _Reader(data).read()


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.lines: list[str] = []
        self.complaints: list[LineComplaint] = []
        self.start = 0  # the line where the year begins that is being read, from 0

    def read(self) -> tuple[Arrangement, ...]:
        years = self._parse()
        found = tuple(self._year(name, years[name]) for name in sorted(years))
        self._overlaps([one for one in found if one is not None])
        if not found and not self.complaints:
            self._complain("文件里没有任何年份。")
        if self.complaints:
            raise HolidaysUnreadable(self.complaints)
        return tuple(one for one in found if one is not None)

    def _parse(self) -> dict[str, Any]:
        if len(self.data) > MOST_BYTES:
            raise HolidaysUnreadable([LineComplaint(None, "文件超过 64 KB。")])
        try:
            text = self.data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise HolidaysUnreadable([LineComplaint(None, "文件不是 UTF-8 文本。")]) from None
        self.lines = text.splitlines()
        try:
            years = json.loads(text, object_pairs_hook=self._without_doubles)
        except json.JSONDecodeError as error:
            sentence = f"不是正确的 JSON（第 {error.colno} 个字附近）。"
            raise HolidaysUnreadable([LineComplaint(error.lineno, sentence)]) from None
        except RecursionError:
            raise HolidaysUnreadable([LineComplaint(None, "括号套得太深。")]) from None
        if not isinstance(years, dict):
            raise HolidaysUnreadable([LineComplaint(1, "最外层应是“年份：安排”。")])
        return years

    def _without_doubles(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in pairs:
            if name in found:
                self._complain(f"“{name}”写了两次。", name, last=True)
            found[name] = value
        return found

    def _year(self, name: str, fields: Any) -> Arrangement | None:
        self.start = 0
        if not (name.isascii() and name.isdecimal() and 2000 <= int(name) <= 2100):
            self._complain(f"“{name}”不是年份。", name)
            return None
        self.start = (self._line_of(name) or 1) - 1
        if not self._has_fields(fields, _FIELDS, name):
            return None
        if not isinstance(fields["source"], str) or not fields["source"].strip():
            self._complain("没有写明依据的文件（source）。", "source")
        rows, worked = fields["holidays"], fields["working"]
        if not isinstance(rows, list) or not rows:
            self._complain("没有列出放假的日子（holidays）。", "holidays")
            rows = []
        if not isinstance(worked, list):
            self._complain("调休上班的日子（working）应是一列日期。", "working")
            worked = []
        year = int(name)
        holidays = [one for row in rows if (one := self._holiday(row, year)) is not None]
        working = [day for text in worked if (day := self._worked(text, year)) is not None]
        return Arrangement(year, str(fields["source"]).strip(), tuple(holidays), tuple(working))

    def _has_fields(self, fields: Any, names: tuple[str, ...], place: str) -> bool:
        if not isinstance(fields, dict):
            self._complain(f"“{place}”下面应是{'、'.join(names)}。", place)
            return False
        for name in fields:
            if name not in names:
                self._complain(f"不认识“{name}”。", name)
        missing = [name for name in names if name not in fields]
        if missing:
            self._complain(f"“{place}”缺{'、'.join(missing)}。", place)
        return not missing

    def _holiday(self, row: Any, year: int) -> Holiday | None:
        place = str(row.get("from", row.get("name", "holidays"))) if isinstance(row, dict) else ""
        if not self._has_fields(row, _HOLIDAY_FIELDS, place or "holidays"):
            return None
        first, last = self._date(row["from"], year), self._date(row["to"], year)
        if not isinstance(row["name"], str) or not row["name"].strip():
            self._complain("节日没有名称。", str(row["from"]))
        if first is None or last is None:
            return None
        if not 0 <= (last - first).days < _LONGEST:
            self._complain(f"{row['name']}从 {first} 到 {last}，不对。", str(row["from"]))
            return None
        return Holiday(str(row["name"]).strip(), first, last)

    def _worked(self, text: Any, year: int) -> date | None:
        day = self._date(text, year)
        if day is not None and day.weekday() < _SATURDAY:
            self._complain(f"{day} 本来就不是周末，不必列为调休上班。", str(text))
        return day

    def _date(self, text: Any, year: int) -> date | None:
        try:
            day = date.fromisoformat(text)
        except (TypeError, ValueError):
            self._complain(f"“{text}”不是日期，例如 {year}-10-01。", str(text))
            return None
        if day.year != year and (day.year, day.month) not in {(year - 1, 12), (year + 1, 1)}:
            self._complain(f"{day} 不在 {year} 年。", str(text))
            return None
        return day

    def _overlaps(self, found: list[Arrangement]) -> None:
        """No day is off twice, worked twice, or both."""
        seen: set[date] = set()
        for one in found:
            self.start = (self._line_of(str(one.year), start=0) or 1) - 1
            for holiday in one.holidays:
                days = set(holiday.days())
                if again := min(days & seen, default=None):
                    self._complain(f"{holiday.name}的 {again} 写了两次。", str(holiday.first))
                seen |= days
            for day in one.working:
                if day in seen:
                    self._complain(f"{day} 又放假又上班，或者写了两次。", str(day), last=True)
                seen.add(day)

    def _complain(self, message: str, token: str = "", *, last: bool = False) -> None:
        line = self._line_of(token, last=last) if token else None
        self.complaints.append(LineComplaint(line, message))

    def _line_of(self, token: str, *, start: int | None = None, last: bool = False) -> int | None:
        begin = self.start if start is None else start
        hits = [at for at, line in enumerate(self.lines, 1) if at > begin and f'"{token}"' in line]
        return hits[-1 if last else 0] if hits else None
