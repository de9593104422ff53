"""The map as plain data: what is kept of a computation, and what screens are drawn from.

Coordinates are whole numbers from -100 to 100, the same scale both ways and coarse enough that a
dot tells no more than roughly where somebody stands.
"""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np

from consultations.analysis.disclosure import may_be_shown
from consultations.analysis.groups import ENOUGH_STANCES
from consultations.analysis.matrix import Ints
from consultations.analysis.opinion_map import OpinionMap
from consultations.analysis.proportions import wilson
from consultations.analysis.telling import Dividing, Uniting

EXTENT = 100
MOST_TOLD = 6
# How far a group's letter may stand from its middle, by which steps, and the room that it needs.
ASIDE, STEP, ROOM = 28, 4, 13

Point = tuple[int, int]


def picture(found: OpinionMap) -> dict[str, Any]:
    """What is to be kept of a map, fit for JSON.

    ``places`` (person id ↦ [x, y, group or null, stances]) is for each of them alone, and means
    something only where the map is ready; ``apart`` (person ids of the groups that are not
    described) and ``priority`` (opinion id ↦ odds of being shown next) are for nobody to see. The
    rest is for all:
    ``status``, ``reason``; ``people``, ``opinions`` (with stances, not moderated out), ``stances``
    and ``settled`` (people with 7 stances) are counts; ``dots`` are [x, y, group or null, how many
    people]; ``groups``, ``uniting`` and ``dividing`` as in `OpinionMap`, with shares, ``dividing``
    only where the figures of both groups may be shown.
    """
    seen = found.matrix.seen_by_person()
    ready = found.status == "ready"
    described = [one.group for one in found.portraits]
    groups = [label if label in described else None for label in found.labels.tolist()]
    spots: list[Point] = list(map(tuple, _on_grid(found).tolist()))
    # Somebody in no group is no dot: nobody else learns of a place that few stances made.
    dots = Counter(
        (spot, group)
        for spot, group, label in zip(spots, groups, found.labels.tolist(), strict=True)
        if label >= 0 and ready
    )
    members = {one: [spot for spot, group in dots if group == one] for one in described}
    places = {
        str(person): [*spot, group, count]
        for person, spot, group, count in zip(
            found.matrix.people.tolist(), spots, groups, seen.tolist(), strict=True
        )
    }
    shown = _shown(found)
    # Saying that they differ would tell of a group whose figures are kept back.
    comparable = [
        one for one in found.dividing if {one.agreeing_group, one.other_group} <= shown(one.opinion)
    ]
    return {
        "status": found.status,
        "reason": found.reason,
        "people": int((seen > 0).sum()),
        "opinions": int(((found.matrix.counts()[2] > 0) & ~found.matrix.moderated).sum()),
        "stances": len(found.matrix.values),
        "settled": int((seen >= ENOUGH_STANCES).sum()),
        "dots": [[*spot, group, dots[spot, group]] for spot, group in sorted(dots, key=_place)],
        "groups": [
            {
                "group": one.group,
                "size": one.size,
                "centre": letter_place(members[one.group], [spot for spot, _group in dots]),
                "outline": outline(members[one.group]),
                "representative": [
                    asdict(each) for each in one.representative if one.group in shown(each.opinion)
                ],
            }
            for one in found.portraits
        ],
        "uniting": [_with_groups(found, one, shown) for one in found.uniting[:MOST_TOLD]],
        "dividing": [_with_groups(found, one, shown) for one in comparable[:MOST_TOLD]],
        "places": places,
        "apart": [
            person
            for person, label in zip(
                found.matrix.people.tolist(), found.labels.tolist(), strict=True
            )
            if label >= 0 and label not in described
        ],
        "priority": {
            str(opinion): round(odds, 3)
            for opinion, odds in zip(
                found.matrix.opinions.tolist(), found.priority.tolist(), strict=True
            )
        },
    }


