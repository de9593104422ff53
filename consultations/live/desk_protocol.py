"""Commands of the desk in the hall: who came, what they said, which hands were raised."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from consultations.live.command import Command, Number
from consultations.models import OpinionKind
from members.roles import Role

Line = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=8000)]
People = Annotated[int, Field(ge=0, le=32767)]


class DeskView(Command):
    """Who is checked in and who is expected, and how many hands may be raised."""

    do: Literal["desk.view"]


class DeskCheckIn(Command):
    """Check someone in by hand: `person` has a seat, or else `name`. The key names the attendee."""

    do: Literal["desk.check_in"]
    name: Line = ""
    alias: Line = ""
    identity: Role = Role.RESIDENT
    phone: Line = ""
    person: Number | None = None
    votes_by_hand: bool = True


class DeskWithdraw(Command):
    """Take back a check-in that was a mistake."""

    do: Literal["desk.withdraw"]
    attendee: UUID


class DeskWay(Command):
    """Let an attendee vote by hand, or by phone after all."""

    do: Literal["desk.way"]
    attendee: UUID
    votes_by_hand: bool


class DeskPost(Command):
    """Enter what an attendee has said. The same key again is the same post."""

    do: Literal["desk.post"]
    attendee: UUID
    kind: Literal[OpinionKind.OPINION, OpinionKind.SUGGESTION, OpinionKind.QUESTION]
    text: Text


class DeskCorrect(Command):
    """Put right what was entered and reads as `expected`; the earlier wording stays readable."""

    do: Literal["desk.correct"]
    number: Number
    text: Text
    expected: Text | None = None


class DeskCountHands(Command):
    """Enter the hands that `people` attendees raised, by option.

    It replaces the count with the key `expected`, none where there is none yet.
    """

    do: Literal["desk.count_hands"]
    number: Number
    people: People
    counts: Annotated[list[People], Field(min_length=1, max_length=50)]
    expected: UUID | None = None


DeskCommand = (
    DeskView | DeskCheckIn | DeskWithdraw | DeskWay | DeskPost | DeskCorrect | DeskCountHands
)
