"""Opinions in another order than they came in, or some of them alone, by the page.

**Most agreed** is by the lower bound of Wilson's 95 % interval of agree / (agree + disagree +
pass): 1 of 1 stands below 80 of 100. **Most divided** is by the same lower bound of the smaller
side, min(agree, disagree) / (agree + disagree + pass): it is high where many have taken a stance
and neither side is small. Equals are ordered by how many took a stance, then by number. An opinion
that nobody agrees with is not among the most agreed; one with one side alone is not divided.

**Next** are the opinions of others on which the reader has taken no stance, those first from which
the most is learnt (`analysis.telling.priority`): drawn with these odds, so that not everybody gets
the same one, and always the same for one reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from consultations.analysis.proportions import wilson
from consultations.analysis.telling import priority, show_next
from consultations.domain.cards import Card, card_for, cards_of, stances_of
from consultations.domain.deliveries import Viewer
from consultations.domain.opinion_map import kept_map
from consultations.domain.reading import one_moment
from consultations.domain.stances import tallies
from consultations.models import Consultation, Opinion, OpinionKind, OpinionState, Stance
from hall.errors import Code, Refusal


class Order(StrEnum):
    TIME = "time"
    AGREE = "agree"
    DIVIDED = "divided"
    NEXT = "next"


class Only(StrEnum):
    """Some of the opinions. Moderators alone may ask for the last three."""

    QUESTIONS = "questions"
    MINE = "mine"
    UNANSWERED = "unanswered"
    HIDDEN = "hidden"
    MERGED = "merged"


_TO_MODERATE = frozenset({Only.UNANSWERED, Only.HIDDEN, Only.MERGED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which opinions, in which order, and how many of those that come after `after`.

    `agenda_item` is a position, `thread` the number of an opinion whose replies are wanted.
    """

    order: Order = Order.TIME
    only: Only | None = None
    agenda_item: int | None = None
    thread: int | None = None
    after: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the room stands on one opinion that can be seen, is no reply and not merged.

    `odds` are those of being shown next.
    """

    number: int
    kind: str
    author_id: int
    agenda_item: int | None
    agree: int
    disagree: int
    passed: int
    odds: float = 0.0


def standings(consultation: Consultation) -> tuple[Standing, ...]:
    """All opinions that can be ranked, by number. Three queries."""
    with one_moment():
        rows = Opinion.objects.filter(
            consultation=consultation,
            state=OpinionState.VISIBLE,
            reply_to=None,
            merged_into=None,
        ).values_list("number", "kind", "author_id", "agenda_item__position")
        counted = {tally.number: tally for tally in tallies(consultation)}
        kept = kept_map(consultation.pk)
        known = kept.found.get("priority", {}) if kept else {}
        found = []
        for number, kind, author, item in rows.order_by("number"):
            tally = counted.get(number)
            figures = (tally.agree, tally.disagree, tally.passed) if tally else (0, 0, 0)
            odds = known.get(str(number)) or _odds(*figures)
            found.append(Standing(number, kind, author, item, *figures, odds))
    return tuple(found)


def _odds(agree: int, disagree: int, passed: int) -> float:
    """What the map will say of an opinion that it does not know yet, as far as counts tell."""
    seen = np.array(agree + disagree + passed)
    return float(priority(np.array(agree), np.array(disagree), seen, np.array(0.0)))


def ranked(room: Sequence[Standing], order: Order) -> list[Standing]:
    """Those that belong into the ranking, highest first."""
    sides = [min(one.agree, one.disagree) if order == Order.DIVIDED else one.agree for one in room]
    total = [one.agree + one.disagree + one.passed for one in room]
    lower, _upper = wilson(np.array(sides), np.array(total))
    places = [place for place, side in enumerate(sides) if side]
    places.sort(key=lambda place: (-lower[place], -total[place], room[place].number))
    return [room[place] for place in places]


def listed(
    consultation: Consultation,
    *,
    viewer: Viewer,
    wanted: Wanted,
    room: Sequence[Standing] | None = None,
) -> dict[str, Any]:
    """A page of cards in the wanted order: `{opinions: [card], more}`. At most nine queries.

    By time the newest come first; what moderators ask for comes by time alone. `room` are the
    standings, where they are known already. Ranks move while stances come: the page begins after
    the place that `after` has now, or at the top where it has none.

    Raises:
        Refusal: `forbidden` for what moderators alone may ask for.
    """
    if wanted.only in _TO_MODERATE and not viewer.moderates:
        raise Refusal(Code.FORBIDDEN)
    with one_moment():
        if wanted.order == Order.TIME or wanted.only in _TO_MODERATE:
            numbers = _by_time(consultation, viewer, wanted)
        else:
            known = standings(consultation) if room is None else room
            numbers = _by_rank(consultation, known, viewer, wanted)
        page = numbers[: wanted.limit]
        cards = {card["number"]: card for card in cards_of(consultation, page)}
        own = stances_of(consultation.pk, viewer.person_id, page)
    shown: list[Card] = [
        {**card_for(cards[number], viewer), "mine": own.get(number)}
        for number in page
        if number in cards
    ]
    return {"opinions": shown, "more": len(numbers) > len(page)}


_ALONE: dict[Only | None, dict[str, Any]] = {
    Only.QUESTIONS: {"kind": OpinionKind.QUESTION},
    Only.UNANSWERED: {"kind": OpinionKind.QUESTION, "answered_at": None},
    Only.HIDDEN: {"state": OpinionState.HIDDEN},
    Only.MERGED: {"merged_into__isnull": False},
}


def _by_time(consultation: Consultation, viewer: Viewer, wanted: Wanted) -> list[int]:
    rows = Opinion.objects.filter(consultation=consultation)
    rows = rows.filter(**_ALONE.get(wanted.only, {}))
    if wanted.only == Only.MINE:
        rows = rows.filter(author_id=viewer.person_id)
    elif wanted.only not in {Only.HIDDEN, Only.MERGED}:
        rows = rows.filter(state=OpinionState.VISIBLE)
    if wanted.agenda_item is not None:
        rows = rows.filter(agenda_item__position=wanted.agenda_item)
    if wanted.thread is not None:
        rows = rows.filter(reply_to__number=wanted.thread)
    if wanted.after is not None:
        rows = rows.filter(number__lt=wanted.after)
    newest = rows.order_by("-number").values_list("number", flat=True)
    return list(newest[: wanted.limit + 1])


def _by_rank(
    consultation: Consultation, room: Sequence[Standing], viewer: Viewer, wanted: Wanted
) -> list[int]:
    def passes(one: Standing) -> bool:
        return (
            (wanted.agenda_item is None or one.agenda_item == wanted.agenda_item)
            and (wanted.only != Only.QUESTIONS or one.kind == OpinionKind.QUESTION)
            and (wanted.only != Only.MINE or one.author_id == viewer.person_id)
            and wanted.thread is None
        )

    some = [one for one in room if passes(one)]
    if wanted.order == Order.NEXT:
        numbers = _next(consultation, some, viewer, wanted.after)
    else:
        numbers = [one.number for one in ranked(some, wanted.order)]
    if wanted.after in numbers:
        numbers = numbers[numbers.index(wanted.after) + 1 :]
    return numbers[: wanted.limit + 1]


def _next(
    consultation: Consultation, room: Sequence[Standing], viewer: Viewer, after: int | None
) -> list[int]:
    """Whatever the reader has no stance on; `after` keeps its place although it may have one."""
    seen = Stance.objects.filter(opinion__consultation=consultation, person=viewer.person_id)
    left_out = set(seen.values_list("opinion__number", flat=True))
    left_out |= {one.number for one in room if one.author_id == viewer.person_id}
    numbers = np.array([one.number for one in room], dtype=np.int64)
    odds = np.array([one.odds for one in room], dtype=np.float64)
    return list(
        show_next(numbers, odds, left_out - {after}, count=len(numbers), seed=viewer.person_id or 0)
    )
