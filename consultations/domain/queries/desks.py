"""The pages that those who prepare, seat and write up a consultation work on."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, Subquery, Value

from consultations.domain.agenda import AgendaDraft
from consultations.domain.drafts import clause_starts
from consultations.domain.map_view import TellingOpinion
from consultations.domain.opinion_parts import Evidence
from consultations.domain.outcome_evidence import readable_evidence
from consultations.domain.outcome_parts import MinutesVersion, Outcome
from consultations.domain.outcome_view import outcome
from consultations.domain.queries.consultation import find_consultation
from consultations.domain.stages import Act, acts_open_in
from consultations.domain.standings import Standing, standings
from consultations.models import AgendaKind, Consultation, WorkItem, WorkPlan
from members.access import Visitor, require
from members.models import Person
from members.roles import Permission, SeatRole

MOST_CANDIDATES = 100
YEARS = 3


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """A work item to link, under its plan's title."""

    id: int
    plan: str
    section_number: int
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class PreparationDesk:
    """A consultation as its form is filled."""

    consultation: Consultation
    work_items: frozenset[int]
    agenda: tuple[AgendaDraft, ...]


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A seat that is taken or held; `attended` tells whether the person was there."""

    person_id: int
    name: str
    identity_label: str
    belongs_to: str
    role: SeatRole
    role_label: str
    attended: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody without a seat."""

    id: int
    name: str
    identity_label: str
    belongs_to: str


@dataclass(frozen=True, slots=True)
class SeatDesk:
    consultation: Consultation
    seats: tuple[SeatLine, ...]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class OutcomeDesk:
    """What writing the outcome needs. `writable` tells whether the stage is open for it now.

    `citable` are all opinions that everyone can read, with their tallies, by number; `versions`
    the saved minutes, the newest first. `uniting` are those that may start a clause, as the map
    was last computed, the strongest first; `standings` tell who stands where on what clauses rest
    on, on those, and on the opinions that a new clause is to start from.
    """

    consultation: Consultation
    outcome: Outcome
    writable: bool
    citable: tuple[Evidence, ...]
    versions: tuple[MinutesVersion, ...]
    uniting: tuple[TellingOpinion, ...]
    standings: dict[int, Standing]


def work_item_choices(chosen: Collection[int] = ()) -> tuple[ItemChoice, ...]:
    """The work items of the latest three years, and those `chosen`, the newest plan first.

    One query.
    """
    newest = WorkPlan.objects.order_by("-year").values("year")[:1]
    recent = Q(section__plan__year__gt=Subquery(newest) - Value(YEARS))
    rows = WorkItem.objects.filter(recent | Q(pk__in=chosen)).select_related("section__plan")
    items = rows.order_by("-section__plan__year", "section__plan_id", "section__number", "number")
    return tuple(
        ItemChoice(item.pk, item.section.plan.title, item.section.number, item.number, item.title)
        for item in items
    )


def preparation_desk(visitor: Visitor, consultation_id: int) -> PreparationDesk:
    """Raises `Refusal`: `not_found`, `sign_in`, `forbidden`."""
    found = find_consultation(visitor, consultation_id)
    require(visitor, Permission.CONSULTATION_PREPARE, found)
    return PreparationDesk(
        consultation=found,
        work_items=frozenset(found.work_items.order_by().values_list("pk", flat=True)),
        agenda=tuple(
            AgendaDraft(AgendaKind(item.kind), item.title, item.minutes)
            for item in found.agenda.order_by("position")
        ),
    )


def seat_desk(visitor: Visitor, consultation_id: int) -> SeatDesk:
    """Seats by role, and people without one: at most a hundred of them.

    Raises:
        Refusal: `not_found`, `sign_in`, `forbidden`.
    """
    found = find_consultation(visitor, consultation_id)
    require(visitor, Permission.CONSULTATION_PREPARE, found)
    seats = found.seats.select_related(
        "person__sector", "person__department", "person__liaison_group"
    )
    people = Person.objects.filter(is_active=True).exclude(seats__consultation=found)
    people = people.select_related("sector", "department", "liaison_group")
    order = list(SeatRole)
    return SeatDesk(
        consultation=found,
        seats=tuple(
            SeatLine(
                person_id=seat.person_id,
                name=seat.person.alias,
                identity_label=seat.get_identity_display(),
                belongs_to=seat.person.belongs_to,
                role=SeatRole(seat.role),
                role_label=seat.get_role_display(),
                attended=seat.first_seen_at is not None,
            )
            for seat in sorted(seats, key=lambda seat: (order.index(SeatRole(seat.role)), seat.pk))
        ),
        candidates=tuple(
            Candidate(person.pk, person.alias, person.get_role_display(), person.belongs_to)
            for person in people.order_by("role", "pk")[:MOST_CANDIDATES]
        ),
    )


def outcome_desk(
    visitor: Visitor, consultation_id: int, *, start_from: Collection[int] = ()
) -> OutcomeDesk:
    """Raises `Refusal`: `not_found`, `sign_in`, `forbidden`."""
    found = find_consultation(visitor, consultation_id)
    require(visitor, Permission.OUTCOME_WRITE, found)
    versions = found.minutes.select_related("written_by").order_by("-version")
    written = outcome(found)
    united = clause_starts(found)
    cited = {number for clause in written.clauses for number in clause.numbers}
    return OutcomeDesk(
        consultation=found,
        outcome=written,
        writable=Act.OUTCOME in acts_open_in(found),
        citable=tuple(readable_evidence(found)),
        versions=tuple(
            MinutesVersion(each.version, each.body, each.written_by.alias, each.created_at)
            for each in versions
        ),
        uniting=united,
        standings=standings(found.pk, {*cited, *start_from, *(one.number for one in united)}),
    )
