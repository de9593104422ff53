"""Hands: raised and lowered by those who want to speak, ordered by the moderator.

All of it passes the room's lock and its log. Events carry the order of those who wait as it is
afterwards, so that nobody has to compute it again. What a resend asks for a second time is done
already: then nothing is logged.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from consultations.domain.events import Advanced, advance, record
from consultations.domain.posting_rules import bounds_of
from consultations.domain.seats import card_of
from consultations.domain.speaking import (
    begin,
    close_up,
    end,
    is_last_heard,
    placed,
    time_left,
    turn_of,
)
from consultations.domain.speaking_list import Floor, floor_of
from consultations.domain.stages import Act
from consultations.domain.subjects import give_subject, require_pace, subject_of, tell_subject
from consultations.models import Consultation, RoomEvent, SpeakingTurn, TurnState
from hall.errors import Code, Refusal
from hall.plaintext import optional_line
from members.models import Person
from members.roles import Permission

MAX_SUBJECT = 60
MAX_WAITING = 100


@dataclass(frozen=True, slots=True)
class HandReceipt:
    """The hand's number, and its place in the list, from 1."""

    number: int
    place: int


@transaction.atomic
def raise_hand(consultation: Consultation, *, person: Person, subject: str = "") -> HandReceipt:
    """Ask for the floor, with or without a word on the subject.

    Logged as `hand.raised`, and the subject as `hand.subject`: for everyone, or where the person's
    words are withheld, for the person and the moderators. Who has raised a hand already keeps it,
    with the new subject.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `too_long`; `wrong_state` while hands may
            not be raised, or for who is speaking; `too_many` beyond 100 who wait; `too_soon` for
            another subject within ten seconds, or what slow mode asks for.
    """
    subject = optional_line(subject, max_length=MAX_SUBJECT, field="subject")
    log, floor = begin(consultation, person, Permission.HAND_RAISE, Act.HAND)
    mine = floor.of(person.pk)
    if mine is not None and mine.state == TurnState.SPEAKING:
        raise Refusal(Code.WRONG_STATE, _("您正在发言。"))
    if mine is not None and subject_of(mine) == subject:
        transaction.set_rollback(True)
        return HandReceipt(mine.number, floor.place(mine.number))
    bounds = bounds_of(consultation, person, at=log.at)
    last = consultation.turns.filter(person=person, subject_at__isnull=False)
    require_pace(last.order_by("-subject_at").first(), subject, bounds, log.at)
    turn: Advanced | None = log
    if mine is None:
        if not floor.is_open:
            raise Refusal(Code.WRONG_STATE, _("主持人暂时停止了举手。"))
        if len(floor.waiting) >= MAX_WAITING:
            raise Refusal(Code.TOO_MANY, _("排队的人已满，请稍后再举手。"))
        mine = SpeakingTurn.objects.create(
            consultation=consultation,
            number=_next_number(consultation),
            person=person,
            identity=person.role,
            raised_at=log.at,
        )
        floor = floor_of(consultation)
        body = _hand_body(mine, floor)
        record(consultation.pk, "hand.raised", body, by=person, turn=log)
        turn = None
    if subject_of(mine) != subject:
        give_subject(mine, subject, withheld=bounds.withheld, log=turn)
    return HandReceipt(mine.number, floor.place(mine.number))


@transaction.atomic
def lower_hand(consultation: Consultation, *, person: Person) -> RoomEvent | None:
    """Take one's hand down; None if it is not up. Logged as `hand.lowered`.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`.
    """
    log, floor = begin(consultation, person, Permission.HAND_RAISE, Act.HAND)
    mine = floor.of(person.pk)
    if mine is None or mine.state != TurnState.WAITING:
        transaction.set_rollback(True)
        return None
    return _leave(consultation, floor, mine, TurnState.LOWERED, by=person, log=log)


@transaction.atomic
def skip_hand(consultation: Consultation, *, number: int, by: Person) -> RoomEvent | None:
    """Pass over someone who is not there, waiting or called; None if done already.

    Logged as `hand.lowered`, or as `speech.ended` for who was called: nothing counts as spoken.

    Raises:
        Refusal: `forbidden`, `not_found`, `wrong_stage`, `sealed`.
    """
    log, floor = begin(consultation, by, Permission.FLOOR_GIVE, Act.FLOOR)
    turn = turn_of(consultation, number)
    if turn.state == TurnState.SPEAKING:
        return end(consultation, turn, TurnState.SKIPPED, by=by, log=log)
    if turn.state != TurnState.WAITING:
        transaction.set_rollback(True)
        return None
    return _leave(consultation, floor, turn, TurnState.SKIPPED, by=by, log=log)


