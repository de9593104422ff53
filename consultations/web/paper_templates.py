"""Replacing the look of a document by a Word file of one's own, and going back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consultations.domain.paper_templates import reset_template, save_template, template_of
from consultations.domain.queries.papers import template_lines
from consultations.exports import FORMATS
from consultations.exports.names import file_name
from consultations.exports.placeholders import BODY, LISTS, SINGLE
from consultations.exports.templates import check_template, preview
from consultations.models import PaperKind
from consultations.web.downloads import named
from consultations.web.forms import TemplateForm, complain
from consultations.web.papers import kind_of
from hall.errors import Refusal
from members.access import require
from members.models import Person
from members.requests import signed_in
from members.roles import Permission


def _staff(request: HttpRequest) -> Person:
    person = signed_in(request)
    require(person, Permission.TEMPLATE_CHANGE)
    return person


@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    _staff(request)
    return _page(request)


def _page(
    request: HttpRequest, refused: tuple[PaperKind, TemplateForm] | None = None
) -> HttpResponse:
    rows = [
        {
            "line": line,
            "form": refused[1]
            if refused and refused[0] == line.kind
            else TemplateForm(auto_id=f"{line.kind}_%s"),
        }
        for line in template_lines()
    ]
    context = {
        "rows": rows,
        "body": BODY,
        "single": SINGLE,
        "lists": {name: [f"{name}.{key}" for key in keys] for name, keys in LISTS.items()},
        "open": refused[0] if refused else None,
    }
    return render(request, "papers/templates.html", context, status=422 if refused else 200)


@require_POST
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    person = _staff(request)
    paper = kind_of(kind)
    form = TemplateForm(request.POST, request.FILES, auto_id=f"{kind}_%s")
    if not form.is_valid():
        return _page(request, (paper, form))
    given = form.cleaned_data["file"]
    data = given.read()
    try:
        check_template(data)
        save_template(paper, name=given.name, file=data, by=person)
    except Refusal as refusal:
        if refusal.field != "file":
            raise
        complain(form, refusal)
        return _page(request, (paper, form))
    messages.success(request, _("%(paper)s已改用您的模板。") % {"paper": paper.label})
    return redirect("paper_templates")


@require_safe
def look(request: HttpRequest, kind: str) -> HttpResponse:
    """The document as it would come out now, filled with an invented consultation."""
    _staff(request)
    paper = kind_of(kind)
    data = preview(paper, template_of(paper))
    response = HttpResponse(data, content_type=FORMATS["docx"].content_type)
    name = _("{paper}样张")
    named(response, file_name(name, {"paper": str(paper.label)}, "docx"))
    return response


@require_POST
def reset(request: HttpRequest, kind: str) -> HttpResponse:
    person = _staff(request)
    paper = kind_of(kind)
    reset_template(paper, by=person)
    messages.success(request, _("%(paper)s已恢复为系统自带的样式。") % {"paper": paper.label})
    return redirect("paper_templates")
