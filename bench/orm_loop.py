"""The least that logging a post can cost through the ORM: one update and two inserts, one poster.

    python -m bench.orm_loop ROOM SECONDS

Checks nothing, chains nothing, tells nobody. Prints how many transactions a second it committed.
Run with the hall's environment.
"""

import os
import sys
import time
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
django.setup()

# Models can be imported only now.
from django.db import transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from consultations.models import Opinion, OpinionKind, RoomEvent, RoomHead  # noqa: E402
from members.models import Person  # noqa: E402
from members.roles import Role  # noqa: E402

TEXT = "建议在桥头增设一处候车亭。"


def post(room_id: int, author: Person, number: int) -> None:
    now = timezone.now()
    with transaction.atomic():
        RoomHead.objects.filter(pk=room_id).update(seq=F("seq") + 1, opinions=F("opinions") + 1)
        Opinion.objects.create(
            consultation_id=room_id,
            number=number,
            kind=OpinionKind.OPINION,
            text=TEXT,
            author=author,
            identity=Role.RESIDENT,
            key=uuid4(),
            posted_seq=number,
            created_at=now,
        )
        RoomEvent.objects.create(
            consultation_id=room_id,
            seq=number,
            type="opinion.posted",
            at=now,
            by=author,
            body={"number": number, "text": TEXT},
            salt="0" * 32,
            body_digest="0" * 64,
            digest="0" * 64,
        )


def main() -> None:
    room_id, seconds = int(sys.argv[1]), float(sys.argv[2])
    author = Person.objects.filter(role=Role.RESIDENT).order_by("id").first()
    if author is None:
        raise SystemExit("the hall has not been prepared")
    head = RoomHead.objects.get(pk=room_id)
    # Beyond what is in the room, so that numbers stay unique over several runs.
    first = max(head.seq, head.opinions) + 1_000
    done = 0
    post(room_id, author, first)
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        done += 1
        post(room_id, author, first + done)
    print(done / (time.perf_counter() - began))


if __name__ == "__main__":
    main()
