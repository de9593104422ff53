"""The outcome as data: canonical JSON."""

from consultations.archiving.canonical import canonical
from consultations.exports.dossier import Dossier

FORMAT = "consultation-outcome/1"


def write_data(dossier: Dossier) -> bytes:
    """The whole outcome, as `Outcome.as_dict` gives it, with the issuing body; ends in \\n.

    The same outcome gives the same bytes; see `archiving.canonical`.
    """
    issued = {"format": FORMAT, "committee": dossier.committee, "hall": dossier.hall}
    return canonical({**issued, **dossier.outcome.as_dict()}) + b"\n"
