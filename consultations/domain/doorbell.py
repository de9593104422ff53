"""The doorbell: tells whoever listens that a room has changed.

It may be lost without harm: the log is the database, and listeners look there when they hear
nothing. Therefore a doorbell that cannot be rung never fails the verb that rang it.

Who listens in this process (the live hub) also tells the other processes. Where nobody does, as
in a management command, the bell goes through the channel layer from here.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import fields
from operator import attrgetter
from typing import Any, Protocol

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

from consultations.domain.deliveries import Delivery, delivery_of
from consultations.models import RoomEvent

logger = logging.getLogger(__name__)

FAR_SECONDS = 2.0
# What `astuple` gives, without looking for dataclasses within.
_carried = attrgetter(*(field.name for field in fields(Delivery)))


class Listener(Protocol):
    """Called after each commit, in the writing thread: it has to return at once."""

    def events(self, consultation_id: int, deliveries: list[Delivery]) -> None: ...

    def stances(self, consultation_id: int, numbers: list[int]) -> None: ...

    def ballot(self, consultation_id: int) -> None: ...

    def own(self, consultation_id: int, person_id: int) -> None: ...


_listeners: list[Listener] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Tell `listener` of all that is committed in this process; returns what ends it."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def ring(*events: RoomEvent) -> None:
    """Say that a room's log has grown by these events, which follow one another."""
    room_id = events[0].consultation_id
    try:
        now = time.time()
        deliveries = [delivery_of(event, committed_at=now) for event in events]
        if not _listeners:
            _ring_far(room_id, events_bell(deliveries))
        for listener in tuple(_listeners):
            listener.events(room_id, deliveries)
    except Exception:
        logger.exception("doorbell of room %s failed", room_id)


def ring_stances(consultation_id: int, numbers: Iterable[int]) -> None:
    """Say that the tallies of the opinions with these numbers have changed."""
    changed = list(numbers)
    _ring_beside(
        consultation_id,
        stances_bell(changed),
        lambda listener: listener.stances(consultation_id, changed),
    )


def ring_ballot(consultation_id: int) -> None:
    """Say that a vote was cast in the room's open ballot."""
    _ring_beside(consultation_id, ballot_bell(), lambda listener: listener.ballot(consultation_id))


def ring_own(consultation_id: int, person_id: int) -> None:
    """Say that this person has taken a stance or voted otherwise than through the room's socket."""
    _ring_beside(
        consultation_id,
        own_bell(person_id),
        lambda listener: listener.own(consultation_id, person_id),
    )


def _ring_beside(
    consultation_id: int, bell: dict[str, Any], tell: Callable[[Listener], None]
) -> None:
    """Ring for what is not in the log. The change is committed: a bell that fails undoes none."""
    try:
        if not _listeners:
            _ring_far(consultation_id, bell)
        for listener in tuple(_listeners):
            tell(listener)
    except Exception:
        logger.exception("doorbell of room %s failed", consultation_id)


def group_of(consultation_id: int) -> str:
    """The channel layer's group of all processes that have seats in this room."""
    return f"hall.room.{consultation_id}"


def events_bell(deliveries: list[Delivery]) -> dict[str, Any]:
    return {"events": [_carried(delivery) for delivery in deliveries]}


def events_of(bell: dict[str, Any]) -> list[Delivery]:
    """The events that a bell carries; TypeError where they are none."""
    return [Delivery(*fields) for fields in bell["events"]]


def stances_bell(numbers: list[int]) -> dict[str, Any]:
    return {"stances": numbers}


def ballot_bell() -> dict[str, Any]:
    return {"ballot": True}


def own_bell(person_id: int) -> dict[str, Any]:
    return {"own": [person_id]}


def message(consultation_id: int, bell: dict[str, Any], *, sender: str = "") -> dict[str, Any]:
    """The bell as the channel layer carries it; `sender` is the process that need not hear it."""
    return {"type": "hall.bell", "room": consultation_id, "sender": sender, **bell}


def _ring_far(consultation_id: int, bell: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is None or isinstance(layer, InMemoryChannelLayer):
        return

    async def send() -> None:
        group, carried = group_of(consultation_id), message(consultation_id, bell)
        await asyncio.wait_for(layer.group_send(group, carried), FAR_SECONDS)

    async_to_sync(send)()
