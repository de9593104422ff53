"""Saying something, and what moderators do with what was said."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.domain.events import Advanced, advance, record
from consultations.domain.seats import card_of
from consultations.domain.stages import Act, current_agenda_item, require_stage
from consultations.domain.text import plain_line, plain_text
from consultations.models import (
    Consultation,
    Opinion,
    OpinionKind,
    OpinionState,
    RoomEvent,
    Stage,
    only,
)
from hall.errors import Code, Refusal
from members.access import require
from members.models import Person
from members.roles import Permission

MAX_LENGTH = 1000
MAX_REASON = 200


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the author keeps: the opinion's number, its event's number, and that event's digest."""

    number: int
    seq: int
    digest: str


@transaction.atomic
def post_opinion(
    consultation: Consultation,
    *,
    author: Person,
    key: UUID,
    kind: OpinionKind,
    text: str,
    reply_to: int | None = None,
) -> Receipt:
    """Post one opinion, suggestion, question or reply; it appears to all through its event.

    `key` makes a resend harmless: the same post again gives the same receipt. `reply_to` is the
    number of the opinion that a reply answers; replies go one level deep, so a reply to a reply
    joins the thread of the first.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `empty`, `too_long`; `key_reused` when the
            key was used for something else; `not_found` when there is nothing to reply to,
            `wrong_state` when that is hidden.
    """
    text = plain_text(text, max_length=MAX_LENGTH)
    require(author, Permission.OPINION_POST, consultation)
    turn = advance(consultation.pk, opinions=1)
    if (earlier := _by_key(consultation, author, key)) is not None:
        receipt = _receipt_of_resend(
            earlier, kind=kind, text=text, answered=_answered(consultation, kind, reply_to)
        )
        transaction.set_rollback(True)
        return receipt
    consultation.refresh_from_db(fields=["stage"])
    require_stage(consultation, Act(kind.value))
    answered = _answered(consultation, kind, reply_to)
    if answered is not None and answered.state == OpinionState.HIDDEN:
        raise Refusal(Code.WRONG_STATE, _("这条意见已经隐藏，不能回复。"))
    return _insert(consultation, turn, author, key, kind, text, answered)


def _by_key(consultation: Consultation, author: Person, key: UUID) -> Opinion | None:
    return Opinion.objects.filter(consultation=consultation, author=author, key=key).first()


def _receipt_of_resend(
    earlier: Opinion, *, kind: OpinionKind, text: str, answered: Opinion | None
) -> Receipt:
    thread = answered.pk if answered else None
    if (earlier.kind, earlier.text, earlier.reply_to_id) != (kind, text, thread):
        raise Refusal(Code.KEY_REUSED)
    digest = RoomEvent.objects.values_list("digest", flat=True).get(
        consultation_id=earlier.consultation_id, seq=earlier.posted_seq
    )
    return Receipt(earlier.number, earlier.posted_seq, digest)


def _answered(
    consultation: Consultation, kind: OpinionKind, reply_to: int | None
) -> Opinion | None:
    if (kind == OpinionKind.REPLY) != (reply_to is not None):
        raise Refusal(Code.INVALID, _("回复要指明回复哪一条意见。"), field="reply_to")
    if reply_to is None:
        return None
    answered = opinion_by_number(consultation, reply_to)
    return answered.reply_to or answered


def _insert(
    consultation: Consultation,
    turn: Advanced,
    author: Person,
    key: UUID,
    kind: OpinionKind,
    text: str,
    answered: Opinion | None,
) -> Receipt:
    running = current_agenda_item(consultation) if consultation.stage == Stage.LIVE else None
    opinion = Opinion.objects.create(
        consultation=consultation,
        number=turn.number,
        kind=kind,
        text=text,
        author=author,
        identity=author.role,
        reply_to=answered,
        agenda_item=running,
        key=key,
        posted_seq=turn.seq,
        created_at=turn.at,
    )
    body = {
        "number": opinion.number,
        "kind": opinion.kind,
        "text": opinion.text,
        "author": card_of(author),
        "reply_to": answered.number if answered else None,
        "agenda_item": running.position if running else None,
        "origin": opinion.origin,
    }
    event = record(consultation.pk, "opinion.posted", body, by=author, turn=turn)
    return Receipt(opinion.number, event.seq, event.digest)


def opinion_by_number(consultation: Consultation, number: int) -> Opinion:
    """The opinion with this number in the room; `Refusal` `not_found` if there is none."""
    opinion = (
        Opinion.objects.filter(consultation=consultation, number=number)
        .select_related("reply_to", "author")
        .first()
    )
    if opinion is None:
        raise no_such_opinion(number)
    return opinion


