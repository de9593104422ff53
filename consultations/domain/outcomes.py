"""Writing what a consultation came to: consensus clauses and dissent notes with their evidence.

Sentences are addressed by position, which shifts as others come and go. `expected` is the
`updated_at` of the sentence as the writer saw it: with it, a change made by someone else in the
meantime is refused instead of overwritten.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from consultations.domain import clock
from consultations.domain.events import record
from consultations.domain.evidence import (
    cited_opinions,
    few_voices,
    neutral_words,
    require_unopposed,
)
from consultations.domain.minutes import begin_writing, draft_minutes, save_minutes
from consultations.domain.standings import standings
from consultations.domain.text import plain_text
from consultations.models import (
    MODERATORS,
    ConsensusClause,
    Consultation,
    DissentNote,
)
from hall.errors import Code, Refusal
from hall.words import own_language
from members.models import Person

__all__ = [
    "accept_few_voices",
    "draft_minutes",
    "move_clause",
    "move_dissent",
    "published",
    "register_dissent",
    "remove_clause",
    "remove_dissent",
    "save_minutes",
    "write_clause",
    "write_dissent",
]

MAX_LENGTH = 500
MAX_SENTENCES = 100
_PARKED = 10_000  # positions above all real ones, where sentences wait while others move

Sentence = TypeVar("Sentence", ConsensusClause, DissentNote)
_WORDS: dict[type, str] = {ConsensusClause: "clause", DissentNote: "dissent"}


def published(consultation: Consultation) -> dict[str, Any]:
    """The outcome as everyone may see it: the body of `outcome.published`."""
    newest = consultation.minutes.values_list("version", flat=True).first()
    until = consultation.objections_until
    clauses = _lines(consultation.clauses.prefetch_related("evidence"))
    few = few_voices(consultation)
    return {
        "clauses": [{**line, "few_voices": line["position"] in few} for line in clauses],
        "dissent": _lines(consultation.dissent_notes.prefetch_related("evidence")),
        "minutes_version": newest,
        "objections_until": until.isoformat() if until else None,
    }


def _lines(sentences: Any) -> list[dict[str, Any]]:
    return [
        {
            "position": sentence.position,
            "text": sentence.text,
            "evidence": sorted(opinion.number for opinion in sentence.evidence.all()),
        }
        for sentence in sentences
    ]


@transaction.atomic
def write_clause(
    consultation: Consultation,
    *,
    by: Person,
    text: str,
    evidence: list[int],
    position: int | None = None,
    expected: datetime | None = None,
) -> ConsensusClause:
    """Add a consensus clause at the end, or rewrite the one at `position`.

    `evidence` are numbers of opinions that everyone can read, at least one. Logged for moderators
    as `clause.written {position, text, evidence}`.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `empty`, `too_long`, `too_many`;
            `not_found` for a position or an opinion that is not there; `wrong_state` for a hidden
            opinion, or when someone else changed the clause since `expected`; `opposed` while an
            opinion group is against one of the opinions: see `register_dissent`.
    """
    return _write(ConsensusClause, consultation, by, text, evidence, position, expected)


@transaction.atomic
def write_dissent(
    consultation: Consultation,
    *,
    by: Person,
    text: str,
    evidence: list[int],
    position: int | None = None,
    expected: datetime | None = None,
) -> DissentNote:
    """Add or rewrite a dissent note; all else as in `write_clause`, logged as `dissent.written`."""
    return _write(DissentNote, consultation, by, text, evidence, position, expected)


@transaction.atomic
def register_dissent(
    consultation: Consultation,
    *,
    by: Person,
    text: str,
    evidence: list[int],
    position: int | None = None,
    expected: datetime | None = None,
) -> DissentNote:
    """Put what is no consensus into the dissent register, in neutral words.

    The note says what was proposed in `text` and who stands where on the evidence. Where a clause
    at `position` said so, it is removed. Logged as `clause.removed` and `dissent.written`.

    Raises:
        Refusal: as `write_dissent` and `remove_clause`.
    """
    begin_writing(consultation, by)
    text = plain_text(text, max_length=MAX_LENGTH)
    cited = cited_opinions(consultation, evidence)
    if position is not None:
        _remove(ConsensusClause, consultation, by, position, expected)
    with own_language():
        found = standings(consultation.pk, evidence)
        words = neutral_words(text, [found[each.number] for each in cited], most=MAX_LENGTH)
    return _write(DissentNote, consultation, by, words, evidence, None, None)


@transaction.atomic
def accept_few_voices(
    consultation: Consultation, *, by: Person, position: int, expected: datetime | None = None
) -> None:
    """Let the clause at `position` stand as consensus although it rests on few voices.

    Without it such a clause is not published, and with it the clause is marked as one. It holds
    for these words and this evidence. Logged for moderators as `clause.few_accepted {position}`;
    nothing where it was accepted already.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `not_found`; `wrong_state` for a clause that
            does not rest on few, or when someone else changed it since `expected`.
    """
    begin_writing(consultation, by)
    clause = _at(ConsensusClause, consultation, position, expected)
    if position not in few_voices(consultation):
        raise Refusal(Code.WRONG_STATE, _("这一条有意见的表态已经够 9 人，不用另外确认。"))
    if clause.few_accepted_at is not None:
        return
    # By `update`: the words are the same, and so is `updated_at`.
    ConsensusClause.objects.filter(pk=clause.pk).update(few_accepted_at=clock.now())
    body = {"position": position}
    record(consultation.pk, "clause.few_accepted", body, by=by, audience=MODERATORS)


@transaction.atomic
def remove_clause(
    consultation: Consultation, *, by: Person, position: int, expected: datetime | None = None
) -> None:
    """Remove the clause at `position`; those after it move up. Logged as `clause.removed`.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `not_found`; `wrong_state` when someone
            else changed it since `expected`.
    """
    _remove(ConsensusClause, consultation, by, position, expected)


@transaction.atomic
def remove_dissent(
    consultation: Consultation, *, by: Person, position: int, expected: datetime | None = None
) -> None:
    """Remove a dissent note; as `remove_clause`, logged as `dissent.removed`."""
    _remove(DissentNote, consultation, by, position, expected)


@transaction.atomic
def move_clause(
    consultation: Consultation,
    *,
    by: Person,
    position: int,
    to: int,
    expected: datetime | None = None,
) -> None:
    """Move the clause to position `to`, those between make room. Logged as `clause.moved`.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`; `not_found` for a position that is not
            there; `wrong_state` when someone else changed it since `expected`.
    """
    _move(ConsensusClause, consultation, by, position, to, expected)


@transaction.atomic
def move_dissent(
    consultation: Consultation,
    *,
    by: Person,
    position: int,
    to: int,
    expected: datetime | None = None,
) -> None:
    """Move a dissent note; as `move_clause`, logged as `dissent.moved`."""
    _move(DissentNote, consultation, by, position, to, expected)


def _write(
    model: type[Sentence],
    consultation: Consultation,
    by: Person,
    text: str,
    evidence: list[int],
    position: int | None,
    expected: datetime | None,
) -> Sentence:
    begin_writing(consultation, by)
    text = plain_text(text, max_length=MAX_LENGTH)
    cited = cited_opinions(consultation, evidence)
    if model is ConsensusClause:
        require_unopposed(consultation, evidence)
    if position is None:
        sentence = _new(model, consultation)
    else:
        sentence = _at(model, consultation, position, expected)
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


def _remove(
    model: type[Sentence],
    consultation: Consultation,
    by: Person,
    position: int,
    expected: datetime | None,
) -> None:
    begin_writing(consultation, by)
    _at(model, consultation, position, expected).delete()
    _renumber(model, consultation, lambda rest: None)
    _record(model, "removed", consultation, {"position": position}, by)


def _move(
    model: type[Sentence],
    consultation: Consultation,
    by: Person,
    position: int,
    to: int,
    expected: datetime | None,
) -> None:
    begin_writing(consultation, by)
    moved = _at(model, consultation, position, expected)
    _at(model, consultation, to, None)
    if position == to:
        return

    def rearrange(order: list[int]) -> None:
        order.remove(moved.pk)
        order.insert(to - 1, moved.pk)

    _renumber(model, consultation, rearrange)
    _record(model, "moved", consultation, {"position": position, "to": to}, by)


def _new(model: type[Sentence], consultation: Consultation) -> Sentence:
    there = model._default_manager.filter(consultation=consultation).count()
    if there >= MAX_SENTENCES:
        raise Refusal(Code.TOO_MANY, _("最多写 %(most)s 条。") % {"most": MAX_SENTENCES})
    return model(consultation=consultation, position=there + 1)


def _at(
    model: type[Sentence], consultation: Consultation, position: int, expected: datetime | None
) -> Sentence:
    found = model._default_manager.filter(consultation=consultation, position=position).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND, _("没有第 %(position)s 条。") % {"position": position})
    if expected is not None and found.updated_at != expected:
        raise Refusal(Code.WRONG_STATE, _("这一条刚被别人改动过，请看过新内容再改。"))
    return found


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
