"""Replacing the look of a document by a Word file of one's own, and going back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consultations.domain.paper_templates import (
    drop_template,
    reset_template,
    template_of,
    try_template,
    use_template,
)
from consultations.domain.queries.papers import template_lines
from consultations.exports import FORMATS
from consultations.exports.names import file_name
from consultations.exports.placeholders import BODY, LISTS, SINGLE
from consultations.exports.templates import check_template, preview
from consultations.models import PaperKind, TemplateState
from consultations.web.downloads import named
from consultations.web.forms import TemplateForm, complain
from consultations.web.papers import kind_of
from hall.errors import Code, Refusal
from members.access import require
from members.models import Person
from members.once import once
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
        try_template(paper, name=given.name, file=data, by=person)
    except Refusal as refusal:
        if refusal.field != "file":
            raise
        complain(form, refusal)
        return _page(request, (paper, form))
    sentence = _("%(paper)s的模板已上传，还没有启用。请先看样张，合适再启用。")
    messages.success(request, sentence % {"paper": paper.label})
    return _to(paper)


@require_safe
def look(request: HttpRequest, kind: str, state: str) -> HttpResponse:
    """The document as it would come out with this template, of an invented consultation."""
    _staff(request)
    paper, which = kind_of(kind), _state_of(state)
    file = template_of(paper, which)
    if file is None and which != TemplateState.USED:
        raise Http404
    data = preview(paper, file)
    response = HttpResponse(data, content_type=FORMATS["docx"].content_type)
    name = _("{paper}样张")
    named(response, file_name(name, {"paper": str(paper.label)}, "docx"))
    return response


@require_POST
@once
def use(request: HttpRequest, kind: str, state: str) -> HttpResponse:
    """Put what was tried, or what was used before, to use."""
    person = _staff(request)
    paper = kind_of(kind)
    try:
        used = use_template(paper, state=_state_of(state), by=person)
    except Refusal as refusal:
        if refusal.code != Code.WRONG_STATE:
            raise
        messages.error(request, refusal.message)
    else:
        sentence = _("%(paper)s已改用模板“%(name)s”。原来的还在，随时可以换回来。")
        messages.success(request, sentence % {"paper": paper.label, "name": used.name})
    return _to(paper)


@require_POST
def drop(request: HttpRequest, kind: str) -> HttpResponse:
    person = _staff(request)
    paper = kind_of(kind)
    drop_template(paper, by=person)
    messages.success(request, _("待启用的模板已删除，公文没有变化。"))
    return _to(paper)


@require_POST
def reset(request: HttpRequest, kind: str) -> HttpResponse:
    person = _staff(request)
    paper = kind_of(kind)
    reset_template(paper, by=person)
    messages.success(request, _("%(paper)s已恢复为系统自带的样式。") % {"paper": paper.label})
    return _to(paper)


def _state_of(word: str) -> TemplateState:
    if word not in TemplateState.values:
        raise Http404
    return TemplateState(word)


def _to(paper: PaperKind) -> HttpResponse:
    """Back to where that document stands on the page."""
    return redirect(f"{reverse('paper_templates')}#{paper}")
