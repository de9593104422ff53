"""What the live room reads: the log from some point on, or the whole room at one moment."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import QuerySet

from consultations.archiving.canonical import timestamp
from consultations.domain import ballot_cards
from consultations.domain.answers import request_cards
from consultations.domain.cards import (
    Card,
    latest_cards,
    older_cards,
    shown_to,
    stances_of,
)
from consultations.domain.deliveries import Delivery, Viewer, delivery_of
from consultations.domain.posting_rules import mutes_of, rules_of
from consultations.domain.reading import one_moment
from consultations.domain.rights import Silenced
from consultations.domain.speaking_list import SUBJECT, floor_card, hidden_subjects
from consultations.domain.stages import Act, acts_open_in
from consultations.models import (
    Consultation,
    Opinion,
    OpinionState,
    RoomEvent,
    RoomHead,
    Stage,
)
from hall.errors import Code, Refusal
from hall.words import own_language

_WITH_TEXT = frozenset(
    {"opinion.posted", "opinion.approved", "opinion.restored", "opinion.corrected"}
)


@dataclass(frozen=True, slots=True)
class RoomState:
    """Where a room's log stands, and what may be done in the room."""

    consultation: Consultation
    epoch: str
    head: int
    acts: frozenset[Act]
    silenced: Silenced


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole room at one moment, as moderators see it; `cards` are ascending by number."""

    epoch: str
    head: int
    acts: frozenset[Act]
    room: dict[str, Any]
    cards: list[Card]
    total: int
    ballots: list[dict[str, Any]]
    speaking: dict[str, Any]
    requests: list[dict[str, Any]]
    outcome: dict[str, Any] | None
    posting: dict[str, Any]
    mutes: list[dict[str, Any]]

    @property
    def silenced(self) -> Silenced:
        return Silenced.by(closed=self.posting["closed"], mutes=self.mutes)

    def mutes_for(self, viewer: Viewer) -> list[dict[str, Any]]:
        """Moderators see who is muted, everyone else their own mute."""
        mutes = self.mutes
        if viewer.moderates:
            return mutes
        return [mute for mute in mutes if mute["person"]["id"] == viewer.person_id]


def room_state(consultation_id: int) -> RoomState:
    """Where the room stands. Up to four queries.

    Raises:
        Refusal: `not_found`.
    """
    with one_moment():
        consultation = _consultation(consultation_id)
        head = consultation.head
        closed, mutes = rules_of(consultation).closed, mutes_of(consultation)
        silenced = Silenced.by(closed=closed, mutes=mutes)
        return RoomState(consultation, head.epoch, head.seq, acts_open_in(consultation), silenced)


def heads(consultation_ids: Collection[int]) -> dict[int, tuple[str, int]]:
    """Epoch and last event of these rooms. One query."""
    rows = RoomHead.objects.filter(pk__in=consultation_ids)
    return {pk: (epoch, seq) for pk, epoch, seq in rows.values_list("pk", "epoch", "seq")}


def deliveries_since(consultation_id: int, seq: int, *, limit: int) -> list[Delivery]:
    """The events after `seq`, at most `limit`, in order. At most three queries.

    An opinion or a hand's subject that is hidden now has no text in them but for its author and the
    moderators, however it was when the event happened.
    """
    with one_moment():
        rows = RoomEvent.objects.filter(consultation_id=consultation_id, seq__gt=seq)
        events = list(rows.order_by("seq")[:limit])
        numbers = {number for event in events if (number := _number_shown(event)) is not None}
        hidden: dict[int | None, int] = dict(
            Opinion.objects.filter(
                consultation_id=consultation_id, number__in=numbers, state=OpinionState.HIDDEN
            ).values_list("number", "author_id")
        )
        unsaid = hidden_subjects(consultation_id, events)

    def hidden_author(event: RoomEvent) -> int | None:
        if event.type == SUBJECT and event.body is not None:
            return unsaid.get(event.body["number"])
        return hidden.get(_number_shown(event))

    return [delivery_of(event, hidden_author=hidden_author(event)) for event in events]


def _number_shown(event: RoomEvent) -> int | None:
    """The number of the opinion whose text is in the event."""
    if event.type not in _WITH_TEXT or event.body is None:
        return None
    number: int = event.body["number"]
    return number


def picture(consultation_id: int) -> Picture:
    """The room at one moment. Up to eighteen queries.

    Raises:
        Refusal: `not_found`.
    """
    with one_moment():
        consultation = _consultation(consultation_id)
        head = consultation.head
        return Picture(
            epoch=head.epoch,
            head=head.seq,
            acts=acts_open_in(consultation),
            room=room_card(consultation),
            cards=latest_cards(consultation),
            total=head.opinions,
            ballots=ballot_cards.cards(consultation),
            speaking=floor_card(consultation),
            requests=request_cards(consultation),
            outcome=_outcome(consultation),
            posting=asdict(rules_of(consultation)),
            mutes=mutes_of(consultation),
        )


def opinions_before(
    consultation: Consultation, *, viewer: Viewer, before: int, limit: int
) -> dict[str, Any]:
    """Older opinions: `{opinions: [card], more}`. Up to six queries."""
    with one_moment():
        cards, more = older_cards(consultation, viewer=viewer, before=before, limit=limit)
        numbers = [card["number"] for card in cards]
        own = stances_of(consultation.pk, viewer.person_id, numbers)
    return {"opinions": _own_cards(cards, viewer, own), "more": more}


def _own_cards(cards: Iterable[Card], viewer: Viewer, own: dict[int, int]) -> list[Card]:
    return [{**card, "mine": own.get(card["number"])} for card in shown_to(cards, viewer)]


def _consultation(consultation_id: int) -> Consultation:
    found = rooms().filter(pk=consultation_id).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def rooms() -> QuerySet[Consultation]:
    """Consultations with what their rooms are read with."""
    return Consultation.objects.select_related("head", "posting_rules", "speaking_list")


@own_language()
def room_card(consultation: Consultation) -> dict[str, Any]:
    """The room with its agenda. One query, or none with the agenda at hand."""
    return {
        "id": consultation.pk,
        "title": consultation.title,
        "question": consultation.question,
        "kind": consultation.kind,
        "kind_label": consultation.get_kind_display(),
        "stage": consultation.stage,
        "stage_label": consultation.get_stage_display(),
        "starts_at": timestamp(consultation.starts_at),
        "ends_at": timestamp(consultation.ends_at),
        "opened_at": timestamp(consultation.opened_at) if consultation.opened_at else None,
        "closed_at": timestamp(consultation.closed_at) if consultation.closed_at else None,
        "venue": consultation.venue,
        "agenda": [
            {
                "position": item.position,
                "kind": item.kind,
                "title": item.title,
                "minutes": item.minutes,
                "started_at": timestamp(item.started_at) if item.started_at else None,
                "ended_at": timestamp(item.ended_at) if item.ended_at else None,
            }
            for item in consultation.agenda.all()
        ],
    }


def _outcome(consultation: Consultation) -> dict[str, Any] | None:
    """What was published last, also while it is being revised."""
    if not consultation.stage_changes.filter(to_stage=Stage.REVIEW).exists():
        return None
    published = consultation.events.filter(type="outcome.published").order_by("-seq")
    return published.values_list("body", flat=True).first()
