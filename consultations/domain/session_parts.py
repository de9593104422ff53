"""The parts of an outcome that the session leaves: who came, who spoke, and how votes went."""

from dataclasses import dataclass
from datetime import datetime


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
class AgendaLine:
    position: int
    kind: str
    kind_label: str
    title: str
    minutes: int
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def tells_its_kind(self) -> bool:
        """Whether the title has the kind's characters in order, as 提问与解答 has 提问解答."""
        title = iter(self.title)
        return all(character in title for character in self.kind_label)


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
