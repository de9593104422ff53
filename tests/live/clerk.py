"""A second process of the same installation, without a hub: it makes people and rooms, and looks.

    python -m tests.live.clerk

Reads one JSON object a line, `{"do": name, ...}`, and answers each with one line: what the
function of that name returned, or `{"refusal": code}`.
"""

import json
import sys
import uuid
from datetime import timedelta
from typing import Any

import django

django.setup()

# ruff: noqa: E402 (models need the apps)
from django.utils import timezone

from consultations.archiving.canonical import chain_next, event_line, genesis, timestamp
from consultations.domain import agenda, consultations, events, opinions, screens, seats
from consultations.domain.deliveries import Viewer
from consultations.domain.posting import PostDraft, post_opinions
from consultations.models import (
    AgendaItem,
    Ballot,
    Consultation,
    Mute,
    Opinion,
    OpinionKind,
    RoomEvent,
    RoomHead,
    Seat,
    Stage,
    Topic,
)
from hall.errors import Refusal
from members.access import permissions_of
from members.models import Department, Person
from tests.support.seen import snapshot
from tests.support.sessions import SessionStore, sign_in


def people(count: int, role: str = "resident") -> list[dict[str, Any]]:
    made = []
    for _number in range(count):
        person = Person.objects.create_user(alias=f"居民{uuid.uuid4().hex[:6]}", role=role)
        made.append({"id": person.pk, "name": person.alias, "session": sign_in(person)})
    return made


def room(moderator: int, stage: str = "live") -> int:
    """A room in this stage, with a moderator and a discussion that runs."""
    by = Person.objects.get(pk=moderator)
    topic = Topic.objects.create(title="城东菜场改造", proposed_by=by)
    begins = timezone.now()
    made = Consultation.objects.create(
        topic=topic,
        title="城东菜场改造协商会",
        question="摊位怎样安排,改造期间到哪里买菜?",
        kind="community",
        stage=stage,
        starts_at=begins,
        ends_at=begins + timedelta(hours=2),
        opened_at=begins if stage == "live" else None,
        prepared_by=by,
    )
    events.open_log(made)
    Seat.objects.create(consultation=made, person=by, role="moderator", identity=by.role)
    for position, kind in enumerate(("discussion", "stances", "questions"), 1):
        AgendaItem.objects.create(
            consultation=made,
            position=position,
            kind=kind,
            title=f"第{position}项",
            started_at=begins if position == 1 and stage == "live" else None,
        )
    return int(made.pk)


def post(room: int, person: int, text: str) -> int:
    receipt = opinions.post_opinion(
        Consultation.objects.get(pk=room),
        author=Person.objects.get(pk=person),
        key=uuid.uuid4(),
        kind=OpinionKind.OPINION,
        text=text,
    )
    return receipt.number


def post_many(room: int, person: int, texts: list[str]) -> list[int]:
    """Post all of these in one transaction; returns their numbers."""
    author = Person.objects.get(pk=person)
    drafts = [PostDraft(author, uuid.uuid4(), OpinionKind.OPINION, text) for text in texts]
    receipts = post_opinions(Consultation.objects.get(pk=room), drafts)
    return [receipt.number for receipt in receipts if not isinstance(receipt, Refusal)]


def move_stage(room: int, to: str, by: int, reason: str = "") -> int:
    consultation = Consultation.objects.get(pk=room)
    person = Person.objects.get(pk=by)
    return consultations.move_stage(consultation, to=Stage(to), by=person, reason=reason).seq


def move_agenda(room: int, to: int | None, by: int) -> int:
    consultation = Consultation.objects.get(pk=room)
    event = agenda.move_agenda(consultation, to=to, by=Person.objects.get(pk=by))
    assert event is not None
    return event.seq


def let_time_pass(room: int) -> None:
    """The open ballot's time is up from now on."""
    Ballot.objects.filter(consultation=room, closed_at=None).update(closes_at=timezone.now())


def end_mute_soon(room: int) -> None:
    """Every mute in the room has a second left."""
    Mute.objects.filter(consultation=room).update(until=timezone.now() + timedelta(seconds=1))


def sign_out(session: str) -> None:
    SessionStore(session).flush()


def deactivate(person: int) -> None:
    Person.objects.filter(pk=person).update(is_active=False)


def give_seat(room: int, person: int, role: str, by: int) -> None:
    seats.assign_seat(
        Consultation.objects.get(pk=room),
        person=Person.objects.get(pk=person),
        role=role,
        by=Person.objects.get(pk=by),
    )


def open_screen(room: int, by: int) -> str:
    """A big screen is let in; the key that it has from now on."""
    consultation = Consultation.objects.get(pk=room)
    code = screens.invite_screen(consultation, by=Person.objects.get(pk=by)).code
    return screens.open_screen(code).key


def end_screens(room: int, by: int) -> None:
    consultation, person = Consultation.objects.get(pk=room), Person.objects.get(pk=by)
    for line in screens.screens_of(consultation, by=person):
        screens.end_screen(consultation, screen_id=line.id, by=person)


def seated_in(room: int) -> list[int]:
    """Who has a seat in the room."""
    return list(Seat.objects.filter(consultation=room).values_list("person", flat=True))


def employ(people: list[int], name: str) -> int:
    """A department with these people; returns its id."""
    department = Department.objects.create(name=f"{name}{uuid.uuid4().hex[:6]}")
    Person.objects.filter(pk__in=people).update(department=department)
    return int(department.pk)


def head(room: int) -> int:
    return int(RoomHead.objects.get(pk=room).seq)


def restore_log(room: int) -> None:
    """What a restore from a backup leaves behind: another epoch."""
    RoomHead.objects.filter(pk=room).update(epoch=uuid.uuid4().hex[:16])


def opinions_of(room: int) -> list[dict[str, Any]]:
    rows = Opinion.objects.filter(consultation=room).order_by("number")
    return [
        {"number": row.number, "text": row.text, "key": str(row.key), "seq": row.posted_seq}
        for row in rows
    ]


def check_log(room: int) -> dict[str, Any]:
    """Whether the log is gap-free and its chain verifies."""
    rows = list(RoomEvent.objects.filter(consultation=room).order_by("seq"))
    digest = genesis(events.room_name(room))
    broken = []
    for row in rows:
        line = event_line(
            seq=row.seq,
            type=row.type,
            at=timestamp(row.at),
            by=row.by_id,
            audience=row.audience,
            body_digest=row.body_digest,
        )
        digest = chain_next(digest, line)
        if digest != row.digest:
            broken.append(row.seq)
    return {"seqs": [row.seq for row in rows], "broken": broken, "head": head(room)}


def see(room: int, person: int) -> dict[str, Any]:
    """The snapshot as the domain gives it to this person."""
    consultation = Consultation.objects.get(pk=room)
    viewer = Person.objects.get(pk=person)
    granted = permissions_of(viewer, consultation)
    moderates = "opinion.moderate" in granted
    return snapshot(room, viewer=Viewer(person, moderates), permissions=granted)


def main() -> None:
    for line in sys.stdin:
        arguments = json.loads(line)
        function = globals()[arguments.pop("do")]
        try:
            answer = {"ok": function(**arguments)}
        except Refusal as refusal:
            answer = {"refusal": refusal.code.value}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
