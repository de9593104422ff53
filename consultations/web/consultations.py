"""Pages of a consultation: the list, its public page, preparing it, and moving it on."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consultations.domain import opinion_map, queries
from consultations.domain.agenda import AgendaDraft
from consultations.domain.archives import seal
from consultations.domain.consultations import create_consultation, edit_consultation, move_stage
from consultations.domain.plan_version import plan_version
from consultations.exports.archived import archive_documents
from consultations.models import Kind, Stage, Topic
from consultations.web.forms import (
    USUAL_AGENDA,
    AgendaFormSet,
    ConsultationForm,
    StageForm,
    complain,
)
from consultations.web.plan_changes import standing_otherwise
from consultations.web.share import shared_address
from consultations.web.stage_words import moves_for, steps_of
from hall.errors import Code, Refusal
from members.access import allowed, require
from members.once import once
from members.requests import signed_in, whole_number
from members.roles import Permission

P = Permission
PAGE = 24

GROUPS = {
    "now": frozenset({Stage.LIVE}),
    "coming": frozenset({Stage.ANNOUNCED, Stage.COLLECTING}),
    "concluding": frozenset({Stage.SUMMARISING, Stage.REVIEW}),
    "done": frozenset({Stage.SEALED}),
    "draft": frozenset({Stage.DRAFT}),
}
NOT_BEGUN = frozenset({Stage.DRAFT, Stage.ANNOUNCED, Stage.COLLECTING})


@require_safe
def consultation_list(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show", "")
    found = queries.consultations(request.user, stages=GROUPS.get(show))
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    query = urlencode({"show": show}) if show in GROUPS else ""
    sees_drafts = allowed(request.user, P.CONSULTATION_SEE_DRAFT)
    context = {"page": shown, "show": show, "query": query, "sees_drafts": sees_drafts}
    return render(request, "consultations/list.html", context)


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    seen = queries.consultation_page(request.user, pk)
    context = {
        "page": seen,
        "consultation": seen.consultation,
        "steps": steps_of(Stage(seen.consultation.stage)),
        "moves": moves_for(request.user, queries.find_consultation(request.user, pk)),
        "may_prepare": P.CONSULTATION_PREPARE in seen.permissions,
        "may_write": P.OUTCOME_WRITE in seen.permissions,
        "may_confirm": P.CLAUSE_CONFIRM in seen.permissions,
        "may_sign": P.MINUTES_SIGN in seen.permissions and seen.attended,
        "may_export": P.OUTCOME_EXPORT in seen.permissions,
        "may_keep_desk": P.DESK_KEEP in seen.permissions,
        "shared_address": shared_address(request, pk, seen.consultation.stage),
        "overdue": seen.consultation.stage in NOT_BEGUN
        and seen.consultation.ends_at < timezone.now(),
    }
    return render(request, "consultations/page.html", context)


@once
def new(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    require(person, P.CONSULTATION_PREPARE)
    topic = queries.find_topic(pk, person)
    starts_at = timezone.localtime().replace(hour=9, minute=0, second=0) + timedelta(days=14)
    initial = {
        "title": topic.title,
        "question": topic.summary,
        "kind": Kind.THEMATIC,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "work_items": request.GET.getlist("item"),
        "holds_residents": True,
    }
    form, agenda = _forms(request, initial, USUAL_AGENDA)
    if (drafts := _drafts(form, agenda)) is not None:
        try:
            made = create_consultation(topic, by=person, agenda=drafts, **form.cleaned_data)
        except Refusal as refusal:
            complain(form, refusal)
        else:
            messages.success(request, _("已建立，尚未公告。下一步：安排主持人。"))
            return redirect("consultation_seats", made.pk)
    return _edit_page(request, form, agenda, topic)


@once
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    desk = queries.preparation_desk(person, pk)
    consultation = desk.consultation
    initial = {name: getattr(consultation, name) for name in ConsultationForm.base_fields}
    initial["work_items"] = list(desk.work_items)
    form, agenda = _forms(request, initial, [asdict(step) for step in desk.agenda])
    seen = request.POST.get("seen") or None
    now: list[str] = []
    if (drafts := _drafts(form, agenda)) is not None:
        try:
            edit_consultation(
                consultation, by=person, agenda=drafts, expected=seen, **form.cleaned_data
            )
        except Refusal as refusal:
            complain(form, refusal)
            if refusal.code == Code.WRONG_STATE:
                now = standing_otherwise(desk, form, drafts)
                seen = None
        else:
            messages.success(request, _("已保存。"))
            return redirect("consultation", pk)
    version = seen or plan_version(consultation)
    more = {"consultation": consultation, "seen": version, "now": now}
    return _edit_page(request, form, agenda, consultation.topic, **more)


def _forms(
    request: HttpRequest, initial: dict[str, Any], rows: list[dict[str, Any]]
) -> tuple[ConsultationForm, Any]:
    form = ConsultationForm(request.POST or None, initial=initial)
    return form, AgendaFormSet(request.POST or None, initial=rows, prefix="agenda")


def _drafts(form: ConsultationForm, agenda: Any) -> list[AgendaDraft] | None:
    """The agenda of a form that can be saved, else None. Both are checked, to show all at once."""
    if not all([form.is_valid(), agenda.is_valid()]):
        return None
    return [row.draft for row in agenda if row.draft is not None]


def _edit_page(
    request: HttpRequest,
    form: ConsultationForm,
    agenda: Any,
    topic: Topic,
    **more: Any,
) -> HttpResponse:
    chosen = {str(pk) for pk in form["work_items"].value() or ()}
    choices = queries.work_item_choices([whole_number(pk) for pk in chosen])
    plans = list(dict.fromkeys(choice.plan for choice in choices))
    context = {
        "form": form,
        "agenda": agenda,
        "topic": topic,
        **more,
        # What is chosen stands first of its plan: the list is longer than the place for it.
        "choices": sorted(
            choices, key=lambda each: (plans.index(each.plan), str(each.id) not in chosen)
        ),
        "chosen": chosen,
    }
    status = 422 if form.errors or any(agenda.errors) else 200
    return render(request, "consultations/form.html", context, status=status)


@require_POST
def stage(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    consultation = queries.find_consultation(person, pk)
    form = StageForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有这个阶段。"))
        return redirect("consultation", pk)
    to = form.cleaned_data["to"]
    try:
        if to == Stage.SEALED:
            archive = seal(consultation, by=person, documents=archive_documents)
            messages.success(request, _("已归档，归档号 %(n)s。") % {"n": archive.number})
            return redirect("archive", archive.number)
        if to == Stage.REVIEW and allowed(person, P.OUTCOME_WRITE, consultation):
            opinion_map.refresh(consultation.pk)  # clauses are held against the groups on it
        move_stage(consultation, to=to, by=person, reason=form.cleaned_data["reason"])
    except Refusal as refusal:
        if refusal.field is None and refusal.status in {401, 403, 404}:
            raise
        consultation.refresh_from_db(fields=["stage"])
        if consultation.stage != to:
            messages.error(request, refusal.message)
            return redirect("consultation", pk)
    # Also where someone was there first: what was asked for is so.
    messages.success(request, _("现在是“%(stage)s”。") % {"stage": to.label})
    return redirect("consultation", pk)
