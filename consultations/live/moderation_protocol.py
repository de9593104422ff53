"""Commands of those who moderate what is said: held opinions, merges, posting rules, mutes."""

from typing import Annotated, Literal

from pydantic import Field

from consultations.live.command import Command, Number, Reason

Numbers = Annotated[list[Number], Field(min_length=1, max_length=50)]


class OpinionApprove(Command):
    """Let held opinions through."""

    do: Literal["opinion.approve"]
    numbers: Numbers


class OpinionReturn(Command):
    """Return held opinions to their authors, with a reason for them."""

    do: Literal["opinion.return"]
    numbers: Numbers
    reason: Reason


class OpinionReconsider(Command):
    """Undo a return: the opinion waits again."""

    do: Literal["opinion.reconsider"]
    number: Number


class OpinionTakeBack(Command):
    """Undo approvals of one's own: what was let through is hidden."""

    do: Literal["opinion.take_back"]
    numbers: Numbers


class OpinionMerge(Command):
    """Merge opinions into another one; each author stays credited."""

    do: Literal["opinion.merge"]
    numbers: Numbers
    into: Number


class OpinionUnmerge(Command):
    """Take an opinion out of the one that it was merged into."""

    do: Literal["opinion.unmerge"]
    number: Number


class OpinionSimilar(Command):
    """Which opinions are likely the same."""

    do: Literal["opinion.similar"]


class PostingSet(Command):
    """Change how people may post; null leaves it as it is."""

    do: Literal["posting.set"]
    holds_residents: bool | None = None
    slow_seconds: Annotated[int, Field(ge=0, le=32767)] | None = None
    closed: bool | None = None


class PersonMute(Command):
    """Ask a person to be silent for so many minutes, with a reason that they read."""

    do: Literal["person.mute"]
    person: Number
    minutes: Annotated[int, Field(ge=1, le=32767)]
    reason: Reason


class PersonUnmute(Command):
    """Let a muted person speak again."""

    do: Literal["person.unmute"]
    person: Number


ModerationCommand = (
    OpinionApprove
    | OpinionReturn
    | OpinionReconsider
    | OpinionTakeBack
    | OpinionMerge
    | OpinionUnmerge
    | OpinionSimilar
    | PostingSet
    | PersonMute
    | PersonUnmute
)
