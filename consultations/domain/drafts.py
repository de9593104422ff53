"""The outcome while it is being written, as those who write it see it beside the room."""

from dataclasses import asdict
from typing import Any

from django.contrib.auth.models import AnonymousUser

from consultations.archiving.canonical import timestamp
from consultations.domain.map_view import TellingOpinion
from consultations.domain.opinion_map import map_of
from consultations.domain.standings import standings
from consultations.models import ConsensusClause, Consultation
from members.access import require
from members.models import Person
from members.roles import Permission


def drafts(consultation: Consultation, *, by: Person) -> dict[str, list[dict[str, Any]]]:
    """`{clauses, dissent, uniting, standings}`. Ten queries.

    `clauses` and `dissent` are `{position, text, evidence, by, updated_at}` each: `evidence` are
    numbers of opinions; `updated_at` is what a writer hands back as `expected`. A clause also tells
    `few_voices` and `few_accepted`, as in an outcome. `uniting` are the opinions that a clause may
    start from, `{number, text}`. `standings` tell who stands where on all these opinions.

    Raises:
        Refusal: `forbidden`, `not_found`.
    """
    require(by, Permission.OUTCOME_WRITE, consultation)
    clauses, dissent = _lines(consultation.clauses), _lines(consultation.dissent_notes)
    uniting = clause_starts(consultation)
    numbers = {number for line in (*clauses, *dissent) for number in line["evidence"]}
    found = standings(consultation.pk, numbers | {one.number for one in uniting})
    for line in clauses:
        line["few_voices"] = not any(found[number].enough for number in line["evidence"])
    return {
        "clauses": clauses,
        "dissent": dissent,
        "uniting": [{"number": one.number, "text": one.text} for one in uniting],
        "standings": [asdict(found[number]) for number in sorted(found)],
    }


def clause_starts(consultation: Consultation) -> tuple[TellingOpinion, ...]:
    """What all groups agree with on the map as last computed, the strongest first. Two queries.

    What all refuse unites as well, but is nothing that a clause could say.
    """
    uniting = map_of(consultation, AnonymousUser()).uniting
    return tuple(one for one in uniting if one.share is not None and one.share.stance == "agree")


def _lines(sentences: Any) -> list[dict[str, Any]]:
    rows = sentences.select_related("written_by").prefetch_related("evidence").order_by("position")
    return [
        {
            "position": row.position,
            "text": row.text,
            "evidence": sorted(opinion.number for opinion in row.evidence.all()),
            "by": row.written_by.alias,
            "updated_at": timestamp(row.updated_at),
            **(
                {"few_accepted": row.few_accepted_at is not None}
                if isinstance(row, ConsensusClause)
                else {}
            ),
        }
        for row in rows
    ]
