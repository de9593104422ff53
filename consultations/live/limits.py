"""How much one client may ask of the hall."""

import time
from collections import Counter
from typing import TypeVar

from django.conf import settings

from hall.errors import Code, Refusal

BURST_SECONDS = 2
PATIENCE = 50

T = TypeVar("T")


class Flood(Exception):
    """The client goes on although it was told to slow down: it is cut with 4009."""


class CommandLimit:
    """A token bucket for one socket: `HALL_COMMAND_RATE` commands a second, in bursts of 2 s."""

    __slots__ = ("_at", "_refused", "_tokens")

    def __init__(self) -> None:
        self._tokens = float(settings.HALL_COMMAND_RATE * BURST_SECONDS)
        self._at = time.monotonic()
        self._refused = 0

    def take(self) -> None:
        """Count one command.

        Raises:
            Refusal: `too_many` beyond the rate.
            Flood: after 50 commands in a row beyond the rate.
        """
        now = time.monotonic()
        rate = settings.HALL_COMMAND_RATE
        self._tokens = min(rate * BURST_SECONDS, self._tokens + (now - self._at) * rate)
        self._at = now
        if self._tokens >= 1:
            self._tokens -= 1
            self._refused = 0
            return
        self._refused += 1
        if self._refused > PATIENCE:
            raise Flood
        raise Refusal(Code.TOO_MANY)


class Census:
    """How many sockets each person and each address has in this process."""

    def __init__(self) -> None:
        self._people: Counter[int] = Counter()
        self._addresses: Counter[str] = Counter()

    def add_address(self, address: str) -> None:
        """Count a socket that is coming in.

        Raises:
            Refusal: `too_many` from this address; it is not counted then.
        """
        if self._addresses[address] >= settings.HALL_SOCKETS_PER_ADDRESS:
            raise Refusal(Code.TOO_MANY)
        self._addresses[address] += 1

    def add_person(self, person_id: int) -> None:
        """Count a person's socket.

        Raises:
            Refusal: `too_many` of this person; it is not counted then.
        """
        if self._people[person_id] >= settings.HALL_SOCKETS_PER_PERSON:
            raise Refusal(Code.TOO_MANY)
        self._people[person_id] += 1

    def remove_address(self, address: str) -> None:
        _take_one(self._addresses, address)

    def remove_person(self, person_id: int) -> None:
        _take_one(self._people, person_id)


def _take_one(counter: Counter[T], key: T) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]
