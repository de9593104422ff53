"""One call from stances to the map: honest where there is little, steady where there was one."""

import dataclasses
import json
from collections.abc import Callable

import numpy as np
import pytest

from consultations.analysis.matrix import AnalysisRefused, Stances
from consultations.analysis.opinion_map import OpinionMap, compute_map
from consultations.analysis.state import MapState
from consultations.analysis.telling import priority

Rows = list[tuple[int, int, int]]


def everybody(people: int, opinions: int, value: Callable[[int, int], int]) -> Rows:
    return [(p, o, value(p, o)) for p in range(people) for o in range(opinions)]


def assert_nothing_is_described(found: OpinionMap) -> None:
    assert found.status != "ready"
    assert found.reason
    assert (found.portraits, found.uniting, found.dividing, found.dots()) == ((), (), (), ())


@pytest.mark.parametrize(
    ("stances", "reason"),
    [
        (Stances.from_rows([]), "nobody"),
        (Stances.from_rows([], roll=range(50)), "no_opinions"),
        (Stances.from_rows([], agenda=range(50)), "nobody"),
        (Stances.from_rows([], roll=range(50), agenda=range(50)), "no_stances"),
        (Stances.from_rows([(1, 1, 1)]), "all_the_same"),
        (Stances.from_rows(everybody(1, 30, lambda _p, o: o % 3 - 1)), "all_the_same"),
        (Stances.from_rows(everybody(30, 10, lambda _p, _o: 1)), "all_the_same"),
        (Stances.from_rows(everybody(30, 10, lambda _p, _o: 0)), "all_the_same"),
        (Stances.from_rows(everybody(2, 9, lambda p, _o: p)), "too_few_positions"),
        (
            Stances.from_rows(everybody(30, 2, lambda p, _o: p % 3 - 1), moderated=[0, 1]),
            "no_opinions",
        ),
    ],
)
def test_not_enough_is_said(stances: Stances, reason: str) -> None:
    found = compute_map(stances)
    assert (found.status, found.reason) == ("not_enough", reason)
    assert_nothing_is_described(found)
    assert set(found.as_reference_json()["groups"]) <= {None}
    json.dumps(found.as_reference_json(), allow_nan=False)
    # The next recompute, with enough stances, starts from this state without harm.
    later = compute_map(Stances.from_rows(everybody(40, 9, lambda p, o: p % 2 or -1)), found)
    assert later.status == "ready"


def test_one_opinion_is_too_early() -> None:
    found = compute_map(Stances.from_rows(everybody(60, 1, lambda p, _o: p % 3 - 1)))
    assert found.status == "too_early"
    assert_nothing_is_described(found)


