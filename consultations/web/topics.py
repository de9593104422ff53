"""Pages of the topics: proposing one, and deciding on it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consultations.domain import queries
from consultations.domain.topics import accept_topic, decline_topic, edit_topic, propose_topic
from consultations.models import Criterion, TopicStatus
from consultations.web.forms import DecisionForm, TopicForm, complain
from consultations.web.plan_items import asked_item, asked_item_id, topic_about
from consultations.web.topic_forms import MergeForm, ScoreForm
from hall.errors import Code, Refusal
from members.access import allowed, require
from members.requests import signed_in
from members.roles import Permission

PAGE = 24


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("status", "")
    status = asked if asked in TopicStatus.values else ""
    by_support = request.GET.get("sort") == "support"
    found = queries.topics(status=status, by_support=by_support)
    kept = {"status": status, "sort": "support" if by_support else ""}
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "query": urlencode({name: value for name, value in kept.items() if value}),
        "calls": queries.calls(),
        "may_call": allowed(request.user, Permission.TOPIC_MANAGE),
        "status": status,
        "statuses": TopicStatus.choices,
        "by_support": by_support,
    }
    return render(request, "topics/list.html", context)


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
    return render(request, "topics/page.html", {**context, **forms}, status=status)


@login_required
def topic_new(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    require(person, Permission.TOPIC_PROPOSE)
    item = asked_item(request)
    form = TopicForm(request.POST or None, initial=topic_about(item))
    asked = request.GET.get("call", "")
    call = queries.find_call(int(asked)) if asked.isdecimal() and len(asked) < 10 else None
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


@login_required
def topic_edit(request: HttpRequest, pk: int) -> HttpResponse:
    if not queries.topic_page(pk, request.user).may_edit:
        raise Refusal(Code.FORBIDDEN)
    topic = queries.find_topic(pk)
    initial = {name: getattr(topic, name) for name in TopicForm.base_fields}
    form = TopicForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            edit_topic(topic, by=signed_in(request), **form.cleaned_data)
        except Refusal as refusal:
            complain(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("topic", pk)
    return render(request, "topics/form.html", {"form": form, "topic": topic})


@require_POST
def topic_decision(request: HttpRequest, pk: int) -> HttpResponse:
    form = DecisionForm(request.POST)
    decide = accept_topic if request.POST.get("decision") == "accept" else decline_topic
    topic = queries.find_topic(pk)
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
