"""What is kept of a map and drawn from it: coarse, unnamed, and nothing of small groups."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.analysis.matrix import Stances
from consultations.analysis.opinion_map import compute_map
from consultations.analysis.picture import ROOM, letter_place, outline, picture

Points = list[tuple[int, int]]


@pytest.fixture(scope="module")
def drawn(camps: Callable[..., Stances]) -> dict[str, Any]:
    return picture(compute_map(camps((30, 20))))


def test_everybody_is_one_dot_on_the_grid(drawn: dict[str, Any]) -> None:
    assert sum(count for *_spot, count in drawn["dots"]) == 50
    coordinates = [value for x, y, *_rest in drawn["dots"] for value in (x, y)]
    assert all(type(value) is int and -100 <= value <= 100 for value in coordinates)
    assert max(map(abs, coordinates)) == 100


def test_counts(drawn: dict[str, Any]) -> None:
    counts = {name: drawn[name] for name in ("status", "reason", "people", "opinions", "settled")}
    assert counts == {
        "status": "ready",
        "reason": "",
        "people": 50,
        "opinions": 20,
        "settled": 50,
    }


def test_places_are_those_of_the_dots(drawn: dict[str, Any]) -> None:
    spots = {tuple(dot[:3]) for dot in drawn["dots"]}
    assert {tuple(place[:3]) for place in drawn["places"].values()} == spots
    assert set(drawn["places"]) == {str(person) for person in range(1, 51)}
    assert sum(stances for *_place, stances in drawn["places"].values()) == drawn["stances"]


def test_only_places_know_people(drawn: dict[str, Any]) -> None:
    kept_back = {"places", "apart", "priority"}
    shared = {name: value for name, value in drawn.items() if name not in kept_back}
    assert "person" not in json.dumps(shared)
    assert all(len(dot) == 4 for dot in shared["dots"])


def test_outline_surrounds_the_group(drawn: dict[str, Any]) -> None:
    for group in drawn["groups"]:
        members = {(x, y) for x, y, of, _count in drawn["dots"] if of == group["group"]}
        assert set(group["outline"]) <= members
        assert outline([*members, tuple(group["centre"])]) == group["outline"]


@pytest.mark.parametrize(
    "members",
    [
        [(-40, 0), (0, 40), (40, 0), (0, -40), (0, 0)],
        [(60, -80), (90, -70), (85, -10), (88, 0), (84, 6), (90, 12), (20, 80)],
    ],
)
def test_letter_stands_clear_of_dots(members: Points) -> None:
    x, y = letter_place(members, members)
    assert all((x - at) ** 2 + (y - down) ** 2 >= ROOM**2 for at, down in members)
    assert outline([*members, (x, y)]) == outline(members)


@pytest.mark.parametrize(
    ("members", "place"),
    [([(3, 4)], (3, 4)), ([(0, 0), (10, 20)], (5, 10)), ([(0, 0), (1, 0), (0, 1)], (0, 0))],
)
def test_letter_stands_in_the_middle_where_there_is_no_room(members: Points, place: Any) -> None:
    assert letter_place(members, members) == place


def test_small_groups_have_no_picture(camps: Callable[..., Stances]) -> None:
    found = compute_map(camps((30, 3), noise=0.1))
    small = [
        group
        for group, size in zip(found.figures.group_ids, found.figures.sizes, strict=True)
        if size < 5
    ]
    drawn = picture(found)
    assert small
    assert [group["size"] for group in drawn["groups"]] == [30]
    assert sum(count for _x, _y, group, count in drawn["dots"] if group is None) == 3
    told = json.dumps([drawn["groups"], drawn["uniting"], drawn["dividing"]])
    assert not [group for group in small if f'"group": {group},' in told]


def test_groups_shown_never_leave_a_small_one_over(camps: Callable[..., Stances]) -> None:
    found = compute_map(camps((16, 12, 3), noise=0.1))
    small = [
        group
        for group, size in zip(found.figures.group_ids, found.figures.sizes, strict=True)
        if size < 5
    ]
    assert small
    drawn = picture(found)
    assert len(drawn["apart"]) == 3
    everyone = found.matrix.counts()[2]
    spoken_of: dict[int, dict[int, int]] = {}
    for one in (*drawn["uniting"], *drawn["dividing"]):
        told = {each["group"]: each["seen"] for each in one["groups"]}
        spoken_of.setdefault(one["opinion"], {}).update(told)
    for group in drawn["groups"]:
        for one in group["representative"]:
            spoken_of.setdefault(one["opinion"], {})[group["group"]] = one["seen"]
    assert any(spoken_of.values())
    for opinion, told in spoken_of.items():
        place = found.matrix.opinions.tolist().index(opinion)
        assert not 0 < int(everyone[place]) - sum(told.values()) < 5, opinion


def test_what_divides_comes_with_the_figures_of_both_sides(camps: Callable[..., Stances]) -> None:
    found = compute_map(camps((9, 6), noise=0.2, seen=0.8))
    sides = {one.opinion: {one.agreeing_group, one.other_group} for one in found.dividing}
    drawn = picture(found)["dividing"]
    assert 0 < len(drawn) < len(found.dividing)
    for one in drawn:
        assert {each["group"] for each in one["groups"]} >= sides[one["opinion"]]


@pytest.mark.parametrize("people", [0, 1, 10])
def test_nothing_is_drawn_too_early(people: int) -> None:
    rows = [(p, o, (p + o) % 3 - 1) for p in range(people) for o in range(9)]
    drawn = picture(compute_map(Stances.from_rows(rows)))
    assert drawn["status"] != "ready"
    assert drawn["dots"] == drawn["groups"] == drawn["uniting"] == drawn["dividing"] == []
    assert {tuple(place) for place in drawn["places"].values()} <= {(0, 0, None, 9)}
    json.dumps(drawn, allow_nan=False)


def test_outline_of_a_square() -> None:
    square = [(0, 0), (4, 0), (4, 4), (0, 4)]
    assert outline([*square, (2, 2), (2, 0), (0, 0)]) == square


@pytest.mark.parametrize("points", [[], [(1, 2)], [(1, 2), (3, 4)]])
def test_outline_of_few_points(points: Points) -> None:
    assert outline(points) == points


grid = st.tuples(st.integers(-100, 100), st.integers(-100, 100))


@given(st.lists(grid, min_size=3, max_size=30))
def test_outline_is_convex_and_holds_every_point(points: Points) -> None:
    around = outline(points)
    assert set(around) <= set(points)
    for (x1, y1), (x2, y2) in zip(around, [*around[1:], *around[:1]], strict=True):
        for x, y in points:
            assert (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) >= 0 or len(around) < 3
