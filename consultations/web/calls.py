"""Opening a call for topics, and ending it before its day."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from consultations.domain import queries
from consultations.domain.calls import MAX_TEXT, MAX_TITLE, close_call, open_call
from consultations.web.forms import complain
from hall.errors import Refusal
from members.access import require
from members.once import once
from members.requests import signed_in
from members.roles import Permission

_DAY = "%Y-%m-%d"
_REQUIRED = {"required": gettext_lazy("请填写内容。")}


class CallForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("征集主题"),
        max_length=MAX_TITLE,
        error_messages=_REQUIRED,
        help_text=gettext_lazy("例如：2027 年协商议题、老旧小区改造先做什么。"),
    )
    text = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages=_REQUIRED,
        help_text=gettext_lazy("想听哪方面的、提了以后怎么办。"),
    )
    closes_on = forms.DateField(
        label=gettext_lazy("截止日期"),
        input_formats=[_DAY],
        widget=forms.DateInput(attrs={"type": "date"}, format=_DAY),
        error_messages={
            "required": gettext_lazy("请填写日期。"),
            "invalid": gettext_lazy("请填写日期。"),
        },
        help_text=gettext_lazy("到这一天结束为止，当天仍可提出。"),
    )


@login_required
@once
def call_new(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    require(person, Permission.TOPIC_MANAGE)
    form = CallForm(request.POST or None)
    if form.is_valid():
        try:
            open_call(by=person, **form.cleaned_data)
        except Refusal as refusal:
            complain(form, refusal)
        else:
            messages.success(request, _("征集已发起，大家在议题页看得到。"))
            return redirect("topic_list")
    status = 422 if form.is_bound else 200
    return render(request, "topics/call.html", {"form": form}, status=status)


@require_POST
@login_required
@once
def call_close(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        close_call(queries.find_call(pk), by=signed_in(request))
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("征集已结束，收到的议题都在。"))
    return redirect("topic_list")
