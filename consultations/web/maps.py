"""The page of a consultation's opinion map."""

from dataclasses import dataclass
from math import sqrt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consultations.analysis.picture import Point
from consultations.domain import opinion_map, queries
from consultations.domain.map_view import Dot, MapView
from members.access import require
from members.requests import signed_in
from members.roles import Permission

# By slot: circle, square, triangle, diamond, cross. Their like is in static/js/room/map-marks.js.
MARKS = (
    "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z",
    "M-2.7-2.7h5.4v5.4h-5.4z",
    "M0-3.6 3.5 2.6h-7z",
    "M0-3.9 3.9 0 0 3.9-3.9 0z",
    "M-1.2-3.6h2.4v2.4h2.4v2.4h-2.4v2.4h-2.4v-2.4h-2.4v-2.4h2.4z",
)
MARGIN = 14
CLOSE = 24
EDGE = 90
UNGROUPED = "M-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0z"


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot as SVG: a path, where it goes, and the class of its group's colour."""

    path: str
    transform: str
    colour: str


@require_safe
def opinion_map_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where people stand; who may come into the room may look at it, also when it is over."""
    person = signed_in(request)
    consultation = queries.find_consultation(person, pk)
    require(person, Permission.ROOM_ENTER, consultation)
    opinion_map.refresh(consultation.pk)
    view = opinion_map.map_of(consultation, person)
    context = {
        "consultation": consultation,
        "map": view,
        "marks": _marks(view),
        "outlines": [
            (group, " ".join(f"{x},{y}" for x, y in group.outline)) for group in view.groups
        ],
        "own_label": own_label(view),
        "reach": max((abs(dot.y) for dot in view.dots), default=0) + MARGIN,
        "shapes": dict(enumerate(MARKS)),
    }
    return render(request, "consultations/map.html", context)


def _marks(view: MapView) -> list[Mark]:
    """Marks become smaller in a crowd, and larger where several people share a place."""
    size = min(1.6, max(0.7, 14 / sqrt(max(1, sum(dot.people for dot in view.dots)))))
    return [_mark(dot, size) for dot in view.dots]


def own_label(view: MapView) -> Point | None:
    """Where the viewer's own label stands, from their place; None where they are not on the map.

    Towards the middle, or beside their place where a group's letter is close by. As `ownLabel` in
    static/js/room/map-marks.js.
    """
    if not view.you or not view.you.place:
        return None
    x, y = view.you.place
    for group in view.groups:
        letter_x, letter_y = group.centre
        if abs(letter_x - x) < CLOSE and abs(letter_y - y) < CLOSE:
            right = letter_x <= x < EDGE or x < -EDGE
            return (MARGIN if right else -MARGIN), 3
    return 0, (17 if y < 0 else -10)


def _mark(dot: Dot, size: float) -> Mark:
    scale = size * min(2.5, sqrt(dot.people))
    return Mark(
        path=UNGROUPED if dot.slot is None else MARKS[dot.slot],
        transform=f"translate({dot.x} {dot.y}) scale({scale:.2f})",
        colour="none" if dot.slot is None else str(dot.slot),
    )
