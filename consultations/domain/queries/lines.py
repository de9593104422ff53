"""A consultation on one line, as every list of consultations shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from consultations.models import Consultation, Opinion, OpinionState, Seat, Stage
from members.access import Visitor, allowed
from members.models import Person
from members.roles import Permission, SeatRole

LIVE_FIRST = Case(When(stage=Stage.LIVE, then=Value(0)), default=Value(1))


@dataclass(frozen=True, slots=True)
class ConsultationLine:
    """One consultation in a list. `opinions` counts what can be read, `seats` all seats."""

    id: int
    title: str
    question: str
    kind: str
    kind_label: str
    stage: str
    stage_label: str
    venue: str
    topic_id: int
    topic: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    opinions: int
    seats: int
    archive_number: int | None


def known_to(visitor: Visitor | None) -> QuerySet[Consultation]:
    """The consultations that the visitor may know of; None stands for the public.

    The same rule as `Consultation.is_known_to`, for many at once.
    """
    every = Consultation.objects.all()
    if visitor is None or not isinstance(visitor, Person) or not visitor.is_active:
        return every.exclude(stage=Stage.DRAFT)
    if allowed(visitor, Permission.CONSULTATION_SEE_DRAFT):
        return every
    prepares = Seat.objects.filter(person=visitor, role__in=[SeatRole.MODERATOR, SeatRole.RECORDER])
    return every.filter(~Q(stage=Stage.DRAFT) | Q(pk__in=prepares.values("consultation")))


def with_figures(rows: QuerySet[Consultation]) -> QuerySet[Consultation]:
    """`rows` with all that `line_of` reads, in the one query."""
    opinions = Opinion.objects.filter(consultation=OuterRef("pk"), state=OpinionState.VISIBLE)
    seats = Seat.objects.filter(consultation=OuterRef("pk"))
    return rows.select_related("topic", "archive").annotate(
        opinion_count=counted_by("consultation", opinions),
        seat_count=counted_by("consultation", seats),
    )


def counted_by(owner: str, rows: QuerySet[Any]) -> Coalesce:
    """How many of these `rows` each has; they are tied to it by their column `owner`."""
    grouped = rows.order_by().values(owner).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(grouped, output_field=IntegerField()), 0)


def line_of(row: Consultation) -> ConsultationLine:
    """The line of a row that comes from `with_figures`. No query."""
    archive = getattr(row, "archive", None)
    return ConsultationLine(
        id=row.pk,
        title=row.title,
        question=row.question,
        kind=row.kind,
        kind_label=row.get_kind_display(),
        stage=row.stage,
        stage_label=row.get_stage_display(),
        venue=row.venue,
        topic_id=row.topic_id,
        topic=row.topic.title,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        created_at=row.created_at,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        opinions=row.opinion_count,  # type: ignore[attr-defined] # annotated by with_figures
        seats=row.seat_count,  # type: ignore[attr-defined] # annotated by with_figures
        archive_number=archive.number if archive else None,
    )


def lines(rows: QuerySet[Consultation]) -> tuple[ConsultationLine, ...]:
    """One query for them all, in the order of `rows`."""
    return tuple(line_of(row) for row in with_figures(rows))
