"""The outcome as data: canonical JSON."""

from typing import Any

from consultations.archiving.canonical import canonical, timestamp
from consultations.exports.dossier import Dossier
from consultations.models import PaperKind

FORMAT = "consultation-outcome/1"


def write_data(dossier: Dossier) -> bytes:
    """The whole outcome, as `Outcome.as_dict` gives it, with the issuing body; ends in \\n.

    A document that needs the record has it too, and says which document it is. The same outcome
    gives the same bytes; see `archiving.canonical`.
    """
    issued = {"format": FORMAT, "committee": dossier.committee, "hall": dossier.hall}
    value: dict[str, Any] = {**issued, **dossier.outcome.as_dict()}
    paper = dossier.paper
    if paper.kind != PaperKind.CONSENSUS or paper.number:
        value["paper"] = {
            "kind": paper.kind.value,
            "label": str(paper.kind.label),
            "number": paper.number,
            "dated": timestamp(dossier.dated),
            "addressee": paper.addressee,
            "copies": paper.copies,
        }
    if paper.kind != PaperKind.CONSENSUS:
        value |= dossier.record.as_dict()
    return canonical(value) + b"\n"
