"""How much one socket asks; how many sockets come in, and how fast: by person, session, address."""

import pytest

from consultations.live import limits
from consultations.live.limits import REMEMBERED, Census, CommandLimit, Flood, Pace
from hall.errors import Code, Refusal

VENUE = "203.0.113.5"


class Asking:
    """One socket that asks at a steady pace, by a clock of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(limits, "monotonic", lambda: self.now)
        self.limit = CommandLimit()

    def ask(self, *, per_second: float, seconds: float) -> tuple[int, int]:
        """How many commands were taken, and how many refused; `Flood` passes through."""
        taken, began, asked = 0, self.now, 0
        while self.now < began + seconds:
            asked += 1
            try:
                self.limit.take()
                taken += 1
            except Refusal as refusal:
                assert refusal.code == Code.TOO_MANY
            self.now += 1 / per_second
        return taken, asked - taken


@pytest.mark.parametrize(("per_second", "seconds"), [(40, 12), (500, 1), (1500, 1)])
def test_who_goes_on_too_fast_is_cut_at_any_pace(
    monkeypatch: pytest.MonkeyPatch, per_second: float, seconds: float
) -> None:
    asking = Asking(monkeypatch)
    with pytest.raises(Flood):
        asking.ask(per_second=per_second, seconds=seconds)


def test_who_waits_when_told_to_is_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    asking = Asking(monkeypatch)
    for _time in range(20):
        taken, refused = asking.ask(per_second=200, seconds=0.5)
        assert taken >= 60
        assert refused > 20
        asking.now += 2
    assert asking.ask(per_second=29, seconds=60) == (29 * 60, 0)


def test_person_has_as_much_as_two_sockets_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(limits, "monotonic", lambda: now)
    census = Census()
    assert [census.may_ask(7) for _time in range(121)] == [True] * 120 + [False]
    assert census.may_ask(8)
    now += 1
    assert [census.may_ask(7) for _time in range(61)] == [True] * 60 + [False]


def test_who_goes_on_through_many_sockets_is_cut() -> None:
    limit = CommandLimit(lambda: False)
    for _time in range(limits.PATIENCE):
        with pytest.raises(Refusal):
            limit.take()
    with pytest.raises(Flood):
        limit.take()


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


def test_pace_forgets_who_has_not_come_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(limits, "monotonic", lambda: now)
    pace = Pace(burst=10, per_second=1)
    for number in range(100):
        pace.take(str(number))
    now += 9.5
    pace.take("late")
    assert len(pace._buckets) == 101
    now += 0.7
    pace.take("later")
    assert set(pace._buckets) == {"late", "later"}


def test_pace_remembers_so_many_names_and_no_more() -> None:
    pace = Pace(burst=2, per_second=0)
    for number in range(REMEMBERED * 2 + 10):
        pace.take(str(number))
    assert len(pace._buckets) <= REMEMBERED
