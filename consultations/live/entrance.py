"""Coming in: from a session to a seat, and the first frame."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

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
    from consultations.live.hub import Hub
    from consultations.live.room import Room

Arrive: TypeAlias = "Callable[[Hub, int, str | None], Awaitable[sessions.Arrival]]"

SEEN_LATELY = timedelta(seconds=60)


async def arrive(hub: "Hub", room_id: int, key: str | None) -> sessions.Arrival:
    """Who comes, seated in the database. A writer is asked only where there is something to write.

    No room is opened for nobody: to them the rooms that there are, are as those that there are not.

    Raises:
        Refusal: `sign_in`, `not_found`, `forbidden`.
    """
    if key is None:
        raise Refusal(Code.SIGN_IN)
    if not hub.has_open(room_id):
        await hub.callers.write(key)
    room = await hub.room(room_id)
    arrival, written = await room.arrivals.write(key)
    if written:
        return arrival
    role = await room.entries.write(arrival.person)
    return sessions.arrival_of(arrival.session_key, arrival.person, role, arrival.card)


async def arrive_screen(hub: "Hub", room_id: int, key: str | None) -> sessions.Arrival:
    """A big screen comes: it takes no seat, and nothing is written.

    Raises:
        Refusal: `sign_in`.
    """
    return await hub.pools.readers.run(sessions.look_screen, key, room_id)


def call(session_keys: Sequence[str]) -> list[Person | Refusal]:
    """Who is signed in under each of these sessions, or `sign_in`."""
    people = sessions.people_of(session_keys)

    def person_of(key: str) -> Person | Refusal:
        try:
            return people.get(key) or sessions.person_of(key)
        except Refusal as refusal:
            return refusal

    return [person_of(key) for key in session_keys]


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
