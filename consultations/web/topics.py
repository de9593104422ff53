"""Pages of the topics: proposing one, and deciding on it."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consultations.domain import queries
from consultations.domain.topics import accept_topic, decline_topic, edit_topic, propose_topic
from consultations.models import Criterion, TopicCall
from consultations.web.forms import complain
from consultations.web.plan_items import asked_item, asked_item_id, topic_about
from consultations.web.topic_forms import (
    DecisionForm,
    HideForm,
    MergeForm,
    ProposalForm,
    RewriteForm,
    ScoreForm,
    SupportedForm,
    TopicForm,
)
from hall.errors import Code, Refusal
from members.access import allowed, require
from members.once import once
from members.requests import signed_in, whole_number
from members.roles import Permission


@require_safe
def topic_page(request: HttpRequest, pk: int) -> HttpResponse:
    return show_topic(request, pk)


def show_topic(request: HttpRequest, pk: int, status: int = 200, **forms: Form) -> HttpResponse:
    """The topic's page, with what was filled in wrong where a form comes back."""
    page = queries.topic_page(pk, request.user)
    context: dict[str, Any] = {"page": page, "topic": page.topic, "form": DecisionForm()}
    context["item"] = asked_item_id(request)
    if page.may_decide:
        own = next((sheet for sheet in page.scores if sheet.by_id == request.user.pk), None)
        context["criteria"] = Criterion.choices
        context["score_form"] = ScoreForm(initial=own.initial if own else None)
        context["merge_form"] = MergeForm(page.mergeable)
    if page.may_hide:
        context["hide_form"] = HideForm()
    return render(request, "topics/page.html", {**context, **forms}, status=status)


@login_required
def topic_new(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    require(person, Permission.TOPIC_PROPOSE)
    item, call = asked_item(request), asked_call(request)
    initial = {"key": uuid4(), **topic_about(item)}
    form = ProposalForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            proposed = propose_topic(by=person, call=call, **form.cleaned_data)
        except Refusal as refusal:
            complain(form, refusal)
        else:
            messages.success(request, _("议题已提交。采纳与否，都会在议题页上写明。"))
            onward = f"?item={item.pk}" if item else ""
            return redirect(reverse("topic", args=[proposed.pk]) + onward)
    decides = allowed(person, Permission.TOPIC_MANAGE)
    context = {"form": form, "decides": decides, "call": call, "item": item}
    return render(request, "topics/form.html", context)


def asked_call(request: HttpRequest) -> TopicCall | None:
    """The call that the address names, if any; `Refusal` `not_found` for one that never was."""
    asked = whole_number(request.GET.get("call", ""))
    return queries.find_call(asked) if asked else None


@login_required
def topic_edit(request: HttpRequest, pk: int) -> HttpResponse:
    page = queries.topic_page(pk, request.user)
    if not page.may_edit:
        raise Refusal(Code.FORBIDDEN)
    topic = queries.find_topic(pk, request.user)
    initial = {name: getattr(topic, name) for name in TopicForm.base_fields}
    kind = RewriteForm if page.may_decide else SupportedForm if page.fixed else TopicForm
    form = kind(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            edit_topic(topic, by=signed_in(request), **form.cleaned_data)
        except Refusal as refusal:
            complain(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("topic", pk)
    return render(request, "topics/form.html", {"form": form, "topic": topic, "page": page})


@require_POST
@once
def topic_decision(request: HttpRequest, pk: int) -> HttpResponse:
    form = DecisionForm(request.POST)
    decide = accept_topic if request.POST.get("decision") == "accept" else decline_topic
    topic = queries.find_topic(pk, request.user)
    if form.is_valid():
        try:
            decided = decide(topic, by=signed_in(request), **form.cleaned_data)
        except Refusal as refusal:
            if refusal.field is None:
                raise
            complain(form, refusal)
        else:
            said = _("议题已标为“%(status)s”。") % {"status": decided.get_status_display()}
            messages.success(request, said)
            return redirect("topic", pk)
    return show_topic(request, pk, status=422, form=form)
