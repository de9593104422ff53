"""How long an outcome lies open to objections, and when the review is over."""

from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from consultations.domain import clock
from consultations.domain.working_days import add_working_days
from consultations.models import Consultation, MinutesObjection, MinutesSignature, Seat, Verdict
from hall.errors import Code, Refusal
from members.roles import SeatRole


def window_end(consultation: Consultation) -> date | None:
    """The last day of a window that opens today; None where objections have no days of their own.

    Raises:
        Refusal: `wrong_state` where the holidays of a year that it leads into are not known.
    """
    days = consultation.objection_days
    if days is None:
        days = settings.HALL_OBJECTION_DAYS
    return add_working_days(_today(), days) if days else None


def is_open(consultation: Consultation) -> bool:
    """Whether objections are still taken, by the calendar; the last day counts to its end."""
    return consultation.objections_until is not None and _today() <= consultation.objections_until


def attendees(consultation: Consultation) -> list[Seat]:
    """The seats of those who were there and had a say, who sign the minutes. One query."""
    present = consultation.seats.filter(first_seen_at__isnull=False)
    return list(present.exclude(role=SeatRole.OBSERVER).select_related("person").order_by("pk"))


def unsigned(consultation: Consultation) -> list[Seat]:
    """Those of them who have not signed the current version. Three queries."""
    newest = consultation.minutes.order_by("-version").first()
    signed = set(
        MinutesSignature.objects.filter(minutes=newest).values_list("person_id", flat=True)
        if newest
        else ()
    )
    return [seat for seat in attendees(consultation) if seat.person_id not in signed]


def require_review_over(consultation: Consultation) -> None:
    """Pass if nothing stands between the review and the seal.

    Every objection is answered, none was accepted without a new version of the minutes, and the
    window is over: by its last day, or because all attendees have signed.

    Raises:
        Refusal: `wrong_state`, saying what is missing.
    """
    objections = MinutesObjection.objects.filter(consultation=consultation)
    if number := objections.filter(verdict="").values_list("number", flat=True).first():
        sentence = _("第 %(number)s 号异议还没有答复。") % {"number": number}
        raise Refusal(Code.WRONG_STATE, sentence)
    newest = consultation.minutes.order_by("-version").first()
    accepted = objections.filter(verdict=Verdict.ACCEPTED, minutes=newest)
    if number := accepted.values_list("number", flat=True).first():
        sentence = _("第 %(number)s 号异议已采纳，纪要还没有改：请先退回修改。")
        raise Refusal(Code.WRONG_STATE, sentence % {"number": number})
    if is_open(consultation) and not (attendees(consultation) and not unsigned(consultation)):
        raise Refusal(Code.WRONG_STATE, _still_open(consultation))


def _still_open(consultation: Consultation) -> str:
    until = consultation.objections_until
    assert until is not None  # noqa: S101 (the window is open)
    day = date_format(until, _("n月j日"))
    missing = unsigned(consultation)
    if without := sum(not seat.person.is_active for seat in missing):
        sentence = _(
            "异议期到 %(day)s 为止，之后才能归档：到场的人里有 %(n)s 人没有账号，不能在网上签认，"
            "所以不能提前。"
        )
        return sentence % {"day": day, "n": without}
    if missing:
        sentence = _("异议期到 %(day)s 为止；到场的人全部签认后可以提前，还差 %(missing)s 人。")
        return sentence % {"day": day, "missing": len(missing)}
    return _("异议期到 %(day)s 为止，之后才能归档。") % {"day": day}


def _today() -> date:
    return timezone.localdate(clock.now())
