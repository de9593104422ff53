"""A person's notices."""

from dataclasses import dataclass
from datetime import datetime

from consultations.models import Notice
from members.models import Person

MOST = 100


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice. `topic_id` or `consultation_id` is what it is about, `title` its title."""

    id: int
    label: str
    topic_id: int | None
    consultation_id: int | None
    title: str
    number: int
    reason: str
    at: datetime
    unread: bool


def notices(person: Person) -> tuple[NoticeLine, ...]:
    """The latest hundred, the newest first. One query."""
    rows = Notice.objects.filter(person=person).select_related("topic", "consultation")
    return tuple(_line(row) for row in rows.order_by("-at", "-pk")[:MOST])


def unread_notices(person: Person) -> int:
    """How many the person has not read. One query, by an index of the unread alone."""
    return Notice.objects.filter(person=person, read_at=None).count()


def _line(row: Notice) -> NoticeLine:
    about = row.topic or row.consultation
    return NoticeLine(
        id=row.pk,
        label=row.get_kind_display(),
        topic_id=row.topic_id,
        consultation_id=row.consultation_id,
        title=about.title if about else "",
        number=row.number,
        reason=row.reason,
        at=row.at,
        unread=row.read_at is None,
    )
