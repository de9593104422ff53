"""Working days by the State Council's yearly arrangement of holidays and 调休."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_SATURDAY = 5


class YearMissing(Exception):
    """The arrangement of a year that is needed is not there; `year` is which."""

    def __init__(self, year: int) -> None:
        super().__init__(f"no arrangement of holidays for {year}")
        self.year = year


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days off in a row, `first` and `last` among them, weekends as well."""

    name: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One year as it was announced in `source`; `working` are the weekend days worked instead."""

    year: int
    source: str
    holidays: tuple[Holiday, ...]
    working: tuple[date, ...]


class WorkCalendar:
    """Which days are worked, in the years that are arranged.

    A day off that one year's arrangement names counts whatever year it lies in: New Year's
    holiday may begin in December.
    """

    def __init__(self, arrangements: Iterable[Arrangement]) -> None:
        self.arrangements = tuple(sorted(arrangements, key=lambda one: one.year))
        self.years = frozenset(one.year for one in self.arrangements)
        self._off = {
            day for one in self.arrangements for holiday in one.holidays for day in holiday.days()
        }
        self._on = {day for one in self.arrangements for day in one.working}

    def is_working_day(self, day: date) -> bool:
        """Raises `YearMissing` where the day's year is not arranged."""
        if day.year not in self.years:
            raise YearMissing(day.year)
        if day in self._off:
            return False
        return day in self._on or day.weekday() < _SATURDAY

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which itself is not counted; `day` for 0.

        Raises:
            ValueError: a negative count.
            YearMissing: the count leads into a year that is not arranged.
        """
        if count < 0:
            raise ValueError("working days are counted forwards")
        while count:
            day += _DAY
            count -= self.is_working_day(day)
        return day
