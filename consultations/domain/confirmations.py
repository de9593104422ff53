"""确认: participants say of each published clause whether they stand by it, until the seal."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.domain import clock
from consultations.domain.events import hold, record
from consultations.domain.review_parts import ConfirmationTally, Reservation
from consultations.domain.stages import Act, require_stage
from consultations.models import (
    MODERATORS,
    ClauseConfirmation,
    Confirmed,
    ConsensusClause,
    Consultation,
)
from hall.errors import Code, Refusal
from hall.plaintext import optional_line
from members.access import require
from members.models import Person
from members.roles import Permission, Role

MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """Where somebody stands on the clause at `position`. `seen` is its `updated_at` as they read
    it: with it, an answer to other words than those that stand there now is refused."""

    position: int
    value: Confirmed
    reason: str = ""
    seen: datetime | None = None


@transaction.atomic
def confirm_clauses(
    consultation: Consultation, *, person: Person, answers: Sequence[Answer]
) -> None:
    """Take where the person stands on these clauses; it replaces what they said before.

    All or nothing. Logged for moderators as `clauses.confirmed {answers: [{position, value,
    reason}]}`, with those answers that are new or other than before; nothing where all are the
    same.

    Raises:
        Refusal: `sign_in`, `forbidden`, `wrong_stage`, `sealed`, `not_found` for a position;
            `empty` for a reservation or an opposition without a reason, `too_long`
            (`field` is reason_<position>); `wrong_state` where the clause was reworded since.
    """
    require(person, Permission.CLAUSE_CONFIRM, consultation)
    hold(consultation.pk)
    consultation.refresh_from_db(fields=["stage"])
    require_stage(consultation, Act.CONFIRM)
    clauses = {clause.position: clause for clause in consultation.clauses.all()}
    mine = confirmations_of(consultation, person)
    told = []
    for answer in answers:
        clause, reason = _checked(clauses.get(answer.position), answer)
        before = mine.get(answer.position)
        if before is not None and (before.value, before.reason) == (answer.value, reason):
            continue
        ClauseConfirmation.objects.update_or_create(
            clause=clause,
            person=person,
            defaults={
                "value": answer.value,
                "reason": reason,
                "identity": person.role,
                "at": clock.now(),
            },
        )
        told.append({"position": answer.position, "value": str(answer.value), "reason": reason})
    if told:
        body = {"answers": told}
        record(consultation.pk, "clauses.confirmed", body, by=person, audience=MODERATORS)


def _checked(clause: ConsensusClause | None, answer: Answer) -> tuple[ConsensusClause, str]:
    if clause is None:
        raise Refusal(Code.NOT_FOUND, _("没有第 %(n)s 条共识。") % {"n": answer.position})
    if answer.seen is not None and answer.seen != clause.updated_at:
        sentence = _("第 %(n)s 条共识改过了，请看过新内容再确认。") % {"n": answer.position}
        raise Refusal(Code.WRONG_STATE, sentence)
    field = f"reason_{answer.position}"
    reason = optional_line(answer.reason, max_length=MAX_REASON, field=field)
    if answer.value == Confirmed.AGREE:
        return clause, ""
    if not reason:
        sentence = _("第 %(n)s 条：有保留意见或者反对，请写明理由。") % {"n": answer.position}
        raise Refusal(Code.EMPTY, sentence, field=field)
    return clause, reason


def confirmations_of(consultation: Consultation, person: Person) -> dict[int, ClauseConfirmation]:
    """What the person said of the clauses, by position. One query."""
    rows = ClauseConfirmation.objects.filter(clause__consultation=consultation, person=person)
    return {row.clause.position: row for row in rows.select_related("clause")}


@dataclass(frozen=True, slots=True)
class Confirmations:
    """How a clause was confirmed: counts by identity, and what those say who do not agree."""

    tallies: tuple[ConfirmationTally, ...] = ()
    reservations: tuple[Reservation, ...] = ()


def confirmations_by_clause(clause_ids: Iterable[int]) -> dict[int, Confirmations]:
    """How these clauses were confirmed, by primary key; those with no word are left out. One
    query."""
    rows = ClauseConfirmation.objects.filter(clause__in=list(clause_ids)).select_related("person")
    counts: dict[int, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    said: dict[int, list[Reservation]] = defaultdict(list)
    for row in rows.order_by("at", "pk"):
        counts[row.clause_id][row.identity][row.value] += 1
        if row.value != Confirmed.AGREE:
            said[row.clause_id].append(
                Reservation(
                    value=row.value,
                    value_label=row.get_value_display(),
                    author=row.person.alias,
                    identity=row.identity,
                    identity_label=row.get_identity_display(),
                    reason=row.reason,
                )
            )
    return {
        clause: Confirmations(_tallies(found), tuple(said[clause]))
        for clause, found in counts.items()
    }


def _tallies(counts: dict[str, Counter[str]]) -> tuple[ConfirmationTally, ...]:
    return tuple(
        ConfirmationTally(
            role.value,
            str(role.label),
            counts[role][Confirmed.AGREE],
            counts[role][Confirmed.RESERVED],
            counts[role][Confirmed.AGAINST],
        )
        for role in Role
        if role in counts
    )
