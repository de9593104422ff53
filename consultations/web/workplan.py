"""Pages of the work plans, and importing one."""

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from consultations.domain import queries
from consultations.domain.queries.papers import year_jobs
from consultations.domain.workplan import ImportResult, import_workplan
from consultations.intake.workplan import ParsedWorkPlan, WorkPlanUnreadable, read_workplan
from consultations.web import plan_text
from consultations.web.forms import PlanFileForm
from hall.errors import Code, Refusal
from members.access import allowed, require
from members.requests import signed_in
from members.roles import Permission

PAGE = 24


@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    may_import = allowed(request.user, Permission.PLAN_IMPORT)
    page = Paginator(queries.plans(), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "may_import": may_import}
    return render(request, "workplan/list.html", context)


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    may_export = allowed(request.user, Permission.OUTCOME_EXPORT)
    context = {
        "page": queries.plan_page(pk, request.user),
        "only_open": request.GET.get("show") == "open",
        "may_import": allowed(request.user, Permission.PLAN_IMPORT),
        "may_export": may_export,
        "jobs": year_jobs(request.user, pk) if may_export else (),
    }
    return render(request, "workplan/plan.html", context)


@require_safe
def item(request: HttpRequest, pk: int) -> HttpResponse:
    page = queries.item_page(pk, request.user)
    return render(request, "workplan/item.html", {"page": page})


def plan_import(request: HttpRequest) -> HttpResponse:
    """Upload, look at what was read, confirm. Nothing is kept between the steps but the text."""
    person = signed_in(request)
    require(person, Permission.PLAN_IMPORT)
    if request.POST.get("confirmed"):
        return _confirmed(request)
    form = PlanFileForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return render(request, "workplan/import.html", {"form": form})
    file = form.cleaned_data["file"]
    try:
        parsed = read_workplan(file.read(), filename=file.name)
        preview = import_workplan(parsed, by=person, dry_run=True)
    except WorkPlanUnreadable as unreadable:
        context = {"form": form, "complaints": unreadable.complaints, "filename": file.name}
        return render(request, "workplan/import.html", context, status=422)
    context = {"parsed": parsed, "preview": preview, "token": plan_text.pack(parsed)}
    return render(request, "workplan/import_preview.html", context)


def _confirmed(request: HttpRequest) -> HttpResponse:
    try:
        parsed = plan_text.unpack(request.POST["confirmed"])
    except signing.BadSignature:
        raise Refusal(Code.INVALID, _("预览已经过期，请重新选择文件。")) from None
    result = import_workplan(parsed, by=signed_in(request))
    messages.success(request, _told(parsed, result))
    return redirect("plan", result.plan.pk)


def _told(parsed: ParsedWorkPlan, result: ImportResult) -> str:
    total = sum(len(section.items) for section in parsed.sections)
    said = ngettext("已导入 %(n)d 项。", "已导入 %(n)d 项。", total) % {"n": total}
    if result.kept:
        said += _("有 %(n)d 项新文件里没有，但已安排协商会，所以保留。") % {"n": len(result.kept)}
    return said