def outline(points: list[Point]) -> list[Point]:
    """The convex hull of the points, anticlockwise (Andrew 1979); fewer than three as they are."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    return [*_chain(ordered), *_chain(ordered[::-1])]


def letter_place(members: list[Point], dots: list[Point]) -> Point:
    """Where a group's letter can be read: within the hull of its members, clear of all dots or as
    far from them as may be near the middle, and then nearest to the middle.
    """
    hull, middle = np.array(outline(members)), np.rint(np.mean(members, axis=0)).astype(np.int64)
    steps = np.arange(-ASIDE, ASIDE + 1, STEP)
    places = middle + np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    along, beside = np.roll(hull, -1, axis=0) - hull, places[:, None] - hull
    within = along[:, 0] * beside[:, :, 1] >= along[:, 1] * beside[:, :, 0]
    inside = within.all(axis=1) & (len(hull) > 2)
    # A hull of one or two points has no inside, and a slim one nothing on the grid.
    places = places[inside] if inside.any() else middle[None]
    room = np.sqrt(((places[:, None] - np.array(dots)) ** 2).sum(axis=2).min(axis=1))
    aside = ((places - middle) ** 2).sum(axis=1)
    x, y = places[np.lexsort((aside, -np.minimum(room, ROOM)))[0]].tolist()
    return x, y


def _chain(ordered: list[Point]) -> list[Point]:
    """One side of the hull, without its last point."""
    side: list[Point] = []
    for x, y in ordered:
        while len(side) > 1:
            (x1, y1), (x2, y2) = side[-2:]
            if (x2 - x1) * (y - y1) > (y2 - y1) * (x - x1):
                break
            side.pop()
        side.append((x, y))
    return side[:-1]


def _on_grid(found: OpinionMap) -> Ints:
    """Everybody's place (n, 2); the dots fill the grid, and who is further out is at its edge."""
    if not (dots := found.dots()):
        return np.zeros((len(found.projection), 2), dtype=np.int64)
    shown = np.array([(dot.x, dot.y) for dot in dots])
    low, high = shown.min(axis=0), shown.max(axis=0)
    reach = float((high - low).max()) / 2
    scaled = (found.projection - (low + high) / 2) * (EXTENT / reach if reach > 0 else 0.0)
    grid: Ints = np.clip(np.rint(scaled), -EXTENT, EXTENT).astype(np.int64)
    return grid


def _place(dot: tuple[Point, int | None]) -> tuple[Point, int]:
    spot, group = dot
    return spot, -1 if group is None else group


def _shown(found: OpinionMap) -> Callable[[int], frozenset[int]]:
    """Which described groups may be spoken of where this opinion is."""
    f, everyone = found.figures, found.matrix.counts()[2]
    described = {one.group for one in found.portraits}

    @cache
    def shown(opinion: int) -> frozenset[int]:
        place = int(np.searchsorted(found.matrix.opinions, opinion))
        seen = dict(zip(f.group_ids, f.seen[:, place].tolist(), strict=True))
        apart = sum(count for group, count in seen.items() if group not in described)
        spoken_of = {group: count for group, count in seen.items() if group in described}
        return may_be_shown(spoken_of, apart=apart, everyone=int(everyone[place]))

    return shown


def _with_groups(
    found: OpinionMap, one: Uniting | Dividing, shown: Callable[[int], frozenset[int]]
) -> dict[str, Any]:
    return {**asdict(one), "groups": _by_group(found, one.opinion, shown(one.opinion))}


def _by_group(found: OpinionMap, opinion: int, shown: Collection[int]) -> list[dict[str, Any]]:
    """How each of these groups stands on an opinion."""
    place = int(np.searchsorted(found.matrix.opinions, opinion))
    f = found.figures
    told = []
    for row, group in enumerate(f.group_ids):
        if group in shown:
            agree, disagree, seen = (int(x[row, place]) for x in (f.agree, f.disagree, f.seen))
            low, high = wilson(agree, seen)
            told.append(
                {
                    "group": group,
                    "agree": agree,
                    "disagree": disagree,
                    "seen": seen,
                    "low": float(low),
                    "high": float(high),
                }
            )
    return told
