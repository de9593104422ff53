"""A second process of the same installation: it lays out rooms, and says what the database holds.

    python -m tests.faults.witness

Reads one JSON object a line, `{"do": name, ...}`, and answers each with one line: what the
function of that name returned, or `{"error": sentence}`. It opens its connection to the database
anew for every question, so that it outlives the faults of the database.
"""

# ruff: noqa: E402 (models can be imported once the apps are loaded)

import json
import sys
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import django

django.setup()

from django.apps import apps
from django.db import connection, transaction

from consultations.archiving.chain import ChainBroken, check_chain
from consultations.domain import room_queries
from consultations.domain.agenda import move_agenda
from consultations.domain.consultations import move_stage
from consultations.domain.deliveries import Viewer
from consultations.domain.events import room_name
from consultations.domain.log import chained_events
from consultations.models import Consultation, Opinion, RoomEvent, RoomHead, Seat, Stage
from members.models import Person
from members.roles import Role, SeatRole
from tests.factories import make_consultation, make_person, make_seat
from tests.faults import furniture
from tests.support import sessions
from tests.support.seen import snapshot

# What of a snapshot rests on the log, beside its opinions: as in View.logged.
LOGGED = (
    "epoch",
    "head",
    "room",
    "total",
    "ballots",
    "speaking",
    "requests",
    "outcome",
    "posting",
    "mutes",
)
# What a visit alone changes, and what the hall does by itself while a room is open: it signs the
# log of a live room at its first look, and keeps the opinion map.
VOLATILE = {
    "django_session",
    "consultations_seat",
    "consultations_livehead",
    "consultations_opinionmapstate",
}

Asked = Callable[..., Any]
ASKED: dict[str, Asked] = {}


def asked(function: Asked) -> Asked:
    ASKED[function.__name__] = function
    return function


@asked
@transaction.atomic
def lay_out(people: int, stage: str = "live") -> dict[str, Any]:
    """A room with a moderator and seated residents, all signed in; live, with a free discussion."""
    moderator = make_person(Role.STAFF)
    room = make_consultation(Stage(stage), prepared_by=moderator)
    make_seat(room, moderator, SeatRole.MODERATOR)
    residents = [make_person() for _number in range(people)]
    for resident in residents:
        make_seat(room, resident)
    if stage == Stage.LIVE:
        move_agenda(room, to=3, by=moderator)
    return {
        "room": room.pk,
        "moderator": {"id": moderator.pk, "session": sessions.sign_in(moderator)},
        "residents": [{"id": each.pk, "session": sessions.sign_in(each)} for each in residents],
    }


@asked
@transaction.atomic
def furnish(room: int, by: int, pieces: int) -> dict[str, Any]:
    """Put something of everything into the room; see `tests.faults.furniture`."""
    consultation, moderator = Consultation.objects.get(pk=room), Person.objects.get(pk=by)
    return furniture.furnish(consultation, by=moderator, pieces=pieces)


@asked
def read(room: int, viewers: list[list[Any]]) -> dict[str, Any]:
    """All that the oracle compares: the log's state, the posts, and the room as each viewer's."""
    consultation = Consultation.objects.get(pk=room)
    head = RoomHead.objects.get(pk=room)
    events = RoomEvent.objects.filter(consultation=room).order_by("seq")
    digests = dict(events.values_list("seq", "digest"))
    try:
        broken = None
        check_chain(chained_events(room), room=room_name(room))
    except ChainBroken as found:
        broken = str(found)
    opinions = Opinion.objects.filter(consultation=room).order_by("number")
    columns = ("author_id", "key", "number", "posted_seq", "text", "created_at")
    return {
        "head": head.seq,
        "counted": head.opinions,
        "seqs": list(digests),
        "broken": broken,
        "posts": [
            {
                "author": author,
                "key": str(key),
                "number": number,
                "seq": seq,
                "digest": digests.get(seq),
                "text": text,
                "at": created_at.timestamp(),
            }
            for author, key, number, seq, text, created_at in opinions.values_list(*columns)
        ],
        "views": [_see(consultation, person, moderates) for person, moderates in viewers],
    }


def _see(consultation: Consultation, person: int, moderates: bool) -> dict[str, Any]:
    viewer = Viewer(person, moderates)
    seen = snapshot(consultation.pk, viewer=viewer)
    every = room_queries.opinions_before(consultation, viewer=viewer, before=2**31, limit=10**6)
    logged = {name: seen[name] for name in LOGGED}
    return {**logged, "opinions": every["opinions"]}


@asked
def head(room: int) -> int:
    return RoomHead.objects.get(pk=room).seq


@asked
def stage(room: int, to: str, by: int) -> int:
    person = Person.objects.get(pk=by)
    return move_stage(Consultation.objects.get(pk=room), to=Stage(to), by=person).seq


@asked
def sign_out(session: str) -> None:
    sessions.SessionStore(session).flush()


@asked
def expire(session: str) -> None:
    """Let the session have ended a minute ago."""
    store = sessions.SessionStore(session)
    store.set_expiry(-60)
    store.save()


@asked
def sign_in(person: int) -> str:
    return sessions.sign_in(Person.objects.get(pk=person))


@asked
def demote(room: int, person: int) -> None:
    """Make the moderator a participant, as another moderator's seat would allow."""
    Seat.objects.filter(consultation=room, person=person).update(role=SeatRole.PARTICIPANT)


@asked
def pages() -> int:
    """How many pages the SQLite file has."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        return int(cursor.fetchone()[0])


@asked
def fingerprint() -> dict[str, str]:
    """A digest of each table's rows, but for the `VOLATILE`."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table not in VOLATILE:
            rows = list(model.objects.order_by("pk").values_list())
            found[model._meta.db_table] = sha256(repr(rows).encode()).hexdigest()
    return found


def main() -> None:
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = {"ok": ASKED[question.pop("do")](**question)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
