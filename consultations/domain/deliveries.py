"""A logged event as it leaves the hall: the bytes for its audience, and those for all others."""

from dataclasses import dataclass
from typing import Any

import orjson

from consultations.archiving.canonical import timestamp
from consultations.models import EVERYONE, RoomEvent, only


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads: one person, and whether this person moderates the room."""

    person_id: int
    moderates: bool

    @property
    def audience(self) -> str:
        """The audience of this person alone."""
        return only(self.person_id)

    def may_read(self, audience: str) -> bool:
        return audience == EVERYONE or self.moderates or audience == self.audience


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event, encoded once for each kind of reader. Both frames are JSON text in UTF-8.

    `frame` is for the audience; `otherwise` is for everyone else: the event's number alone, or
    the event without what has been taken out of sight since. `at` is when it was committed, in
    seconds since 1970: when its bell was rung, or, read from the log, when the event says it was.
    """

    consultation_id: int
    seq: int
    type: str
    audience: str
    at: float
    frame: bytes
    otherwise: bytes

    def frame_for(self, viewer: Viewer) -> bytes:
        return self.frame if viewer.may_read(self.audience) else self.otherwise


def skip_frame(seq: int) -> bytes:
    """What a reader gets of an event that is not meant for them."""
    return b'{"seq":%d}' % seq


def delivery_of(
    event: RoomEvent, *, hidden_author: int | None = None, committed_at: float | None = None
) -> Delivery:
    """The event, ready to be sent.

    `hidden_author` is the author of words that are out of sight now, an opinion or a hand's
    subject: then what was said goes to the author and the moderators, and to nobody else.
    """
    body: dict[str, Any] = event.body or {}
    # What was erased is a number in its place, for everyone.
    frame = skip_frame(event.seq) if event.body is None else _frame(event, body)
    audience, otherwise = event.audience, skip_frame(event.seq)
    if hidden_author is not None and audience == EVERYONE:
        audience, otherwise = only(hidden_author), _frame(event, _without_text(body))
    return Delivery(
        consultation_id=event.consultation_id,
        seq=event.seq,
        type=event.type,
        audience=audience,
        at=event.at.timestamp() if committed_at is None else committed_at,
        frame=frame,
        otherwise=otherwise,
    )


def _without_text(body: dict[str, Any]) -> dict[str, Any]:
    silent = {key: "" for key in ("text", "earlier", "subject") if key in body}
    return {key: value for key, value in body.items() if key != "corrections"} | silent


def _frame(event: RoomEvent, body: dict[str, Any]) -> bytes:
    return orjson.dumps(
        {
            "seq": event.seq,
            "type": event.type,
            "at": timestamp(event.at),
            "by": event.by_id,
            "body": body,
        }
    )
