"""Writing the room's log."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from consultations.archiving.canonical import genesis, seal_event, timestamp
from consultations.domain import clock, doorbell
from consultations.domain.rows import Statement, new_row, run_together
from consultations.models import EVERYONE, Consultation, RoomEvent, RoomHead, Stage
from hall.errors import Code, Refusal
from members.models import Person

_ADVANCE = (
    "UPDATE consultations_roomhead SET seq = seq + %s, opinions = opinions + %s "
    "WHERE consultation_id = %s RETURNING seq, opinions"
)


@dataclass(frozen=True, slots=True)
class Advanced:
    """A turn at the log's head, held until the transaction ends.

    `seq` is the number of the next event, `number` the number of the opinion if one is counted.
    Where several turns were taken at once they are the last ones, and `first` and `first_number`
    the first.
    """

    consultation_id: int
    seq: int
    number: int
    at: datetime
    first: int
    first_number: int


def open_log(consultation: Consultation) -> None:
    """Begin the log of a new room."""
    RoomHead.objects.create(consultation=consultation, epoch=new_epoch())


def new_epoch() -> str:
    return secrets.token_hex(8)


def renew_epochs() -> int:
    """Give every room that is not over a new epoch; returns how many.

    For after a restore from a backup: clients may have seen events that the log no longer has,
    and at the sight of another epoch they start afresh.
    """
    over = (Stage.SEALED, Stage.CANCELLED)
    heads = list(RoomHead.objects.exclude(consultation__stage__in=over))
    for head in heads:
        head.epoch = new_epoch()
    return RoomHead.objects.bulk_update(heads, ["epoch"], batch_size=500)


def room_name(consultation_id: int) -> str:
    """The room's public name in chains and archives."""
    return f"room-{consultation_id}"


def advance(consultation_id: int, *, events: int = 1) -> Advanced:
    """Take the next turns at the log's head, and hold the room's row lock until commit.

    Whatever is read after this call can no longer be changed by another logged verb.

    Raises:
        Refusal: `not_found` if there is no such room, `sealed` if its log is closed for good.
    """
    turn, _read = advance_and_read(consultation_id, events=events)
    return turn


def advance_and_read(
    consultation_id: int, *statements: Statement, events: int = 1, opinions: int = 0
) -> tuple[Advanced, list[list[tuple[Any, ...]]]]:
    """Do as `advance`, and then read under the lock; returns the rows of each statement as well.

    One way to the database and back.
    """
    (seq, number), read = _move_head(consultation_id, events, opinions, statements)
    turn = Advanced(
        consultation_id,
        seq=seq,
        number=number,
        at=clock.now(),
        first=seq - events + 1,
        first_number=number - opinions + 1,
    )
    return turn, read


def give_back(turn: Advanced, *, events: int, opinions: int) -> None:
    """Return the last turns of those that were taken, in the same transaction."""
    if events or opinions:
        _move_head(turn.consultation_id, -events, -opinions)


def _move_head(
    consultation_id: int, events: int, opinions: int, statements: Sequence[Statement] = ()
) -> tuple[tuple[int, int], list[list[tuple[Any, ...]]]]:
    try:
        moved, *read = run_together([(_ADVANCE, [events, opinions, consultation_id]), *statements])
    except IntegrityError as error:  # the database itself keeps a sealed room's head
        raise Refusal(Code.SEALED) from error
    if not moved:
        raise Refusal(Code.NOT_FOUND)
    seq, number = moved[0]
    return (seq, number), read


def hold(consultation_id: int) -> None:
    """Hold the room's row lock until commit without taking a turn, for a change that is not logged.

    Raises:
        Refusal: `not_found` if there is no such room.
    """
    held = RoomHead.objects.select_for_update().filter(pk=consultation_id)
    if held.values_list("pk", flat=True).first() is None:
        raise Refusal(Code.NOT_FOUND)


def record(
    consultation_id: int,
    type: str,  # noqa: A002 (the field's name on the wire)
    body: dict[str, Any],
    *,
    by: Person | None,
    audience: str = EVERYONE,
    turn: Advanced | None = None,
    salt: str | None = None,
) -> RoomEvent:
    """Append one event to a room's log, chained to the one before it.

    Must run inside the verb's transaction: event and change succeed or fail together. The
    doorbell rings after commit. `turn` is the place taken with `advance`, or a new one is taken.
    `salt` (32 hex characters) is drawn at random unless the body itself depends on it.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() belongs inside its verb's transaction")
    turn = turn or advance(consultation_id)
    event = seal(
        consultation_id,
        type,
        body,
        by=by,
        audience=audience,
        seq=turn.seq,
        at=turn.at,
        previous=_digest_before(consultation_id, turn.seq),
        salt=salt,
    )
    event.save(force_insert=True)
    transaction.on_commit(lambda: doorbell.ring(event))
    return event


def record_all(
    consultation_id: int,
    type: str,  # noqa: A002
    entries: Sequence[tuple[Person, dict[str, Any]]],
) -> list[RoomEvent]:
    """Append events of one type for everyone, each by its person, as `record` does with one."""
    turn = advance(consultation_id, events=len(entries))
    previous = _digest_before(consultation_id, turn.first)
    events: list[RoomEvent] = []
    for seq, (by, body) in enumerate(entries, turn.first):
        event = seal(consultation_id, type, body, by=by, seq=seq, at=turn.at, previous=previous)
        previous = event.digest
        events.append(event)
    RoomEvent.objects.bulk_create(events)
    transaction.on_commit(lambda: doorbell.ring(*events))
    return events


def seal(
    consultation_id: int,
    type: str,  # noqa: A002
    body: dict[str, Any],
    *,
    by: Person | None,
    seq: int,
    at: datetime,
    previous: str,
    audience: str = EVERYONE,
    salt: str | None = None,
) -> RoomEvent:
    """An event, not yet saved, chained to the one whose digest is `previous`."""
    sealed = seal_event(
        previous,
        seq=seq,
        type=type,
        at=timestamp(at),
        by=by.pk if by else None,
        audience=audience,
        body=body,
        salt=salt,
    )
    return new_row(
        RoomEvent,
        consultation_id=consultation_id,
        seq=seq,
        type=type,
        at=at.astimezone(UTC),
        by_id=by.pk if by else None,
        audience=audience,
        body=body,
        salt=sealed.salt,
        body_digest=sealed.body_digest,
        digest=sealed.digest,
    )


def _digest_before(consultation_id: int, seq: int) -> str:
    if seq == 1:
        return genesis(room_name(consultation_id))
    return RoomEvent.objects.values_list("digest", flat=True).get(
        consultation_id=consultation_id, seq=seq - 1
    )
