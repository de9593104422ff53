"""Opinions as readers see them: one card each."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from consultations.archiving.canonical import timestamp
from consultations.domain.deliveries import Viewer
from consultations.domain.seats import card_of
from consultations.domain.stances import tallies
from consultations.models import Consultation, Opinion, OpinionState, Stance

LATEST = 200

Card = dict[str, Any]


def latest_cards(consultation: Consultation, *, limit: int = LATEST) -> list[Card]:
    """The latest opinions and all pinned ones, ascending by number. Three queries."""
    newest = list(_opinions(consultation).order_by("-number")[:limit])
    if len(newest) < limit:
        return _cards(consultation, reversed(newest))
    pinned = _opinions(consultation).filter(pinned_at__isnull=False, number__lt=newest[-1].number)
    return _cards(consultation, [*pinned.order_by("number"), *reversed(newest)])


def older_cards(consultation: Consultation, *, before: int, limit: int) -> tuple[list[Card], bool]:
    """Up to `limit` opinions numbered below `before`, ascending, and whether there are more."""
    older = _opinions(consultation).filter(number__lt=before).order_by("-number")
    found = list(older[: limit + 1])
    return _cards(consultation, reversed(found[:limit])), len(found) > limit


def _opinions(consultation: Consultation) -> QuerySet[Opinion]:
    return Opinion.objects.filter(consultation=consultation).select_related(
        "author__sector",
        "author__department",
        "author__liaison_group",
        "reply_to",
        "agenda_item",
    )


def _cards(consultation: Consultation, opinions: Iterable[Opinion]) -> list[Card]:
    """Cards as moderators see them, without anyone's own stance. One query for the tallies."""
    found = list(opinions)
    if not found:
        return []
    counted = {
        tally.number: tally
        for tally in tallies(consultation, [opinion.number for opinion in found])
    }
    cards = []
    for opinion in found:
        tally = counted.get(opinion.number)
        card: Card = {
            "number": opinion.number,
            "kind": opinion.kind,
            "text": opinion.text,
            "author": card_of(opinion.author),
            "at": timestamp(opinion.created_at),
            "reply_to": opinion.reply_to.number if opinion.reply_to else None,
            "agenda_item": opinion.agenda_item.position if opinion.agenda_item else None,
            "origin": opinion.origin,
            "state": opinion.state,
            "pinned": opinion.pinned_at is not None,
            "answered": opinion.answered_at is not None,
            "agree": tally.agree if tally else 0,
            "disagree": tally.disagree if tally else 0,
            "passed": tally.passed if tally else 0,
        }
        if opinion.state == OpinionState.HIDDEN:
            card["reason"] = opinion.state_reason
        cards.append(card)
    return cards


def card_for(card: Card, viewer: Viewer) -> Card:
    """The card as this viewer may see it: what is hidden has no text and no reason for others."""
    if card["state"] != OpinionState.HIDDEN or viewer.moderates:
        return card
    if card["author"]["id"] == viewer.person_id:
        return card
    return {key: value for key, value in card.items() if key != "reason"} | {"text": ""}


def stances_of(
    consultation_id: int, person_id: int, numbers: Iterable[int] | None = None
) -> dict[int, int]:
    """The person's own stances in the room, by the opinion's number. One query."""
    own = Stance.objects.filter(Q(person_id=person_id), opinion__consultation_id=consultation_id)
    if numbers is not None:
        own = own.filter(opinion__number__in=list(numbers))
    return dict(own.values_list("opinion__number", "value"))
