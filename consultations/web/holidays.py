"""Which days are worked: a page for everyone, and bringing it up to date."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from consultations.domain.working_days import BUNDLED, replace_holidays, work_calendar
from consultations.intake.holidays import HolidaysUnreadable, LineComplaint
from members.access import allowed
from members.requests import signed_in
from members.roles import Permission


class HolidaysForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("放假安排文件（JSON）"),
        help_text=gettext_lazy("文件里有的年份换成新的，没有的年份保留。"),
        error_messages={
            "required": gettext_lazy("请选择文件。"),
            "empty": gettext_lazy("这是一个空文件。"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request: HttpRequest) -> HttpResponse:
    form = HolidaysForm(request.POST or None, request.FILES or None)
    complaints: list[LineComplaint] = []
    if request.method == "POST" and form.is_valid():
        try:
            brought = replace_holidays(form.cleaned_data["file"].read(), by=signed_in(request))
        except HolidaysUnreadable as unreadable:
            complaints = unreadable.complaints
        else:
            years = _("、").join(str(one.year) for one in brought)
            messages.success(request, _("已更新 %(years)s 年的放假安排。") % {"years": years})
            return redirect("holidays")
    context = {
        "form": form,
        "complaints": complaints,
        "calendar": work_calendar(),
        "example": BUNDLED.read_text(encoding="utf-8"),
        "may_update": allowed(request.user, Permission.CALENDAR_UPDATE),
    }
    status = 422 if complaints or form.errors else 200
    return render(request, "workplan/holidays.html", context, status=status)
