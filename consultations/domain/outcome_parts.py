"""The parts of an outcome: frozen, and complete without another look at the database."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from consultations.archiving.canonical import timestamp
from consultations.domain.map_view import Share
from consultations.domain.review_parts import (
    ConfirmationTally,
    Objection,
    Reservation,
    Signature,
)
from consultations.domain.standings import SideShare


@dataclass(frozen=True, slots=True)
class IdentityCount:
    """How many people of one identity; `label` is the identity's name."""

    identity: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who was there while the consultation was live. `seated` counts every seat, there or not.

    `on_site` are those of `total` who came to the place of the session.
    """

    total: int
    seated: int
    by_identity: tuple[IdentityCount, ...]
    on_site: int = 0

    @property
    def by_way(self) -> tuple[tuple[str, int], ...]:
        """现场 and 线上 with how many came so; () where nobody came to a place."""
        return (("现场", self.on_site), ("线上", self.total - self.on_site)) * bool(self.on_site)


@dataclass(frozen=True, slots=True)
class IdentityTally:
    """Where the people of one identity stand on one opinion."""

    identity: str
    label: str
    agree: int
    disagree: int
    passed: int


@dataclass(frozen=True, slots=True)
class MergedOpinion:
    """An opinion that was merged into another one, with its author and the stances on its words.

    They are nobody's but its own: see the merging of opinions in docs/architecture.md.
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


@dataclass(frozen=True, slots=True)
class Evidence:
    """An opinion that a sentence of the outcome rests on, with its tallies.

    `origin_label` is empty for what was said online. A hidden opinion has no text, nor has one
    that was erased by law: `erased` is the basis then, and "" else. `share` is None where nobody
    took a stance; `enough` tells whether nine people agreed or disagreed. `groups` are the opinion
    groups that may be shown, of a clause or a note of one consultation's outcome. `merged` are the
    visible opinions that were merged into it; its tallies leave theirs out.
    """

    number: int
    kind: str
    kind_label: str
    text: str
    author: str
    identity: str
    identity_label: str
    origin: str
    origin_label: str
    agree: int
    disagree: int
    passed: int
    by_identity: tuple[IdentityTally, ...]
    enough: bool
    share: Share | None
    groups: tuple[SideShare, ...] = ()
    merged: tuple[MergedOpinion, ...] = ()
    erased: str = ""


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
class OptionResult:
    """How many voted for one option; `by_identity` is empty where the vote was secret.

    `hands` are those of `count` that were raised and counted in the hall; no identity has them.
    """

    position: int
    text: str
    count: int
    by_identity: tuple[IdentityCount, ...]
    hands: int = 0


@dataclass(frozen=True, slots=True)
class BallotResult:
    """A ballot that was closed, with its whole result. `quorum` is 0 where none was set.

    A void one has a `void_reason`, and nobody's votes.
    """

    number: int
    question: str
    kind: str
    kind_label: str
    secrecy: str
    secrecy_label: str
    opened_at: datetime
    closed_at: datetime
    how: str
    how_label: str
    quorum: int
    quorum_reached: bool
    voted: int
    by_identity: tuple[IdentityCount, ...]
    options: tuple[OptionResult, ...]
    hands: int = 0
    void_reason: str = ""

    @property
    def void_words(self) -> str:
        """Why it is void, as a sentence."""
        return f"理由：{self.void_reason.rstrip('。')}。"

    @property
    def quorum_words(self) -> str:
        """Whether the quorum was reached, to go on with after a clause; "" where none was set."""
        if not self.quorum:
            return ""
        if self.quorum_reached:
            return f"，达到法定票数{self.quorum}"
        return f"，未达到法定票数{self.quorum}，结果不成立"


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
class AgendaLine:
    position: int
    kind: str
    kind_label: str
    title: str
    minutes: int
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """The floor as somebody had it, for so many seconds; `subject` is "" where none was given."""

    number: int
    person: str
    identity: str
    identity_label: str
    subject: str
    called_at: datetime
    seconds: int

    @property
    def length(self) -> str:
        """“3 分 20 秒”."""
        minutes, seconds = divmod(self.seconds, 60)
        parts = [f"{minutes} 分"] * bool(minutes) + [f"{seconds} 秒"] * bool(seconds or not minutes)
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class DepartmentAnswer:
    """What a department was asked to answer, and its answer; `answer` is 0 until there is one.

    `opinion` and `answer` are numbers of opinions. One that is hidden has no text.
    """

    number: int
    opinion: int
    kind_label: str
    text: str
    department: str
    asked_at: datetime
    answer: int
    answer_text: str
    answered_at: datetime | None


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
