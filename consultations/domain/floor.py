"""What every speaker in a room waits for, read by hand: the ORM takes five times as long.

Reads come as a statement and what makes of its rows, so that several can go out together.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from consultations.archiving.canonical import genesis
from consultations.domain.events import room_name
from consultations.domain.rows import Statement, run_together
from consultations.domain.stages import Act, require_act
from consultations.models import Opinion, OpinionState, Stage
from hall.errors import Code, Refusal
from members.roles import SeatRole

_FLOOR = """
SELECT c.stage, e.digest, r.holds_residents, r.slow_seconds, r.closed,
    a.id, a.position, a.kind, a.title
FROM consultations_consultation c
JOIN consultations_roomhead h ON h.consultation_id = c.id
LEFT JOIN consultations_roomevent e ON e.consultation_id = c.id AND e.seq = h.seq - %s
LEFT JOIN consultations_postingrules r ON r.consultation_id = c.id
LEFT JOIN consultations_agendaitem a
    ON a.consultation_id = c.id AND a.started_at IS NOT NULL AND a.ended_at IS NULL
WHERE c.id = %s
ORDER BY a.position
LIMIT 1
"""
_ROLES = """
SELECT s.person_id, s.role, m.until, m.reason FROM consultations_seat s
LEFT JOIN consultations_mute m
    ON m.consultation_id = s.consultation_id AND m.person_id = s.person_id
WHERE s.consultation_id = %s AND s.person_id IN ({people})
"""
_SAID = """
SELECT o.author_id, o.key, o.kind, COALESCE((
  SELECT c.earlier FROM consultations_opinioncorrection c WHERE c.opinion_id = o.id
  ORDER BY c.id LIMIT 1
), o.text), o.reply_to_id, o.number, o.posted_seq, e.digest, o.state
FROM consultations_opinion o
JOIN consultations_roomevent e ON e.consultation_id = o.consultation_id AND e.seq = o.posted_seq
WHERE o.consultation_id = %s AND o.author_id IN ({people}) AND o.key IN ({keys})
"""
_KEY = Opinion._meta.get_field("key")

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What moderators have set for posting; see `PostingRules`."""

    holds_residents: bool = False
    slow_seconds: int = 0
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """Until when a person may not post, and why."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Running:
    """The agenda item that is running."""

    pk: int
    position: int
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Floor:
    """The stage, the agenda item that runs, the digest of the last event, and the posting rules."""

    stage: Stage
    running: Running | None
    digest: str
    rules: Rules

    def require(self, act: Act) -> None:
        """Pass if the floor is open for `act`.

        Raises:
            Refusal: `sealed`, `wrong_stage`.
        """
        require_act(self.stage, self.running, act)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the author keeps: the opinion's number, its event's number, and that event's digest."""

    number: int
    seq: int
    digest: str


@dataclass(frozen=True, slots=True)
class Said:
    """A post that is in the log already, as far as a resend of it has to be the same.

    `text` is as it was posted, whatever the desk has corrected since; None where it was erased.
    """

    kind: str
    text: str | None
    thread_id: int | None
    receipt: Receipt


def seat_roles(consultation_id: int, person_ids: Collection[int]) -> dict[int, SeatRole]:
    """The seats that these people have in the room. One query."""
    return roles_in(run_together([roles_statement(consultation_id, person_ids)])[0])


def roles_statement(consultation_id: int, person_ids: Collection[int]) -> Statement:
    return _ROLES.format(people=_places(person_ids)), [consultation_id, *person_ids]


def roles_in(rows: Rows) -> dict[int, SeatRole]:
    return {person_id: SeatRole(role) for person_id, role, *_mute in rows}


def mutes_in(rows: Rows) -> dict[int, Silence]:
    """Who of them is or was muted: a mute whose time is up stays until it is lifted."""
    return {
        person_id: Silence(_moment(until), reason)
        for person_id, _role, until, reason in rows
        if until is not None
    }


def _moment(value: datetime) -> datetime:
    """A moment as the database gives it: SQLite's have no time zone, and mean UTC."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def said_statement(consultation_id: int, posts: Collection[tuple[int, UUID]]) -> Statement:
    """Reads what was said in the room under these pairs of author and key."""
    people = {person_id for person_id, _key in posts}
    keys = {_KEY.get_db_prep_value(key, connection) for _person_id, key in posts}
    sql = _SAID.format(people=_places(people), keys=_places(keys))
    return sql, [consultation_id, *people, *keys]


def said_in(rows: Rows) -> dict[tuple[int, UUID], Said]:
    return {
        (author_id, key if isinstance(key, UUID) else UUID(key)): Said(
            kind,
            None if state == OpinionState.ERASED else text,
            thread_id,
            Receipt(number, seq, digest),
        )
        for author_id, key, kind, text, thread_id, number, seq, digest, state in rows
    }


def _places(values: Collection[object]) -> str:
    return ", ".join(["%s"] * len(values))


def read_floor(consultation_id: int) -> Floor:
    """The floor as it is now. One query.

    Raises:
        Refusal: `not_found`.
    """
    return floor_in(run_together([floor_statement(consultation_id)])[0], consultation_id)


def floor_statement(consultation_id: int, *, taken: int = 0) -> Statement:
    """Reads the floor as it is before the `taken` turns that were taken in this transaction."""
    return _FLOOR, [taken, consultation_id]


def floor_in(rows: Rows, consultation_id: int) -> Floor:
    """Raises `not_found` where there is no such room."""
    if not rows:
        raise Refusal(Code.NOT_FOUND)
    stage, digest, holds, slow, closed, item_id, position, kind, title = rows[0]
    running = None
    if stage == Stage.LIVE and item_id is not None:
        running = Running(item_id, position, kind, title)
    rules = Rules(bool(holds), slow or 0, bool(closed))
    return Floor(Stage(stage), running, digest or genesis(room_name(consultation_id)), rules)