@pytest.mark.parametrize(
    ("people", "opinions", "status"),
    [(14, 7, "too_early"), (15, 6, "too_early"), (15, 7, "ready")],
)
def test_fifteen_people_with_seven_stances_each(people: int, opinions: int, status: str) -> None:
    # All agree with opinion 0: it would unite, were it not too early.
    rows = everybody(people, opinions, lambda p, o: 1 if o == 0 or (p + o // 4) % 2 else -1)
    found = compute_map(Stances.from_rows(rows))
    assert found.status == status
    assert {one.opinion for one in found.uniting} == ({0} if status == "ready" else set())
    if status != "ready":
        assert_nothing_is_described(found)
        assert found.reason == "too_few_people_with_enough_stances"


def test_groups_under_five_are_not_described(camps: Callable[..., Stances]) -> None:
    groups = {person: 0 if person <= 30 else 1 for person in range(1, 35)}
    found = compute_map(camps((30, 4), 20, noise=0.1), groups=groups)
    assert found.figures.sizes == (30, 4)
    (portrait,) = found.portraits
    assert portrait.size == 30
    assert found.dividing == ()
    small = {dot.group for dot in found.dots()} - {portrait.group}
    assert small == {None}


def test_dots_bear_no_names(camps: Callable[..., Stances]) -> None:
    found = compute_map(camps())
    dots = found.dots()
    assert len(dots) == int((found.labels >= 0).sum())
    assert [(dot.x, dot.y) for dot in dots] == sorted((dot.x, dot.y) for dot in dots)
    assert {field.name for field in dataclasses.fields(dots[0])} == {"x", "y", "group"}


def test_a_person_who_said_nothing_has_no_place(camps: Callable[..., Stances]) -> None:
    stances = camps()
    roll = [*range(1, 51), 77]
    silent = Stances.from_arrays(stances.people, stances.opinions, stances.values, roll=roll)
    found = compute_map(silent)
    assert found.labels[-1] == -1
    assert len(found.dots()) == 50


def test_the_same_input_and_seed_give_the_same_map(camps: Callable[..., Stances]) -> None:
    for seed in (0, 7):
        one = compute_map(camps(), seed=seed).as_reference_json()
        two = compute_map(camps(), seed=seed).as_reference_json()
        assert one == two


def test_recompute_of_the_same_stances_changes_nothing(camps: Callable[..., Stances]) -> None:
    cold = compute_map(camps((40, 30, 20), 150))
    warm = compute_map(camps((40, 30, 20), 150), cold)
    for name in ("mean", "axes", "projection", "extremity", "priority"):
        np.testing.assert_allclose(getattr(warm, name), getattr(cold, name), atol=1e-9)
    assert warm.labels.tolist() == cold.labels.tolist()


def test_the_map_does_not_flip_when_stances_come(camps: Callable[..., Stances]) -> None:
    stances = camps((40, 30), 20)
    cut = len(stances.people) - 60
    earlier = compute_map(
        Stances.from_arrays(
            stances.people[:cut], stances.opinions[:cut], stances.values[:cut], roll=range(1, 71)
        )
    )
    mirrored = MapState(
        {opinion: (-x, -y) for opinion, (x, y) in earlier.state.axes.items()}, earlier.state.groups
    )
    later, flipped = compute_map(stances, earlier), compute_map(stances, mirrored)
    assert (np.sum(later.axes * earlier.axes, axis=1) > 0).all()
    np.testing.assert_allclose(flipped.axes, -later.axes, atol=1e-9)
    common = later.labels[:40]
    assert common.tolist() == earlier.labels[:40].tolist()


def test_state_survives_as_json(camps: Callable[..., Stances]) -> None:
    first = compute_map(camps())
    restored = MapState.from_json(first.state.to_json())
    direct, through = compute_map(camps(), first), compute_map(camps(), restored)
    assert direct.as_reference_json() == through.as_reference_json()
    assert restored.groups.labels == first.state.groups.labels
    assert restored.to_json() == first.state.to_json()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", '{"axes": {"1": [NaN, 0]}}', '{"axes": {"1": [1]}}'],
)
def test_a_broken_state_is_refused(text: str) -> None:
    with pytest.raises(AnalysisRefused) as refused:
        MapState.from_json(text)
    assert refused.value.code == "bad_state"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("axes", '{"1": [NaN, 0.0]}'),
        ("axes", '{"1": [1e999, 0.0]}'),
        ("centres", '{"2": [[0, 0]]}'),
        ("centres", '{"2": [[0, 0], [-1e999, 0]]}'),
        ("labels", '{"1": 0, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5}'),
        ("shown", '"x"'),
    ],
)
def test_a_state_with_one_bad_part_is_refused(
    key: str, value: str, camps: Callable[..., Stances]
) -> None:
    state = json.loads(compute_map(camps()).state.to_json())
    broken = json.dumps({**state, key: "here"}).replace('"here"', value)
    with pytest.raises(AnalysisRefused) as refused:
        MapState.from_json(broken)
    assert refused.value.code == "bad_state"


def test_opinions_moderated_out_are_never_told(camps: Callable[..., Stances]) -> None:
    stances = camps((30, 20), 20, noise=0.1)
    open_map = compute_map(stances)
    told = {one.opinion for one in (*open_map.uniting, *open_map.dividing)}
    told |= {one.opinion for portrait in open_map.portraits for one in portrait.representative}
    assert told
    closed = compute_map(
        Stances.from_arrays(
            stances.people,
            stances.opinions,
            stances.values,
            agenda=range(1, 21),
            moderated=sorted(told),
        )
    )
    now = {one.opinion for one in (*closed.uniting, *closed.dividing)}
    now |= {one.opinion for portrait in closed.portraits for one in portrait.representative}
    assert not now & told


def test_given_groups_take_the_place_of_the_clustering(camps: Callable[..., Stances]) -> None:
    groups = {person: (4 if person > 30 else 2) for person in range(1, 45)}
    found = compute_map(camps(), groups={**groups, 45: None})
    assert found.figures.group_ids == (2, 4)
    assert found.figures.sizes == (30, 14)
    assert (found.labels[44:] == -1).all()
    with pytest.raises(AnalysisRefused) as refused:
        compute_map(camps(), groups={1: 0, 12345: 1})
    assert refused.value.code == "unknown_person"
    with pytest.raises(AnalysisRefused) as refused:
        compute_map(camps(), groups={1: -1})
    assert refused.value.code == "bad_group"


def test_priority_counts_everybody_while_there_are_no_groups() -> None:
    found = compute_map(Stances.from_rows([(1, 1, 1), (2, 1, 1), (1, 2, 1)], agenda=[1, 2, 3]))
    assert found.status == "not_enough"
    counted, none = np.array([2, 1, 0]), np.zeros(3)
    np.testing.assert_allclose(found.priority, priority(counted, none, counted, none))


def test_json_is_plain(camps: Callable[..., Stances]) -> None:
    found = compute_map(camps((40, 30, 3), 30)).as_reference_json()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert len(found["groups"]) == len(found["participant_ids"]) == len(found["projection"]) == 73
    assert len(found["mean"]) == len(found["statement_ids"]) == 30
