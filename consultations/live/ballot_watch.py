"""The open ballot of one room: turnout, and live results, told at most twice a second."""

from typing import TYPE_CHECKING, Any

from consultations.domain import ballot_cards, doorbell
from consultations.live.coalesced import Coalesced
from consultations.live.protocol import Packet, news

if TYPE_CHECKING:
    from consultations.live.room import Room

BALLOT_SECONDS = 0.5


class BallotWatch:
    """Counts the open ballot anew when votes were cast, and tells the room's seats."""

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._near = False
        self._told: dict[str, Any] | None = None
        self._telling = Coalesced(self._tell, seconds=BALLOT_SECONDS)

    def changed(self, *, near: bool) -> None:
        """Votes were cast; `near` are those of this process, which others have yet to hear of."""
        self._near = self._near or near
        self._telling.ask()

    def cancel(self) -> None:
        self._telling.cancel()

    def frames(self, standing: dict[str, Any] | None = None) -> list[bytes]:
        """What someone has to be told who missed the news: what was told last.

        `standing` is what a reading of the room has found meanwhile, for where nothing was told.
        """
        told, known = self._told, standing or {}
        if told is None or told["number"] < known.get("number", 0):
            told = standing
        return [news("ballot", **told)] if told is not None else []

    async def _tell(self) -> None:
        room = self._room
        near, self._near = self._near, False
        if near:
            room.bells.ring(room.id, doorbell.ballot_bell())
        standing = await room.pools.readers.run(ballot_cards.open_standing, room.id)
        if standing is not None and standing != self._told:
            self._told = standing
            room.tell(Packet([news("ballot", **standing)]))
