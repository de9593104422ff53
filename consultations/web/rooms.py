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

from consultations.domain import room_queries
from consultations.domain.ballots import close_due
from consultations.domain.cards import last_number, shown_to
from consultations.domain.deliveries import Viewer
from consultations.domain.opinions import MAX_LENGTH, post_opinion
from consultations.domain.rights import still_open
from consultations.domain.seats import enter_room
from consultations.domain.stages import Act
from consultations.models import Consultation, OpinionKind
from consultations.web.ballots import latest_ballot
from consultations.web.forms import complain
from hall.errors import Refusal
from members.access import permissions_of, require
from members.models import Person
from members.roles import Permission

SHOWN = 30
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
    consultation, person = _admitted(request, pk)
    form = SayForm(initial={"key": uuid4(), "kind": OpinionKind.OPINION})
    return _page(request, consultation, person, form)


@require_POST
def room_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something without a script; like the socket, it takes a seat first."""
    consultation, person = _admitted(request, pk)
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
    return _page(request, consultation, person, form, status=422)


def _admitted(request: HttpRequest, pk: int) -> tuple[Consultation, Person]:
    consultation = room_queries.room_state(pk).consultation
    require(request.user, Permission.ROOM_ENTER, consultation)
    assert isinstance(request.user, Person)  # noqa: S101 (require has seen to it)
    return consultation, request.user


def _page(
    request: HttpRequest,
    consultation: Consultation,
    person: Person,
    form: SayForm,
    *,
    status: int = 200,
) -> HttpResponse:
    close_due(consultation.pk)
    picture = room_queries.picture(consultation.pk)
    granted = permissions_of(person, consultation)
    viewer = Viewer(person.pk, moderates=Permission.OPINION_MODERATE in granted)
    known = shown_to(picture.cards, viewer)
    cards = [_shown(card) for card in known[-SHOWN:]]
    silenced = picture.silenced.is_for(person.pk)
    acts = still_open(granted, picture.acts, silenced=silenced)
    open_kinds = [kind for act, kind in _SPEAKING.items() if act in acts]
    form.fields["kind"].choices = [(kind.value, kind.label) for kind in open_kinds]  # type: ignore[attr-defined]
    context = {
        "consultation": consultation,
        "room": picture.room,
        "running": _running(picture.room),
        "cards": cards,
        "ballot": latest_ballot(
            picture.ballots, consultation.pk, person, may_vote=Permission.BALLOT_VOTE in granted
        ),
        "total": last_number(known),
        "form": form if open_kinds else None,
        "more": last_number(known) > len(cards),
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
