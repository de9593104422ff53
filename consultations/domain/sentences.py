"""The numbered sentences of an outcome, clauses and dissent notes alike.

The caller, a verb of `outcomes`, holds the transaction and names the kind of sentence by its model.
Positions run from 1 without gaps and shift as sentences come and go. `expected` is the
`updated_at` of the sentence as the writer saw it: with it, a change made by someone else in the
meantime is refused instead of overwritten.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from consultations.domain.events import record
from consultations.domain.evidence import cited_opinions, require_unopposed
from consultations.domain.minutes import begin_writing
from consultations.models import MODERATORS, ConsensusClause, Consultation, DissentNote
from hall.errors import Code, Refusal
from hall.plaintext import plain_text
from members.models import Person

MAX_LENGTH = 500
MAX_SENTENCES = 100
_PARKED = 10_000  # positions above all real ones, where sentences wait while others move

Sentence = TypeVar("Sentence", ConsensusClause, DissentNote)
_WORDS: dict[type, str] = {ConsensusClause: "clause", DissentNote: "dissent"}


def write(
    model: type[Sentence],
    consultation: Consultation,
    *,
    by: Person,
    text: str,
    evidence: list[int],
    position: int | None = None,
    expected: datetime | None = None,
    key: UUID | None = None,
) -> Sentence:
    """Add a sentence at the end, or rewrite the one at `position`; logged as `….written`.

    What was added under `key` is not added again.
    """
    begin_writing(consultation, by)
    if position is None and (known := added_under(model, consultation, key)) is not None:
        return known
    text = plain_text(text, max_length=MAX_LENGTH)
    cited = cited_opinions(consultation, evidence)
    if model is ConsensusClause:
        require_unopposed(consultation, evidence)
    if position is None:
        sentence = _new(model, consultation, key)
    else:
        sentence = sentence_at(model, consultation, position, expected)
    sentence.text, sentence.written_by = text, by
    if isinstance(sentence, ConsensusClause):
        sentence.few_accepted_at = None  # what was accepted were other words
    sentence.save()
    sentence.evidence.set(cited)
    if isinstance(sentence, ConsensusClause):
        sentence.confirmations.all().delete()  # they were of the words that stood there before
    body = {
        "position": sentence.position,
        "text": text,
        "evidence": [opinion.number for opinion in cited],
    }
    _record(model, "written", consultation, body, by)
    return sentence


def remove(
    model: type[Sentence],
    consultation: Consultation,
    *,
    by: Person,
    position: int,
    expected: datetime | None,
) -> None:
    """Remove the sentence at `position`; those after it move up. Logged as `….removed`."""
    begin_writing(consultation, by)
    sentence_at(model, consultation, position, expected).delete()
    _renumber(model, consultation, lambda rest: None)
    _record(model, "removed", consultation, {"position": position}, by)


def move(
    model: type[Sentence],
    consultation: Consultation,
    *,
    by: Person,
    position: int,
    to: int,
    expected: datetime | None,
) -> None:
    """Move the sentence to position `to`, those between make room. Logged as `….moved`."""
    begin_writing(consultation, by)
    moved = sentence_at(model, consultation, position, expected)
    sentence_at(model, consultation, to, None)
    if position == to:
        return

    def rearrange(order: list[int]) -> None:
        order.remove(moved.pk)
        order.insert(to - 1, moved.pk)

    _renumber(model, consultation, rearrange)
    _record(model, "moved", consultation, {"position": position, "to": to}, by)


def sentence_at(
    model: type[Sentence], consultation: Consultation, position: int, expected: datetime | None
) -> Sentence:
    """The sentence at `position`, as the writer saw it.

    Raises:
        Refusal: `not_found`; `wrong_state` when someone else changed it since `expected`.
    """
    found = model._default_manager.filter(consultation=consultation, position=position).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND, _("没有第 %(position)s 条。") % {"position": position})
    if expected is not None and found.updated_at != expected:
        raise Refusal(Code.WRONG_STATE, _("这一条刚被别人改动过，请看过新内容再改。"))
    return found


def added_under(
    model: type[Sentence], consultation: Consultation, key: UUID | None
) -> Sentence | None:
    """The sentence that was added under this key, as it is now; None where there is none."""
    if key is None:
        return None
    return model._default_manager.filter(consultation=consultation, key=key).first()


def _new(model: type[Sentence], consultation: Consultation, key: UUID | None) -> Sentence:
    there = model._default_manager.filter(consultation=consultation).count()
    if there >= MAX_SENTENCES:
        raise Refusal(Code.TOO_MANY, _("最多写 %(most)s 条。") % {"most": MAX_SENTENCES})
    return model(consultation=consultation, position=there + 1, key=key)


def _renumber(
    model: type[Sentence], consultation: Consultation, rearrange: Callable[[list[int]], None]
) -> None:
    """Number the sentences from 1 in their order, as `rearrange` left it; texts stay as they are.

    Goes by `update`, so that `updated_at` travels with a sentence unchanged.
    """
    rows = model._default_manager.filter(consultation=consultation)
    order = list(rows.order_by("position").values_list("pk", flat=True))
    rearrange(order)
    rows.update(position=F("position") + _PARKED)
    for position, pk in enumerate(order, 1):
        model._default_manager.filter(pk=pk).update(position=position)


def _record(
    model: type[Sentence], deed: str, consultation: Consultation, body: dict[str, Any], by: Person
) -> None:
    record(consultation.pk, f"{_WORDS[model]}.{deed}", body, by=by, audience=MODERATORS)
