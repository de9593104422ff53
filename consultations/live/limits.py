"""How much one client may ask of the hall."""

from collections import Counter
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from django.conf import settings

from hall.errors import Code, Refusal

BURST_SECONDS = 2
PERSON_TIMES = 2
PATIENCE = 50
REMEMBERED = 20_000

T = TypeVar("T")


class Flood(Exception):
    """The client goes on although it was told to slow down: it is cut with 4009."""


class CommandLimit:
    """A token bucket for one socket: `HALL_COMMAND_RATE` commands a second, in bursts of 2 s.

    `beside` is asked as well: whether who is behind the socket may, whose other sockets count, too.
    """

    __slots__ = ("_at", "_beside", "_refused", "_tokens")

    def __init__(self, beside: Callable[[], bool] = lambda: True) -> None:
        self._beside = beside
        self._tokens = float(settings.HALL_COMMAND_RATE * BURST_SECONDS)
        self._at = monotonic()
        self._refused = 0

    def take(self) -> None:
        """Count one command.

        Raises:
            Refusal: `too_many` beyond the rate.
            Flood: after 50 refusals without a rest that lets the client send a whole burst again.
        """
        now = monotonic()
        rate = settings.HALL_COMMAND_RATE
        burst = rate * BURST_SECONDS
        self._tokens = min(burst, self._tokens + (now - self._at) * rate)
        self._at = now
        has_rested = self._tokens >= burst
        if self._tokens >= 1 and self._beside():
            if has_rested:
                # Not at each command that is let through: one drips in between any fifty refusals.
                self._refused = 0
            self._tokens -= 1
            return
        self._refused += 1
        if self._refused > PATIENCE:
            raise Flood
        raise Refusal(Code.TOO_MANY)


class Pace:
    """A token bucket for each name. Who has not come for long is as if they had never been here."""

    def __init__(self, *, burst: float, per_second: float) -> None:
        self.burst = burst
        self.per_second = per_second
        self._buckets: dict[str, tuple[float, float]] = {}
        self._swept_at = monotonic()

    def left(self, name: str) -> float:
        """How many times this name may come right now."""
        tokens, at = self._buckets.get(name, (self.burst, 0.0))
        return min(self.burst, tokens + (monotonic() - at) * self.per_second)

    def take(self, name: str) -> bool:
        """Count one more; False where it is too soon, and then it is not counted."""
        left = self.left(name)
        if left < 1:
            return False
        now = monotonic()
        # By then every bucket that there was at the last sweep is full again, if left alone.
        is_time = (now - self._swept_at) * self.per_second >= self.burst
        if is_time or len(self._buckets) >= REMEMBERED:
            self._forget()
            self._swept_at = now
        self._buckets[name] = left - 1, now
        return True

    def _forget(self) -> None:
        """Let go of those who may do all again; of all, where a crowd of names fills the table."""
        kept = {name: held for name, held in self._buckets.items() if self.left(name) < self.burst}
        self._buckets = kept if len(kept) < REMEMBERED else {}


class Census:
    """How many sockets each person and each address has in this process, and how fast they come.

    An address may be a whole venue's: its people are counted by their own sessions. Sockets that
    turn out to be nobody's are counted by their address; once there are too many of them, only
    those come in from there who have sat in a room of this process before.
    """

    def __init__(self) -> None:
        per_person = settings.HALL_SOCKETS_PER_PERSON
        strangers = max(1.0, settings.HALL_SOCKETS_PER_ADDRESS / 20)
        self._people: Counter[int] = Counter()
        self._addresses: Counter[str] = Counter()
        self._sessions = Pace(burst=per_person * 5, per_second=per_person / 10)
        self._strangers = Pace(burst=strangers, per_second=strangers / 20)
        self._known: dict[str, None] = {}
        rate = settings.HALL_COMMAND_RATE * PERSON_TIMES
        self._commands = Pace(burst=rate * BURST_SECONDS, per_second=rate)

    def may_ask(self, counts_as: int) -> bool:
        """Count a command of this person, through whichever socket: twice what one socket may."""
        return self._commands.take(str(counts_as))

    def come(self, address: str, key: str | None) -> None:
        """Count a socket that is coming in; `key` is what it shows, as yet unproved.

        Raises:
            Refusal: `too_many` from this address, under this key, or of strangers from this
                address; the socket is not counted then.
        """
        if self._addresses[address] >= settings.HALL_SOCKETS_PER_ADDRESS:
            raise Refusal(Code.TOO_MANY)
        if key not in self._known and self._strangers.left(address) < 1:
            raise Refusal(Code.TOO_MANY)
        if key is not None and not self._sessions.take(key):
            raise Refusal(Code.TOO_MANY)
        self._addresses[address] += 1

    def turn_away(self, address: str) -> None:
        """A socket from this address was nobody's."""
        self._strangers.take(address)

    def know(self, key: str | None) -> None:
        """This key has proved to be somebody's."""
        if key is not None:
            self._known.pop(key, None)
            self._known[key] = None  # the latest last
            if len(self._known) > REMEMBERED:
                del self._known[next(iter(self._known))]

    def go(self, address: str) -> None:
        _take_one(self._addresses, address)

    def add_person(self, person_id: int) -> None:
        """Count a person's socket.

        Raises:
            Refusal: `too_many` of this person; it is not counted then.
        """
        if self._people[person_id] >= settings.HALL_SOCKETS_PER_PERSON:
            raise Refusal(Code.TOO_MANY)
        self._people[person_id] += 1

    def remove_person(self, person_id: int) -> None:
        _take_one(self._people, person_id)


def _take_one(counter: Counter[T], key: T) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]
