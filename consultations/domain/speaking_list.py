"""The floor as it stands: who speaks, who waits in which order, and who has had how much of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from consultations.archiving.canonical import timestamp
from consultations.domain.deliveries import Viewer
from consultations.domain.seats import card_of
from consultations.domain.speaking_order import Hand, fair_order
from consultations.models import (
    Consultation,
    Opinion,
    OpinionState,
    RoomEvent,
    SpeakingList,
    SpeakingTurn,
    Stage,
    TurnState,
)
from consultations.models.speaking import DEFAULT_MINUTES
from hall.errors import Code, Refusal

SUBJECT = "hand.subject"
_COUNTS = (TurnState.WAITING, TurnState.SPEAKING, TurnState.SPOKE)


@dataclass(frozen=True, slots=True)
class Floor:
    """Who speaks and who waits, in the order in which they come to speak."""

    is_open: bool
    minutes: int
    now: SpeakingTurn | None
    waiting: list[SpeakingTurn]

    @property
    def order(self) -> list[int]:
        """The numbers of those who wait."""
        return [turn.number for turn in self.waiting]

    def place(self, number: int) -> int:
        """Where this one stands, from 1."""
        return self.order.index(number) + 1

    def of(self, person_id: int) -> SpeakingTurn | None:
        """The person's raised hand, or present turn."""
        every = [self.now, *self.waiting] if self.now else self.waiting
        return next((turn for turn in every if turn.person_id == person_id), None)

    def waiting_turn(self, number: int) -> SpeakingTurn:
        """The one who waits under this number; `Refusal` `not_found` if nobody does."""
        found = next((turn for turn in self.waiting if turn.number == number), None)
        if found is None:
            raise Refusal(Code.NOT_FOUND, _("这个人没有在等待发言。"))
        return found


def floor_of(consultation: Consultation) -> Floor:
    """The floor as it stands. Two queries."""
    kept = SpeakingList.objects.filter(consultation=consultation).first()
    return _floor(consultation, _settings(consultation, kept))


def _floor(consultation: Consultation, settings: SpeakingList) -> Floor:
    rows = list(
        SpeakingTurn.objects.filter(consultation=consultation, state__in=_COUNTS)
        .select_related("person__sector", "person__department", "person__liaison_group")
        .order_by("called_at", "number")
    )
    waiting = {turn.number: turn for turn in rows if turn.state == TurnState.WAITING}
    spoken: Counter[int] = Counter()
    called: dict[str, int] = {}
    heard = [turn for turn in rows if turn.state != TurnState.WAITING]
    for rank, turn in enumerate(heard):
        spoken[turn.person_id] += turn.seconds
        called[turn.identity] = rank
    hands = [Hand(t.number, t.person_id, t.identity, t.placed) for t in waiting.values()]
    return Floor(
        is_open=settings.is_open,
        minutes=settings.minutes,
        now=next((turn for turn in rows if turn.state == TurnState.SPEAKING), None),
        waiting=[waiting[number] for number in fair_order(hands, spoken=spoken, called=called)],
    )


def _settings(consultation: Consultation, kept: SpeakingList | None) -> SpeakingList:
    return kept or SpeakingList(consultation=consultation, minutes=DEFAULT_MINUTES, is_open=True)


def floor_card(consultation: Consultation) -> dict[str, Any]:
    """The floor as moderators see it: `{open, minutes, now, waiting}`; see `floor_for`.

    One query while it is live, and one more where the settings were not fetched with the room.
    """
    settings = _settings(consultation, getattr(consultation, "speaking_list", None))
    floor = Floor(settings.is_open, settings.minutes, None, [])
    if consultation.stage == Stage.LIVE:
        floor = _floor(consultation, settings)
    return {
        "open": floor.is_open,
        "minutes": floor.minutes,
        "now": _speaking(floor.now) if floor.now is not None else None,
        "waiting": [_waiting(turn) for turn in floor.waiting],
    }


def _waiting(turn: SpeakingTurn) -> dict[str, Any]:
    return {
        "number": turn.number,
        "person": card_of(turn.person),
        "subject": turn.subject or turn.held_subject or "",
        "held": turn.held_subject is not None,
    }


def floor_for(card: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
    """What `floor_card` found as this reader may see it: subjects that are withheld are for the
    person and the moderators alone."""
    if viewer.moderates:
        return card

    def seen(one: dict[str, Any] | None) -> dict[str, Any] | None:
        if one is None or not one["held"] or one["person"]["id"] == viewer.person_id:
            return one
        return {**one, "subject": "", "held": False}

    return {**card, "now": seen(card["now"]), "waiting": [seen(one) for one in card["waiting"]]}


def _speaking(turn: SpeakingTurn) -> dict[str, Any]:
    assert turn.called_at is not None  # noqa: S101 (who speaks was called)
    return {**_waiting(turn), "called_at": timestamp(turn.called_at), "limit": turn.limit}


def hidden_subjects(consultation_id: int, events: Iterable[RoomEvent]) -> dict[int, int]:
    """Of the hands whose subject these events tell, and not everyone may read any more, whose.

    `{number: person id}`. One query, or none.
    """
    told = [event.body for event in events if event.type == SUBJECT and event.body]
    numbers = {body["number"] for body in told if body["subject"]}
    if not numbers:
        return {}
    turns = SpeakingTurn.objects.filter(consultation=consultation_id, number__in=numbers)
    return dict(turns.filter(subject="").values_list("number", "person_id"))


def share_of_voice(consultation: Consultation) -> list[dict[str, Any]]:
    """By identity: `{identity, seats, seconds, turns, opinions}`. Three queries.

    `seats` are the people who were there while it was live; `seconds` and `turns` what was
    spoken to the end, `opinions` what can be read.
    """
    present = Count("id", filter=Q(first_seen_at__isnull=False))
    seats = consultation.seats.order_by().values_list("identity").annotate(there=present)
    spoke = SpeakingTurn.objects.filter(consultation=consultation, state=TurnState.SPOKE)
    spoken = {
        identity: (seconds, turns)
        for identity, seconds, turns in spoke.order_by()
        .values_list("identity")
        .annotate(Sum("seconds"), Count("id"))
    }
    readable = Opinion.objects.filter(consultation=consultation, state=OpinionState.VISIBLE)
    posted = dict(readable.order_by().values_list("identity").annotate(Count("id")))
    there = {identity: count for identity, count in seats if count}
    return [
        {
            "identity": identity,
            "seats": there.get(identity, 0),
            "seconds": spoken.get(identity, (0, 0))[0],
            "turns": spoken.get(identity, (0, 0))[1],
            "opinions": posted.get(identity, 0),
        }
        for identity in sorted({*there, *spoken, *posted})
    ]
