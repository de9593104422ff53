"""An opinion as outcome and record tell it: who said what, and who stood where on it."""

from dataclasses import dataclass, field
from datetime import datetime

from consultations.domain.map_view import Share
from consultations.domain.standings import SideShare


@dataclass(frozen=True, slots=True)
class SaidOpinion:
    """What is told of every opinion. The tallies are of its own words alone.

    `corrected_at` is when the desk put its words right for the last time; None where it never did,
    and of what has no text.
    """

    number: int
    kind: str
    kind_label: str
    text: str
    author: str
    identity: str
    identity_label: str
    agree: int
    disagree: int
    passed: int
    corrected_at: datetime | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class IdentityTally:
    """Where the people of one identity stand on one opinion."""

    identity: str
    label: str
    agree: int
    disagree: int
    passed: int


@dataclass(frozen=True, slots=True)
class MergedOpinion(SaidOpinion):
    """An opinion that was merged into another one, with its author and the stances on its words.

    They are nobody's but its own: see the merging of opinions in docs/architecture.md.
    """


@dataclass(frozen=True, slots=True)
class Evidence(SaidOpinion):
    """An opinion that a sentence of the outcome rests on, with its tallies.

    `origin_label` is empty for what was said online. A hidden opinion has no text, nor has one
    that was erased by law: `erased` is the basis then, and "" else. `share` is None where nobody
    took a stance; `enough` tells whether nine people agreed or disagreed. `groups` are the opinion
    groups that may be shown, of a clause or a note of one consultation's outcome. `merged` are the
    visible opinions that were merged into it; its tallies leave theirs out.
    """

    origin: str
    origin_label: str
    by_identity: tuple[IdentityTally, ...]
    enough: bool
    share: Share | None
    groups: tuple[SideShare, ...] = ()
    merged: tuple[MergedOpinion, ...] = ()
    erased: str = ""
