"""A person's notices."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import Truncator

from consultations.domain.queries.answers import ANSWERABLE
from consultations.models import Notice, NoticeKind
from members.models import Person

MOST = 100
EXCERPT = 30


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice. `topic_id` or `consultation_id` is what it is about, `title` its title.

    A question to a member is named by its beginning, and found by `question_id` on the page of the
    member with `member_id`. `in_room` tells that what it asks for is done in the room, now.
    """

    id: int
    kind: str
    label: str
    topic_id: int | None
    consultation_id: int | None
    question_id: int | None
    member_id: int | None
    title: str
    number: int
    reason: str
    at: datetime
    unread: bool
    in_room: bool


def notices(person: Person) -> tuple[NoticeLine, ...]:
    """The latest hundred, the newest first. One query."""
    rows = Notice.objects.filter(person=person).select_related("topic", "consultation", "question")
    return tuple(_line(row) for row in rows.order_by("-at", "-pk")[:MOST])


def unread_notices(person: Person) -> int:
    """How many the person has not read. One query, by an index of the unread alone."""
    return Notice.objects.filter(person=person, read_at=None).count()


def _line(row: Notice) -> NoticeLine:
    about, question = row.topic or row.consultation, row.question
    asked = Truncator(question.text).chars(EXCERPT) if question else ""
    return NoticeLine(
        id=row.pk,
        kind=row.kind,
        label=row.get_kind_display(),
        topic_id=row.topic_id,
        consultation_id=row.consultation_id,
        question_id=row.question_id,
        member_id=question.member_id if question else None,
        title=about.title if about else asked,
        number=row.number,
        reason=row.reason,
        at=row.at,
        unread=row.read_at is None,
        in_room=(
            row.kind == NoticeKind.ANSWER_ASKED
            and row.consultation is not None
            and row.consultation.stage in ANSWERABLE
        ),
    )
