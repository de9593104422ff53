"""One socket in a room."""

import time
from collections.abc import Iterable

from consultations.domain.deliveries import Delivery, Viewer
from consultations.domain.rights import acts_for
from consultations.domain.room_queries import RoomState
from consultations.live.limits import CommandLimit
from consultations.live.outlets import DirectOutlet, Outlet
from consultations.live.protocol import Close, Packet, news
from consultations.live.sessions import Arrival
from consultations.models import EVERYONE


class Attendee:
    """A person's socket in a room: what the person may do there, and the way out to it."""

    __slots__ = (
        "arrival",
        "checked_at",
        "limit",
        "may",
        "outlet",
        "put",
        "viewer",
    )

    def __init__(self, arrival: Arrival, outlet: Outlet) -> None:
        self.outlet = outlet
        # The room writes to hundreds of these at once, and spares itself the way around.
        self.put = outlet.frames.write if isinstance(outlet, DirectOutlet) else None
        self.limit = CommandLimit()
        self.may: list[str] = []
        self.renew(arrival)

    def renew(self, arrival: Arrival) -> None:
        """Take over what a fresh look at session, person and seat has found."""
        self.arrival = arrival
        self.viewer = Viewer(arrival.person.pk, arrival.moderates)
        self.checked_at = time.monotonic()

    def acts_in(self, state: RoomState) -> list[str]:
        """What the person may do in the room as it stands."""
        silenced = state.silenced.is_for(self.viewer.person_id)
        return acts_for(self.arrival.permissions, state.acts, silenced=silenced)

    def tell_rights(self, state: RoomState, *, always: bool = False) -> None:
        """Send `may` where it has changed."""
        may = self.acts_in(state)
        if may != self.may or always:
            self.may = may
            self.outlet.write(Packet([news("may", may=may)]))

    def answer(self, *frames: bytes) -> None:
        self.outlet.answer(Packet(frames))

    def close(self, code: Close) -> None:
        self.outlet.close(code)


def tell_apart(
    attendees: Iterable[Attendee], batch: list[Delivery], full: Packet
) -> list[Attendee]:
    """Write to each what they may read of the batch; most may read the same.

    `full` is the batch with all that is in it. Returns whose sockets are gone.
    """
    named = {delivery.audience for delivery in batch}
    others = Packet(
        delivery.frame if delivery.audience == EVERYONE else delivery.otherwise
        for delivery in batch
    )

    def packet_for(viewer: Viewer) -> Packet:
        if viewer.moderates:
            return full
        if viewer.audience in named:
            return Packet(delivery.frame_for(viewer) for delivery in batch)
        return others

    return [one for one in attendees if not one.outlet.write(packet_for(one.viewer))]
