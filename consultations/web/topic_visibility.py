"""What is posted to take a topic out of sight, to bring it back, and to withdraw one's own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consultations.domain import queries
from consultations.domain.topic_visibility import (
    hide_topic,
    restore_topic,
    withdraw_topic,
    withhold_words,
)
from consultations.web.forms import complain
from consultations.web.topic_forms import HideForm
from consultations.web.topics import show_topic
from hall.errors import Refusal
from members.access import require
from members.once import once
from members.requests import signed_in, whole_number
from members.roles import Permission


@require_POST
@login_required
@once
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    topic, person = queries.find_topic(pk, request.user), signed_in(request)
    require(person, Permission.TOPIC_MANAGE)
    form = HideForm(request.POST)
    if form.is_valid():
        try:
            hide_topic(topic, by=person, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            if refusal.field is None:
                raise
            complain(form, refusal)
        else:
            messages.success(request, _("已隐藏，只有提出人和工作人员还看得到。"))
            return redirect("topic", pk)
    return show_topic(request, pk, status=422, hide_form=form)


@require_POST
@login_required
@once
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    restore_topic(queries.find_topic(pk, request.user), by=signed_in(request))
    messages.success(request, _("已恢复显示。"))
    return redirect("topic", pk)


@require_POST
@login_required
@once
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    withdraw_topic(queries.find_topic(pk, request.user), by=signed_in(request))
    messages.success(request, _("议题已撤回，别人看不到了。"))
    return redirect("topic", pk)


@require_POST
@login_required
def withhold(request: HttpRequest, pk: int) -> HttpResponse:
    topic, deed = queries.find_topic(pk, request.user), request.POST.get("deed", "")
    withhold_words(topic, whole_number(deed, digits=18), by=signed_in(request))
    messages.success(request, _("原来的文字不公开了。"))
    return redirect("topic", pk)
