"""The doorbell: tells whoever listens that a room's log has grown.

It may be lost without harm: the log is the database, and listeners look there when they hear
nothing. Therefore a doorbell that cannot be rung never fails the verb that rang it.
"""

import logging
from collections.abc import Callable

from consultations.models import RoomEvent

logger = logging.getLogger(__name__)

Listener = Callable[[RoomEvent], None]

_listeners: list[Listener] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Call `listener` after each commit in this process; returns what ends the listening.

    The listener runs in the writing thread and has to return at once.
    """
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def ring(event: RoomEvent) -> None:
    for listener in tuple(_listeners):
        try:
            listener(event)
        except Exception:
            logger.exception("doorbell of room %s failed", event.consultation_id)
