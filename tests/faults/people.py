"""Who comes, what they say, and how the hall may answer."""

from dataclasses import dataclass, field

from tests.support.room_view import Frame


class Declined(Exception):
    """A command that the hall declined, with its stable code."""

    def __init__(self, error: Frame) -> None:
        super().__init__(error)
        self.code: str = error["code"]


class LineGone(Exception):
    """A question that was under way when the line broke."""


@dataclass(frozen=True)
class Person:
    """Someone signed in: the id, the session, and whether they moderate the room."""

    id: int
    session: str
    moderates: bool = False


@dataclass
class Post:
    """One opinion as its author knows it; `receipt` is there once it was acknowledged."""

    author: int
    key: str
    text: str
    receipt: Frame | None = None
    acknowledged_at: float = 0.0
    refused: list[str] = field(default_factory=list)
