"""The room's frames: what a client may say, and how answers and events are written.

docs/protocol.md and docs/asyncapi.yaml describe the same; a test compares them with this module.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from pydantic import Field, TypeAdapter, ValidationError

from consultations.domain.cards import LATEST
from consultations.domain.listing import Only, Order
from consultations.live.backstage_protocol import BackstageCommand
from consultations.live.command import Command, Number, Reason, Seq
from consultations.live.desk_protocol import DeskCommand
from consultations.live.floor_protocol import FloorCommand
from consultations.live.moderation_protocol import ModerationCommand
from consultations.models import BallotKind, OpinionKind, ResultsShown, Secrecy
from hall.errors import Code, Refusal

MAX_FRAME = 16 * 1024
MAX_KEY = 64


class Close(IntEnum):
    """Why the hall closes a socket."""

    SIGN_IN = 4001
    FORBIDDEN = 4003
    NOT_FOUND = 4004
    TOO_SLOW = 4008
    TOO_MANY = 4009
    GOING_AWAY = 4012


CLOSE_OF: dict[Code, Close] = {
    Code.SIGN_IN: Close.SIGN_IN,
    Code.FORBIDDEN: Close.FORBIDDEN,
    Code.NOT_FOUND: Close.NOT_FOUND,
    Code.TOO_MANY: Close.TOO_MANY,
    Code.BUSY: Close.GOING_AWAY,
}


class RoomSince(Command):
    """The events after `seq`, or a snapshot: at 0, of another epoch, or too far behind.

    A snapshot holds the latest `opinions`, and all pinned ones.
    """

    do: Literal["room.since"]
    seq: Seq
    epoch: Annotated[str, Field(max_length=16)]
    opinions: Annotated[int, Field(ge=1, le=LATEST)] = LATEST


class RoomOpinions(Command):
    """Up to `limit` opinions numbered below `before`."""

    do: Literal["room.opinions"]
    before: Number
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class RoomList(Command):
    """Up to `limit` opinions in this order, those that come after `after`; all or some alone."""

    do: Literal["room.list"]
    order: Order = Order.TIME
    only: Only | None = None
    agenda_item: Annotated[int, Field(ge=1, le=32767)] | None = None
    thread: Number | None = None
    after: Number | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class RoomMap(Command):
    """The opinion map as last computed, and where the asker stands on it."""

    do: Literal["room.map"]


class OpinionPost(Command):
    """Say something. The same key again is the same post."""

    do: Literal["opinion.post"]
    kind: OpinionKind
    text: Annotated[str, Field(max_length=8000)]
    reply_to: Number | None = None


class StanceTake(Command):
    """Agree (1), disagree (-1) or pass (0); the last stance counts."""

    do: Literal["stance.take"]
    number: Number
    value: Annotated[int, Field(ge=-1, le=1)]


class OpinionHide(Command):
    """Take an opinion out of sight, with a reason for its author."""

    do: Literal["opinion.hide"]
    number: Number
    reason: Reason


class OpinionRestore(Command):
    """Bring a hidden opinion back."""

    do: Literal["opinion.restore"]
    number: Number


class OpinionPin(Command):
    """Pin an opinion to the top, or unpin it."""

    do: Literal["opinion.pin"]
    number: Number
    pinned: bool


class OpinionMarkAnswered(Command):
    """Mark a question as answered, or open it again."""

    do: Literal["opinion.mark_answered"]
    number: Number
    answered: bool


class AgendaMove(Command):
    """End the running step and start the one at `to`; null only ends it.

    `running` is the step that ran as the sender saw it, 0 for none: refused where another one does.
    """

    do: Literal["agenda.move"]
    to: Annotated[int, Field(ge=1, le=32767)] | None
    running: Annotated[int, Field(ge=0, le=32767)] | None = None


class BallotOpen(Command):
    """Put a question to the vote. The same key again is the same ballot."""

    do: Literal["ballot.open"]
    question: Annotated[str, Field(max_length=1000)]
    kind: BallotKind
    options: Annotated[list[Annotated[str, Field(max_length=1000)]], Field(max_length=50)] = []
    secrecy: Secrecy = Secrecy.OPEN
    results: ResultsShown = ResultsShown.AT_CLOSE
    quorum: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    max_choices: Annotated[int, Field(ge=1, le=32767)] | None = None
    minutes: Annotated[int, Field(ge=1, le=32767)] | None = None


class BallotVote(Command):
    """Vote for the options at these positions; a secret vote is final."""

    do: Literal["ballot.vote"]
    number: Number
    choices: Annotated[
        list[Annotated[int, Field(ge=1, le=32767)]], Field(min_length=1, max_length=50)
    ]


class BallotClose(Command):
    """Close a ballot now, with its result."""

    do: Literal["ballot.close"]
    number: Number


class BallotVoid(Command):
    """Break a ballot off without a result, with a reason that everyone reads."""

    do: Literal["ballot.void"]
    number: Number
    reason: Reason


AnyCommand = (
    RoomSince
    | RoomOpinions
    | RoomList
    | RoomMap
    | OpinionPost
    | StanceTake
    | OpinionHide
    | OpinionRestore
    | OpinionPin
    | OpinionMarkAnswered
    | AgendaMove
    | BallotOpen
    | BallotVote
    | BallotClose
    | BallotVoid
    | DeskCommand
    | FloorCommand
    | BackstageCommand
    | ModerationCommand
)
SCREEN_MAY = (RoomSince, RoomOpinions)
COMMANDS: TypeAdapter[AnyCommand] = TypeAdapter(Annotated[AnyCommand, Field(discriminator="do")])


def decode(text: str | None) -> AnyCommand:
    """The command in one text frame.

    Raises:
        Refusal: `invalid` for whatever is not exactly one known command, `field` names the place;
            `too_long` beyond 16 KiB.
    """
    if text is None:
        raise Refusal(Code.INVALID)
    if len(text) > MAX_FRAME:
        raise Refusal(Code.TOO_LONG)
    try:
        return COMMANDS.validate_json(text)
    except ValidationError as error:
        place = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(part) for part in place["loc"][1:]) or None
        raise Refusal(Code.INVALID, field=field) from None


def key_of(text: str | None) -> str | None:
    """The key in a frame that could not be decoded, so that its sender learns which it was."""
    try:
        frame = orjson.loads(text or "")
    except orjson.JSONDecodeError:
        return None
    key = frame.get("key") if isinstance(frame, dict) else None
    return key if isinstance(key, str) and len(key) <= MAX_KEY else None


def reply(key: UUID | str | None, ok: Any) -> bytes:
    return orjson.dumps({"re": key, "ok": ok})


def refusal_reply(key: UUID | str | None, refusal: Refusal) -> bytes:
    error = {"code": refusal.code.value, "message": refusal.message}
    if refusal.field is not None:
        error["field"] = refusal.field
    return orjson.dumps({"re": key, "error": error})


def news(now: str, **body: Any) -> bytes:
    """Unlogged news: it may be missed, and the next one makes up for it."""
    return orjson.dumps({"now": now, **body})


class Packet:
    """Frames for one kind of reader, in order; made once, written to many."""

    __slots__ = ("_messages", "_wire", "frames")

    def __init__(self, frames: Iterable[bytes]) -> None:
        self.frames = tuple(frames)
        self._wire: bytes | None = None
        self._messages: list[dict[str, Any]] | None = None

    @property
    def wire(self) -> bytes:
        """The frames as they stand on the wire, one after the other."""
        if self._wire is None:
            self._wire = b"".join(
                part for frame in self.frames for part in (text_header(len(frame)), frame)
            )
        return self._wire

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The frames as ASGI messages."""
        if self._messages is None:
            self._messages = [
                {"type": "websocket.send", "text": frame.decode()} for frame in self.frames
            ]
        return self._messages


def text_header(length: int) -> bytes:
    """The header of an unfragmented, unmasked text frame (RFC 6455 §5.2)."""
    if length < 126:
        return bytes((0x81, length))
    if length < 2**16:
        return b"\x81\x7e" + length.to_bytes(2, "big")
    return b"\x81\x7f" + length.to_bytes(8, "big")
