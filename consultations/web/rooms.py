"""The live room's page. What happens in it goes through the socket; without a script, by form."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from consultations.domain.ballots import close_due
from consultations.domain.cards import last_number, older_cards, shown_to
from consultations.domain.deliveries import Viewer
from consultations.domain.entrance import Entrance, entrance
from consultations.domain.opinions import MAX_LENGTH, post_opinion
from consultations.domain.rights import still_open
from consultations.domain.seats import enter_room
from consultations.domain.stages import Act
from consultations.models import OpinionKind, Stage
from consultations.web.ballots import shown_ballot
from consultations.web.forms import complain
from consultations.web.room_now import time_left, what_now
from hall.errors import Refusal
from members.models import Person
from members.requests import signed_in
from members.roles import Permission, SeatRole

SHOWN = 30
BEYOND = 2**31 - 1
_SPEAKING = {
    Act.OPINION: OpinionKind.OPINION,
    Act.SUGGESTION: OpinionKind.SUGGESTION,
    Act.QUESTION: OpinionKind.QUESTION,
}


class SayForm(forms.Form):
    """One post. `key` was made with the page: sending it twice posts once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("这是一条"), choices=OpinionKind.choices[:3], widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("您想说的话"),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": MAX_LENGTH}),
        error_messages={"required": _("请填写内容。")},
    )


@require_safe
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """The room as it stands; the script, where there is one, takes over from there."""
    form = SayForm(initial={"key": uuid4(), "kind": OpinionKind.OPINION})
    return _page(request, *_admitted(request, pk), form)


@require_POST
def room_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something without a script; like the socket, it takes a seat first."""
    found, person = _admitted(request, pk)
    consultation = found.consultation
    form = SayForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            enter_room(consultation, person)
            receipt = post_opinion(
                consultation,
                author=person,
                key=said["key"],
                kind=OpinionKind(said["kind"]),
                text=said["text"],
            )
        except Refusal as refusal:
            complain(form, refusal)
        else:
            return redirect(f"{reverse('room', args=[pk])}#opinion-{receipt.number}")
    return _page(request, found, person, form, status=422)


def _admitted(request: HttpRequest, pk: int) -> tuple[Entrance, Person]:
    found = entrance(pk, request.user)
    if found.ballot_is_due and close_due(pk):
        found = entrance(pk, request.user)
    return found, signed_in(request)


def _page(
    request: HttpRequest,
    found: Entrance,
    person: Person,
    form: SayForm,
    *,
    status: int = 200,
) -> HttpResponse:
    consultation, granted = found.consultation, found.granted
    viewer = Viewer(person.pk, moderates=Permission.OPINION_MODERATE in granted)
    latest, more = older_cards(consultation, viewer=viewer, before=BEYOND, limit=SHOWN)
    cards = [_shown(card) for card in shown_to(latest, viewer)]
    acts = still_open(granted, found.acts, silenced=found.is_silenced)
    observing = found.seat == SeatRole.OBSERVER
    open_kinds = [kind for act, kind in _SPEAKING.items() if act in acts and not observing]
    form.fields["kind"].choices = [(kind.value, kind.label) for kind in open_kinds]  # type: ignore[attr-defined]
    running = _running(found.room)
    ballot = shown_ballot(found.ballot, may_vote=Permission.BALLOT_VOTE in granted)
    now = what_now(
        Stage(consultation.stage),
        open_kinds,
        voting=ballot is not None and ballot["votable"] and not ballot["voted_already"],
        observing=observing,
        muted=found.mute,
        closed=found.closed,
    )
    context = {
        "consultation": consultation,
        "room": found.room,
        "running": running,
        "left": time_left(found.room, running),
        "now": now,
        "cards": cards,
        "ballot": ballot,
        "total": last_number(latest),
        "form": form if open_kinds else None,
        "refused": form,
        "unsent": form.data.get("text", ""),
        "more": more,
    }
    return render(request, "room/room.html", context, status=status)


def _shown(card: dict[str, Any]) -> dict[str, Any]:
    return {
        **card,
        "at": datetime.fromisoformat(card["at"]),
        "kind_label": OpinionKind(card["kind"]).label,
        "gone": card["state"] == "hidden" and not card["text"],
    }


def _running(shown: dict[str, Any]) -> dict[str, Any] | None:
    return next((i for i in shown["agenda"] if i["started_at"] and not i["ended_at"]), None)
