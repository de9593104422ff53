"""Nobody has a better place in the rounds than the others."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from bench.turns import in_turn


def orders(things, rounds):
    return [in_turn(things, number) for number in range(rounds)]


@pytest.mark.parametrize("many", [1, 2, 3, 10])
def test_everyone_has_one_turn_a_round(many):
    assert all(sorted(order) == list(range(many)) for order in orders(range(many), 12))


def test_two_are_the_first_in_as_many_rounds():
    assert orders("ab", 4) == [list("ab"), list("ba"), list("ba"), list("ab")]


def test_three_come_in_each_of_their_orders():
    assert len({tuple(order) for order in orders("abc", 6)}) == 6


def test_of_ten_nobody_comes_twice_to_one_place_or_always_after_the_same():
    found = orders(range(10), 5)
    places = [[order.index(thing) for order in found] for thing in range(10)]
    assert all(Counter(mine).most_common(1)[0][1] <= 2 for mine in places)
    assert all(max(mine) - min(mine) >= 5 for mine in places)
    followed = Counter(pair for order in found for pair in pairwise(order))
    assert max(followed.values()) <= 3


def test_no_round_begins_that_would_not_fit(world):
    world.size = replace(world.size, budget=0.0)
    assert list(world.rounds("ab", at_most=3, share=0.5)) == [(0, ["a", "b"])]


def test_rounds_come_with_their_numbers_and_changing_orders(world):
    assert list(world.rounds("ab", at_most=2, share=1.0)) == [(0, ["a", "b"]), (1, ["b", "a"])]
