"""Coming in: from a session to a seat, and the first frame."""

from datetime import timedelta
from typing import TYPE_CHECKING

import orjson

from consultations.archiving.canonical import timestamp
from consultations.domain import clock
from consultations.domain.rights import acts_for
from consultations.domain.seats import enter_room
from consultations.live import sessions
from consultations.live.pool import Pools
from consultations.live.protocol import Packet
from consultations.models import Consultation, Seat, Stage
from members.roles import SeatRole

if TYPE_CHECKING:
    from consultations.live.attendee import Attendee
    from consultations.live.room import Room

SEEN_LATELY = timedelta(seconds=60)


async def arrive(pools: Pools, room: "Room", session_key: str | None) -> sessions.Arrival:
    """Who comes, seated in the database. A writer is asked only where there is something to write.

    Raises:
        Refusal: `sign_in`, `not_found`, `forbidden`.
    """
    arrival, written = await pools.readers.run(_look, session_key, room.id)
    if written:
        return arrival
    role = await pools.writers.run(_sit_down, arrival, room.id)
    return sessions.arrival_of(arrival.session_key, arrival.person, role, arrival.card)


def _look(session_key: str | None, room_id: int) -> tuple[sessions.Arrival, bool]:
    consultation = Consultation.objects.get(pk=room_id)
    arrival = sessions.look(session_key, consultation)
    if consultation.is_over:
        return arrival, True
    seats = Seat.objects.filter(consultation_id=room_id, person=arrival.person)
    if consultation.stage == Stage.LIVE:
        seats = seats.filter(
            first_seen_at__isnull=False, last_seen_at__gt=clock.now() - SEEN_LATELY
        )
    return arrival, arrival.seat_role is not None and seats.exists()


def _sit_down(arrival: sessions.Arrival, room_id: int) -> SeatRole:
    consultation = Consultation.objects.get(pk=room_id)
    return SeatRole(enter_room(consultation, arrival.person).role)


def hello(room: "Room", attendee: "Attendee") -> Packet:
    """The first frame: where the log stands, who the reader is, and what they may do."""
    arrival = attendee.arrival
    acts = room.state.acts if room.state is not None else frozenset()
    attendee.may = acts_for(arrival.permissions, acts)
    role = arrival.seat_role or SeatRole.OBSERVER
    greeting = {
        "epoch": room.epoch,
        "head": room.head,
        "seat": {"person": arrival.card, "role": role.value},
        "may": attendee.may,
        "server_time": timestamp(clock.now()),
    }
    return Packet([orjson.dumps({"hello": greeting})])
