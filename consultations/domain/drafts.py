"""The outcome while it is being written, as those who write it see it beside the room."""

from typing import Any

from consultations.archiving.canonical import timestamp
from consultations.models import Consultation
from members.access import require
from members.models import Person
from members.roles import Permission


def drafts(consultation: Consultation, *, by: Person) -> dict[str, list[dict[str, Any]]]:
    """`{clauses, dissent}`: `{position, text, evidence, by, updated_at}` each. Four queries.

    `evidence` are numbers of opinions; `updated_at` is what a writer hands back as `expected`.

    Raises:
        Refusal: `forbidden`, `not_found`.
    """
    require(by, Permission.OUTCOME_WRITE, consultation)
    return {
        "clauses": _lines(consultation.clauses),
        "dissent": _lines(consultation.dissent_notes),
    }


def _lines(sentences: Any) -> list[dict[str, Any]]:
    rows = sentences.select_related("written_by").prefetch_related("evidence").order_by("position")
    return [
        {
            "position": row.position,
            "text": row.text,
            "evidence": sorted(opinion.number for opinion in row.evidence.all()),
            "by": row.written_by.alias,
            "updated_at": timestamp(row.updated_at),
        }
        for row in rows
    ]
