"""Commands beside the talk: departments asked, moderators' notes, the outcome's drafts."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from consultations.live.command import Command, Number

Text = Annotated[str, Field(max_length=8000)]
Position = Annotated[int, Field(ge=1, le=32767)]
What = Literal["clause", "dissent"]


class AnswerAsk(Command):
    """Ask a department to answer an opinion."""

    do: Literal["answer.ask"]
    number: Number
    department: Number


class AnswerWithdraw(Command):
    """Take a request back, as long as it is not answered."""

    do: Literal["answer.withdraw"]
    number: Number


class AnswerGive(Command):
    """Answer a request for one's department. The same key again is the same answer."""

    do: Literal["answer.give"]
    number: Number
    text: Text


class RoomDepartments(Command):
    """Whom a moderator may ask, those who are seated first."""

    do: Literal["room.departments"]


class NoteWrite(Command):
    """A note for those who moderate, about an opinion or none."""

    do: Literal["note.write"]
    text: Text
    about: Number | None = None


class NoteRemove(Command):
    """Take one's own note away, or bring it back."""

    do: Literal["note.remove"]
    number: Number
    removed: bool


class RoomNotes(Command):
    """The latest notes, the newest first."""

    do: Literal["room.notes"]


class RoomDrafts(Command):
    """Clauses and dissent notes as they are being written, and who stands where on them."""

    do: Literal["room.drafts"]


class OutcomeWrite(Command):
    """Add a sentence, or rewrite the one at `position` as it was at `expected`."""

    do: Literal["outcome.write"]
    what: What
    text: Text
    evidence: Annotated[list[Number], Field(max_length=200)]
    position: Position | None = None
    expected: AwareDatetime | None = None


class OutcomeRemove(Command):
    """Remove the sentence at `position` as it was at `expected`."""

    do: Literal["outcome.remove"]
    what: What
    position: Position
    expected: AwareDatetime


class OutcomeMove(Command):
    """Move the sentence at `position`, as it was at `expected`, to position `to`."""

    do: Literal["outcome.move"]
    what: What
    position: Position
    to: Position
    expected: AwareDatetime | None = None


class OutcomeRegister(Command):
    """Put what is no consensus into the dissent register, in neutral words.

    A clause at `position`, as it was at `expected`, goes.
    """

    do: Literal["outcome.register"]
    text: Text
    evidence: Annotated[list[Number], Field(max_length=200)]
    position: Position | None = None
    expected: AwareDatetime | None = None


class OutcomeAcceptFew(Command):
    """Let the clause at `position`, as it was at `expected`, stand on few voices."""

    do: Literal["outcome.accept_few"]
    position: Position
    expected: AwareDatetime


BackstageCommand = (
    AnswerAsk
    | AnswerWithdraw
    | AnswerGive
    | RoomDepartments
    | NoteWrite
    | NoteRemove
    | RoomNotes
    | RoomDrafts
    | OutcomeWrite
    | OutcomeRemove
    | OutcomeMove
    | OutcomeRegister
    | OutcomeAcceptFew
)
