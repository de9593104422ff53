"""现场: the desk in the hall, its attendance list, and the code at the entrance."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consultations.domain import check_ins, queries
from consultations.domain.desk import attendance_list
from consultations.domain.stages import Act, acts_open_in
from consultations.models import Consultation
from consultations.web.share import qr_drawing
from hall.errors import Refusal
from members.access import require
from members.models import Person
from members.requests import signed_in
from members.roles import Permission, Role


@require_safe
@never_cache
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """Where staff check people in, enter what they say, and count hands."""
    consultation, _person = _kept_by(request, pk)
    context = {
        "consultation": consultation,
        "identities": [(role.value, role.label) for role in check_ins.IDENTITIES],
        "open": Act.CHECK_IN in acts_open_in(consultation),
        "check_in_address": check_in_address(request, pk),
    }
    return render(request, "desk/desk.html", context)


@require_safe
@never_cache
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """The check-in list, made to be printed; with names, for those who keep the desk alone."""
    consultation, person = _kept_by(request, pk)
    entries = attendance_list(consultation, by=person)
    here = [entry for entry in entries if entry.withdrawn_at is None]
    counts = [(role.label, sum(entry.person.role == role for entry in here)) for role in Role]
    context = {
        "consultation": consultation,
        "entries": entries,
        "total": len(here),
        "counts": [(label, count) for label, count in counts if count],
    }
    return render(request, "desk/attendance.html", context)


@require_safe
@never_cache
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """The code at the entrance with what to do, made to be printed on one A4 sheet."""
    consultation, _person = _kept_by(request, pk)
    return render(request, "desk/poster.html", {"consultation": consultation})


@require_safe
def check_in_qr(request: HttpRequest, pk: int) -> HttpResponse:
    _kept_by(request, pk)
    return qr_drawing(check_in_address(request, pk))


@require_safe
@never_cache
def check_in_page(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Where the code at the entrance leads: one tap, after signing in."""
    person = signed_in(request)
    consultation = queries.find_consultation(person, pk)
    entry = check_ins.check_in_of(consultation, person=person, token=token)
    context = {
        "consultation": consultation,
        "entry": entry,
        "token": token,
        "open": Act.CHECK_IN in acts_open_in(consultation),
    }
    return render(request, "desk/check_in.html", context)


@require_POST
def check_in(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    person = signed_in(request)
    consultation = queries.find_consultation(person, pk)
    try:
        check_ins.check_in_by_scan(consultation, person=person, token=token)
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("签到成功，欢迎您来到现场。"))
    return redirect("check_in", pk, token)


def check_in_address(request: HttpRequest, consultation_id: int) -> str:
    token = check_ins.check_in_token(consultation_id)
    return request.build_absolute_uri(reverse("check_in", args=[consultation_id, token]))


def _kept_by(request: HttpRequest, pk: int) -> tuple[Consultation, Person]:
    person = signed_in(request)
    consultation = queries.find_consultation(person, pk)
    require(person, Permission.DESK_KEEP, consultation)
    return consultation, person
