"""Fill an empty hall with people, sessions and live rooms; run with the hall's environment.

    python -m bench.prepare FOLDER PEOPLE ROOM[:seated][:full] ...

Writes FOLDER/cookies.txt (one signed-in person a line), FOLDER/speakers.txt (40 others), and
FOLDER/hall.json: {"rooms": {name: id}, "bare_frame": bytes}. `seated` gives everyone a seat
beforehand, `full` puts 200 opinions into the room. What people would do in a room goes through
the verbs; people, sessions and seats are inserted many at a time.
"""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import django

from bench.prepared import OPINIONS, SPEAKERS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
django.setup()

# Models can be imported only now.
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.crypto import get_random_string  # noqa: E402

from consultations.domain.agenda import AgendaDraft, move_agenda  # noqa: E402
from consultations.domain.consultations import create_consultation, move_stage  # noqa: E402
from consultations.domain.deliveries import delivery_of  # noqa: E402
from consultations.domain.opinions import post_opinion  # noqa: E402
from consultations.domain.seats import assign_seat  # noqa: E402
from consultations.domain.topics import propose_topic  # noqa: E402
from consultations.models import (  # noqa: E402
    AgendaKind,
    Consultation,
    Kind,
    OpinionKind,
    Seat,
    Stage,
    WorkItem,
    WorkPlan,
    WorkSection,
)
from members.models import Person  # noqa: E402
from members.roles import Role, SeatRole  # noqa: E402

MARKER = "~T0123456701234567~~"
WORDS = "建议在桥头增设一处候车亭,方便老人和学生雨天等车,费用由镇里和村里分担。"


def make_people(count: int) -> list[Person]:
    password = make_password(None)
    return Person.objects.bulk_create(
        Person(
            phone=f"+861390{number:07d}",
            phone_verified=True,
            alias=f"居民{number}",
            role=Role.RESIDENT,
            password=password,
        )
        for number in range(count)
    )


def sign_in(people: list[Person], file: Path) -> None:
    """Give each a session, and write the cookies that carry them."""
    store = SessionStore()
    expires = timezone.now() + timedelta(days=1)
    sessions = [
        Session(
            session_key=get_random_string(32),
            session_data=store.encode(
                {
                    SESSION_KEY: str(person.pk),
                    BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                    HASH_SESSION_KEY: person.get_session_auth_hash(),
                }
            ),
            expire_date=expires,
        )
        for person in people
    ]
    Session.objects.bulk_create(sessions)
    name = settings.SESSION_COOKIE_NAME
    file.write_text("".join(f"{name}={s.session_key}\n" for s in sessions), encoding="ascii")


def open_room(name: str, staff: Person, item: WorkItem) -> Consultation:
    """A live room whose agenda has come to the discussion."""
    topic = propose_topic(by=staff, title=f"乡村公交 {name}")
    starts = timezone.now()
    consultation = create_consultation(
        topic,
        by=staff,
        title=f"乡村公交协商会 {name}",
        question="村口的班车怎样开,大家才方便?",
        kind=Kind.COMMUNITY,
        starts_at=starts,
        ends_at=starts + timedelta(hours=3),
        work_items=[item],
        agenda=[AgendaDraft(AgendaKind.DISCUSSION, "发言讨论", 120)],
    )
    assign_seat(consultation, person=staff, role=SeatRole.MODERATOR, by=staff)
    move_stage(consultation, to=Stage.ANNOUNCED, by=staff)
    move_stage(consultation, to=Stage.LIVE, by=staff)
    move_agenda(consultation, to=1, by=staff)
    return consultation


def give_seats(consultation: Consultation, people: list[Person]) -> None:
    now = timezone.now()
    Seat.objects.bulk_create(
        Seat(
            consultation=consultation,
            person=person,
            role=SeatRole.PARTICIPANT,
            identity=person.role,
            first_seen_at=now,
            last_seen_at=now,
        )
        for person in people
    )


def bare_frame(consultation: Consultation, author: Person) -> int:
    """Bytes of the frame of an opinion that says a marker and nothing else."""
    consultation.refresh_from_db()
    receipt = post_opinion(
        consultation, author=author, key=uuid4(), kind=OpinionKind.OPINION, text=MARKER
    )
    event = consultation.events.get(seq=receipt.seq)
    return len(delivery_of(event).frame)


@transaction.atomic
def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    people = make_people(count + SPEAKERS)
    sign_in(people[:count], folder / "cookies.txt")
    sign_in(people[count:], folder / "speakers.txt")
    staff = Person.objects.create_user(phone="+8613800000001", alias="工作人员", role=Role.STAFF)
    plan = WorkPlan.objects.create(title="年度工作要点", year=2026, issuer="县政协")
    section = WorkSection.objects.create(plan=plan, number=1, title="协商")
    item = WorkItem.objects.create(section=section, number=1, title="乡村公交")
    rooms: dict[str, int] = {}
    frame = 0
    for wish in sys.argv[3:]:
        name, *wants = wish.split(":")
        room = open_room(name, staff, item)
        rooms[name] = room.pk
        if "seated" in wants:
            give_seats(room, people)
        else:
            give_seats(room, people[count:])
        for number in range(OPINIONS if "full" in wants else 0):
            post_opinion(
                room,
                author=people[count + number % SPEAKERS],
                key=uuid4(),
                kind=OpinionKind.OPINION,
                text=f"{WORDS}({number})",
            )
        frame = frame or bare_frame(room, people[count])
    (folder / "hall.json").write_text(json.dumps({"rooms": rooms, "bare_frame": frame}))


if __name__ == "__main__":
    main()
