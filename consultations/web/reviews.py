"""Before the seal: confirming clauses, signing the minutes or objecting, and their versions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consultations.domain.confirmations import MAX_REASON, Answer, confirm_clauses
from consultations.domain.passages import annotated
from consultations.domain.queries.consultation import find_consultation
from consultations.domain.queries.reviews import (
    ConfirmationDesk,
    confirmation_desk,
    minutes_comparison,
    minutes_page,
)
from consultations.domain.signing_off import (
    MAX_TEXT,
    answer_objection,
    object_to_minutes,
    sign_minutes,
)
from consultations.models import Confirmed, Verdict
from consultations.web.citations import linked
from consultations.web.forms import QuietCharField, VersionField, complain
from hall.errors import Refusal
from hall.templatetags.hall import phrases
from members.once import once
from members.requests import signed_in, whole_number

_REQUIRED = {"required": gettext_lazy("请填写。")}


class QuietChoiceField(forms.ChoiceField):
    """A choice that may be left open without saying so."""

    quiet = True


class ConfirmForm(forms.Form):
    """Where one stands on one clause; `seen` is the wording that was read."""

    value = QuietChoiceField(
        label=gettext_lazy("您的态度"),
        choices=Confirmed.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    reason = QuietCharField(
        label=gettext_lazy("理由"),
        help_text=gettext_lazy("有保留意见或者反对时，请写明；会和您的名字一起公开。"),
        max_length=MAX_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = VersionField()

    def answer(self, position: int) -> Answer | None:
        said = self.cleaned_data
        if not said["value"]:
            return None
        return Answer(position, Confirmed(said["value"]), said["reason"], said["seen"])


class ObjectionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    paragraph = forms.TypedChoiceField(label=gettext_lazy("对哪一段"), coerce=int)
    passage = forms.CharField(
        label=gettext_lazy("哪句话"),
        help_text=gettext_lazy("从这一段里照抄要改的话；不填就是整段。"),
        max_length=MAX_TEXT,
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("应当怎样写"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=_REQUIRED,
    )


class AnswerForm(forms.Form):
    verdict = forms.ChoiceField(
        label=gettext_lazy("怎样处理"),
        choices=Verdict.choices,
        widget=forms.RadioSelect,
        error_messages=_REQUIRED,
    )
    answer = forms.CharField(
        label=gettext_lazy("答复"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=_REQUIRED,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    desk = confirmation_desk(request.user, pk)
    rows = _confirm_rows(request, desk)
    valid = [form.is_valid() for _clause, form in rows]  # all are asked, to show all at once
    if request.method == "POST" and all(valid):
        answers = [
            answer for clause, form in rows if (answer := form.answer(clause.position)) is not None
        ]
        try:
            confirm_clauses(desk.consultation, person=signed_in(request), answers=answers)
        except Refusal as refusal:
            _complain_of_clause(rows, refusal)
        else:
            messages.success(request, _("已记下您的确认，归档之前都可以再改。"))
            return redirect("confirm", pk)
    wrong = any(form.errors for _clause, form in rows)
    context = {"desk": desk, "consultation": desk.consultation, "rows": rows}
    return render(request, "reviews/confirm.html", context, status=422 if wrong else 200)


def _confirm_rows(request: HttpRequest, desk: ConfirmationDesk) -> list[tuple[Any, ConfirmForm]]:
    rows = []
    for clause in desk.clauses:
        before = desk.mine.get(clause.position)
        initial = {
            "value": before.value if before else "",
            "reason": before.reason if before else "",
            "seen": clause.updated_at.isoformat(),
        }
        form = ConfirmForm(request.POST or None, prefix=f"c{clause.position}", initial=initial)
        rows.append((clause, form))
    return rows


def _complain_of_clause(rows: list[tuple[Any, ConfirmForm]], refusal: Refusal) -> None:
    """Show the refusal at the clause that it names, or at the first."""
    for clause, form in rows:
        if refusal.field == f"reason_{clause.position}":
            form.add_error("reason", refusal.message)
            return
    rows[0][1].add_error(None, refusal.message)


@require_safe
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    return _minutes_page(request, pk)


def _minutes_page(
    request: HttpRequest,
    pk: int,
    *,
    objection: ObjectionForm | None = None,
    answering: tuple[int, AnswerForm] | None = None,
) -> HttpResponse:
    page = minutes_page(request.user, pk)
    objection = objection or ObjectionForm(initial={"version": page.minutes.version})
    _offer_paragraphs(objection, page)
    number, form = answering or (0, None)
    context = {
        "page": page,
        "consultation": page.consultation,
        "body": _body(page),
        "objection": objection,
        "rows": [
            (
                each,
                form if each.number == number else AnswerForm(auto_id=f"answer_{each.number}_%s"),
            )
            for each in page.objections
        ],
    }
    wrong = objection.errors or (form is not None and form.errors)
    return render(request, "reviews/minutes.html", context, status=422 if wrong else 200)


def _body(page: Any) -> str:
    """The minutes with what they name as links; their heading wraps as the meeting's name does."""
    title = page.consultation.title
    body = annotated(page.minutes.body, linked(page.consultation.pk, page.items))
    return body.replace(escape(title), phrases(title), 1)


def _offer_paragraphs(form: ObjectionForm, page: Any) -> None:
    choices = [(one.number, _shortened(at, one.text)) for at, one in enumerate(page.passages, 1)]
    form.fields["paragraph"].choices = choices  # type: ignore[attr-defined]


def _shortened(at: int, text: str) -> str:
    start = text if len(text) <= 28 else text[:27] + "…"
    return _("第 %(n)s 段：%(text)s") % {"n": at, "text": start}


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    consultation = find_consultation(person, pk)
    version = whole_number(request.POST.get("version", ""))
    try:
        sign_minutes(consultation, person=person, version=version)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("您已签认纪要第 %(n)s 版。") % {"n": version})
    return redirect("minutes", pk)


@require_POST
@once
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    consultation = find_consultation(person, pk)
    form = ObjectionForm(request.POST)
    _offer_paragraphs(form, minutes_page(person, pk))
    if form.is_valid():
        try:
            made = object_to_minutes(consultation, person=person, **form.cleaned_data)
        except Refusal as refusal:
            complain(form, refusal)
        else:
            said = _("已记下第 %(n)s 号异议，主持人会答复。") % {"n": made.number}
            messages.success(request, said)
            return redirect(f"{reverse('minutes', args=[pk])}#objection-{made.number}")
    return _minutes_page(request, pk, objection=form)


@require_POST
@once
def answer(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    person = signed_in(request)
    consultation = find_consultation(person, pk)
    form = AnswerForm(request.POST, auto_id=f"answer_{number}_%s")
    if form.is_valid():
        said = form.cleaned_data
        try:
            answer_objection(
                consultation,
                by=person,
                number=number,
                verdict=Verdict(said["verdict"]),
                answer=said["answer"],
            )
        except Refusal as refusal:
            complain(form, refusal)
        else:
            messages.success(request, _("已答复第 %(n)s 号异议。") % {"n": number})
            return redirect(f"{reverse('minutes', args=[pk])}#objection-{number}")
    return _minutes_page(request, pk, answering=(number, form))


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions, `old` and `new` in the address; by default the last two."""
    old, new = (whole_number(request.GET.get(name, "")) for name in ("old", "new"))
    found = minutes_comparison(request.user, pk, old=old, new=new)
    context = {"found": found, "consultation": found.consultation}
    return render(request, "reviews/compare.html", context)
