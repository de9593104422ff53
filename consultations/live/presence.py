"""Who is in a room right now, over all processes. Never logged.

Each process tells the others whom it seats: on a change, and every four seconds. A process that
falls silent, however it ended, is forgotten after ten. A process that has the room open is company
even before it seats anyone: it shows what it read of the room to whoever comes next.
"""

import time
from typing import Any

ANNOUNCE_SECONDS = 4.0
FORGET_SECONDS = 10.0

People = dict[str, list[int]]


class Presence:
    """The people of one room, by identity; a person with several sockets counts once."""

    __slots__ = ("_company", "_far", "_far_ids", "_near", "_summary", "_told", "announced_at")

    def __init__(self) -> None:
        self._near: dict[int, tuple[str, int]] = {}
        self._far: dict[str, tuple[float, People]] = {}
        self._company: dict[str, float] = {}
        self._far_ids: frozenset[int] | None = None
        self._summary: dict[str, Any] | None = None
        self._told: dict[str, Any] | None = None
        self.announced_at = float("-inf")

    def come(self, person_id: int, identity: str) -> None:
        _identity, sockets = self._near.get(person_id, (identity, 0))
        if not sockets:
            self._summary = None
        self._near[person_id] = (identity, sockets + 1)

    def go(self, person_id: int) -> None:
        identity, sockets = self._near[person_id]
        if sockets > 1:
            self._near[person_id] = (identity, sockets - 1)
        else:
            del self._near[person_id]
            self._summary = None

    def hear(self, process: str, people: People) -> None:
        """Take over what another process says of its people."""
        self._summary = self._far_ids = None
        if people:
            self._far[process] = (time.monotonic() + FORGET_SECONDS, people)
        else:
            self._far.pop(process, None)

    def meet(self, process: str) -> bool:
        """Note that another process has the room open; True if that was not known."""
        is_new = process not in self._company
        self._company[process] = time.monotonic() + FORGET_SECONDS
        return is_new

    def is_alone(self) -> bool:
        """Whether no other process has said lately that it has the room open."""
        return not self._company

    def forget_silent(self) -> bool:
        """Drop processes that have said nothing for too long; True where there were any."""
        now = time.monotonic()
        self._company = {name: until for name, until in self._company.items() if until >= now}
        silent = [process for process, (until, _people) in self._far.items() if until < now]
        for process in silent:
            del self._far[process]
            self._summary = self._far_ids = None
        return bool(silent)

    def near(self) -> People:
        """The people of this process: `{identity: [person id]}`."""
        people: People = {}
        for person_id, (identity, _sockets) in self._near.items():
            people.setdefault(identity, []).append(person_id)
        return people

    def is_near(self, person_id: int) -> bool:
        return person_id in self._near

    def sockets(self, person_id: int) -> int:
        """How many sockets the person has in this process."""
        return self._near[person_id][1] if person_id in self._near else 0

    def is_far(self, person_id: int) -> bool:
        """Whether another process has said that the person is with it."""
        if self._far_ids is None:
            self._far_ids = frozenset(
                one
                for _until, people in self._far.values()
                for ids in people.values()
                for one in ids
            )
        return person_id in self._far_ids

    def both_ids(self) -> list[int]:
        """The people of this process who are with another one, too."""
        return [person_id for person_id in self._near if self.is_far(person_id)]

    def near_ids(self) -> list[int]:
        return list(self._near)

    def summary(self) -> dict[str, Any]:
        """`{count, by_identity: {identity: n}}` over all processes; not to be changed."""
        if self._summary is None:
            self._summary = self._count()
        return self._summary

    def _count(self) -> dict[str, Any]:
        identities = {
            person_id: identity
            for _until, people in self._far.values()
            for identity, ids in people.items()
            for person_id in ids
        }
        identities |= {person_id: identity for person_id, (identity, _n) in self._near.items()}
        by_identity: dict[str, int] = {}
        for identity in identities.values():
            by_identity[identity] = by_identity.get(identity, 0) + 1
        return {"count": len(identities), "by_identity": dict(sorted(by_identity.items()))}

    def news(self) -> dict[str, Any] | None:
        """The summary if it differs from what was told last, else None."""
        summary = self.summary()
        if summary == self._told:
            return None
        self._told = summary
        return summary
