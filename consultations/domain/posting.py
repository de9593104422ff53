"""Saying something in a room."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from django.db import transaction

from consultations.domain import doorbell
from consultations.domain.events import give_back
from consultations.domain.floor import Receipt
from consultations.domain.posting_batch import Batch, PostDraft, SaidBefore
from consultations.domain.rows import insertion, run_last
from consultations.domain.search import indexing_posted
from consultations.domain.stages import Act
from consultations.models import Consultation, Opinion, OpinionKind, OpinionState, RoomEvent
from hall.errors import Code, Refusal
from hall.plaintext import plain_text
from members.models import Person

__all__ = ["MAX_LENGTH", "PostDraft", "post_opinion", "post_opinions"]

MAX_LENGTH = 1000


def post_opinion(
    consultation: Consultation,
    *,
    author: Person,
    key: UUID,
    kind: OpinionKind,
    text: str,
    reply_to: int | None = None,
    act: Act | None = None,
) -> Receipt:
    """Post one opinion, suggestion, question or reply; it appears to all through its event.

    Where the room holds what residents say, a resident's appears to its author and the moderators
    alone until it is let through; it has its number from now on.

    `key` makes a resend harmless: the same post again gives the same receipt. `reply_to` is the
    number of the opinion that a reply answers; replies go one level deep, so a reply to a reply
    joins the thread of the first. `act` is what the floor has to be open for, where that is not
    the kind itself.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `empty`, `too_long`; `key_reused` when the
            key was used for something else; `not_found` when there is nothing to reply to,
            `wrong_state` when that is hidden; `muted`, `posting_closed`, `too_soon` by the room's
            posting rules.
    """
    result = post_opinions(consultation, [PostDraft(author, key, kind, text, reply_to, act)])[0]
    if isinstance(result, Refusal):
        raise result
    return result


def post_opinions(
    consultation: Consultation, drafts: Sequence[PostDraft]
) -> list[Receipt | Refusal]:
    """Post many in one transaction, numbered in their order.

    Returns for each draft its receipt, or why it was refused (see `post_opinion`): that holds up
    no other. Three or four messages to the database, however many drafts there are.

    Raises:
        Refusal: `not_found` for the room as a whole.
    """
    cleaned = [_clean(draft) for draft in drafts]
    clean = [draft for draft in cleaned if isinstance(draft, PostDraft)]
    if not clean:
        return [draft for draft in cleaned if isinstance(draft, Refusal)]
    try:
        return _post(consultation, cleaned, clean)
    except Refusal as refusal:
        if refusal.code != Code.SEALED:
            raise
    said = SaidBefore(consultation, clean)
    return [d if isinstance(d, Refusal) else said.receipt_of(d) for d in cleaned]


@transaction.atomic
def _post(
    consultation: Consultation, cleaned: list[PostDraft | Refusal], clean: list[PostDraft]
) -> list[Receipt | Refusal]:
    batch = Batch(consultation, clean)
    results = [d if isinstance(d, Refusal) else batch.add(d) for d in cleaned]
    if not batch.opinions:
        transaction.set_rollback(True)
        return results
    give_back(batch.turn, events=batch.left, opinions=batch.left)
    _write(consultation, batch.opinions, batch.events)
    return results


def _clean(draft: PostDraft) -> PostDraft | Refusal:
    """The draft with its text as it is kept."""
    try:
        text = plain_text(draft.text, max_length=MAX_LENGTH)
    except Refusal as refusal:
        return refusal
    return replace(draft, text=text)


def _write(consultation: Consultation, opinions: list[Opinion], events: list[RoomEvent]) -> None:
    public = {o.number: o.text for o in opinions if o.state == OpinionState.VISIBLE}
    indexing = [indexing_posted(consultation.pk, public)] if public else []
    transaction.on_commit(partial(_ring, events))
    run_last([*insertion(opinions), *indexing, *insertion(events)])


def _ring(events: list[RoomEvent]) -> None:
    doorbell.ring(*events)
