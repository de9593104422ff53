"""Templates that staff put in place of the hall's own documents."""

from django.db import transaction

from consultations.domain import clock
from consultations.models import PaperKind, PaperTemplate
from members.access import require
from members.models import Person
from members.roles import Permission

MAX_NAME = 120


def template_of(kind: PaperKind) -> bytes | None:
    """The Word file in use for this document, or None for the hall's own look. One query."""
    found = PaperTemplate.objects.filter(kind=kind).values_list("file", flat=True).first()
    return bytes(found) if found is not None else None


@transaction.atomic
def save_template(kind: PaperKind, *, name: str, file: bytes, by: Person) -> PaperTemplate:
    """Use `file` for this document from now on; what was used before is gone.

    The caller has checked the file (`exports.templates.check_template`).

    Raises:
        Refusal: `forbidden`, `sign_in`.
    """
    require(by, Permission.TEMPLATE_CHANGE)
    values = {
        "name": name[-MAX_NAME:],
        "file": file,
        "uploaded_by": by,
        "uploaded_at": clock.now(),
    }
    saved, _created = PaperTemplate.objects.update_or_create(kind=kind, defaults=values)
    return saved


@transaction.atomic
def reset_template(kind: PaperKind, *, by: Person) -> None:
    """Back to the hall's own look; nothing happens where it is in use already.

    Raises:
        Refusal: `forbidden`, `sign_in`.
    """
    require(by, Permission.TEMPLATE_CHANGE)
    PaperTemplate.objects.filter(kind=kind).delete()
