"""The latest events of a room, kept to answer who comes back after a moment."""

from collections import deque
from collections.abc import Iterable

from consultations.domain.deliveries import Delivery

LENGTH = 512
_OUT_OF_SIGHT = frozenset({"opinion.hidden", "opinion.erased", "hand.subject_hidden"})
_BRINGS_CARDS = frozenset({"opinion.posted", "opinion.held"})


def hides(events: Iterable[Delivery]) -> bool:
    """Whether words go out of sight: what was read before these events may not be sent now."""
    return any(event.type in _OUT_OF_SIGHT for event in events)


def changes_cards(events: Iterable[Delivery]) -> bool:
    """Whether a card is another one after these events: one read before is not to be sent after."""
    return any(
        event.type.startswith("opinion.") and event.type not in _BRINGS_CARDS for event in events
    )


class Ring:
    """Consecutive events up to the room's head; what is older is in the database."""

    __slots__ = ("_events",)

    def __init__(self) -> None:
        self._events: deque[Delivery] = deque(maxlen=LENGTH)

    def add(self, deliveries: Iterable[Delivery]) -> None:
        """Append events that follow on what is there.

        Once words are hidden or erased, what was sent before must not be sent again as it was: the
        ring forgets it, and replay goes through the query that takes hidden text out.
        """
        for delivery in deliveries:
            if delivery.type in _OUT_OF_SIGHT:
                self._events.clear()
            self._events.append(delivery)

    def clear(self) -> None:
        self._events.clear()

    def since(self, seq: int, head: int) -> list[Delivery] | None:
        """The events after `seq` up to `head`, or None where the ring does not reach back."""
        if seq >= head:
            return []
        if not self._events or self._events[0].seq > seq + 1:
            return None
        return list(self._events)[seq + 1 - self._events[0].seq :]
