"""A room as the hall shows it to one reader: the snapshot that is served, made on the spot."""

from collections.abc import Set
from typing import Any

import orjson

from consultations.domain.deliveries import Viewer
from consultations.domain.rights import acts_for
from consultations.domain.room_queries import picture
from consultations.live.attendee import Attendee
from consultations.live.outlets import PortableOutlet
from consultations.live.sessions import Arrival
from consultations.live.snapshots import Developed, own_of
from members.models import Person
from members.roles import Permission


async def _nowhere(_message: dict[str, Any]) -> None:
    return None


def snapshot(
    room_id: int, *, viewer: Viewer, permissions: Set[Permission] = frozenset()
) -> dict[str, Any]:
    """What `room.since` gives this viewer, as it stands on the wire.

    Raises:
        Refusal: `not_found`.
    """
    seen = picture(room_id)
    person = Person(pk=viewer.person_id)
    attendee = Attendee(
        Arrival("", person, None, frozenset(permissions), {}), PortableOutlet(_nowhere)
    )
    attendee.viewer = viewer
    silenced = seen.silenced.is_for(viewer.person_id)
    attendee.may = acts_for(permissions, seen.acts, silenced=silenced)
    own = own_of(room_id, viewer.person_id, ballots=bool(seen.ballots))
    taken = Developed(seen, tallies=0, made_at=0.0)
    nobody = {"count": 0, "by_identity": {}}
    found: dict[str, Any] = orjson.loads(orjson.dumps(taken.snapshot(attendee, own, nobody)))
    return found
