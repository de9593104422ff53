"""What holds for any stances: order and names do not matter, and a pass moves only its own."""

from typing import Any

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from consultations.analysis.matrix import Stances
from consultations.analysis.opinion_map import OpinionMap, compute_map

Rows = list[tuple[int, int, int]]

seeds = st.integers(0, 2**32 - 1)
slowly = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def rooms(draw: st.DrawFn) -> tuple[Rows, int, int]:
    """Stances of one to three camps in a room of some people and opinions, in any order."""
    people, opinions = draw(st.integers(1, 45)), draw(st.integers(1, 16))
    random = np.random.default_rng(draw(seeds))
    camps = draw(st.integers(1, 3))
    lean = random.normal(0, 1, (camps, opinions))
    mood = lean[random.integers(0, camps, people)] + random.normal(0, 0.5, (people, opinions))
    values = np.where(mood > 0.3, 1, np.where(mood < -0.3, -1, 0))
    rows, cols = np.nonzero(random.random(values.shape) < draw(st.sampled_from([0.3, 0.7, 1.0])))
    order = random.permutation(len(rows))
    found = np.stack([rows + 1, cols + 1, values[rows, cols]], axis=1)[order].tolist()
    return [(person, opinion, value) for person, opinion, value in found], people, opinions


def make(rows: Rows, people: int, opinions: int) -> Stances:
    return Stances.from_rows(rows, roll=range(1, people + 1), agenda=range(1, opinions + 1))


def gap(found: OpinionMap) -> float:
    """How clearly the two components stand out: 0 where their directions are a matter of chance."""
    matrix = found.matrix
    filled = np.zeros(matrix.shape)
    filled[matrix.rows, matrix.cols] = matrix.values - found.mean[matrix.cols]
    levels = np.append(np.linalg.svd(filled, compute_uv=False), [0.0, 0.0, 0.0])[:3]
    return float(min(levels[0] - levels[1], levels[1] - levels[2]))


@slowly
@given(rooms(), seeds)
def test_order_of_arrival_changes_nothing(room: tuple[Rows, int, int], seed: int) -> None:
    rows, people, opinions = room
    order = np.random.default_rng(seed).permutation(len(rows))
    one = compute_map(make(rows, people, opinions)).as_reference_json()
    two = compute_map(make([rows[at] for at in order], people, opinions)).as_reference_json()
    assert one == two


@slowly
@given(rooms(), seeds)
def test_other_people_first_permutes_the_people(room: tuple[Rows, int, int], seed: int) -> None:
    rows, people, opinions = room
    new = np.random.default_rng(seed).permutation(people) + 1
    one = compute_map(make(rows, people, opinions))
    renamed = [(int(new[person - 1]), opinion, value) for person, opinion, value in rows]
    two = compute_map(make(renamed, people, opinions))
    place = new - 1
    assert (one.status, one.reason) == (two.status, two.reason)
    np.testing.assert_allclose(two.mean, one.mean, atol=1e-12)
    assert_counts_agree(one, two, np.arange(opinions))
    assume(gap(one) > 1e-3)
    np.testing.assert_allclose(np.abs(two.axes), np.abs(one.axes), atol=1e-6)
    np.testing.assert_allclose(np.abs(two.projection[place]), np.abs(one.projection), atol=1e-5)
    np.testing.assert_allclose(two.extremity, one.extremity, atol=1e-6)


@slowly
@given(rooms(), seeds)
def test_other_opinions_first_permutes_the_opinions(room: tuple[Rows, int, int], seed: int) -> None:
    rows, people, opinions = room
    new = np.random.default_rng(seed).permutation(opinions) + 1
    one = compute_map(make(rows, people, opinions))
    renamed = [(person, int(new[opinion - 1]), value) for person, opinion, value in rows]
    two = compute_map(make(renamed, people, opinions))
    place = new - 1
    assert (one.status, one.reason) == (two.status, two.reason)
    np.testing.assert_allclose(two.mean[place], one.mean, atol=1e-12)
    assert_counts_agree(one, two, place)
    assume(gap(one) > 1e-3)
    np.testing.assert_allclose(np.abs(two.axes[:, place]), np.abs(one.axes), atol=1e-6)
    np.testing.assert_allclose(np.abs(two.projection), np.abs(one.projection), atol=1e-5)
    np.testing.assert_allclose(two.extremity[place], one.extremity, atol=1e-6)


