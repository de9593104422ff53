"""May this person do that here? Asked in one way, by the domain alone."""

from typing import Protocol

from django.contrib.auth.models import AnonymousUser

from hall.errors import Code, Refusal
from members.models import Person
from members.roles import HALL_TABLE, SEAT_TABLE, Permission, Role, SeatRole

Visitor = Person | AnonymousUser


class Place(Protocol):
    """Where a permission is asked for: a consultation, which knows its seats."""

    def seat_role_of(self, person: Person) -> SeatRole | None: ...

    def is_known_to(self, visitor: Visitor) -> bool:
        """Whether the visitor may know at all that this place exists."""
        ...


def permissions_of(visitor: Visitor, place: Place | None = None) -> frozenset[Permission]:
    """All permissions of a visitor, hall-wide and by the seat in `place`.

    Nobody who is not signed in, or whose account is closed, has any.
    """
    if not isinstance(visitor, Person) or not visitor.is_active:
        return frozenset()
    granted = HALL_TABLE[Role(visitor.role)]
    if place is not None and (seat := place.seat_role_of(visitor)) is not None:
        granted |= SEAT_TABLE[seat]
    return granted


def allowed(visitor: Visitor, permission: Permission, place: Place | None = None) -> bool:
    """Whether `require` would pass. For showing or hiding a control, never instead of `require`."""
    return permission in permissions_of(visitor, place)


def require(visitor: Visitor, permission: Permission, place: Place | None = None) -> None:
    """Pass, or raise `Refusal`.

    Raises:
        Refusal: `sign_in` for a stranger, `not_found` where the visitor may not know of the
            place, else `forbidden`.
    """
    if place is not None and not place.is_known_to(visitor):
        raise Refusal(Code.NOT_FOUND)
    if not isinstance(visitor, Person) or not visitor.is_active:
        raise Refusal(Code.SIGN_IN)
    if not allowed(visitor, permission, place):
        raise Refusal(Code.FORBIDDEN)
