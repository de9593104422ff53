"""先审后发: letting through what is held, or returning it with a reason.

What is held has its number from the moment it was said, and its event then was for its author and
the moderators alone. Letting it through is an event of its own, for everyone, with the text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.archiving.canonical import timestamp
from consultations.domain.events import Advanced, advance, record
from consultations.domain.notices import tell_author
from consultations.domain.opinions import put_out_of_sight
from consultations.domain.posting_batch import no_such_opinion, posted_body
from consultations.domain.search import index_opinions
from consultations.domain.stages import Act, require_stage
from consultations.models import (
    Consultation,
    NoticeKind,
    Opinion,
    OpinionState,
    RoomEvent,
    only,
)
from hall.errors import Code, Refusal
from hall.plaintext import plain_line
from hall.words import own_language
from members.access import require
from members.models import Person
from members.roles import Permission

MAX_REASON = 200
MAX_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Already:
    """An opinion on which nothing was left to decide, and a sentence that says why."""

    number: int
    message: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a decision on several: those decided now, ascending, and those that were so."""

    numbers: list[int]
    already: list[Already]


@transaction.atomic
def approve_opinions(consultation: Consultation, *, numbers: Sequence[int], by: Person) -> Decided:
    """Let held opinions through: from here on everyone sees them, in the place of their number.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `not_found`, `too_many`; `wrong_state` if
            none of them is held any more, with who has decided.
    """
    waiting, already = _waiting(consultation, numbers, by)
    for opinion, turn in waiting:
        opinion.state, opinion.decided_by = OpinionState.VISIBLE, by
        opinion.approved_seq = turn.seq
        opinion.save(update_fields=["state", "decided_by", "approved_seq"])
        body = {**posted_body(opinion), "posted_at": timestamp(opinion.created_at)}
        record(consultation.pk, "opinion.approved", body, by=by, turn=turn)
    index_opinions(consultation, [opinion for opinion, _turn in waiting])
    return Decided([opinion.number for opinion, _turn in waiting], already)


@transaction.atomic
def return_opinions(
    consultation: Consultation, *, numbers: Sequence[int], reason: str, by: Person
) -> Decided:
    """Return held opinions to their authors, who read the reason; nobody else learns of them.

    Raises:
        Refusal: as `approve_opinions`; `empty` without a reason, `too_long`.
    """
    reason = plain_line(reason, max_length=MAX_REASON, field="reason")
    waiting, already = _waiting(consultation, numbers, by)
    for opinion, turn in waiting:
        opinion.state, opinion.state_reason = OpinionState.RETURNED, reason
        opinion.decided_by = by
        opinion.save(update_fields=["state", "state_reason", "decided_by"])
        tell_author(opinion, NoticeKind.RETURNED, by=by, reason=reason)
        body = {"number": opinion.number, "reason": reason}
        audience = only(opinion.author_id)
        record(consultation.pk, "opinion.returned", body, by=by, audience=audience, turn=turn)
    return Decided([opinion.number for opinion, _turn in waiting], already)


@transaction.atomic
def reconsider_opinion(consultation: Consultation, *, number: int, by: Person) -> RoomEvent:
    """Undo a return: the opinion waits for a decision again.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `not_found`; `wrong_state` if it was not
            returned.
    """
    turn = _to_decide(consultation, by)
    opinion = _found(consultation, [number])[0]
    if opinion.state != OpinionState.RETURNED:
        raise Refusal(Code.WRONG_STATE, _already(opinion))
    opinion.state, opinion.state_reason, opinion.decided_by = OpinionState.HELD, "", None
    opinion.save(update_fields=["state", "state_reason", "decided_by"])
    body = {"number": number}
    audience = only(opinion.author_id)
    return record(
        consultation.pk, "opinion.reconsidered", body, by=by, audience=audience, turn=turn
    )


@transaction.atomic
def take_back_approvals(
    consultation: Consultation, *, numbers: Sequence[int], by: Person
) -> Decided:
    """Undo approvals of one's own: the opinions are out of sight again, as hidden ones.

    They were readable for a moment, and may have been answered: so everyone learns that they are
    hidden, as of every other. Their authors read why in the room and get no notice, for they have
    done nothing.

    Raises:
        Refusal: as `approve_opinions`; `wrong_state` if none of them is open by an approval of
            `by`.
    """
    turn: Advanced | None = _to_decide(consultation, by)
    mine: list[Opinion] = []
    already: list[Already] = []
    for opinion in _found(consultation, _wanted(numbers)):
        if opinion.state == OpinionState.VISIBLE and opinion.decided_by_id == by.pk:
            mine.append(opinion)
        else:
            already.append(Already(opinion.number, _already(opinion)))
    if not mine:
        raise Refusal(Code.WRONG_STATE, already[0].message)
    with own_language():
        reason = _("主持人点错了通过，收回再看。")
    for opinion in mine:
        turn = turn or advance(consultation.pk)
        put_out_of_sight(consultation, opinion, reason=reason, by=by, turn=turn)
        turn = None
    return Decided([opinion.number for opinion in mine], already)


def _wanted(numbers: Sequence[int]) -> list[int]:
    wanted = sorted(set(numbers))
    if not 0 < len(wanted) <= MAX_AT_ONCE:
        sentence = _("一次可以处理 1 到 %(most)s 条。") % {"most": MAX_AT_ONCE}
        raise Refusal(Code.TOO_MANY if wanted else Code.EMPTY, sentence, field="numbers")
    return wanted


def _waiting(
    consultation: Consultation, numbers: Sequence[int], by: Person
) -> tuple[list[tuple[Opinion, Advanced]], list[Already]]:
    """Those that are held, each with a turn at the log, and those that were decided already."""
    wanted = _wanted(numbers)
    turn: Advanced | None = _to_decide(consultation, by)
    waiting: list[tuple[Opinion, Advanced]] = []
    already: list[Already] = []
    for opinion in _found(consultation, wanted):
        if opinion.state == OpinionState.HELD:
            waiting.append((opinion, turn or advance(consultation.pk)))
            turn = None
        else:
            already.append(Already(opinion.number, _already(opinion)))
    if not waiting:
        raise Refusal(Code.WRONG_STATE, already[0].message)
    return waiting, already


def _to_decide(consultation: Consultation, by: Person) -> Advanced:
    require(by, Permission.OPINION_MODERATE, consultation)
    turn = advance(consultation.pk)
    consultation.refresh_from_db(fields=["stage"])
    require_stage(consultation, Act.MODERATE)
    return turn


def _found(consultation: Consultation, numbers: Sequence[int]) -> list[Opinion]:
    rows = Opinion.objects.filter(consultation=consultation, number__in=numbers)
    found = list(
        rows.order_by("number").select_related(
            "author__sector",
            "author__department",
            "author__liaison_group",
            "reply_to",
            "agenda_item",
            "decided_by",
        )
    )
    missing = set(numbers) - {opinion.number for opinion in found}
    if missing:
        raise no_such_opinion(min(missing))
    return found


def _already(opinion: Opinion) -> str:
    """Why there is nothing to decide."""
    said = {"number": opinion.number, "by": opinion.decided_by}
    if opinion.state == OpinionState.HELD:
        return _("第 %(number)s 号还在等待审核。") % said
    if opinion.state == OpinionState.HIDDEN:
        return _("第 %(number)s 号已经隐藏。") % said
    if opinion.decided_by is None:
        return _("第 %(number)s 号已经公开，不用审核。") % said
    if opinion.state == OpinionState.RETURNED:
        return _("第 %(number)s 号已由%(by)s退回。") % said
    return _("第 %(number)s 号已由%(by)s通过。") % said