def assert_counts_agree(one: OpinionMap, two: OpinionMap, place: Any) -> None:
    for mine, theirs in zip(one.matrix.counts(), two.matrix.counts(), strict=True):
        assert theirs[place].tolist() == mine.tolist()


@slowly
@given(seeds)
def test_clear_groups_are_found_whatever_the_order(seed: int) -> None:
    random = np.random.default_rng(seed)
    camp = random.integers(0, 2, 40)
    assume(5 <= camp.sum() <= 35)
    values = np.where((camp[:, None] + np.arange(10) // 5) % 2, 1, -1)
    values[random.random(values.shape) < 0.1] = 0
    rows = [(p + 1, o + 1, int(values[p, o])) for p in range(40) for o in range(10)]
    new = random.permutation(40) + 1
    one = compute_map(make(rows, 40, 10))
    two = compute_map(make([(int(new[p - 1]), o, v) for p, o, v in rows], 40, 10))
    assert len(one.figures.group_ids) == len(two.figures.group_ids)
    pairs = set(zip(one.labels.tolist(), two.labels[new - 1].tolist(), strict=True))
    assert len(pairs) == len(one.figures.group_ids)


@slowly
@given(rooms(), seeds)
def test_a_pass_moves_only_its_own_opinion(room: tuple[Rows, int, int], seed: int) -> None:
    rows, people, opinions = room
    seen = {(person, opinion) for person, opinion, _value in rows}
    unseen = [
        (p, o) for p in range(1, people + 1) for o in range(1, opinions + 1) if (p, o) not in seen
    ]
    assume(unseen)
    person, opinion = unseen[seed % len(unseen)]
    groups = {p: p % 2 for p in range(1, people + 1)}
    before = compute_map(make(rows, people, opinions), groups=groups)
    after = compute_map(make([*rows, (person, opinion, 0)], people, opinions), groups=groups)
    told, now = before.figures, after.figures

    # Nobody's agreement or disagreement changes, and one more person saw the one opinion.
    assert now.agree.tolist() == told.agree.tolist()
    assert now.disagree.tolist() == told.disagree.tolist()
    row = now.group_ids.index(person % 2)
    expected = told.seen.copy()
    expected[row, opinion - 1] += 1
    assert now.seen.tolist() == expected.tolist()

    # The figures of all other opinions stay as they are.
    others = np.arange(opinions) != opinion - 1
    for name in ("pa", "pd", "ra", "rd", "pat", "pdt", "rat", "rdt"):
        assert (getattr(now, name)[:, others] == getattr(told, name)[:, others]).all()
    assert (now.consensus[others] == told.consensus[others]).all()
    assert (after.mean[others] == before.mean[others]).all()

    # On its own opinion a pass draws the mean to 0 and never adds to consensus.
    assert abs(after.mean[opinion - 1]) <= abs(before.mean[opinion - 1])
    assert now.consensus[opinion - 1] < told.consensus[opinion - 1]
    assert now.rejection[opinion - 1] < told.rejection[opinion - 1]


@slowly
@given(rooms())
def test_a_pass_on_an_opinion_moderated_out_moves_nobody(room: tuple[Rows, int, int]) -> None:
    rows, people, opinions = room
    gone = opinions + 1

    def place(more: Rows) -> OpinionMap:
        return compute_map(
            Stances.from_rows(
                [*rows, *more],
                roll=range(1, people + 1),
                agenda=range(1, gone + 1),
                moderated=[gone],
            ),
            groups={},
        )

    before, after = place([]), place([(1, gone, 0)])
    assert (after.mean == before.mean).all()
    np.testing.assert_allclose(after.axes, before.axes, atol=1e-9)
    np.testing.assert_allclose(after.projection, before.projection, atol=1e-9)


@slowly
@given(rooms(), rooms(), seeds)
def test_any_earlier_state_is_a_good_start(
    room: tuple[Rows, int, int], earlier: tuple[Rows, int, int], seed: int
) -> None:
    before = compute_map(make(*earlier), seed=seed)
    cold, warm = compute_map(make(*room)), compute_map(make(*room), before)
    assert warm.status == cold.status
    assert np.isfinite(warm.projection).all()
    np.testing.assert_allclose(warm.explained, cold.explained, atol=1e-9)
    in_a_group = warm.labels >= 0
    assert in_a_group.tolist() == (cold.labels >= 0).tolist()
    again = compute_map(make(*room), before)
    assert again.as_reference_json() == warm.as_reference_json()
