"""Commands of the floor: hands, speeches, the agenda's time, and what departments are asked."""

from typing import Annotated, Literal

from pydantic import Field

from consultations.live.command import Command, Number

Minutes = Annotated[int, Field(ge=1, le=32767)]


class SessionBegin(Command):
    """Go live: the session begins, and cannot go back."""

    do: Literal["session.begin"]


class HandRaise(Command):
    """Ask for the floor; whoever has asked already gives another subject."""

    do: Literal["hand.raise"]
    subject: Annotated[str, Field(max_length=1000)] = ""


class HandHideSubject(Command):
    """Take what a hand is about out of everyone's sight but the person's and the moderators'."""

    do: Literal["hand.hide_subject"]
    number: Number


class HandLower(Command):
    """Take one's hand down."""

    do: Literal["hand.lower"]


class HandMove(Command):
    """Put someone at place `to` of those who wait; null gives them back to the fair order."""

    do: Literal["hand.move"]
    number: Number
    to: Number | None


class HandSkip(Command):
    """Pass over someone who waits or was called, and is not there."""

    do: Literal["hand.skip"]
    number: Number


class HandReturn(Command):
    """Undo a call or a skip: the person waits again."""

    do: Literal["hand.return"]
    number: Number


class SpeechCall(Command):
    """Give someone who waits the floor; who has it is done."""

    do: Literal["speech.call"]
    number: Number


class SpeechTime(Command):
    """Give who speaks so many minutes in all."""

    do: Literal["speech.time"]
    number: Number
    minutes: Minutes


class SpeechEnd(Command):
    """End a speech, as a moderator or as the speaker."""

    do: Literal["speech.end"]
    number: Number


class SpeakingSet(Command):
    """Whether hands may be raised, how many minutes each may speak; null leaves it as it is."""

    do: Literal["speaking.set"]
    open: bool | None = None
    minutes: Minutes | None = None


class RoomVoice(Command):
    """Who has had how much of the floor, by identity."""

    do: Literal["room.voice"]


class AgendaExtend(Command):
    """Give the running step so many minutes in all."""

    do: Literal["agenda.extend"]
    position: Annotated[int, Field(ge=1, le=32767)]
    minutes: Minutes


FloorCommand = (
    HandRaise
    | SessionBegin
    | HandHideSubject
    | HandLower
    | HandMove
    | HandSkip
    | HandReturn
    | SpeechCall
    | SpeechTime
    | SpeechEnd
    | SpeakingSet
    | RoomVoice
    | AgendaExtend
)
