"""Voting without a script: the open ballot as a form that posts."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from consultations.domain import doorbell, room_queries
from consultations.domain.ballots import cast_vote
from consultations.domain.seats import enter_room
from consultations.models import BallotKind, Secrecy
from hall.errors import Refusal
from members.access import require
from members.models import Person
from members.roles import Permission

_UNREADABLE = gettext_lazy("请从所列选项中选择。")


class VoteForm(forms.Form):
    """One vote. `key` was made with the page: sending it twice votes once."""

    key = forms.UUIDField()
    number = forms.IntegerField(min_value=1)
    choices = forms.TypedMultipleChoiceField(
        coerce=int, choices=[(position, "") for position in range(1, 13)]
    )


@require_POST
def room_vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Vote as the socket does: the visitor takes a seat first. Leads back to the ballot."""
    consultation = room_queries.room_state(pk).consultation
    require(request.user, Permission.ROOM_ENTER, consultation)
    assert isinstance(request.user, Person)  # noqa: S101 (require has seen to it)
    form = VoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(_UNREADABLE))
        return redirect("room", pk)
    try:
        enter_room(consultation, request.user)
        cast_vote(consultation, person=request.user, **form.cleaned_data)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        # Their room may be open in another tab, or on the phone beside.
        doorbell.ring_own(consultation.pk, request.user.pk)
        messages.success(request, _("您的投票已收到。"))
    return redirect(f"{reverse('room', args=[pk])}#ballot-{form.cleaned_data['number']}")


def shown_ballot(card: dict[str, Any] | None, *, may_vote: bool) -> dict[str, Any] | None:
    """A ballot's card, with `mine`, for the page: with what its reader may still do; or None."""
    if card is None:
        return None
    mine = card["mine"]
    may_change = mine is None or card["secrecy"] == Secrecy.OPEN
    counts = card["counts"] or [None] * len(card["options"])
    return {
        **card,
        "key": uuid4(),
        "voted_already": mine is not None,
        "votable": may_vote and card["closed_at"] is None and may_change,
        "input": "checkbox" if card["kind"] == BallotKind.MULTIPLE else "radio",
        "lines": [
            {**option, "count": count, "chosen": option["position"] in (mine or ())}
            for option, count in zip(card["options"], counts, strict=True)
        ],
    }
