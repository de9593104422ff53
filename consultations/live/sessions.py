"""Who is behind a socket: looked up on arrival, on commands, and for all sockets every few seconds.

All functions here are synchronous and run in the pool of readers.
"""

import copy
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from consultations.domain.rights import SeatedAs
from consultations.domain.rows import among, run_together
from consultations.domain.screens import screen_by_key, screens_open
from consultations.domain.seats import card_of
from consultations.models import Consultation
from hall.errors import Code, Refusal
from members.access import permissions_of, require
from members.models import Person
from members.roles import Permission, Role, SeatRole

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore

_SESSIONS = "SELECT session_key FROM django_session WHERE session_key {keys} AND expire_date > %s"
_PEOPLE = "SELECT id, role, password, alias FROM members_person WHERE id {ids} AND is_active"
_SEATS = """
SELECT consultation_id, person_id, role FROM consultations_seat
WHERE person_id {ids} AND consultation_id {rooms}
"""


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


def people_of(session_keys: Collection[str]) -> dict[str, Person]:
    """Those who are signed in under these sessions, by session key. Two queries.

    Whom this does not find may still be signed in, with a session signed by an older secret key:
    then `person_of` finds them.
    """
    alive = Session.objects.filter(pk__in=session_keys, expire_date__gt=timezone.now())
    held = {session.session_key: session.get_decoded() for session in alive}
    ids = {key: _person_id_in(data) for key, data in held.items()}
    people = Person.objects.in_bulk({person_id for person_id in ids.values() if person_id})
    return {
        key: copy.copy(person)  # each socket's own, which is kept up to date with its rights
        for key, person_id in ids.items()
        if (person := people.get(person_id or 0)) is not None
        and person.is_active
        and constant_time_compare(
            held[key].get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()
        )
    }


def _person_id_in(session: dict[str, Any]) -> int | None:
    """Whose session it is, where one of the hall's own ways of signing in began it."""
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    return int(session[SESSION_KEY])


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


def look_screen(key: str | None, room_id: int) -> Arrival:
    """The big screen that has this key to this room. One query.

    Raises:
        Refusal: `sign_in`, also where the key is another room's.
    """
    screen = screen_by_key(key)
    if screen is None or screen.consultation_id != room_id:
        raise Refusal(Code.SIGN_IN)
    nobody = Person(pk=0, role=Role.RESIDENT)
    return Arrival(key or "", nobody, None, frozenset(), {}, screen=screen.pk)


def look_again(arrival: Arrival, consultation: Consultation) -> Arrival:
    """Who came, as they stand now.

    Raises:
        Refusal: `sign_in`, `not_found`, `forbidden`.
    """
    if arrival.screen:
        return look_screen(arrival.session_key, consultation.pk)
    return look(arrival.session_key, consultation)


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds now: sessions that live, people with active accounts, seats, and screens.

    Of people role, password (hashed) and alias.
    """

    sessions: frozenset[str]
    people: dict[int, tuple[str, str, str]]
    seats: dict[tuple[int, int], SeatRole]
    screens: frozenset[int] = frozenset()


def standing(arrivals: Iterable[Arrival], room_ids: Iterable[int]) -> Standing:
    """Look at all sockets of the process at once: one message to the database and its answer.

    One more where there are big screens among them.
    """
    everyone = list(arrivals)
    screens = screens_open({arrival.screen for arrival in everyone if arrival.screen})
    keys, keys_given = among(
        {arrival.session_key for arrival in everyone if not arrival.screen}, of="text"
    )
    ids, ids_given = among(
        {arrival.person.pk for arrival in everyone if not arrival.screen}, of="bigint"
    )
    rooms, rooms_given = among(set(room_ids), of="bigint")
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    sessions, people, seats = run_together(
        [
            (_SESSIONS.format(keys=keys), [keys_given, now]),
            (_PEOPLE.format(ids=ids), [ids_given]),
            (_SEATS.format(ids=ids, rooms=rooms), [ids_given, rooms_given]),
        ]
    )
    return Standing(
        frozenset(key for (key,) in sessions),
        {pk: tuple(person) for pk, *person in people},
        {(room_id, person_id): SeatRole(role) for room_id, person_id, role in seats},
        screens,
    )
