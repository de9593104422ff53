"""The seats of a consultation: who moderates, who records, who is invited."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consultations.domain import queries
from consultations.domain.seats import assign_seat, remove_seat
from consultations.web.forms import SeatForm
from hall.errors import Refusal
from members.access import require
from members.people import seatable, seatable_person
from members.requests import signed_in, words_asked
from members.roles import Permission, SeatRole


@require_safe
def seats(request: HttpRequest, pk: int) -> HttpResponse:
    query = words_asked(request)
    desk = queries.seat_desk(request.user, pk)
    context = {
        "desk": desk,
        "consultation": desk.consultation,
        "query": query,
        "found": seatable(query) if query else None,
        "seated": {seat.person_id: seat.role_label for seat in desk.seats},
        "roles": SeatRole.choices,
    }
    return render(request, "consultations/seats.html", context)


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(request, pk, removing=False)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(request, pk, removing=True)


def _change(request: HttpRequest, pk: int, *, removing: bool) -> HttpResponse:
    by = signed_in(request)
    consultation = queries.find_consultation(by, pk)
    require(by, Permission.CONSULTATION_PREPARE, consultation)
    data = request.POST.copy()
    if removing:
        data["role"] = SeatRole.OBSERVER
    form = SeatForm(data)
    try:
        if not form.is_valid():
            messages.error(request, _("请选择人员和席位。"))
        elif removing:
            person = seatable_person(form.cleaned_data["person"])
            remove_seat(consultation, person=person, by=by)
            messages.success(request, _("已撤销 %(name)s 的席位。") % {"name": person.alias})
        else:
            person = seatable_person(form.cleaned_data["person"])
            seat = assign_seat(consultation, person=person, role=form.cleaned_data["role"], by=by)
            said = {"name": person.alias, "role": seat.get_role_display()}
            messages.success(request, _("%(name)s 已安排为%(role)s。") % said)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("consultation_seats", pk)
