from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser

from hall.errors import Code, Refusal
from members.access import Visitor, allowed, permissions_of, require
from members.models import Person
from members.roles import HALL_TABLE, SEAT_TABLE, Permission, Role, SeatRole


class Place:
    """A place with one seat for everybody, known or not."""

    def __init__(self, seat: SeatRole | None = None, *, known: bool = True) -> None:
        self.seat, self.known = seat, known

    def seat_role_of(self, person: Person) -> SeatRole | None:
        return self.seat

    def is_known_to(self, visitor: Visitor) -> bool:
        return self.known


def answer(visitor: Visitor, permission: Permission, place: Place | None = None) -> Code | None:
    try:
        require(visitor, permission, place)
    except Refusal as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize(("role", "permission"), list(product(Role, Permission)))
def test_require_in_the_hall_follows_the_table(role: Role, permission: Permission) -> None:
    person = Person(role=role)
    granted = permission in HALL_TABLE[role]
    assert answer(person, permission) == (None if granted else Code.FORBIDDEN)
    assert allowed(person, permission) == granted


@pytest.mark.parametrize(("role", "seat"), list(product(Role, SeatRole)))
def test_require_in_a_place_adds_the_seat(role: Role, seat: SeatRole) -> None:
    person, place = Person(role=role), Place(seat)
    both = HALL_TABLE[role] | SEAT_TABLE[seat]
    assert permissions_of(person, place) == both
    for permission in Permission:
        assert answer(person, permission, place) == (None if permission in both else Code.FORBIDDEN)


@pytest.mark.parametrize("permission", list(Permission))
@pytest.mark.parametrize(
    "visitor",
    [AnonymousUser(), Person(role=Role.ADMIN, is_active=False)],
    ids=["stranger", "closed"],
)
def test_nobody_signed_in_may_nothing(visitor: Visitor, permission: Permission) -> None:
    assert answer(visitor, permission) == Code.SIGN_IN
    assert answer(visitor, permission, Place(SeatRole.MODERATOR)) == Code.SIGN_IN
    assert permissions_of(visitor, Place(SeatRole.MODERATOR)) == frozenset()


def test_what_may_not_be_known_is_not_found() -> None:
    unknown = Place(known=False)
    for visitor in (AnonymousUser(), Person(role=Role.RESIDENT), Person(role=Role.ADMIN)):
        assert answer(visitor, Permission.ROOM_ENTER, unknown) == Code.NOT_FOUND
