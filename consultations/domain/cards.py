"""Opinions as readers see them: one card each."""

from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from consultations.archiving.canonical import timestamp
from consultations.domain.corrections import corrections_of
from consultations.domain.deliveries import Viewer
from consultations.domain.seats import card_of
from consultations.domain.stances import Tally, tallies
from consultations.models import UNPUBLISHED, Consultation, Opinion, OpinionState, Origin
from members.models import Person

LATEST = 200
MOST_UNPUBLISHED = 1000

Card = dict[str, Any]


def latest_cards(consultation: Consultation) -> list[Card]:
    """The latest 200 opinions, all pinned ones, and what is held, ascending by number.

    As moderators see them: `shown_to` leaves out what is not for a reader. Of what is held or
    returned there are at most 1,000, held ones first. Up to seven queries.
    """
    published = _rows(consultation).exclude(state__in=UNPUBLISHED)
    newest = list(published.order_by("-number")[:LATEST])
    if len(newest) == LATEST:
        oldest = newest[-1]["number"]
        newest += published.filter(pinned_at__isnull=False, number__lt=oldest)
    waiting = _rows(consultation).filter(state__in=UNPUBLISHED)
    newest += waiting.order_by("state", "number")[:MOST_UNPUBLISHED]
    return _cards(consultation, newest)


def older_cards(
    consultation: Consultation, *, viewer: Viewer, before: int, limit: int
) -> tuple[list[Card], bool]:
    """Up to `limit` opinions numbered below `before`, ascending, and whether there are more.

    Those that the viewer may know of, as moderators see them. Up to five queries.
    """
    older = _rows(consultation).filter(number__lt=before).order_by("-number")
    if not viewer.moderates:
        older = older.exclude(~Q(author=viewer.person_id), state__in=UNPUBLISHED)
    found = list(older[: limit + 1])
    return _cards(consultation, found[:limit]), len(found) > limit


def cards_of(consultation: Consultation, numbers: list[int]) -> list[Card]:
    """The opinions with these numbers, ascending. Up to five queries."""
    return _cards(consultation, list(_rows(consultation).filter(number__in=numbers)))


def _rows(consultation: Consultation) -> QuerySet[Opinion, Any]:
    rows = Opinion.objects.filter(consultation=consultation).exclude(state=OpinionState.ERASED)
    return rows.values(
        "number",
        "kind",
        "text",
        "origin",
        "entered_by__alias",
        "state",
        "state_reason",
        "author_id",
        "created_at",
        "posted_seq",
        "approved_seq",
        "pinned_at",
        "answered_at",
        "id",
        "reply_to__number",
        "merged_into__number",
        "agenda_item__position",
    )


def _cards(consultation: Consultation, rows: list[dict[str, Any]]) -> list[Card]:
    """Cards as moderators see them, without anyone's own stance.

    Three queries, and one more where some were entered at the desk.
    """
    numbers = [row["number"] for row in rows]
    counted = {tally.number: tally for tally in tallies(consultation, numbers)} if rows else {}
    merged = _merged_into([row["id"] for row in rows]) if rows else {}
    credited = {author_id for parts in merged.values() for _number, author_id in parts}
    authors = {
        person.pk: card_of(person)
        for person in Person.objects.select_related("sector", "department", "liaison_group").filter(
            pk__in={row["author_id"] for row in rows} | credited
        )
    }
    entered = [row["number"] for row in rows if row["origin"] == Origin.DESK]
    corrected = corrections_of(consultation, entered) if entered else {}
    return [
        _card(row, authors[row["author_id"]], counted.get(row["number"]))
        | _of_desk(row, corrected.get(row["number"]))
        | _of_merge(row, [(n, authors[who]) for n, who in merged.get(row["id"], ())])
        for row in sorted(rows, key=itemgetter("number"))
    ]


def _card(row: dict[str, Any], author: dict[str, Any], tally: Tally | None) -> Card:
    card: Card = {
        "number": row["number"],
        "seq": row["approved_seq"] or row["posted_seq"],
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
    if row["state"] in {OpinionState.HIDDEN, OpinionState.RETURNED}:
        card["reason"] = row["state_reason"]
    return card


def _merged_into(opinion_ids: list[int]) -> dict[int, list[tuple[int, int]]]:
    """(number, author) of what was merged into each of these, ascending. One query."""
    found: dict[int, list[tuple[int, int]]] = {}
    rows = Opinion.objects.filter(merged_into__in=opinion_ids).order_by("number")
    for into, number, author in rows.values_list("merged_into_id", "number", "author_id"):
        found.setdefault(into, []).append((number, author))
    return found


def _of_merge(row: dict[str, Any], merged: list[tuple[int, dict[str, Any]]]) -> Card:
    """What a card has beside, where it was merged, or others were merged into it."""
    card: Card = {}
    if row["merged_into__number"] is not None:
        card["merged_into"] = row["merged_into__number"]
    if merged:
        card["merged"] = [{"number": number, "author": author} for number, author in merged]
    return card


def _of_desk(row: dict[str, Any], corrections: list[dict[str, Any]] | None) -> Card:
    """What a card has beside, where it was entered for its author."""
    card: Card = {}
    if row["entered_by__alias"]:
        card["entered_by"] = row["entered_by__alias"]
    if corrections:
        card["corrections"] = corrections
    return card


def shown_to(cards: Iterable[Card], viewer: Viewer) -> list[Card]:
    """The cards that this viewer may know of, each as the viewer may see it."""
    return [card_for(card, viewer) for card in cards if is_for(card, viewer)]


def is_for(card: Card, viewer: Viewer) -> bool:
    """Whether the viewer may know of this opinion: what was never public is for its author alone,
    beside the moderators."""
    if card["state"] not in UNPUBLISHED or viewer.moderates:
        return True
    return bool(card["author"]["id"] == viewer.person_id)


def last_number(cards: Iterable[Card]) -> int:
    """The highest number among these cards, or 0: how far a reader's room reaches."""
    return max((card["number"] for card in cards), default=0)


def card_for(card: Card, viewer: Viewer) -> Card:
    """The card as this viewer may see it: what is hidden has no text and no reason for others."""
    if card["state"] != OpinionState.HIDDEN or viewer.moderates:
        return card
    if card["author"]["id"] == viewer.person_id:
        return card
    kept = {key: value for key, value in card.items() if key not in {"reason", "corrections"}}
    return kept | {"text": ""}


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
