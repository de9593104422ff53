"""What moderators do with what was said; saying it is in `posting`."""

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.domain.corrections import told_with
from consultations.domain.events import Advanced, advance, record
from consultations.domain.floor import Receipt
from consultations.domain.merging import release_merged
from consultations.domain.notices import tell_author
from consultations.domain.posting import MAX_LENGTH, post_opinion
from consultations.domain.posting_batch import no_such_opinion
from consultations.domain.search import forget_opinion, index_opinions
from consultations.domain.stages import Act, require_stage
from consultations.models import (
    UNPUBLISHED,
    Consultation,
    NoticeKind,
    Opinion,
    OpinionKind,
    OpinionState,
    RoomEvent,
    only,
)
from hall.errors import Code, Refusal
from hall.plaintext import plain_line
from members.access import require
from members.models import Person
from members.roles import Permission

__all__ = [
    "MAX_LENGTH",
    "Receipt",
    "hide_opinion",
    "mark_answered",
    "no_such_opinion",
    "opinion_by_number",
    "pin_opinion",
    "post_opinion",
    "put_out_of_sight",
    "restore_opinion",
]

MAX_REASON = 200


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
    opinion = opinion_by_number(consultation, number)
    if opinion.state == OpinionState.ERASED:
        raise no_such_opinion(number)
    return turn, opinion


def _require_published(opinion: Opinion) -> None:
    if opinion.state in UNPUBLISHED:
        raise Refusal(Code.WRONG_STATE, _("这条意见还没有通过审核。"))


@transaction.atomic
def hide_opinion(consultation: Consultation, *, number: int, reason: str, by: Person) -> RoomEvent:
    """Take an opinion out of everyone's sight but the moderators' and its author's.

    Everyone learns that it was hidden; the reason goes to the author and the moderators. What was
    merged into it stands for itself again.

    Raises:
        Refusal: `forbidden`, `not_found`, `empty` without a reason; `wrong_state` if hidden.
    """
    reason = plain_line(reason, max_length=MAX_REASON, field="reason")
    turn, opinion = _to_moderate(consultation, number, by)
    _require_published(opinion)
    if opinion.state == OpinionState.HIDDEN:
        raise Refusal(Code.WRONG_STATE, _("这条意见已经隐藏。"))
    tell_author(opinion, NoticeKind.HIDDEN, by=by, reason=reason)
    return put_out_of_sight(consultation, opinion, reason=reason, by=by, turn=turn)


def put_out_of_sight(
    consultation: Consultation, opinion: Opinion, *, reason: str, by: Person, turn: Advanced
) -> RoomEvent:
    """Write and log that it is hidden; the caller has checked it, holds the turn, tells the author.

    Logged as `opinion.hidden`, after `opinion.unmerged` of what was merged into it, and before
    `opinion.hide_reason`.
    """
    number = opinion.number
    opinion.state = OpinionState.HIDDEN
    opinion.state_reason = reason
    opinion.pinned_at = None
    opinion.save(update_fields=["state", "state_reason", "pinned_at"])
    forget_opinion(opinion)
    turn = release_merged(consultation, opinion, by=by, turn=turn)
    event = record(consultation.pk, "opinion.hidden", {"number": number}, by=by, turn=turn)
    record(
        consultation.pk,
        "opinion.hide_reason",
        {"number": number, "reason": reason, "text": opinion.text, **told_with(opinion)},
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
    index_opinions(consultation, [opinion])
    tell_author(opinion, NoticeKind.RESTORED, by=by)
    body = {"number": number, "text": opinion.text, **told_with(opinion)}
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
    _require_published(opinion)
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
    _require_published(opinion)
    if opinion.kind != OpinionKind.QUESTION:
        raise Refusal(Code.WRONG_STATE, _("只有提问可以标为已答复。"))
    if (opinion.answered_at is not None) == answered:
        transaction.set_rollback(True)
        return None
    opinion.answered_at = turn.at if answered else None
    opinion.save(update_fields=["answered_at"])
    if answered:
        tell_author(opinion, NoticeKind.ANSWERED, by=by)
    body = {"number": number, "answered": answered}
    return record(consultation.pk, "opinion.answered", body, by=by, turn=turn)
