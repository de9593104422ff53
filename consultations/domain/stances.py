"""Taking a stance on an opinion.

Stances do not pass the room's lock one by one: each is a row of its own, tallies are counted
from the rows, and the close records the result in the log.
"""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256

from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from consultations.archiving.canonical import SALT_BYTES, canonical
from consultations.domain import clock, doorbell
from consultations.domain.events import Advanced, record
from consultations.domain.floor import read_floor, seat_roles
from consultations.domain.posting_batch import no_such_opinion
from consultations.domain.rights import SeatedAs
from consultations.domain.stages import Act
from consultations.models import (
    UNPUBLISHED,
    Consultation,
    Opinion,
    OpinionState,
    RoomEvent,
    Stance,
    StanceValue,
)
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


@dataclass(frozen=True, slots=True)
class StanceDraft:
    """A stance on the opinion with this number, by a person who knows of the room."""

    consultation_id: int
    person: Person
    number: int
    value: StanceValue


def take_stance(
    consultation: Consultation, *, person: Person, number: int, value: StanceValue
) -> None:
    """Take a stance; it replaces an earlier one by the same person. Repeating it is harmless, also
    when the floor has been closed since.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `not_found`; `wrong_state` when hidden.
    """
    require(person, Permission.STANCE_TAKE, consultation)
    refusal = take_stances([StanceDraft(consultation.pk, person, number, value)])[0]
    if refusal is not None:
        raise refusal


@transaction.atomic
def take_stances(drafts: Sequence[StanceDraft]) -> list[Refusal | None]:
    """Take many stances in one transaction, in their order; a person's last one counts.

    Returns for each draft None, or why it was refused (see `take_stance`): that holds up no
    other. About six queries a room, however many drafts there are.
    """
    refusals: list[Refusal | None] = [None] * len(drafts)
    rows: dict[tuple[int, int], Stance] = {}
    by_room: dict[int, list[int]] = {}
    for index, draft in enumerate(drafts):
        by_room.setdefault(draft.consultation_id, []).append(index)
    for consultation_id in sorted(by_room):
        indices = by_room[consultation_id]
        checked = _check(consultation_id, [drafts[index] for index in indices])
        for index, result in zip(indices, checked, strict=True):
            if isinstance(result, Refusal):
                refusals[index] = result
            elif result is not None:
                rows[result.opinion_id, result.person_id] = result
        numbers = {drafts[index].number for index in indices if refusals[index] is None}
        if numbers:
            transaction.on_commit(partial(doorbell.ring_stances, consultation_id, numbers))
    Stance.objects.bulk_create(
        [rows[place] for place in sorted(rows)],  # in one order: two writers cannot deadlock
        update_conflicts=True,
        unique_fields=["opinion", "person"],
        update_fields=["value", "identity", "taken_at"],
    )
    return refusals


def _check(consultation_id: int, drafts: list[StanceDraft]) -> list[Stance | Refusal | None]:
    """The rows to write for these drafts of one room, whose stage is held from here on; None for
    a stance that was taken before the floor was closed, and comes again."""
    consultation = Consultation(pk=consultation_id)
    closed: Refusal | None = None
    try:
        hold_stage(consultation)
        read_floor(consultation_id).require(Act.STANCE)
    except Refusal as refusal:
        closed = refusal
    roles = seat_roles(consultation_id, {draft.person.pk for draft in drafts})
    opinions = {
        number: (pk, state, merged_into)
        for number, pk, state, merged_into in Opinion.objects.filter(
            consultation_id=consultation_id, number__in={draft.number for draft in drafts}
        ).values_list("number", "pk", "state", "merged_into")
    }

    taken = _taken(consultation_id, drafts) if closed else frozenset()

    def closed_to(draft: StanceDraft) -> Refusal | None:
        place = SeatedAs(roles.get(draft.person.pk))
        try:
            require(draft.person, Permission.STANCE_TAKE, place)
        except Refusal as refusal:
            return refusal
        return closed

    taken_at = clock.now()
    return [
        None
        if (draft.number, draft.person.pk, draft.value) in taken
        else closed_to(draft) or _row(draft, opinions, taken_at)
        for draft in drafts
    ]


def _taken(consultation_id: int, drafts: list[StanceDraft]) -> frozenset[tuple[int, int, int]]:
    """The stances of these people on these opinions as they are: (number, person, value)."""
    rows = Stance.objects.filter(
        opinion__consultation=consultation_id,
        opinion__number__in={draft.number for draft in drafts},
        person__in={draft.person.pk for draft in drafts},
    )
    return frozenset(rows.values_list("opinion__number", "person_id", "value"))


def _row(
    draft: StanceDraft, opinions: dict[int, tuple[int, str, int | None]], taken_at: datetime
) -> Stance | Refusal:
    opinion_id, state, merged_into = opinions.get(draft.number, (None, None, None))
    if opinion_id is None or state in UNPUBLISHED:
        return no_such_opinion(draft.number)
    if state != OpinionState.VISIBLE:
        return Refusal(Code.WRONG_STATE)
    if merged_into is not None:
        return Refusal(Code.WRONG_STATE, _("这条意见已并入另一条，请到那里表态。"))
    return Stance(
        opinion_id=opinion_id,
        person=draft.person,
        identity=draft.person.role,
        value=draft.value,
        taken_at=taken_at,
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
