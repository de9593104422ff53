"""What the stances tell, with its floor and its intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.analysis.matrix import Ints, Matrix, Stances, build_matrix
from consultations.analysis.proportions import one_proportion, two_proportions, wilson
from consultations.analysis.telling import (
    dividing,
    figures,
    priority,
    representative,
    show_next,
    uniting,
)


def votes(*columns: tuple[str, str]) -> tuple[Matrix, Ints]:
    """A matrix from one pair of strings an opinion: the stances of group 0, and of group 1.

    + agrees, - disagrees, 0 passes, a dot is unseen.
    """
    meaning = {"+": 1, "-": -1, "0": 0}
    labels = np.repeat([0, 1], [len(columns[0][0]), len(columns[0][1])])
    rows = [
        (person, opinion, meaning[mark])
        for opinion, pair in enumerate(columns)
        for person, mark in enumerate("".join(pair))
        if mark != "."
    ]
    roll, agenda = range(len(labels)), range(len(columns))
    return build_matrix(Stances.from_rows(rows, roll=roll, agenda=agenda)), labels


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        # R: prop.test(k, n, correct = FALSE)$conf.int
        (5, 10, 0.2365931, 0.7634069),
        (9, 10, 0.5958500, 0.9821238),
        (0, 20, 0.0, 0.1611252),
        (20, 20, 0.8388748, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson_interval(hits: int, of: int, low: float, high: float) -> None:
    found = wilson(hits, of)
    assert found[0] == pytest.approx(low, abs=1e-6)
    assert found[1] == pytest.approx(high, abs=1e-6)


@given(st.integers(0, 500), st.integers(0, 500))
def test_wilson_interval_holds_the_share(hits: int, others: int) -> None:
    of = hits + others
    low, high = wilson(hits, of)
    assert 0 <= low <= high <= 1
    if of:
        assert low <= hits / of + 1e-12
        assert high >= hits / of - 1e-12


def test_z_of_everybody_hitting_is_nothing() -> None:
    hits = np.array([3, 0])
    assert two_proportions(hits, np.array([3, 3]), np.array([8, 8]), np.array([8, 8]))[0] == 0.0
    assert one_proportion(np.array([0]), np.array([0]))[0] == pytest.approx(1.0)


def test_group_informed_consensus_is_the_product_over_the_groups() -> None:
    matrix, labels = votes(("++-0.", "+++."))
    told = figures(matrix, labels)
    assert told.consensus[0] == pytest.approx((3 / 6) * (4 / 5))
    assert told.rejection[0] == pytest.approx((2 / 6) * (1 / 5))
    assert told.sizes == (5, 4)


def test_the_rest_is_everybody_else_in_a_group() -> None:
    matrix, labels = votes(("++++", "----"), ("++++", "++++"))
    labels[7] = -1
    told = figures(matrix, labels)
    expected = two_proportions(np.array([4]), np.array([4]), np.array([0]), np.array([3]))
    assert told.rat[0, 0] == pytest.approx(float(expected[0]))
    assert told.seen[1].tolist() == [3, 3]


def test_a_group_is_represented_by_what_sets_it_apart() -> None:
    matrix, labels = votes(
        ("+-" * 6, "+-" * 6), ("+" * 12, "-" * 12), ("-" * 12, "+" * 12), ("0" * 12, "0" * 12)
    )
    first, second = representative(matrix, figures(matrix, labels))
    assert [(one.opinion, one.sets_apart) for one in first] == [(1, "agree"), (2, "disagree")]
    assert [(one.opinion, one.sets_apart) for one in second] == [(2, "agree"), (1, "disagree")]
    assert first[0].stance == "agree"
    assert (first[0].agree, first[0].disagree, first[0].seen) == (12, 0, 12)
    assert first[0].low == pytest.approx(wilson(12, 12)[0])


def test_what_a_group_agrees_on_most_has_a_place_among_what_sets_it_apart() -> None:
    matrix, labels = votes(("+" * 12, "+" * 12), ("+" * 12, "-" * 12), ("-" * 12, "+" * 12))
    first, _second = representative(matrix, figures(matrix, labels))
    assert [one.opinion for one in first] == [0, 1, 2]


def test_what_was_moderated_out_represents_nobody() -> None:
    rows = [(p, o, 1 if (p < 12) == (o == 1) else -1) for p in range(24) for o in (1, 2)]
    matrix = build_matrix(Stances.from_rows(rows, moderated=[1]))
    told = figures(matrix, np.repeat([0, 1], 12))
    shown = {one.opinion for group in representative(matrix, told) for one in group}
    assert shown == {2}
    assert {one.opinion for one in dividing(matrix, told, np.array([True, True]))} == {2}


def test_the_stance_of_a_group_is_what_more_of_it_take() -> None:
    # Most of group 1 agree, yet less than group 0: it stands out by its disagreement.
    matrix, labels = votes(("+" * 40, "+" * 30 + "-" * 10))
    (_first, second) = representative(matrix, figures(matrix, labels))
    assert [(one.sets_apart, one.stance) for one in second] == [("disagree", "agree")]


def test_what_a_group_agrees_with_sets_it_apart_by_agreement_though_few_there_disagree() -> None:
    # Nobody of the rest disagrees, half of them pass: both shares of group 0 stand out.
    matrix, labels = votes(("+" * 20 + "-" * 5, "+" * 30 + "0" * 30), ("0" * 25, "0" * 60))
    told = figures(matrix, labels)
    assert told.rdt[0, 0] > told.rat[0, 0] > 1.2816
    ((only,), _second) = representative(matrix, told)
    assert (only.opinion, only.sets_apart, only.stance) == (0, "agree", "agree")


def test_nothing_represents_groups_that_only_pass() -> None:
    matrix, labels = votes(("000000", "000000"))
    assert representative(matrix, figures(matrix, labels)) == ((), ())


@pytest.mark.parametrize("voters", range(2, 9))
@pytest.mark.parametrize("mark", ["+", "-"])
def test_two_to_eight_voters_are_no_consensus(voters: int, mark: str) -> None:
    half = voters // 2
    first = (mark * half).ljust(20, ".")
    second = (mark * (voters - half)).ljust(20, ".")
    matrix, labels = votes((first, second), ("0" * 20, "0" * 20))
    assert uniting(matrix, figures(matrix, labels)) == ()


@pytest.mark.parametrize(("mark", "stance"), [("+", "agree"), ("-", "disagree")])
def test_nine_of_one_mind_are_a_consensus(mark: str, stance: str) -> None:
    matrix, labels = votes(((mark * 5).ljust(20, "."), (mark * 4).ljust(20, ".")))
    (found,) = uniting(matrix, figures(matrix, labels))
    assert (found.stance, found.seen) == (stance, 9)
    assert found.score == pytest.approx(6 / 7 * 5 / 6)
    assert found.low == pytest.approx(wilson(9, 9)[0])


def test_passes_do_not_fill_the_floor() -> None:
    matrix, labels = votes(("++++0", "++++0"))
    assert uniting(matrix, figures(matrix, labels)) == ()


def test_nothing_unites_while_a_group_is_against_it_or_has_not_seen_it() -> None:
    matrix, labels = votes(("+" * 40, "--+"), ("+" * 40, "..."), ("+" * 40, "+++"))
    assert [one.opinion for one in uniting(matrix, figures(matrix, labels))] == [2]


def test_a_narrow_majority_everywhere_is_no_consensus() -> None:
    # 24 of 40 agree, twelve of twenty in either group: the interval reaches below one half.
    matrix, labels = votes(("+" * 12 + "-" * 8, "+" * 12 + "-" * 8))
    assert uniting(matrix, figures(matrix, labels)) == ()


def test_what_unites_most_comes_first() -> None:
    matrix, labels = votes(("+" * 16 + "----", "+" * 20), ("+" * 20, "+" * 20))
    assert [one.opinion for one in uniting(matrix, figures(matrix, labels))] == [1, 0]


def test_what_divides_most_comes_first() -> None:
    matrix, labels = votes(
        ("+" * 14 + "-" * 6, "-" * 14 + "+" * 6), ("-" * 20, "+" * 20), ("+" * 20, "+" * 20)
    )
    found = dividing(matrix, figures(matrix, labels), np.array([True, True]))
    assert [(one.opinion, one.agreeing_group, one.other_group) for one in found] == [
        (1, 1, 0),
        (0, 0, 1),
    ]
    assert found[0].gap == pytest.approx(21 / 22 - 1 / 22)


def test_a_group_that_is_not_described_does_not_divide() -> None:
    matrix, labels = votes(("+" * 20, "----"))
    assert dividing(matrix, figures(matrix, labels), np.array([True, False])) == ()


def test_four_against_four_do_not_divide() -> None:
    matrix, labels = votes(("++++......", "----......"))
    assert dividing(matrix, figures(matrix, labels), np.array([True, True])) == ()


def test_priority_falls_with_passes_and_with_what_is_known() -> None:
    agree, disagree = np.array([5, 5, 0, 50]), np.array([0, 0, 0, 0])
    seen, far = np.array([5, 10, 0, 50]), np.zeros(4)
    found = priority(agree, disagree, seen, far)
    assert found[0] > found[1]
    assert found[0] > found[3]
    assert found[2] == pytest.approx((0.5 * 0.5 * 9) ** 2)


def test_show_next_draws_what_is_unseen_by_its_priority() -> None:
    opinions, weights = np.array([10, 20, 30, 40]), np.array([1.0, 3.0, 0.0, 1000.0])
    drawn = [show_next(opinions, weights, {40}, seed=seed)[0] for seed in range(2000)]
    assert set(drawn) == {10, 20}
    assert drawn.count(20) / 2000 == pytest.approx(0.75, abs=0.04)
    assert set(show_next(opinions, weights, set(), count=9)) == {10, 20, 40}
    assert show_next(opinions, weights, set(opinions.tolist())) == ()
    assert show_next(opinions, weights, {40}, seed=4) == show_next(opinions, weights, {40}, seed=4)


def test_show_next_keeps_its_order_while_opinions_are_seen_and_new_ones_come() -> None:
    opinions, weights = np.arange(30), np.linspace(1, 9, 30)
    order = show_next(opinions, weights, set(), count=30, seed=7)
    left = show_next(opinions, weights, set(order[:5]) | {order[9]}, count=30, seed=7)
    assert left == tuple(one for one in order[5:] if one != order[9])
    more = show_next(np.arange(31), np.append(weights, 5.0), set(), count=31, seed=7)
    assert tuple(one for one in more if one != 30) == order
