"""The hall's working days: the arrangements that come with it, and those that staff brought."""

import json
import os
import tempfile
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from consultations.intake.calendar import Arrangement, WorkCalendar, YearMissing
from consultations.intake.holidays import read_holidays
from hall.errors import Code, Refusal
from members.access import require
from members.models import Person
from members.roles import Permission

BUNDLED = Path(__file__).resolve().parent.parent / "data" / "holidays.json"
FILE = "holidays.json"


def work_calendar() -> WorkCalendar:
    """The calendar as it stands; a year that staff brought replaces the one that came along."""
    own = Path(settings.HALL_DATA) / FILE
    try:
        changed = own.stat().st_mtime_ns
    except FileNotFoundError:
        return _calendar(None, 0)
    return _calendar(own, changed)


@lru_cache(maxsize=4)
def _calendar(own: Path | None, _changed: int) -> WorkCalendar:
    arranged = {one.year: one for one in read_holidays(BUNDLED.read_bytes())}
    if own is not None:
        arranged |= {one.year: one for one in read_holidays(own.read_bytes())}
    return WorkCalendar(arranged.values())


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`.

    Raises:
        Refusal: `wrong_state` where the arrangement of a year that it leads into is missing; the
            sentence says which, and where to bring it.
    """
    try:
        return work_calendar().add_working_days(day, count)
    except YearMissing as missing:
        sentence = _(
            "还没有 %(year)s 年的放假安排，算不出 %(count)s 个工作日后是哪一天。"
            "请机关工作人员先到“放假安排”页面更新。"
        )
        raise Refusal(
            Code.WRONG_STATE, sentence % {"year": missing.year, "count": count}
        ) from missing


def replace_holidays(data: bytes, *, by: Person | None) -> tuple[Arrangement, ...]:
    """Take over the years of this file, and keep those that it does not name; returns its years.

    `by=None` is the command line. The file in the data folder is replaced in one step: every
    process reads either the old one or the new one.

    Raises:
        HolidaysUnreadable: with all complaints; nothing was changed.
        Refusal: `sign_in`, `forbidden`.
    """
    if by is not None:
        require(by, Permission.CALENDAR_UPDATE)
    brought = read_holidays(data)
    own = Path(settings.HALL_DATA) / FILE
    kept = read_holidays(own.read_bytes()) if own.exists() else ()
    years = {one.year: one for one in (*kept, *brought)}
    _write(own, _as_json(years))
    return brought


def _as_json(years: dict[int, Arrangement]) -> bytes:
    plain = {
        str(year): {
            "source": one.source,
            "holidays": [
                {"name": each.name, "from": str(each.first), "to": str(each.last)}
                for each in one.holidays
            ],
            "working": [str(day) for day in one.working],
        }
        for year, one in sorted(years.items())
    }
    return json.dumps(plain, ensure_ascii=False, indent=2).encode() + b"\n"


def _write(path: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".holidays-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
