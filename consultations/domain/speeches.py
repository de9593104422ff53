"""Speeches: the floor is given for some minutes, and what was spoken is kept.

As with hands, all of it is logged, and a resend changes nothing.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.domain.events import Advanced, advance, record
from consultations.domain.speaking import begin, close_up, end, turn_of
from consultations.domain.speaking_list import floor_of
from consultations.domain.stages import Act
from consultations.models import (
    Consultation,
    RoomEvent,
    SpeakingList,
    SpeakingTurn,
    TurnState,
)
from hall.errors import Code, Refusal
from members.models import Person
from members.roles import Permission

MAX_MINUTES = 30


@transaction.atomic
def call_speaker(consultation: Consultation, *, number: int, by: Person) -> RoomEvent | None:
    """Give the floor to someone who waits; who has it now is done. None if they have it.

    Logged as `speech.begun`, after `speech.ended` where someone was speaking. The time runs from
    the event's own; whose speech was ended by mistake has the rest of theirs.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`; `not_found` for who does not wait.
    """
    log, floor = begin(consultation, by, Permission.FLOOR_GIVE, Act.FLOOR)
    if floor.now is not None and floor.now.number == number:
        transaction.set_rollback(True)
        return None
    turn = floor.waiting_turn(number)
    if floor.now is not None:
        end(consultation, floor.now, TurnState.SPOKE, by=by, log=log)
        log = advance(consultation.pk)
    close_up(consultation, floor, turn)
    turn.state, turn.called_at = TurnState.SPEAKING, log.at
    turn.limit = turn.limit or floor.minutes * 60
    turn.save(update_fields=["state", "called_at", "limit"])
    body = {"number": number, "limit": turn.limit, "order": floor_of(consultation).order}
    return record(consultation.pk, "speech.begun", body, by=by, turn=log)


@transaction.atomic
def time_speech(
    consultation: Consultation, *, number: int, minutes: int, by: Person
) -> RoomEvent | None:
    """Give who speaks so many minutes in all; None if they have them. Logged as `speech.timed`.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `invalid` minutes; `wrong_state` for who
            does not speak.
    """
    _checked_minutes(minutes)
    log, floor = begin(consultation, by, Permission.FLOOR_GIVE, Act.FLOOR)
    if floor.now is None or floor.now.number != number:
        raise Refusal(Code.WRONG_STATE, _("这个人现在没有在发言。"))
    if floor.now.limit == minutes * 60:
        transaction.set_rollback(True)
        return None
    floor.now.limit = minutes * 60
    floor.now.save(update_fields=["limit"])
    body = {"number": number, "limit": floor.now.limit}
    return record(consultation.pk, "speech.timed", body, by=by, turn=log)


@transaction.atomic
def end_speech(consultation: Consultation, *, number: int, by: Person) -> RoomEvent | None:
    """End a turn, as a moderator or as the speaker; None if it is over. Logged as `speech.ended`.

    Raises:
        Refusal: `forbidden`, `not_found`, `wrong_stage`, `sealed`; `wrong_state` for who waits.
    """
    own = SpeakingTurn.objects.filter(consultation=consultation, number=number, person=by)
    if own.exists():
        log, _floor = begin(consultation, by, Permission.HAND_RAISE, Act.HAND)
    else:
        log, _floor = begin(consultation, by, Permission.FLOOR_GIVE, Act.FLOOR)
    turn = turn_of(consultation, number)
    if turn.state == TurnState.WAITING:
        raise Refusal(Code.WRONG_STATE, _("这个人还没有发言。"))
    if turn.state != TurnState.SPEAKING:
        transaction.set_rollback(True)
        return None
    return end(consultation, turn, TurnState.SPOKE, by=by, log=log)


@transaction.atomic
def set_speaking(
    consultation: Consultation,
    *,
    is_open: bool | None = None,
    minutes: int | None = None,
    by: Person,
) -> RoomEvent | None:
    """Say whether hands may be raised, and how long each may speak; who speaks keeps their time.

    None leaves what another moderator may have set just now. Logged as `speaking.set`; returns
    None if it is so already.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `invalid` minutes.
    """
    if minutes is not None:
        _checked_minutes(minutes)
    log, floor = begin(consultation, by, Permission.FLOOR_GIVE, Act.FLOOR)
    is_open = floor.is_open if is_open is None else is_open
    minutes = minutes or floor.minutes
    if (floor.is_open, floor.minutes) == (is_open, minutes):
        transaction.set_rollback(True)
        return None
    SpeakingList.objects.update_or_create(
        consultation=consultation, defaults={"is_open": is_open, "minutes": minutes}
    )
    body = {"open": is_open, "minutes": minutes}
    return record(consultation.pk, "speaking.set", body, by=by, turn=log)


def close_speaking(consultation: Consultation, *, by: Person, turn: Advanced) -> Advanced:
    """End who speaks and clear the list, because the floor closes; returns the next turn.

    Logged as `speech.ended` and `hands.cleared`, as far as there is something to end.
    """
    floor = floor_of(consultation)
    if floor.now is not None:
        end(consultation, floor.now, TurnState.SPOKE, by=by, log=turn)
        turn = advance(consultation.pk)
    if floor.waiting:
        waiting = SpeakingTurn.objects.filter(consultation=consultation, state=TurnState.WAITING)
        waiting.update(state=TurnState.LOWERED, placed=None, ended_at=turn.at)
        record(consultation.pk, "hands.cleared", {"count": len(floor.waiting)}, by=by, turn=turn)
        turn = advance(consultation.pk)
    return turn


def _checked_minutes(minutes: int) -> None:
    if not 1 <= minutes <= MAX_MINUTES:
        sentence = _("每次发言的时间应在 1 到 %(most)s 分钟之间。") % {"most": MAX_MINUTES}
        raise Refusal(Code.INVALID, sentence, field="minutes")
