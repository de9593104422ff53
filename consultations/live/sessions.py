"""Who is behind a socket: looked up on arrival, on commands, and for all sockets every few seconds.

All functions here are synchronous and run in the pool of readers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from consultations.domain.rights import SeatedAs
from consultations.domain.screens import screen_by_key, screens_open
from consultations.domain.seats import card_of
from consultations.models import Consultation, Seat
from hall.errors import Code, Refusal
from members.access import permissions_of, require
from members.models import Person
from members.roles import Permission, Role, SeatRole

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Arrival:
    """A signed-in person at the door of a room, with all that they may do in it.

    Or a big screen, with its id: nobody stands behind it, and it may do nothing but read.
    """

    session_key: str
    person: Person
    seat_role: SeatRole | None
    permissions: frozenset[Permission]
    card: dict[str, Any]
    screen: int = 0

    @property
    def moderates(self) -> bool:
        return Permission.OPINION_MODERATE in self.permissions

    @property
    def counts_as(self) -> int:
        """Whose sockets are counted together: a person's, or a screen's."""
        return -self.screen or int(self.person.pk)


def person_of(session_key: str | None) -> Person:
    """The person signed in under this session.

    Raises:
        Refusal: `sign_in`.
    """
    if session_key:
        request = HttpRequest()
        request.session = SessionStore(session_key)
        visitor = get_user(request)
        if isinstance(visitor, Person) and visitor.is_active:
            return visitor
    raise Refusal(Code.SIGN_IN)


def look(session_key: str | None, consultation: Consultation) -> Arrival:
    """Who comes, and what they may do in this room. About three queries.

    Raises:
        Refusal: `sign_in`, `not_found`, `forbidden`.
    """
    person = person_of(session_key)
    require(person, Permission.ROOM_ENTER, consultation)
    role = consultation.seat_role_of(person)
    return arrival_of(session_key or "", person, role)


def arrival_of(
    session_key: str, person: Person, role: SeatRole | None, card: dict[str, Any] | None = None
) -> Arrival:
    permissions = permissions_of(person, SeatedAs(role))
    return Arrival(session_key, person, role, permissions, card or card_of(person))


def look_screen(key: str | None, consultation: Consultation) -> Arrival:
    """The big screen that has this key to this room. One query.

    Raises:
        Refusal: `sign_in`, also where the key is another room's.
    """
    screen = screen_by_key(key)
    if screen is None or screen.consultation_id != consultation.pk:
        raise Refusal(Code.SIGN_IN)
    nobody = Person(pk=0, role=Role.RESIDENT)
    return Arrival(key or "", nobody, None, frozenset(), {}, screen=screen.pk)


def look_again(arrival: Arrival, consultation: Consultation) -> Arrival:
    """Who came, as they stand now.

    Raises:
        Refusal: `sign_in`, `not_found`, `forbidden`.
    """
    if arrival.screen:
        return look_screen(arrival.session_key, consultation)
    return look(arrival.session_key, consultation)


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds now: sessions that live, people with active accounts, seats, and screens."""

    sessions: frozenset[str]
    people: dict[int, tuple[str, str]]
    seats: dict[tuple[int, int], SeatRole]
    screens: frozenset[int] = frozenset()


def standing(arrivals: Iterable[Arrival], room_ids: Iterable[int]) -> Standing:
    """Look at all sockets of the process at once: three queries for each 500 of them.

    One more where there are big screens among them.
    """
    everyone = list(arrivals)
    screens = screens_open({arrival.screen for arrival in everyone if arrival.screen})
    session_keys = [arrival.session_key for arrival in everyone if not arrival.screen]
    person_ids = [arrival.person.pk for arrival in everyone if not arrival.screen]
    rooms = list(room_ids)
    sessions: set[str] = set()
    people: dict[int, tuple[str, str]] = {}
    seats: dict[tuple[int, int], SeatRole] = {}
    alive = Session.objects.filter(expire_date__gt=timezone.now())
    for keys in _chunks(set(session_keys)):
        sessions.update(alive.filter(pk__in=keys).values_list("pk", flat=True))
    for ids in _chunks(set(person_ids)):
        active = Person.objects.filter(pk__in=ids, is_active=True)
        for pk, role, password in active.values_list("pk", "role", "password"):
            people[pk] = (role, password)
        held = Seat.objects.filter(person_id__in=ids, consultation_id__in=rooms)
        for room_id, person_id, seat_role in held.values_list(
            "consultation_id", "person_id", "role"
        ):
            seats[room_id, person_id] = SeatRole(seat_role)
    return Standing(frozenset(sessions), people, seats, screens)


def _chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    waiting = iter(items)
    while chunk := list(islice(waiting, CHUNK)):
        yield chunk
