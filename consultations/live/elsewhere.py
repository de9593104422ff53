"""What a person does through one socket, told to their others: a phone beside a computer."""

from typing import TYPE_CHECKING, Any

from consultations.live.attendee import Attendee
from consultations.live.protocol import Packet

if TYPE_CHECKING:
    from consultations.live.room import Room


def tell_elsewhere(room: "Room", attendee: Attendee, frame: bytes) -> None:
    """Write a frame to the person's other sockets in the room, in whichever process they are."""
    person_id = attendee.arrival.person.pk
    if room.presence.sockets(person_id) > 1:
        _write(room, person_id, frame, but=attendee)
    if room.presence.is_far(person_id):
        room.tell_far({"own": [person_id, frame.decode()]})


def hear_own(room: "Room", told: list[Any]) -> None:
    """Another process tells what a person has done there."""
    person_id, frame = told
    if room.presence.is_near(person_id):
        _write(room, person_id, frame.encode())


def _write(room: "Room", person_id: int, frame: bytes, *, but: Attendee | None = None) -> None:
    packet = Packet([frame])
    for other in room.attendees:
        if other is not but and other.arrival.person.pk == person_id:
            other.outlet.write(packet)
