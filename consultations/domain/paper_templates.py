"""Templates that staff put in place of the hall's own documents: tried, used, kept."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from consultations.domain import clock
from consultations.models import PaperKind, PaperTemplate, TemplateState
from hall.errors import Code, Refusal
from members.access import require
from members.models import Person
from members.roles import Permission

MAX_NAME = 120
_MOVING = "moving"  # in no state for the length of a transaction


def template_of(kind: PaperKind, state: TemplateState = TemplateState.USED) -> bytes | None:
    """The Word file in this state, or None: in use, that is the hall's own look. One query."""
    rows = PaperTemplate.objects.filter(kind=kind, state=state)
    found = rows.values_list("file", flat=True).first()
    return bytes(found) if found is not None else None


def templates_in_use() -> dict[str, bytes]:
    """The Word file of every document that has one. One query."""
    rows = PaperTemplate.objects.filter(state=TemplateState.USED).values_list("kind", "file")
    return {kind: bytes(file) for kind, file in rows}


@transaction.atomic
def try_template(kind: PaperKind, *, name: str, file: bytes, by: Person) -> PaperTemplate:
    """Keep `file` for looking at; documents stay as they are until it is put to use.

    What was waiting to be tried before is gone. The caller has checked the file
    (`exports.templates.check_template`).

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
    kept, _created = PaperTemplate.objects.update_or_create(
        kind=kind, state=TemplateState.TRIED, defaults=values
    )
    return kept


@transaction.atomic
def use_template(kind: PaperKind, *, state: TemplateState, by: Person) -> PaperTemplate:
    """Put the tried or the former template to use; the one in use becomes the former.

    Raises:
        Refusal: `forbidden`, `sign_in`; `wrong_state` where there is none.
    """
    require(by, Permission.TEMPLATE_CHANGE)
    chosen = PaperTemplate.objects.select_for_update().filter(kind=kind, state=state).first()
    if chosen is None or state == TemplateState.USED:
        raise Refusal(Code.WRONG_STATE, _("这个模板已经不在了，请刷新页面看看。"))
    _move(chosen, _MOVING)
    _retire(kind)
    _move(chosen, TemplateState.USED)
    return chosen


@transaction.atomic
def drop_template(kind: PaperKind, *, by: Person) -> None:
    """Remove the template that was being tried, if any.

    Raises:
        Refusal: `forbidden`, `sign_in`.
    """
    require(by, Permission.TEMPLATE_CHANGE)
    PaperTemplate.objects.filter(kind=kind, state=TemplateState.TRIED).delete()


@transaction.atomic
def reset_template(kind: PaperKind, *, by: Person) -> None:
    """Back to the hall's own look; the template in use, if any, becomes the former.

    Raises:
        Refusal: `forbidden`, `sign_in`.
    """
    require(by, Permission.TEMPLATE_CHANGE)
    _retire(kind)


def _retire(kind: PaperKind) -> None:
    used = PaperTemplate.objects.select_for_update().filter(kind=kind, state=TemplateState.USED)
    if (row := used.first()) is not None:
        PaperTemplate.objects.filter(kind=kind, state=TemplateState.FORMER).delete()
        _move(row, TemplateState.FORMER)


def _move(row: PaperTemplate, state: str) -> None:
    row.state = state
    row.save(update_fields=["state"])
