"""An outcome: frozen, and complete without another look at the database.

Its parts are in three more files: what the session leaves, opinions with their tallies, and the
review.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from consultations.archiving.canonical import timestamp
from consultations.domain.opinion_parts import Evidence
from consultations.domain.review_parts import (
    ConfirmationTally,
    Objection,
    Reservation,
    Signature,
)
from consultations.domain.session_parts import (
    AgendaLine,
    Attendance,
    BallotResult,
    DepartmentAnswer,
    IdentityCount,
    SpokenTurn,
)


@dataclass(frozen=True, slots=True)
class OutcomeSentence:
    """A consensus clause or a dissent note; `updated_at` is what a writer hands back.

    `confirmed` and `reservations` are empty for a note, and until somebody has confirmed.
    `few_voices` tells of a clause that none of its opinions has the floor, `few_accepted` that a
    moderator lets it stand as consensus all the same.
    """

    position: int
    text: str
    updated_at: datetime
    evidence: tuple[Evidence, ...]
    confirmed: tuple[ConfirmationTally, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    few_voices: bool = False
    few_accepted: bool = False

    @property
    def confirmations(self) -> tuple[int, int, int]:
        """How many agree, have reservations, are against."""
        return (
            sum(each.agree for each in self.confirmed),
            sum(each.reserved for each in self.confirmed),
            sum(each.against for each in self.confirmed),
        )

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(opinion.number for opinion in self.evidence)


@dataclass(frozen=True, slots=True)
class LinkedItem:
    """A work item that the consultation belongs to."""

    id: int
    plan_id: int
    plan_title: str
    plan_year: int
    section_number: int
    section_title: str
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class MinutesVersion:
    """A saved version of the minutes; `body` is clean rich text."""

    version: int
    body: str
    written_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OpinionTotals:
    """What was said and can be read: hidden opinions are not counted in."""

    total: int
    hidden: int
    authors: int
    stances: int
    by_kind: tuple[tuple[str, str, int], ...]
    by_identity: tuple[IdentityCount, ...]


@dataclass(frozen=True, slots=True)
class ArchiveLine:
    """The archive that a sealed consultation went into."""

    number: int
    digest: str
    chain_head: str
    merkle_root: str
    event_count: int
    key_id: str
    sealed_at: datetime
    sealed_by: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that is known of one consultation when it is over; times are aware."""

    id: int
    title: str
    question: str
    kind: str
    kind_label: str
    stage: str
    stage_label: str
    venue: str
    topic_id: int
    topic: str
    topic_summary: str
    starts_at: datetime
    ends_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    moderators: tuple[str, ...]
    recorders: tuple[str, ...]
    work_items: tuple[LinkedItem, ...]
    agenda: tuple[AgendaLine, ...]
    attendance: Attendance
    opinions: OpinionTotals
    clauses: tuple[OutcomeSentence, ...]
    dissent: tuple[OutcomeSentence, ...]
    minutes: MinutesVersion | None
    archive: ArchiveLine | None
    ballots: tuple[BallotResult, ...] = ()
    objections_until: date | None = None
    signatures: tuple[Signature, ...] = ()
    objections: tuple[Objection, ...] = ()
    turns: tuple[SpokenTurn, ...] = ()
    answers: tuple[DepartmentAnswer, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The same in JSON's own types; times in UTC with microseconds and Z."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, date):
        return value.isoformat()
    return value
