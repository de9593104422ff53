"""Writing what a consultation came to: consensus clauses and dissent notes with their evidence.

Sentences are addressed by position, and `expected` guards them against being overwritten: see
`sentences`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.domain import clock, sentences
from consultations.domain.events import record
from consultations.domain.evidence import cited_opinions, few_voices, neutral_words
from consultations.domain.minutes import begin_writing, save_minutes
from consultations.domain.minutes_draft import draft_minutes
from consultations.domain.sentences import MAX_LENGTH
from consultations.domain.standings import standings
from consultations.models import MODERATORS, ConsensusClause, Consultation, DissentNote
from hall.errors import Code, Refusal
from hall.plaintext import plain_text
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


def _lines(rows: Any) -> list[dict[str, Any]]:
    return [
        {
            "position": sentence.position,
            "text": sentence.text,
            "evidence": sorted(opinion.number for opinion in sentence.evidence.all()),
        }
        for sentence in rows
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
    key: UUID | None = None,
) -> ConsensusClause:
    """Add a consensus clause at the end, or rewrite the one at `position`.

    Adding again under the same `key` is the same clause. `evidence` are numbers of opinions that
    everyone can read, at least one. Logged for moderators as `clause.written {position, text,
    evidence}`.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `empty`, `too_long`, `too_many`;
            `not_found` for a position or an opinion that is not there; `wrong_state` for a hidden
            opinion, or when someone else changed the clause since `expected`; `opposed` while an
            opinion group is against one of the opinions: see `register_dissent`.
    """
    return sentences.write(
        ConsensusClause,
        consultation,
        by=by,
        text=text,
        evidence=evidence,
        position=position,
        expected=expected,
        key=key,
    )


@transaction.atomic
def write_dissent(
    consultation: Consultation,
    *,
    by: Person,
    text: str,
    evidence: list[int],
    position: int | None = None,
    expected: datetime | None = None,
    key: UUID | None = None,
) -> DissentNote:
    """Add or rewrite a dissent note; all else as in `write_clause`, logged as `dissent.written`."""
    return sentences.write(
        DissentNote,
        consultation,
        by=by,
        text=text,
        evidence=evidence,
        position=position,
        expected=expected,
        key=key,
    )


@transaction.atomic
def register_dissent(
    consultation: Consultation,
    *,
    by: Person,
    text: str,
    evidence: list[int],
    position: int | None = None,
    expected: datetime | None = None,
    key: UUID | None = None,
) -> DissentNote:
    """Put what is no consensus into the dissent register, in neutral words.

    The note says what was proposed in `text` and who stands where on the evidence. Where a clause
    at `position` said so, it is removed. Logged as `clause.removed` and `dissent.written`.
    Once more under the same `key` is the same note.

    Raises:
        Refusal: as `write_dissent` and `remove_clause`.
    """
    begin_writing(consultation, by)
    if (known := sentences.added_under(DissentNote, consultation, key)) is not None:
        return known
    text = plain_text(text, max_length=MAX_LENGTH)
    cited = cited_opinions(consultation, evidence)
    if position is not None:
        sentences.remove(ConsensusClause, consultation, by=by, position=position, expected=expected)
    with own_language():
        found = standings(consultation.pk, evidence)
        words = neutral_words(text, [found[each.number] for each in cited], most=MAX_LENGTH)
    return sentences.write(DissentNote, consultation, by=by, text=words, evidence=evidence, key=key)


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
    clause = sentences.sentence_at(ConsensusClause, consultation, position, expected)
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
    sentences.remove(ConsensusClause, consultation, by=by, position=position, expected=expected)


@transaction.atomic
def remove_dissent(
    consultation: Consultation, *, by: Person, position: int, expected: datetime | None = None
) -> None:
    """Remove a dissent note; as `remove_clause`, logged as `dissent.removed`."""
    sentences.remove(DissentNote, consultation, by=by, position=position, expected=expected)


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
    sentences.move(
        ConsensusClause, consultation, by=by, position=position, to=to, expected=expected
    )


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
    sentences.move(DissentNote, consultation, by=by, position=position, to=to, expected=expected)
