"""Giving official documents their numbers (文号)."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.domain import clock
from consultations.models import Consultation, NumberSeries, PaperKind, PaperNumber, Stage
from hall.errors import Code, Refusal
from members.access import require
from members.models import Person
from members.roles import Permission

NUMBERED_FROM = frozenset({Stage.SUMMARISING, Stage.REVIEW, Stage.SEALED})


def issued_number(consultation: Consultation, kind: PaperKind) -> PaperNumber | None:
    """The number that this document bears, or None. One query."""
    return PaperNumber.objects.filter(consultation=consultation, kind=kind).first()


def issued_numbers(consultation: Consultation) -> dict[str, PaperNumber]:
    """The numbers of all its documents, by kind. One query."""
    return {row.kind: row for row in PaperNumber.objects.filter(consultation=consultation)}


@transaction.atomic
def issue_number(
    consultation: Consultation, *, kind: PaperKind, by: Person | None = None
) -> PaperNumber:
    """Give the document the next number of its kind in this year; asked again, the same one.

    Numbers run from 1 in each year without gaps and without doubles, however many ask at once: the
    series' row is held until commit, and rolls back with whatever fails. `by` is None for the
    operator at the command line.

    Raises:
        Refusal: `forbidden`, `not_found`; `wrong_stage` before there is anything to number.
    """
    if by is not None:
        require(by, Permission.OUTCOME_EXPORT, consultation)
    if consultation.stage not in NUMBERED_FROM:
        raise Refusal(Code.WRONG_STAGE, _("协商结束、开始梳理共识以后才能编发文号。"))
    now = clock.now()
    year = timezone.localtime(now).year
    NumberSeries.objects.get_or_create(kind=kind, year=year)
    # Whoever comes second waits for the series' row here, and then sees the first one's number.
    series = NumberSeries.objects.select_for_update().get(kind=kind, year=year)
    if (found := issued_number(consultation, kind)) is not None:
        return found
    series.last += 1
    series.save(update_fields=["last"])
    return PaperNumber.objects.create(
        consultation=consultation,
        kind=kind,
        year=year,
        number=series.last,
        text=settings.HALL_NUMBERS[kind].format(year=year, number=series.last),
        issued_by=by,
        issued_at=now,
    )
