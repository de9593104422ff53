"""What the room's page reads as one comes in: the room, one's place there, the latest ballot."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, FilteredRelation, Q, prefetch_related_objects

from consultations.archiving.canonical import timestamp
from consultations.domain import ballot_cards, clock
from consultations.domain.floor import Silence
from consultations.domain.posting_rules import rules_of
from consultations.domain.reading import one_moment
from consultations.domain.rights import Visited
from consultations.domain.room_queries import room_card, rooms
from consultations.domain.stages import Act, acts_open_in
from consultations.models import Consultation
from hall.errors import Code, Refusal
from members.access import Visitor, permissions_of, require
from members.roles import Permission, SeatRole


@dataclass(frozen=True, slots=True)
class Entrance:
    """What the room's page says to its visitor before its script has anything to say.

    `mute` is the visitor's own, while it lasts; `ballot` the latest, with the visitor's vote.
    """

    consultation: Consultation
    seat: SeatRole | None
    granted: frozenset[Permission]
    acts: frozenset[Act]
    closed: bool
    mute: Silence | None
    room: dict[str, Any]
    ballot: dict[str, Any] | None

    @property
    def is_silenced(self) -> bool:
        return self.closed or self.mute is not None

    @property
    def ballot_is_due(self) -> bool:
        """Whether the ballot is open and its time is up."""
        card = self.ballot
        if card is None or card["closed_at"] is not None or card["closes_at"] is None:
            return False
        return bool(card["closes_at"] <= timestamp(clock.now()))


def entrance(consultation_id: int, visitor: Visitor) -> Entrance:
    """The room without its opinions. Three queries, up to two more where it has a ballot.

    Raises:
        Refusal: `not_found`, `sign_in`, `forbidden`.
    """
    visitor_id = visitor.pk or 0  # asked here: the moment only reads, and a session may end
    with one_moment():
        consultation, seat, mute = _visited(consultation_id, visitor_id)
        place = Visited(consultation, seat)
        require(visitor, Permission.ROOM_ENTER, place)
        prefetch_related_objects([consultation], "agenda")
        return Entrance(
            consultation=consultation,
            seat=seat,
            granted=permissions_of(visitor, place),
            acts=acts_open_in(consultation),
            closed=rules_of(consultation).closed,
            mute=mute if mute and mute.until > clock.now() else None,
            room=room_card(consultation),
            ballot=ballot_cards.latest_card(consultation, visitor_id),
        )


def _visited(
    consultation_id: int, person_id: int
) -> tuple[Consultation, SeatRole | None, Silence | None]:
    """The consultation, and the person's seat and mute there. One query."""
    found = (
        rooms()
        .annotate(
            own_seat=FilteredRelation("seats", condition=Q(seats__person=person_id)),
            own_mute=FilteredRelation("mutes", condition=Q(mutes__person=person_id)),
            own_role=F("own_seat__role"),
            muted_until=F("own_mute__until"),
            muted_for=F("own_mute__reason"),
        )
        .filter(pk=consultation_id)
        .first()
    )
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    seat = SeatRole(found.own_role) if found.own_role else None
    mute = Silence(found.muted_until, found.muted_for) if found.muted_until else None
    return found, seat, mute
