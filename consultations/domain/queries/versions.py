"""Which version of each sentence an editor has before them."""

from consultations.models import Consultation


def sentence_versions(consultation: Consultation) -> dict[str, dict[int, str]]:
    """When each sentence was last changed, in ISO 8601, by sort and position. Two queries.

    Handed back with a change as `expected`, it keeps one writer from overwriting another.
    """
    return {
        word: {
            position: changed.isoformat()
            for position, changed in sentences.values_list("position", "updated_at")
        }
        for word, sentences in (
            ("clause", consultation.clauses.order_by("position")),
            ("dissent", consultation.dissent_notes.order_by("position")),
        )
    }
