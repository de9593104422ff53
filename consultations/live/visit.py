"""One socket's stay: who may try, who is seated, and what is counted until they are gone."""

from typing import Any

from consultations.live.entrance import Arrive
from consultations.live.handling import Asked
from consultations.live.hub import Hub
from consultations.live.origins import address_of
from consultations.live.outlets import Outlet
from hall.errors import Code, Refusal


class Visit:
    """From the handshake to the end. `key` is what the socket shows of itself, a session's key."""

    def __init__(self, hub: Hub, scope: dict[str, Any], key: str | None) -> None:
        self.hub = hub
        self.key = key
        self.room_id = int(scope["url_route"]["kwargs"]["room_id"])
        self.address = address_of(scope)
        self.asked: Asked | None = None
        self._counted = False

    async def begin(self, outlet: Outlet, arrive: Arrive) -> None:
        """Seat the socket, and greet it.

        Raises:
            Refusal: `too_many` before anything is looked up; else as `Hub.enter`.
        """
        self.hub.census.come(self.address, self.key)
        self._counted = True
        try:
            room, attendee = await self.hub.enter(self.room_id, self.key, outlet, arrive)
        except Refusal as refusal:
            if refusal.code == Code.SIGN_IN:
                self.hub.census.turn_away(self.address)
            raise
        self.asked = Asked(self.hub, room, attendee)
        self.hub.census.know(self.key)

    def end(self) -> None:
        asked, self.asked = self.asked, None
        if asked is not None:
            self.hub.leave(asked.room, asked.attendee)
        if self._counted:
            self._counted = False
            self.hub.census.go(self.address)
