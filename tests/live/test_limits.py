"""How many sockets come in, and how fast: by person, by session, by address."""

import pytest

from consultations.live import limits
from consultations.live.limits import REMEMBERED, Census, Pace
from hall.errors import Code, Refusal

VENUE = "203.0.113.5"


def refused(census: Census, key: str | None, *, address: str = VENUE) -> bool:
    try:
        census.come(address, key)
    except Refusal as refusal:
        assert refusal.code == Code.TOO_MANY
        return True
    return False


def test_thousand_people_of_one_address_come_in_at_once_and_again() -> None:
    census = Census()
    for _time in range(2):
        for person in range(1000):
            assert not refused(census, f"session{person}")
            census.know(f"session{person}")
        for _person in range(1000):
            census.go(VENUE)


def test_one_session_is_paced_whatever_its_address() -> None:
    census = Census()
    taken = [refused(census, "one", address=f"10.0.0.{n % 250}") for n in range(500)]
    assert taken.count(False) == 100
    assert not refused(census, "another")


def test_strangers_of_one_address_are_paced_and_its_people_are_not() -> None:
    census = Census()
    assert not refused(census, "regular")
    census.know("regular")
    turned_away = 0
    for number in range(500):
        if not refused(census, f"guess{number}"):
            census.turn_away(VENUE)
            census.go(VENUE)
            turned_away += 1
    assert turned_away == 100
    assert not refused(census, "regular")
    assert refused(census, "newcomer")
    assert not refused(census, "newcomer", address="198.51.100.7")


def test_pace_comes_back_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(limits, "monotonic", lambda: now)
    pace = Pace(burst=2, per_second=1)
    assert [pace.take("a") for _time in range(3)] == [True, True, False]
    now += 1
    assert [pace.take("a") for _time in range(2)] == [True, False]
    now += 60
    assert pace.left("a") == 2


def test_pace_remembers_so_many_names_and_no_more() -> None:
    pace = Pace(burst=2, per_second=0)
    for number in range(REMEMBERED * 2 + 10):
        pace.take(str(number))
    assert len(pace._buckets) <= REMEMBERED
