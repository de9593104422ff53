"""The counts of stances, told at most twice a second."""

from collections.abc import Iterable

from consultations.domain import stances
from consultations.models import Consultation

Line = list[int]


def count(consultation: Consultation, numbers: list[int] | None) -> list[Line]:
    """`[number, agree, disagree, passed]` of these opinions, or of all that have stances."""
    return [
        [tally.number, tally.agree, tally.disagree, tally.passed]
        for tally in stances.tallies(consultation, numbers)
    ]


class Changes:
    """Which tallies of a room have changed, and which counts were told when.

    `version` grows with every count that is told. A reader who holds counts of an earlier version
    gets the later ones with `since`.
    """

    __slots__ = ("_all", "_doubted", "_far", "_near", "_told", "version")

    def __init__(self) -> None:
        self._near: set[int] = set()
        self._far: set[int] = set()
        self._all = False
        self._told: dict[int, tuple[int, Line]] = {}
        self._doubted: set[int] = set()
        self.version = 0

    def mark(self, numbers: Iterable[int], *, near: bool) -> None:
        """Note changes; `near` are those of this process, which others have yet to hear of."""
        (self._near if near else self._far).update(numbers)

    def mark_all(self) -> None:
        """Something may have been missed: count all."""
        self._all = True

    def doubt(self, lines: list[Line]) -> bool:
        """Readers are about to be shown these counts. Those that differ from what was told are
        counted again, and told whatever comes of it: a stance may go back to what it was before.
        """
        unlike = {line[0] for line in lines if self._told.get(line[0], (0, line))[1] != line}
        self._doubted |= unlike
        self._far |= unlike
        return bool(unlike)

    def take(self) -> tuple[list[int] | None, list[int]]:
        """What to count (None: all), and what to tell the other processes; both are clean then."""
        to_count = None if self._all else sorted(self._near | self._far)
        to_tell = sorted(self._near)
        self._near, self._far, self._all = set(), set(), False
        return to_count, to_tell

    def put_back(self, to_count: list[int] | None) -> None:
        """They could not be counted. Other processes have been told of them."""
        if to_count is None:
            self.mark_all()
        else:
            self.mark(to_count, near=False)

    def tell(self, lines: list[Line]) -> list[Line]:
        """Take over fresh counts; returns those that differ from what was told, or is in doubt."""
        changed = [
            line
            for line in lines
            if line[0] in self._doubted or self._told.get(line[0], (0, None))[1] != line
        ]
        self._doubted.difference_update(line[0] for line in lines)
        if changed:
            self.version += 1
            self._told.update((line[0], (self.version, line)) for line in changed)
        return changed

    def since(self, version: int) -> list[Line]:
        """The counts told after `version`."""
        if version == self.version:
            return []
        return [line for told_at, line in self._told.values() if told_at > version]
