"""One socket in a room."""

import time

from consultations.domain.deliveries import Viewer
from consultations.domain.rights import acts_for
from consultations.domain.room_queries import RoomState
from consultations.live.limits import CommandLimit
from consultations.live.outlets import Outlet
from consultations.live.protocol import Close, Packet, news
from consultations.live.sessions import Arrival


class Attendee:
    """A person's socket in a room: what the person may do there, and the way out to it."""

    __slots__ = (
        "arrival",
        "caught_up",
        "checked_at",
        "deeds",
        "limit",
        "may",
        "outlet",
        "viewer",
    )

    def __init__(self, arrival: Arrival, outlet: Outlet, limit: CommandLimit | None = None) -> None:
        self.outlet = outlet
        self.limit = limit or CommandLimit()
        self.may: list[str] = []
        self.caught_up = False  # whether they have asked what they missed, and were told
        self.deeds = 0  # of the person, by the room's count, when they were last read
        self.renew(arrival)

    def renew(self, arrival: Arrival) -> None:
        """Stand for what a fresh look at session, person and seat has found."""
        self.arrival = arrival
        self.viewer = Viewer(arrival.person.pk, arrival.moderates)
        self.checked_at = time.monotonic()

    def take_over(self, renewed: Arrival, state: RoomState | None) -> bool:
        """Go on as a fresh look has found them, and tell them; False where they have lost a right:
        they are closed, and see what is left when they connect anew."""
        if not renewed.permissions >= self.arrival.permissions:
            self.close(Close.FORBIDDEN)
            return False
        self.renew(renewed)
        if state is not None:
            self.tell_rights(state)
        return True

    def acts_in(self, state: RoomState) -> list[str]:
        """What the person may do in the room as it stands."""
        silenced = state.silenced.is_for(self.viewer.person_id)
        return acts_for(self.arrival.permissions, state.acts, silenced=silenced)

    def tell_rights(self, state: RoomState) -> None:
        """Send `may` where it has changed."""
        may = self.acts_in(state)
        if may != self.may:
            self.may = may
            self.outlet.write(Packet([news("may", may=may)]))

    def answer(self, *frames: bytes) -> None:
        self.outlet.answer(Packet(frames))

    def close(self, code: Close) -> None:
        self.outlet.close(code)
