"""What hands and speeches have in common: the lock, the rows, leaving the list."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from consultations.domain.events import Advanced, advance, record
from consultations.domain.speaking_list import Floor, floor_of
from consultations.domain.stages import Act, require_stage
from consultations.models import Consultation, RoomEvent, SpeakingTurn, TurnState
from hall.errors import Code, Refusal
from members.access import require
from members.models import Person
from members.roles import Permission


def begin(
    consultation: Consultation, by: Person, permission: Permission, act: Act
) -> tuple[Advanced, Floor]:
    """A turn at the log, and the floor as nobody else can now change it."""
    require(by, permission, consultation)
    turn = advance(consultation.pk)
    consultation.refresh_from_db(fields=["stage"])
    require_stage(consultation, act)
    return turn, floor_of(consultation)


def turn_of(consultation: Consultation, number: int) -> SpeakingTurn:
    found = consultation.turns.filter(number=number).select_related("person").first()
    if found is None:
        raise Refusal(Code.NOT_FOUND, _("名单里没有这个人。"))
    return found


def placed(consultation: Consultation) -> Any:
    return SpeakingTurn.objects.filter(
        consultation=consultation, state=TurnState.WAITING, placed__isnull=False
    )


def close_up(consultation: Consultation, floor: Floor, turn: SpeakingTurn) -> None:
    """Who was placed behind `turn` moves up by one."""
    behind = placed(consultation).filter(placed__gt=floor.place(turn.number))
    behind.exclude(pk=turn.pk).update(placed=F("placed") - 1)


def is_last_heard(consultation: Consultation, floor: Floor, turn: SpeakingTurn) -> bool:
    """Whether this turn was spoken to its end, and nobody has begun since."""
    if turn.state != TurnState.SPOKE or floor.now is not None:
        return False
    heard = consultation.turns.filter(state=TurnState.SPOKE, called_at__gt=turn.called_at)
    return not heard.exists()


def time_left(turn: SpeakingTurn) -> int:
    """Seconds of their time that who has spoken last had left; at least one, for they had it."""
    if turn.called_at is None or turn.ended_at is None:
        return 0
    return max(1, turn.limit - round((turn.ended_at - turn.called_at).total_seconds()))


def end(
    consultation: Consultation, turn: SpeakingTurn, state: TurnState, *, by: Person, log: Advanced
) -> RoomEvent:
    began = turn.called_at or log.at
    spoke = state == TurnState.SPOKE
    turn.state, turn.ended_at = state, log.at
    if spoke:
        turn.seconds += max(0, round((log.at - began).total_seconds()))
    turn.save(update_fields=["state", "ended_at", "seconds"])
    body = {"number": turn.number, "how": state.value, "seconds": turn.seconds if spoke else 0}
    return record(consultation.pk, "speech.ended", body, by=by, turn=log)
