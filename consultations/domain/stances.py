"""Taking a stance on an opinion.

Stances do not pass the room's lock one by one: each is a row of its own, tallies are counted
from the rows, and the close records the result in the log.
"""

import secrets
from dataclasses import asdict, dataclass
from hashlib import sha256

from django.db import connection, transaction
from django.db.models import Count, Q

from consultations.archiving.canonical import SALT_BYTES, canonical
from consultations.domain import clock
from consultations.domain.events import Advanced, record
from consultations.domain.opinions import opinion_by_number
from consultations.domain.stages import Act, require_stage
from consultations.models import Consultation, OpinionState, RoomEvent, Stance, StanceValue
from hall.errors import Code, Refusal
from members.access import require
from members.models import Person
from members.roles import Permission

_HOLD = "SELECT stage FROM consultations_consultation WHERE id = %s FOR SHARE"


_COUNTS = {
    "agree": Count("id", filter=Q(value=StanceValue.AGREE)),
    "disagree": Count("id", filter=Q(value=StanceValue.DISAGREE)),
    "passed": Count("id", filter=Q(value=StanceValue.PASS)),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many stand where on one opinion."""

    number: int
    agree: int
    disagree: int
    passed: int


def hold_stage(consultation: Consultation) -> None:
    """Read the stage, and let nobody change it until this transaction ends.

    Many may hold it side by side; who closes the floor waits for them, so that every stance that
    was acknowledged is in the count. On SQLite a writer is alone as it is.
    """
    if connection.vendor != "postgresql":
        consultation.refresh_from_db(fields=["stage"])
        return
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [consultation.pk])
        row = cursor.fetchone()
    if row is None:
        raise Refusal(Code.NOT_FOUND)
    consultation.stage = row[0]


@transaction.atomic
def take_stance(
    consultation: Consultation, *, person: Person, number: int, value: StanceValue
) -> None:
    """Take a stance; it replaces an earlier one by the same person. Repeating it is harmless.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `not_found`; `wrong_state` when hidden.
    """
    require(person, Permission.STANCE_TAKE, consultation)
    hold_stage(consultation)
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
    rows = stances.values_list("opinion__number").annotate(**_COUNTS)
    return [Tally(*row) for row in rows.order_by("opinion__number")]


def counted(opinion_ids: list[int]) -> dict[int, tuple[int, int, int]]:
    """(agree, disagree, passed) of these opinions, by primary key. One query."""
    rows = (
        Stance.objects.filter(opinion__in=opinion_ids)
        .order_by()
        .values_list("opinion_id")
        .annotate(**_COUNTS)
    )
    return {pk: (agree, disagree, passed) for pk, agree, disagree, passed in rows}


def votes_digest(consultation: Consultation, salt: str) -> str:
    """SHA-256 over `salt` and the canonical list of all votes, `[number, person, value]` in order.

    The salt keeps the few votes of a small room from being guessed back from their digest.
    """
    votes = Stance.objects.filter(opinion__consultation=consultation)
    rows = votes.order_by("opinion__number", "person_id").values_list(
        "opinion__number", "person_id", "value"
    )
    return sha256(bytes.fromhex(salt) + canonical(list(rows))).hexdigest()


def record_close(consultation: Consultation, *, by: Person, turn: Advanced) -> RoomEvent:
    """Log the tallies as they stand, with a digest that binds every single vote.

    The digest's salt is the event's own: it is in the archive, and is never sent to a client.
    Runs in the transaction that closes the floor, after the stage was taken hold of.
    """
    salt = secrets.token_hex(SALT_BYTES)
    body = {
        "tallies": [asdict(tally) for tally in tallies(consultation)],
        "votes_digest": votes_digest(consultation, salt),
    }
    return record(consultation.pk, "stances.closed", body, by=by, turn=turn, salt=salt)
