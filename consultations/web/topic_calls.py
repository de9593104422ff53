"""What is posted about a topic: support, scores, and merging it into another."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consultations.domain import queries
from consultations.domain.topic_calls import (
    merge_topic,
    score_topic,
    support_topic,
    withdraw_support,
)
from consultations.web.forms import complain
from consultations.web.topic_forms import MergeForm, ScoreForm
from consultations.web.topics import show_topic
from hall.errors import Code, Refusal
from members.access import require
from members.once import once
from members.requests import signed_in
from members.roles import Permission


@require_POST
@login_required
def support(request: HttpRequest, pk: int) -> HttpResponse:
    topic, person = queries.find_topic(pk, request.user), signed_in(request)
    if request.POST.get("supports") == "yes":
        support_topic(topic, by=person)
        messages.success(request, _("已支持。改变主意可以随时取消。"))
    else:
        withdraw_support(topic, by=person)
        messages.success(request, _("已取消支持。"))
    return redirect("topic", pk)


@require_POST
@login_required
def score(request: HttpRequest, pk: int) -> HttpResponse:
    topic, person = queries.find_topic(pk, request.user), signed_in(request)
    require(person, Permission.TOPIC_MANAGE)
    form = ScoreForm(request.POST)
    if form.is_valid():
        try:
            score_topic(topic, by=person, scores=form.drafts())
        except Refusal as refusal:
            if refusal.field is None:
                raise
            complain(form, refusal)
        else:
            messages.success(request, _("评分已保存。"))
            return redirect("topic", pk)
    return show_topic(request, pk, status=422, score_form=form)


@require_POST
@login_required
@once
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    require(person, Permission.TOPIC_MANAGE)
    page = queries.topic_page(pk, person)
    if not page.mergeable:
        raise Refusal(Code.WRONG_STATE)
    form = MergeForm(page.mergeable, request.POST)
    if form.is_valid():
        into = queries.find_topic(form.cleaned_data["into"], person)
        try:
            reason = form.cleaned_data["reason"]
            merge_topic(queries.find_topic(pk, person), into=into, by=person, reason=reason)
        except Refusal as refusal:
            if refusal.field is None:
                raise
            complain(form, refusal)
        else:
            said = _("已并入“%(title)s”，支持人数一并计入。") % {"title": into.title}
            messages.success(request, said)
            return redirect("topic", into.pk)
    return show_topic(request, pk, status=422, merge_form=form)
