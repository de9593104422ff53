"""Wall time of the documents of a room with 5,000 opinions.

    python -m bench.document_rounds ROUNDS KIND ...

Puts the room into the hall's database (rows alone: documents do not read the log), and prints
{"consensus.docx": [[s, s of CPU], ...], ...}. A round is what one who asks for a document waits
for: reading the room, and making the file. The clauses cite every opinion, 500 each. Run with the
hall's environment.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
django.setup()

# Models can be imported only now.
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.measures.documents import FORMATS  # noqa: E402
from consultations.exports import export_paper  # noqa: E402
from consultations.models import (  # noqa: E402
    ConsensusClause,
    Consultation,
    Kind,
    Opinion,
    OpinionKind,
    PaperKind,
    Stage,
    Stance,
    StanceValue,
    Topic,
    TopicStatus,
)
from members.models import Person  # noqa: E402
from members.roles import Role  # noqa: E402

OPINIONS = 5000
CLAUSES = 10
STANCES = 4  # on each opinion
TEXT = "夜间水压不够，请把二次供水泵房的水泵换成变频的，并且定期公布水质检测结果，第{}条。"


@transaction.atomic
def fill() -> Consultation:
    people = list(Person.objects.filter(role=Role.RESIDENT).order_by("pk")[: STANCES * 5])
    now = timezone.now()
    topic = Topic.objects.create(
        title="老旧小区二次供水改造",
        summary="五楼以上夜间没有水。",
        status=TopicStatus.ACCEPTED,
        proposed_by=people[0],
    )
    room = Consultation.objects.create(
        topic=topic,
        title="老旧小区供水专题协商会",
        question="夜间水压不足怎么办？",
        kind=Kind.THEMATIC,
        stage=Stage.REVIEW,
        prepared_by=people[0],
        starts_at=now - timedelta(hours=2),
        ends_at=now,
        opened_at=now - timedelta(hours=2),
        closed_at=now,
    )
    said = Opinion.objects.bulk_create(_opinions(room, people, now))
    Stance.objects.bulk_create(_stances(said, people, now))
    for place in range(1, CLAUSES + 1):
        clause = ConsensusClause.objects.create(
            consultation=room, position=place, text=TEXT.format(place), written_by=people[0]
        )
        clause.evidence.set(said[place - 1 :: CLAUSES])
    return room


def _opinions(room: Consultation, people: list[Person], now: datetime) -> Iterator[Opinion]:
    for number in range(1, OPINIONS + 1):
        yield Opinion(
            consultation=room,
            number=number,
            kind=OpinionKind.SUGGESTION,
            text=TEXT.format(number),
            author=people[number % len(people)],
            identity=Role.RESIDENT,
            key=uuid4(),
            posted_seq=number,
            created_at=now,
        )


def _stances(said: list[Opinion], people: list[Person], now: datetime) -> Iterator[Stance]:
    """Of two identities, so that each opinion has its tallies in two lines."""
    for opinion in said:
        for at in range(STANCES):
            yield Stance(
                opinion=opinion,
                person=people[(opinion.number + at) % len(people)],
                identity=Role.MEMBER if at % 2 else Role.RESIDENT,
                value=StanceValue.AGREE if at % 4 else StanceValue.DISAGREE,
                taken_at=now,
            )


def main() -> None:
    rounds, kinds = int(sys.argv[1]), [PaperKind(kind) for kind in sys.argv[2:]]
    room_id = fill().pk
    found: dict[str, list[tuple[float, float]]] = {}
    for _round in range(rounds):
        for kind in kinds:
            for fmt in FORMATS:
                began, busy = time.perf_counter(), time.process_time()
                room = Consultation.objects.select_related("topic").get(pk=room_id)
                export_paper(room, kind, fmt)
                took = (time.perf_counter() - began, time.process_time() - busy)
                found.setdefault(f"{kind.value}.{fmt}", []).append(took)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
