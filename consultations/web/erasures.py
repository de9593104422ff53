"""依法删除, for staff: one asks, another decides."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from consultations.domain import erasures, queries
from consultations.exports.archived import archive_documents
from consultations.models import Erasure, ErasureState
from consultations.web.forms import complain
from hall.errors import Refusal
from members.access import require
from members.once import once
from members.requests import signed_in
from members.roles import Permission


class ErasureForm(forms.Form):
    number = forms.IntegerField(
        label=gettext_lazy("意见编号"),
        min_value=1,
        max_value=10**6,
        error_messages={"required": gettext_lazy("请填写意见编号。")},
    )
    basis = forms.CharField(
        label=gettext_lazy("法律依据（公开）"),
        help_text=gettext_lazy("例如：《个人信息保护法》第四十七条；某某法院某号裁定。"),
        max_length=erasures.MAX_BASIS,
        error_messages={"required": gettext_lazy("请写明法律依据。")},
    )
    reason = forms.CharField(
        label=gettext_lazy("理由（只给工作人员看）"),
        max_length=erasures.MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("请写明理由。")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What waits and what was decided, and the form to ask."""
    person = signed_in(request)
    consultation = queries.find_consultation(person, pk)
    require(person, Permission.OPINION_ERASE, consultation)
    form = ErasureForm(request.POST or None)
    if form.is_valid():
        try:
            erasures.ask_erasure(consultation, by=person, **form.cleaned_data)
        except Refusal as refusal:
            complain(form, refusal)
        else:
            messages.success(request, _("已提出，请另一位工作人员复核。"))
            return redirect("erasures", pk)
    rows = erasures.erasures_of(consultation)
    context = {
        "consultation": consultation,
        "form": form,
        "waiting": [row for row in rows if row.state == ErasureState.ASKED],
        "decided": [row for row in rows if row.state != ErasureState.ASKED],
    }
    return render(request, "verify/erasures.html", context, status=422 if form.errors else 200)


@require_POST
def decide(request: HttpRequest, pk: int, erasure_id: int) -> HttpResponse:
    person = signed_in(request)
    consultation = queries.find_consultation(person, pk)
    require(person, Permission.OPINION_ERASE, consultation)
    erasure = get_object_or_404(Erasure, pk=erasure_id, consultation=consultation)
    try:
        if request.POST.get("decision") == "erase":
            erasures.confirm_erasure(erasure, by=person, documents=archive_documents)
            messages.success(request, _("已依法删除，原处只留摘要和依据。"))
        else:
            erasures.decline_erasure(erasure, by=person)
            messages.success(request, _("没有删除，已记下决定。"))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("erasures", pk)
