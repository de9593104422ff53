"""The front page and the list of consultations."""

from dataclasses import dataclass
from datetime import datetime

from consultations.domain.pages import Listed
from consultations.domain.queries.calls import CallLine, calls
from consultations.domain.queries.lines import (
    LIVE_FIRST,
    ConsultationLine,
    known_to,
    line_of,
    lines,
    with_figures,
)
from consultations.domain.queries.plans import PlanLine, plans
from consultations.models import Stage
from members.access import Visitor

MANY = 6
MOST = 24


@dataclass(frozen=True, slots=True)
class RecentOutcome:
    """A sealed consultation with the texts of its consensus clauses."""

    consultation: ConsultationLine
    sealed_at: datetime
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FrontPage:
    """`live` runs now, `coming` is announced or collecting, soonest first; `concluding` is being
    summarised or reviewed, at most 24 each; `recent` are the latest outcomes; `plan` is the newest
    work plan; `calls` are open, the one that closes first at the head."""

    live: tuple[ConsultationLine, ...]
    coming: tuple[ConsultationLine, ...]
    concluding: tuple[ConsultationLine, ...]
    recent: tuple[RecentOutcome, ...]
    plan: PlanLine | None
    calls: tuple[CallLine, ...]


def front_page(visitor: Visitor) -> FrontPage:
    """What goes on in the hall. Drafts are on no front page. Constant number of queries."""
    known = known_to(visitor)
    sealed = with_figures(known.filter(stage=Stage.SEALED, archive__isnull=False))
    recent = sealed.order_by("-archive__number").prefetch_related("clauses")[:MANY]
    coming = known.filter(stage__in=[Stage.ANNOUNCED, Stage.COLLECTING])
    concluding = known.filter(stage__in=[Stage.SUMMARISING, Stage.REVIEW])
    newest = plans()[:1]
    return FrontPage(
        live=lines(known.filter(stage=Stage.LIVE).order_by("opened_at", "id")),
        coming=lines(coming.order_by("starts_at", "id")[:MOST]),
        concluding=lines(concluding.order_by("-closed_at", "id")[:MOST]),
        recent=tuple(
            RecentOutcome(
                line_of(row),
                row.archive.sealed_at,
                tuple(clause.text for clause in row.clauses.all()),
            )
            for row in recent
        ),
        plan=newest[0] if newest else None,
        calls=calls(),
    )


def consultations(
    visitor: Visitor, *, stages: frozenset[Stage] | None = None
) -> Listed[ConsultationLine]:
    """All consultations that the visitor may know of, or those in `stages`: the live ones, then the
    latest."""
    rows = known_to(visitor)
    if stages is not None:
        rows = rows.filter(stage__in=stages)
    shown = with_figures(rows).order_by(LIVE_FIRST, "-starts_at", "-id")
    return Listed(shown, lambda found: map(line_of, found), bare=rows)
