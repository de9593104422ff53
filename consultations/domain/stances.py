"""Taking a stance on an opinion.

Stances do not pass the room's lock one by one: each is a row of its own, tallies are counted
from the rows, and the close records the result in the log.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q

from consultations.domain import clock
from consultations.domain.opinions import opinion_by_number
from consultations.domain.stages import Act, require_stage
from consultations.models import Consultation, OpinionState, Stance, StanceValue
from hall.errors import Code, Refusal
from members.access import require
from members.models import Person
from members.roles import Permission


@dataclass(frozen=True, slots=True)
class Tally:
    """How many stand where on one opinion."""

    number: int
    agree: int
    disagree: int
    passed: int


@transaction.atomic
def take_stance(
    consultation: Consultation, *, person: Person, number: int, value: StanceValue
) -> None:
    """Take a stance; it replaces an earlier one by the same person. Repeating it is harmless.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `not_found`; `wrong_state` when hidden.
    """
    require(person, Permission.STANCE_TAKE, consultation)
    consultation.refresh_from_db(fields=["stage"])
    require_stage(consultation, Act.STANCE)
    opinion = opinion_by_number(consultation, number)
    if opinion.state != OpinionState.VISIBLE:
        raise Refusal(Code.WRONG_STATE)
    Stance.objects.bulk_create(
        [
            Stance(
                opinion=opinion,
                person=person,
                identity=person.role,
                value=value,
                taken_at=clock.now(),
            )
        ],
        update_conflicts=True,
        unique_fields=["opinion", "person"],
        update_fields=["value", "identity", "taken_at"],
    )


def tallies(consultation: Consultation, numbers: list[int] | None = None) -> list[Tally]:
    """The tally of each opinion that has a stance, or of those with these numbers. One query."""
    stances = Stance.objects.filter(opinion__consultation=consultation)
    if numbers is not None:
        stances = stances.filter(opinion__number__in=numbers)
    rows = stances.values("opinion__number").annotate(
        agree=Count("id", filter=Q(value=StanceValue.AGREE)),
        disagree=Count("id", filter=Q(value=StanceValue.DISAGREE)),
        passed=Count("id", filter=Q(value=StanceValue.PASS)),
    )
    return [
        Tally(row["opinion__number"], row["agree"], row["disagree"], row["passed"])
        for row in rows.order_by("opinion__number")
    ]
