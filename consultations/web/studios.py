"""Members' studios: the list, a member's page, asking, answering, and what staff look after."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from consultations.domain import queries, studios
from consultations.models import StudioQuestion
from consultations.web.forms import complain
from hall.errors import Refusal
from members.access import allowed, require
from members.once import once
from members.requests import onward, signed_in, words_asked
from members.roles import Permission

PAGE = 20
MEMBERS = 60
MAX_QUERY = 80


class AskForm(forms.Form):
    """One question. `key` was made with the page: sending it twice asks once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("您想问什么"),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": studios.MAX_QUESTION}),
        help_text=gettext_lazy("问题和答复会公开显示。请不要写身份证号、住址等隐私。"),
        error_messages={"required": gettext_lazy("请填写内容。")},
    )


@require_safe
def member_list(request: HttpRequest) -> HttpResponse:
    asked = words_asked(request)[:MAX_QUERY]
    found = Paginator(queries.members(asked), MEMBERS)
    context = {
        "asked": asked,
        "page": found.get_page(request.GET.get("page")),
        "query": urlencode({"q": asked}) if asked else "",
        "may_moderate": allowed(request.user, Permission.STUDIO_MODERATE),
    }
    return render(request, "studios/list.html", context)


@require_safe
def studio(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, pk, AskForm(initial={"key": uuid4()}))


def _show(request: HttpRequest, pk: int, form: AskForm, status: int = 200) -> HttpResponse:
    found = queries.studio(pk, request.user)
    page = Paginator(queries.questions(pk, request.user), PAGE).get_page(request.GET.get("page"))
    lines = queries.question_lines(list(page.object_list), request.user)
    duty = Paginator(found.duty, PAGE).get_page(request.GET.get("duty"))
    context = {"studio": found, "page": page, "questions": lines, "duty": duty, "form": form}
    return render(request, "studios/page.html", context, status=status)


@require_POST
@login_required
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    member = queries.find_member(pk)
    form = AskForm(request.POST)
    if form.is_valid():
        try:
            question = studios.ask_member(member, by=signed_in(request), **form.cleaned_data)
        except Refusal as refusal:
            complain(form, refusal)
        else:
            messages.success(request, _("已提问。委员答复后会通知您。"))
            return redirect(_address(request, question))
    return _show(request, pk, form, status=422)


@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """To where the question stands: on its page of the studio of whoever was asked."""
    return redirect(_address(request, queries.find_question(pk, request.user)))


@require_POST
@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    question, person = queries.find_question(pk, request.user), signed_in(request)
    text = request.POST.get("text", "")
    return _done(
        request,
        question,
        lambda: studios.answer_question(question, by=person, text=text),
        _("已答复，提问人会收到通知。"),
    )


@require_POST
@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    question, person = queries.find_question(pk, request.user), signed_in(request)
    reason = request.POST.get("reason", "")
    return _done(
        request,
        question,
        lambda: studios.report_question(question, by=person, reason=reason),
        _("已告诉工作人员，谢谢。"),
    )


@require_POST
@login_required
@once
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    question, person = queries.find_question(pk, request.user), signed_in(request)
    reason = request.POST.get("reason", "")
    return _done(
        request,
        question,
        lambda: studios.hide_question(question, by=person, reason=reason),
        _("已隐藏，提问人会看到理由。"),
    )


@require_POST
@login_required
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    question, person = queries.find_question(pk, request.user), signed_in(request)
    return _done(
        request, question, lambda: studios.keep_question(question, by=person), _("已保留显示。")
    )


@require_safe
@login_required
def reported(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.STUDIO_MODERATE)
    found = queries.reported_questions(request.user)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    lines = queries.question_lines(list(page.object_list), request.user)
    return render(request, "studios/reports.html", {"page": page, "questions": lines})


def _done(
    request: HttpRequest, question: StudioQuestion, verb: Callable[[], object], said: str
) -> HttpResponse:
    """Do it and go back; what was filled in wrong is said above the page."""
    try:
        verb()
    except Refusal as refusal:
        if refusal.status not in {409, 422}:
            raise
        messages.error(request, refusal.message)
    else:
        messages.success(request, said)
    return redirect(onward(request, _address(request, question)))


def _address(request: HttpRequest, question: StudioQuestion) -> str:
    page = queries.questions_before(question, request.user) // PAGE + 1
    tail = f"?page={page}" if page > 1 else ""
    return f"{reverse('studio', args=[question.member_id])}{tail}#question-{question.pk}"