def no_such_opinion(number: int) -> Refusal:
    return Refusal(Code.NOT_FOUND, _("没有第 %(number)s 号意见。") % {"number": number})


def _to_moderate(
    consultation: Consultation,
    number: int,
    by: Person,
    permission: Permission = Permission.OPINION_MODERATE,
) -> tuple[Advanced, Opinion]:
    """A turn at the log, and the opinion as no one else can now change it."""
    require(by, permission, consultation)
    turn = advance(consultation.pk)
    consultation.refresh_from_db(fields=["stage"])
    require_stage(consultation, Act.MODERATE)
    return turn, opinion_by_number(consultation, number)


@transaction.atomic
def hide_opinion(consultation: Consultation, *, number: int, reason: str, by: Person) -> RoomEvent:
    """Take an opinion out of everyone's sight but the moderators' and its author's.

    Everyone learns that it was hidden; the reason goes to the author and the moderators.

    Raises:
        Refusal: `forbidden`, `not_found`, `empty` without a reason; `wrong_state` if hidden.
    """
    reason = plain_line(reason, max_length=MAX_REASON, field="reason")
    turn, opinion = _to_moderate(consultation, number, by)
    if opinion.state == OpinionState.HIDDEN:
        raise Refusal(Code.WRONG_STATE, _("这条意见已经隐藏。"))
    opinion.state = OpinionState.HIDDEN
    opinion.state_reason = reason
    opinion.pinned_at = None
    opinion.save(update_fields=["state", "state_reason", "pinned_at"])
    event = record(consultation.pk, "opinion.hidden", {"number": number}, by=by, turn=turn)
    record(
        consultation.pk,
        "opinion.hide_reason",
        {"number": number, "reason": reason, "text": opinion.text},
        by=by,
        audience=only(opinion.author_id),
    )
    return event


@transaction.atomic
def restore_opinion(consultation: Consultation, *, number: int, by: Person) -> RoomEvent:
    """Bring a hidden opinion back, with its text, for everyone.

    Raises:
        Refusal: `forbidden`, `not_found`; `wrong_state` if it is not hidden.
    """
    turn, opinion = _to_moderate(consultation, number, by)
    if opinion.state != OpinionState.HIDDEN:
        raise Refusal(Code.WRONG_STATE, _("这条意见没有隐藏。"))
    opinion.state = OpinionState.VISIBLE
    opinion.state_reason = ""
    opinion.save(update_fields=["state", "state_reason"])
    body = {"number": number, "text": opinion.text}
    return record(consultation.pk, "opinion.restored", body, by=by, turn=turn)


@transaction.atomic
def pin_opinion(
    consultation: Consultation, *, number: int, pinned: bool, by: Person
) -> RoomEvent | None:
    """Pin an opinion to the top, or unpin it. None if it is so already.

    Raises:
        Refusal: `forbidden`, `not_found`; `wrong_state` for a hidden one.
    """
    turn, opinion = _to_moderate(consultation, number, by)
    if opinion.state == OpinionState.HIDDEN:
        raise Refusal(Code.WRONG_STATE, _("隐藏的意见不能置顶。"))
    if (opinion.pinned_at is not None) == pinned:
        transaction.set_rollback(True)
        return None
    opinion.pinned_at = turn.at if pinned else None
    opinion.save(update_fields=["pinned_at"])
    body = {"number": number, "pinned": pinned}
    return record(consultation.pk, "opinion.pinned", body, by=by, turn=turn)


@transaction.atomic
def mark_answered(
    consultation: Consultation, *, number: int, answered: bool, by: Person
) -> RoomEvent | None:
    """Mark a question as answered, or open it again. None if it is so already.

    Raises:
        Refusal: `forbidden`, `not_found`; `wrong_state` for what is no question.
    """
    turn, opinion = _to_moderate(consultation, number, by, Permission.OPINION_ANSWER)
    if opinion.kind != OpinionKind.QUESTION:
        raise Refusal(Code.WRONG_STATE, _("只有提问可以标为已答复。"))
    if (opinion.answered_at is not None) == answered:
        transaction.set_rollback(True)
        return None
    opinion.answered_at = turn.at if answered else None
    opinion.save(update_fields=["answered_at"])
    body = {"number": number, "answered": answered}
    return record(consultation.pk, "opinion.answered", body, by=by, turn=turn)
