"""Working days over the real arrangements of 2025 and 2026."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.intake.calendar import WorkCalendar, YearMissing
from consultations.intake.holidays import read_holidays

ROOT = Path(__file__).resolve().parents[2]
CALENDAR = WorkCalendar(
    read_holidays((ROOT / "consultations" / "data" / "holidays.json").read_bytes())
)
DAYS = st.dates(date(2025, 1, 1), date(2026, 6, 1))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        # 2026 Spring Festival: off 15 to 23 February, the Saturdays 14 and 28 are worked
        (date(2026, 2, 12), 1, date(2026, 2, 13)),
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 13), 2, date(2026, 2, 24)),
        (date(2026, 2, 13), 5, date(2026, 2, 27)),
        (date(2026, 2, 24), 4, date(2026, 2, 28)),
        (date(2026, 2, 28), 1, date(2026, 3, 2)),
        # 2025 Spring Festival: off 28 January to 4 February, Sunday 26 and Saturday 8 are worked
        (date(2025, 1, 24), 1, date(2025, 1, 26)),
        (date(2025, 1, 24), 3, date(2025, 2, 5)),
        (date(2025, 2, 5), 3, date(2025, 2, 8)),
        # 2025 National Day and Mid-Autumn: off 1 to 8 October, 28 September and 11 October worked
        (date(2025, 9, 26), 5, date(2025, 10, 10)),
        (date(2025, 9, 30), 3, date(2025, 10, 11)),
        # 2026: Mid-Autumn 25 to 27 September, National Day 1 to 7, 20 September and 10 October
        (date(2026, 9, 18), 5, date(2026, 9, 24)),
        (date(2026, 9, 24), 5, date(2026, 10, 9)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        # an ordinary week, and the turn of a year
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
    ],
)
def test_working_days_follow_the_arrangement(start: date, count: int, end: date) -> None:
    assert CALENDAR.add_working_days(start, count) == end


def test_each_year_has_the_days_off_that_were_announced() -> None:
    off = {
        one.year: sum(len(list(holiday.days())) for holiday in one.holidays)
        for one in CALENDAR.arrangements
    }
    assert off == {2025: 1 + 8 + 3 + 5 + 3 + 8, 2026: 3 + 9 + 3 + 5 + 3 + 3 + 7}


@pytest.mark.parametrize(("year", "worked"), [(2025, 248), (2026, 248)])
def test_the_year_has_its_working_days(year: int, worked: int) -> None:
    """365 days, less 104 days of weekends and 13 public holidays (of 2024's rule)."""
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range(365))
    assert sum(map(CALENDAR.is_working_day, days)) == worked


def test_a_year_that_is_not_arranged_is_named() -> None:
    assert CALENDAR.add_working_days(date(2026, 12, 24), 5) == date(2026, 12, 31)
    with pytest.raises(YearMissing) as missing:
        CALENDAR.add_working_days(date(2026, 12, 24), 6)
    assert missing.value.year == 2027


def test_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forwards"):
        CALENDAR.add_working_days(date(2026, 3, 2), -1)


@given(DAYS, st.integers(1, 60))
def test_the_end_is_worked_and_as_many_days_away_as_asked(start: date, count: int) -> None:
    end = CALENDAR.add_working_days(start, count)
    assert CALENDAR.is_working_day(end)
    after = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    assert sum(map(CALENDAR.is_working_day, after)) == count


@given(DAYS, st.integers(0, 30), st.integers(0, 30))
def test_counting_on_is_counting_at_once(start: date, first: int, more: int) -> None:
    step = CALENDAR.add_working_days(start, first)
    assert CALENDAR.add_working_days(step, more) == CALENDAR.add_working_days(start, first + more)
