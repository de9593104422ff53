"""Which version of a session's preparation an editor has before them."""

from hashlib import sha256
from typing import Any

from consultations.archiving.canonical import canonical
from consultations.domain.agenda import agenda_lines
from consultations.domain.plan_notices import plan_of
from consultations.models import Consultation

_FIELDS = ("title", "question", "kind", "admission", "objection_days", "holds_residents")


def plan_version(consultation: Consultation) -> str:
    """A digest of all that a preparation says, as it is stored now. Three queries.

    Handed back with a change as `expected`, it keeps one of the staff from overwriting another.
    """
    told: dict[str, Any] = {name: getattr(consultation, name) for name in _FIELDS}
    told |= plan_of(consultation)
    told["agenda"] = agenda_lines(consultation)
    told["items"] = sorted(consultation.work_items.order_by().values_list("pk", flat=True))
    return sha256(canonical(told)).hexdigest()
