"""Opinions as readers see them: one card each."""

from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from consultations.archiving.canonical import timestamp
from consultations.domain.deliveries import Viewer
from consultations.domain.seats import card_of
from consultations.domain.stances import Tally, tallies
from consultations.models import Consultation, Opinion, OpinionState
from members.models import Person

LATEST = 200

Card = dict[str, Any]


def latest_cards(consultation: Consultation, *, limit: int = LATEST) -> list[Card]:
    """The latest opinions and all pinned ones, ascending by number. Up to four queries."""
    newest = list(_rows(consultation).order_by("-number")[:limit])
    if len(newest) == limit:
        oldest = newest[-1]["number"]
        newest += _rows(consultation).filter(pinned_at__isnull=False, number__lt=oldest)
    return _cards(consultation, newest)


def older_cards(consultation: Consultation, *, before: int, limit: int) -> tuple[list[Card], bool]:
    """Up to `limit` opinions numbered below `before`, ascending, and whether there are more."""
    older = _rows(consultation).filter(number__lt=before).order_by("-number")
    found = list(older[: limit + 1])
    return _cards(consultation, found[:limit]), len(found) > limit


def cards_of(consultation: Consultation, numbers: list[int]) -> list[Card]:
    """The opinions with these numbers, ascending. Three queries."""
    return _cards(consultation, list(_rows(consultation).filter(number__in=numbers)))


def _rows(consultation: Consultation) -> QuerySet[Opinion, Any]:
    return Opinion.objects.filter(consultation=consultation).values(
        "number",
        "kind",
        "text",
        "origin",
        "state",
        "state_reason",
        "author_id",
        "created_at",
        "pinned_at",
        "answered_at",
        "reply_to__number",
        "agenda_item__position",
    )


def _cards(consultation: Consultation, rows: list[dict[str, Any]]) -> list[Card]:
    """Cards as moderators see them, without anyone's own stance. Two queries."""
    numbers = [row["number"] for row in rows]
    counted = {tally.number: tally for tally in tallies(consultation, numbers)} if rows else {}
    authors = {
        person.pk: card_of(person)
        for person in Person.objects.select_related("sector", "department", "liaison_group").filter(
            pk__in={row["author_id"] for row in rows}
        )
    }
    return [
        _card(row, authors[row["author_id"]], counted.get(row["number"]))
        for row in sorted(rows, key=itemgetter("number"))
    ]


def _card(row: dict[str, Any], author: dict[str, Any], tally: Tally | None) -> Card:
    card: Card = {
        "number": row["number"],
        "kind": row["kind"],
        "text": row["text"],
        "author": author,
        "at": timestamp(row["created_at"]),
        "reply_to": row["reply_to__number"],
        "agenda_item": row["agenda_item__position"],
        "origin": row["origin"],
        "state": row["state"],
        "pinned": row["pinned_at"] is not None,
        "answered": row["answered_at"] is not None,
        "agree": tally.agree if tally else 0,
        "disagree": tally.disagree if tally else 0,
        "passed": tally.passed if tally else 0,
    }
    if row["state"] == OpinionState.HIDDEN:
        card["reason"] = row["state_reason"]
    return card


def card_for(card: Card, viewer: Viewer) -> Card:
    """The card as this viewer may see it: what is hidden has no text and no reason for others."""
    if card["state"] != OpinionState.HIDDEN or viewer.moderates:
        return card
    if card["author"]["id"] == viewer.person_id:
        return card
    return {key: value for key, value in card.items() if key != "reason"} | {"text": ""}


_OWN = """
SELECT o.number, s.value FROM consultations_stance s
JOIN consultations_opinion o ON o.id = s.opinion_id
WHERE s.person_id = %s AND o.consultation_id = %s
"""


def stances_of(
    consultation_id: int, person_id: int, numbers: Iterable[int] | None = None
) -> dict[int, int]:
    """The person's own stances in the room, by the opinion's number. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN, [person_id, consultation_id])
        own = dict(cursor.fetchall())
    return own if numbers is None else {n: own[n] for n in numbers if n in own}
