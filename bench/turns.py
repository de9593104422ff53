"""Who comes after whom in a round."""

from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


def in_turn(things: Sequence[Thing], number: int) -> list[Thing]:
    """The order of the round with this number (from 0 on), another one than in the round before.

    Forwards and backwards by turns, so that nobody always comes after the same one, each pair of
    rounds beginning further on, so that nobody is always in the middle: two things take turns at
    being the first, three go through all of their orders.
    """
    start = number // 2 * max(1, len(things) // 3) % max(1, len(things))
    order = [*things[start:], *things[:start]]
    return order[::-1] if number % 2 else order
