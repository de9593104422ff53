"""Ballots as readers see them: one card each, and the counts of the open one."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from consultations.archiving.canonical import timestamp
from consultations.domain.hand_counts import Hands, last_count, shown_hands
from consultations.models import (
    Ballot,
    BallotOption,
    BallotVote,
    Consultation,
    HandCount,
    ResultsShown,
)

Card = dict[str, Any]

_LAST_HANDS = HandCount.objects.filter(ballot=OuterRef("pk")).order_by("-pk")


@dataclass(frozen=True, slots=True)
class Counts:
    """What has been cast so far. `options` are votes by position, in the options' order.

    Hands that were counted in the hall are among `voted` and `options`, and told apart in `hands`.

    `by_identity` splits who voted; `options_by_identity` what for, and is empty for a secret
    ballot.
    """

    voted: int
    by_identity: dict[str, int]
    options: dict[int, int]
    options_by_identity: dict[int, dict[str, int]]
    hands: Hands | None = None


def count(ballot: Ballot, *, hands: Hands | None) -> Counts:
    """Count the votes of a ballot from its rows, and these hands with them.

    Two queries, one with its options at hand.
    """
    by_position = sorted(ballot.options.all(), key=lambda option: option.position)
    options = {option.position: option.secret_votes for option in by_position}
    rows = (
        BallotVote.objects.filter(ballot=ballot)
        .order_by()
        .values_list("identity", "choices")
        .annotate(count=Count("id"))
    )
    identities: Counter[str] = Counter()
    chosen: dict[int, Counter[str]] = {position: Counter() for position in options}
    for identity, choices, number in rows:
        identities[identity] += number
        for position in choices or ():
            chosen[position][identity] += number
    if not ballot.is_secret:
        options = {position: split.total() for position, split in chosen.items()}
    if hands is not None:
        raised = dict(zip(options, hands.counts, strict=True))
        options = {position: n + raised[position] for position, n in options.items()}
    return Counts(
        voted=identities.total() + (hands.people if hands else 0),
        by_identity=dict(sorted(identities.items())),
        options=options,
        options_by_identity={}
        if ballot.is_secret
        else {position: dict(sorted(split.items())) for position, split in chosen.items()},
        hands=hands,
    )


def question_card(ballot: Ballot, options: list[BallotOption]) -> Card:
    """What is asked and by which rules: the body of `ballot.opened`."""
    return {
        "number": ballot.number,
        "question": ballot.question,
        "kind": ballot.kind,
        "secrecy": ballot.secrecy,
        "results": ballot.results,
        "quorum": ballot.quorum,
        "max_choices": ballot.max_choices,
        "options": [{"position": one.position, "text": one.text} for one in options],
        "opened_at": timestamp(ballot.opened_at),
        "closes_at": timestamp(ballot.closes_at) if ballot.closes_at else None,
    }


def cards(consultation: Consultation) -> list[Card]:
    """Every ballot of the room by number, without anyone's own vote. Up to three queries.

    `counts` are null while the result is not public, `result` until the ballot is closed. A void
    ballot has neither, and a `reason`.
    """
    return [_card(ballot) for ballot in _with_hands(consultation).order_by("number")]


def latest_card(consultation: Consultation, person_id: int) -> Card | None:
    """The room's latest ballot as in `cards`, with the person's own vote. Up to three queries.

    `mine` is null for who has not voted, else the choices, [] in a secret ballot. A ballot that is
    open is the latest.
    """
    own = FilteredRelation("votes", condition=Q(votes__person=person_id))
    ballot = (
        _with_hands(consultation)
        .annotate(own=own, own_vote=F("own__pk"), own_choices=F("own__choices"))
        .order_by("-number")
        .first()
    )
    if ballot is None:
        return None
    mine = None if ballot.own_vote is None else ballot.own_choices or []
    return {**_card(ballot), "mine": mine}


def _with_hands(consultation: Consultation) -> QuerySet[Ballot]:
    """The ballots with their options, and the hands that were counted last."""
    return consultation.ballots.prefetch_related("options").annotate(
        hands_people=Subquery(_LAST_HANDS.values("people")[:1]),
        hands_counts=Subquery(_LAST_HANDS.values("counts")[:1]),
    )


def _card(ballot: Ballot) -> Card:
    options = sorted(ballot.options.all(), key=lambda option: option.position)
    card = question_card(ballot, options)
    if ballot.closed_at is not None and ballot.void_reason:
        return {
            **card,
            "closed_at": timestamp(ballot.closed_at),
            "how": ballot.how_closed,
            "reason": ballot.void_reason,
            "voted": 0,
            "counts": None,
            "result": None,
            "hands": None,
        }
    if ballot.closed_at is not None and ballot.result is not None:
        return {
            **card,
            "closed_at": timestamp(ballot.closed_at),
            "how": ballot.how_closed,
            "voted": ballot.result["voted"],
            "counts": [option["count"] for option in ballot.result["options"]],
            "result": ballot.result,
            "hands": ballot.result.get("hands"),
        }
    hands = _hands_of(ballot)
    voted, counts = shown(ballot, count(ballot, hands=hands))
    return {
        **card,
        "closed_at": None,
        "how": None,
        "voted": voted,
        "counts": counts,
        "result": None,
        "hands": shown_hands(ballot, hands.people, hands.counts) if hands else None,
    }


def _hands_of(ballot: Ballot) -> Hands | None:
    people, counts = ballot.hands_people, ballot.hands_counts  # type: ignore[attr-defined] # annotated by _with_hands
    return None if people is None else Hands(people, counts)


def shown(ballot: Ballot, counts: Counts) -> tuple[int, list[int] | None]:
    """What everyone may know while the ballot is open: the turnout, and the votes if public."""
    public = ballot.results == ResultsShown.LIVE
    return counts.voted, list(counts.options.values()) if public else None


def open_standing(consultation_id: int) -> dict[str, Any] | None:
    """`{number, voted, counts}` of the room's open ballot, or None. Up to four queries."""
    ballot = Ballot.objects.filter(consultation_id=consultation_id, closed_at=None).first()
    if ballot is None:
        return None
    voted, counts = shown(ballot, count(ballot, hands=last_count(ballot)))
    return {"number": ballot.number, "voted": voted, "counts": counts}


def votes_of(consultation_id: int, person_id: int) -> dict[int, list[int]]:
    """The person's own votes by the ballot's number; [] for a secret one. One query."""
    own = BallotVote.objects.filter(ballot__consultation_id=consultation_id, person_id=person_id)
    return {
        number: choices or [] for number, choices in own.values_list("ballot__number", "choices")
    }
