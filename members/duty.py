"""履职记录: appended when an archive is sealed, read by the person's page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from members.models import DutyEvent, Person
from members.models.duty import DutyKind


@dataclass(frozen=True, slots=True)
class Deed:
    """What one person did, as an archive proves it."""

    person_id: int
    kind: DutyKind


def append_deeds(
    deeds: Iterable[Deed], *, title: str, happened_at: datetime, source: str
) -> list[DutyEvent]:
    """Append deeds of one session, each once per `source` (`archive:<digest>`).

    Runs in the transaction that seals the archive. A deed that the source has proved before is
    passed over; nothing is ever changed.
    """
    rows = [
        DutyEvent(
            person_id=deed.person_id,
            kind=deed.kind,
            title=title,
            happened_at=happened_at,
            source=source,
        )
        for deed in deeds
    ]
    DutyEvent.objects.bulk_create(rows, ignore_conflicts=True)
    return rows


def duty_of(person: Person) -> QuerySet[DutyEvent]:
    """The person's record, the latest first."""
    return DutyEvent.objects.filter(person=person)