@transaction.atomic
def move_hand(
    consultation: Consultation, *, number: int, to: int | None, by: Person
) -> RoomEvent | None:
    """Put someone at place `to` of those who wait; None gives them back to the fair order.

    Logged as `hand.moved`; returns None where they stand there already.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`; `not_found` for who does not wait.
    """
    log, floor = begin(consultation, by, Permission.FLOOR_GIVE, Act.FLOOR)
    turn = floor.waiting_turn(number)
    to = None if to is None else min(to, len(floor.waiting))
    if turn.placed == to:
        transaction.set_rollback(True)
        return None
    rest = placed(consultation).exclude(pk=turn.pk)
    if turn.placed is not None:
        rest.filter(placed__gt=turn.placed).update(placed=F("placed") - 1)
    if to is not None:
        rest.filter(placed__gte=to).update(placed=F("placed") + 1)
    turn.placed = to
    turn.save(update_fields=["placed"])
    body = {"number": number, "to": to, "order": floor_of(consultation).order}
    return record(consultation.pk, "hand.moved", body, by=by, turn=log)


@transaction.atomic
def return_hand(consultation: Consultation, *, number: int, by: Person) -> RoomEvent | None:
    """Undo a call, a skip or an end: the person waits again; None if they do.

    Logged as `hand.returned`, and `hand.subject` where there is one. Who was called or skipped
    stands where they stood, and nothing counts as spoken. Who has spoken last stands first while
    nobody speaks: what they have spoken stays counted, and the next call gives them the rest of
    their time.

    Raises:
        Refusal: `forbidden`, `not_found`, `wrong_stage`, `sealed`; `wrong_state` for who took the
            hand down, has raised it again, or has spoken before somebody else.
    """
    log, floor = begin(consultation, by, Permission.FLOOR_GIVE, Act.FLOOR)
    turn = turn_of(consultation, number)
    if turn.state == TurnState.WAITING:
        transaction.set_rollback(True)
        return None
    heard = is_last_heard(consultation, floor, turn)
    undone = heard or turn.state in {TurnState.SPEAKING, TurnState.SKIPPED}
    if not undone or not _is_free(floor, turn):
        raise Refusal(Code.WRONG_STATE, _("这个人不能放回名单。"))
    turn.placed = 1 if heard else turn.placed
    if turn.placed is not None:
        placed(consultation).filter(placed__gte=turn.placed).update(placed=F("placed") + 1)
    turn.limit = time_left(turn) if heard else 0
    turn.state = TurnState.WAITING
    turn.called_at = turn.ended_at = None
    turn.save()
    body = _hand_body(turn, floor_of(consultation))
    event = record(consultation.pk, "hand.returned", body, by=by, turn=log)
    if subject_of(turn):
        tell_subject(turn, by=by, log=advance(consultation.pk))
    return event


def _is_free(floor: Floor, turn: SpeakingTurn) -> bool:
    """Whether the person has no other hand up, and no other turn."""
    other = floor.of(turn.person_id)
    return other is None or other.pk == turn.pk


def _next_number(consultation: Consultation) -> int:
    return int(consultation.turns.aggregate(last=Max("number"))["last"] or 0) + 1


def _leave(
    consultation: Consultation,
    floor: Floor,
    turn: SpeakingTurn,
    state: TurnState,
    *,
    by: Person,
    log: Advanced,
) -> RoomEvent:
    close_up(consultation, floor, turn)
    turn.state, turn.ended_at = state, log.at
    turn.save(update_fields=["state", "ended_at"])
    order = floor_of(consultation).order
    body = {"number": turn.number, "how": state.value, "order": order}
    return record(consultation.pk, "hand.lowered", body, by=by, turn=log)


def _hand_body(turn: SpeakingTurn, after: Floor) -> dict[str, Any]:
    return {
        "number": turn.number,
        "person": card_of(turn.person),
        "order": after.order,
    }
