"""Coming in: from a session to a seat, and the first frame."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import orjson

from consultations.archiving.canonical import timestamp
from consultations.domain import clock
from consultations.domain.rights import SeatedAs
from consultations.live import sessions
from consultations.live.protocol import Packet
from consultations.models import Consultation, Seat, Stage
from hall.errors import Code, Refusal
from members.access import require
from members.models import Person
from members.roles import Permission, SeatRole

if TYPE_CHECKING:
    from consultations.live.attendee import Attendee
    from consultations.live.room import Room

SEEN_LATELY = timedelta(seconds=60)


async def arrive(room: "Room", key: str | None) -> sessions.Arrival:
    """Who comes, seated in the database. A writer is asked only where there is something to write.

    Raises:
        Refusal: `sign_in`, `not_found`, `forbidden`.
    """
    if key is None or not sessions.is_key(key):
        raise Refusal(Code.SIGN_IN)
    arrival, written = await room.arrivals.write(key)
    if written:
        return arrival
    role = await room.entries.write(arrival.person)
    return sessions.arrival_of(arrival.session_key, arrival.person, role, arrival.card)


async def arrive_screen(room: "Room", key: str | None) -> sessions.Arrival:
    """A big screen comes: it takes no seat, and nothing is written.

    Raises:
        Refusal: `sign_in`.
    """
    return await room.pools.readers.run(sessions.look_screen, key, room.consultation)


def look(
    consultation: Consultation, session_keys: Sequence[str]
) -> list[tuple[sessions.Arrival, bool] | Refusal]:
    """Who comes with each of these sessions, and whether their seat needs no writing.

    Three queries, however many come at once.
    """
    people = sessions.people_of(session_keys)
    held = Seat.objects.filter(consultation=consultation, person__in=people.values())
    seats = {
        person_id: (SeatRole(role), first, last)
        for person_id, role, first, last in held.values_list(
            "person_id", "role", "first_seen_at", "last_seen_at"
        )
    }

    def look_at(key: str) -> tuple[sessions.Arrival, bool] | Refusal:
        try:
            person = people.get(key) or sessions.person_of(key)
            return _arrived(consultation, key, person, seats.get(person.pk))
        except Refusal as refusal:
            return refusal

    return [look_at(key) for key in session_keys]


def _arrived(
    consultation: Consultation,
    key: str,
    person: Person,
    seat: tuple[SeatRole, datetime | None, datetime | None] | None,
) -> tuple[sessions.Arrival, bool]:
    role, *seen = seat or (None, None, None)
    draft = consultation.stage == Stage.DRAFT
    require(person, Permission.ROOM_ENTER, consultation if draft else SeatedAs(role))
    arrival = sessions.arrival_of(key, person, role)
    if consultation.is_over or seat is None:
        return arrival, consultation.is_over
    return arrival, consultation.stage != Stage.LIVE or _was_seen_lately(*seen)


def _was_seen_lately(first: datetime | None, last: datetime | None) -> bool:
    return first is not None and (last or first) > clock.now() - SEEN_LATELY


def hello(room: "Room", attendee: "Attendee") -> Packet:
    """The first frame: where the log stands, who the reader is, and what they may do."""
    arrival = attendee.arrival
    attendee.may = attendee.acts_in(room.state) if room.state is not None else []
    role = arrival.seat_role or SeatRole.OBSERVER
    seat = None if arrival.screen else {"person": arrival.card, "role": role.value}
    greeting = {
        "epoch": room.epoch,
        "head": room.head,
        "seat": seat,
        "may": attendee.may,
        "server_time": timestamp(clock.now()),
    }
    return Packet([orjson.dumps({"hello": greeting})])
