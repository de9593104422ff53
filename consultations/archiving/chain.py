"""Walk a stored log: check every link, and give the lines of ``records.jsonl``."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from consultations.archiving.canonical import (
    body_digest,
    canonical,
    chain_next,
    event_line,
    genesis,
)
from consultations.archiving.merkle import RootBuilder


@dataclass(frozen=True, slots=True)
class Erasure:
    """Why a body is gone: the legal basis, and when it was erased (as ``timestamp`` gives)."""

    basis: str
    at: str


@dataclass(frozen=True, slots=True)
class ChainedEvent:
    """One event as stored. An erased one has neither salt nor body, but says why.

    Nor has one that is withheld from a public edition: its body is for some, not for everyone.
    """

    seq: int
    type: str
    at: str
    by: int | None
    audience: str
    salt: str | None
    body: dict[str, Any] | None
    body_digest: str
    digest: str
    erased: Erasure | None = None
    withheld: bool = False


class ChainBroken(ValueError):
    """The stored log does not verify at ``seq``; ``code`` is the one that verify.py reports."""

    def __init__(self, seq: int, code: str) -> None:
        super().__init__(f"event {seq}: {code}")
        self.seq = seq
        self.code = code


class ChainWalk:
    """Checks events one after another; ``count``, ``head`` and ``root()`` tell where it stands."""

    def __init__(self, room: str, hall: str = "") -> None:
        self.count = 0
        self.head = genesis(room, hall)
        self._tree = RootBuilder()

    @classmethod
    def resume(cls, *, count: int, head: str, peaks: Iterable[str]) -> "ChainWalk":
        """A walk that goes on after event ``count``, whose digest is ``head``; ``peaks`` in hex.

        Raises ValueError where the peaks are not of that many events.
        """
        walk = cls.__new__(cls)
        walk.count, walk.head = count, head
        walk._tree = RootBuilder(count, map(bytes.fromhex, peaks))
        return walk

    @property
    def peaks(self) -> tuple[str, ...]:
        """What ``resume`` needs of the tree, in hex."""
        return tuple(peak.hex() for peak in self._tree.peaks)

    def add(self, event: ChainedEvent) -> bytes:
        """Check the next event and return its line of ``records.jsonl``, without line end.

        Raises ChainBroken and stays where it was: ``line-gap`` or ``line-order`` when the number
        is not the next one, ``body-digest``, ``line-digest``, ``line-form``.
        """
        expected = self.count + 1
        if event.seq != expected:
            raise ChainBroken(event.seq, "line-gap" if event.seq > expected else "line-order")
        absent = (event.salt is None, event.body is None)
        if absent != ((event.erased is not None) is not event.withheld,) * 2:
            raise ChainBroken(event.seq, "line-form")
        if (
            event.body is not None
            and event.salt is not None
            and body_digest(event.salt, event.body) != event.body_digest
        ):
            raise ChainBroken(event.seq, "body-digest")
        line = event_line(
            seq=event.seq,
            type=event.type,
            at=event.at,
            by=event.by,
            audience=event.audience,
            body_digest=event.body_digest,
        )
        if chain_next(self.head, line) != event.digest:
            raise ChainBroken(event.seq, "line-digest")
        self.count, self.head = expected, event.digest
        self._tree.add(line)
        return record_line(event)

    def root(self) -> str:
        """Merkle root over the lines so far, in hex."""
        return self._tree.root().hex()


def check_chain(events: Iterable[ChainedEvent], *, room: str, hall: str = "") -> ChainWalk:
    """Check a whole log from its first event; raises ChainBroken at the first fault."""
    walk = ChainWalk(room, hall)
    for event in events:
        walk.add(event)
    return walk


def record_line(event: ChainedEvent) -> bytes:
    """Return the event as one line of ``records.jsonl``, without line end."""
    record: dict[str, Any] = {
        "seq": event.seq,
        "type": event.type,
        "at": event.at,
        "by": event.by,
        "audience": event.audience,
        "salt": event.salt,
        "body": event.body,
        "body_digest": event.body_digest,
        "digest": event.digest,
    }
    if event.erased is not None:
        record["erased"] = {"basis": event.erased.basis, "at": event.erased.at}
    if event.withheld:
        record["withheld"] = True
    return canonical(record)
