"""Writing the outcome beside the opinions that it rests on, and taking it away as a document."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consultations.domain import opinion_map, outcomes, queries
from consultations.domain.evidence import MAX_EVIDENCE, confirmations_against
from consultations.domain.passages import passages
from consultations.domain.queries.versions import sentence_versions
from consultations.models import Consultation, Minutes
from consultations.web.forms import (
    MinutesForm,
    SentenceForm,
    SentencePlaceForm,
    complain,
    numbers_in,
)
from consultations.web.sentence_lists import SORTS, Sort, go_on, list_of, sort_of
from hall.errors import Code, Refusal
from hall.richtext import clean
from members.access import Visitor, require
from members.models import Person
from members.once import once
from members.requests import signed_in, whole_number
from members.roles import Permission


@require_safe
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    _allowed(request.user, pk)
    return _page(request, pk, drafting="draft" in request.GET)


def _page(
    request: HttpRequest,
    pk: int,
    *,
    refused: tuple[str, SentenceForm] | None = None,
    minutes_form: MinutesForm | None = None,
    yours: str = "",
    drafting: bool = False,
    start_from: list[int] | None = None,
) -> HttpResponse:
    """The editor; `refused` is the sentence form that came back, of that sort.

    `start_from` are opinions of which it shows who stands where, `yours` what of someone's minutes
    was not saved.
    """
    if start_from is None:
        start_from = _start_from(request)
    desk = queries.outcome_desk(request.user, pk, start_from=start_from)
    saved = desk.outcome.minutes
    if minutes_form is None:
        body = outcomes.draft_minutes(desk.consultation) if drafting else saved and saved.body
        version = saved.version if saved else 0
        minutes_form = MinutesForm(initial={"body": body or "", "version": version})
    versions = sentence_versions(desk.consultation)
    opposed = confirmations_against(desk.consultation)
    context = {
        "desk": desk,
        "consultation": desk.consultation,
        "lists": [
            list_of(
                *(sort, getattr(desk.outcome, field), versions[sort.word]),
                *(refused, start_from, opposed),
            )
            for sort, field in ((SORTS["clause"], "clauses"), (SORTS["dissent"], "dissent"))
        ],
        "start_from": [desk.standings[n] for n in start_from if n in desk.standings],
        "minutes_form": minutes_form,
        "yours": yours,
        "drafting": drafting,
    }
    status = 422 if (refused and refused[1].errors) or minutes_form.errors else 200
    return render(request, "consultations/outcome.html", context, status=status)


def _start_from(request: HttpRequest) -> list[int]:
    """The opinions that a new clause is to start from, as the address names them."""
    named = set(map(whole_number, request.GET.getlist("cite"))) - {0}
    return sorted(named)[:MAX_EVIDENCE]


def _to_write(request: HttpRequest, pk: int) -> tuple[Consultation, Person]:
    person = signed_in(request)
    return _allowed(person, pk), person


def _allowed(visitor: Visitor, pk: int) -> Consultation:
    """The consultation whose outcome this visitor may write, its map up to date: clauses are held
    against the groups on it."""
    consultation = queries.find_consultation(visitor, pk)
    require(visitor, Permission.OUTCOME_WRITE, consultation)
    opinion_map.refresh(pk)
    return consultation


@require_POST
def write(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    sort = sort_of(what)
    consultation, person = _to_write(request, pk)
    if "look" in request.POST:
        return _looked(request, pk, what)
    return _written(request, consultation, person, sort)


# The map is up to date by then: it is computed outside of the transaction that `once` opens.
@once
def _written(
    request: HttpRequest, consultation: Consultation, person: Person, sort: Sort
) -> HttpResponse:
    form = SentenceForm(request.POST, auto_id=f"{sort.word}_sent_%s")
    if form.is_valid():
        try:
            sort.write(consultation, by=person, **form.cleaned_data)
        except Refusal as refusal:
            go_on(form, refusal, versions=sentence_versions(consultation)[sort.word])
        else:
            messages.success(request, _("已保存。"), extra_tags=sort.word)
            return _back_to(consultation.pk, sort.word)
    return _page(request, consultation.pk, refused=(sort.word, form))


def _back_to(pk: int, part: str) -> HttpResponse:
    """The editor at that part of it, where what was done is told."""
    return redirect(f"{reverse('outcome_edit', args=[pk])}#{part}")


def _looked(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """The form as it was filled in, with who stands where on its evidence. Nothing is saved."""
    numbers = numbers_in(request.POST.get("evidence", ""))[:MAX_EVIDENCE]
    form = SentenceForm(initial=request.POST.dict(), auto_id=f"{what}_sent_%s")
    return _page(request, pk, refused=(what, form), start_from=numbers)


@require_POST
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """What was refused as a clause goes into the dissent register instead."""
    return _registered(request, *_to_write(request, pk))


@once
def _registered(request: HttpRequest, consultation: Consultation, person: Person) -> HttpResponse:
    form = SentenceForm(request.POST, auto_id="clause_sent_%s")
    if form.is_valid():
        try:
            outcomes.register_dissent(consultation, by=person, **form.cleaned_data)
        except Refusal as refusal:
            complain(form, refusal)
        else:
            said = _("已用中立的话登记为分歧，可以再改。")
            messages.success(request, said, extra_tags="dissent")
            return _back_to(consultation.pk, "dissent")
    return _page(request, consultation.pk, refused=("clause", form))


@require_POST
def accept_few(request: HttpRequest, pk: int) -> HttpResponse:
    """A clause stands as consensus although few took a stance on what it rests on."""
    done = _("已确认仍作为共识，公示时会注明。")
    verb = outcomes.accept_few_voices
    return _rearrange(request, pk, "clause", verb, {"position", "expected"}, done)


@require_POST
def move(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    return _rearrange(request, pk, what, sort_of(what).move, {"position", "to", "expected"})


@require_POST
def remove(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    return _rearrange(
        request, pk, what, sort_of(what).remove, {"position", "expected"}, _("已删除。")
    )


def _rearrange(
    request: HttpRequest, pk: int, what: str, verb: Any, fields: set[str], done: str = ""
) -> HttpResponse:
    return _rearranged(request, *_to_write(request, pk), what, verb, fields, done)


@once
def _rearranged(
    request: HttpRequest,
    consultation: Consultation,
    person: Person,
    what: str,
    verb: Any,
    fields: set[str],
    done: str,
) -> HttpResponse:
    form = SentencePlaceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有这一条。"), extra_tags=what)
        return _back_to(consultation.pk, what)
    try:
        verb(consultation, by=person, **{name: form.cleaned_data[name] for name in fields})
    except Refusal as refusal:
        messages.error(request, refusal.message, extra_tags=what)
    else:
        if done:
            messages.success(request, done, extra_tags=what)
    return _back_to(consultation.pk, what)


@require_POST
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    return _saved(request, *_to_write(request, pk))


@once
def _saved(request: HttpRequest, consultation: Consultation, person: Person) -> HttpResponse:
    form = MinutesForm(request.POST)
    if form.is_valid():
        try:
            saved = outcomes.save_minutes(consultation, by=person, **form.cleaned_data)
        except Refusal as refusal:
            newest = consultation.minutes.order_by("-version").first()
            if refusal.code == Code.WRONG_STATE and newest is not None:
                return _overtaken(request, newest, form, refusal)
            complain(form, refusal)
        else:
            said = _("纪要已保存为第 %(n)s 版。") % {"n": saved.version}
            messages.success(request, said, extra_tags="minutes")
            return _back_to(consultation.pk, "minutes")
    return _page(request, consultation.pk, minutes_form=form)


def _overtaken(
    request: HttpRequest, newest: Minutes, sent: MinutesForm, refusal: Refusal
) -> HttpResponse:
    """The editor with the version that someone else has saved, and beside it what it has not of
    what was sent."""
    form = MinutesForm({"body": newest.body, "version": newest.version})
    complain(form, refusal)
    there = {one.text for one in passages(newest.body)}
    written = passages(clean(sent.cleaned_data["body"]))
    yours = "\n".join(one.text for one in written if one.text not in there)
    return _page(request, newest.consultation_id, minutes_form=form, yours=yours)
