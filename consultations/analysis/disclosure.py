"""Which groups' figures may be shown, so that none tells of a few people.

A group speaks from five people on. That alone is not enough: everybody's figures are shown as
well, and what is left of them when the groups shown are taken away is where a small group stands.
"""

from collections.abc import Mapping
from typing import TypeVar

SMALLEST_DESCRIBED = 5

Group = TypeVar("Group")


def may_be_shown(seen: Mapping[Group, int], *, apart: int, everyone: int) -> frozenset[Group]:
    """The groups whose figures on one opinion may stand beside everybody's.

    ``seen``: how many of each described group took a stance on it; ``apart``: how many people of
    groups that are not described; ``everyone``: how many people in all, with those in no group.
    Where one to four people would be left over and some of them are of a group that is not shown,
    the smallest of the others is not shown either.
    """
    shown = {group: count for group, count in seen.items() if count >= SMALLEST_DESCRIBED}
    kept_back = apart + sum(seen.values()) - sum(shown.values())
    left = everyone - sum(shown.values())
    if shown and kept_back and left < SMALLEST_DESCRIBED:
        del shown[min(shown, key=lambda group: shown[group])]
    return frozenset(shown)
