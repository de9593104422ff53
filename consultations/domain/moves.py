"""What every move from stage to stage is made of: the lock, the audit row and the event."""

from consultations.domain.events import Advanced, advance, record
from consultations.domain.plan_notices import tell_of_move
from consultations.models import Consultation, RoomEvent, Stage, StageChange
from members.models import Person


def lock_stage(consultation: Consultation) -> Advanced:
    """Take a turn at the log, read the consultation anew, and hold its stage until commit.

    Posts wait at the log's head, stances at the consultation's row: once this returns, whatever
    was acknowledged can be read, and nothing more comes in.
    """
    turn = advance(consultation.pk)
    # NO KEY: rows that merely refer to the consultation may still come in, as seats do.
    locked = Consultation.objects.select_for_update(no_key=True)
    consultation.refresh_from_db(from_queryset=locked)
    return turn


def write_move(
    consultation: Consultation, *, to: Stage, by: Person, reason: str, turn: Advanced
) -> RoomEvent:
    """Write audit row and event of a move that was checked; sets `stage`, and leaves saving it."""
    origin = Stage(consultation.stage)
    consultation.stage = to
    StageChange.objects.create(
        consultation=consultation,
        from_stage=origin,
        to_stage=to,
        reason=reason,
        by=by,
        at=turn.at,
    )
    tell_of_move(consultation, origin=origin, to=to, by=by, reason=reason)
    body = {"from": origin.value, "to": to.value, "reason": reason}
    return record(consultation.pk, "stage.moved", body, by=by, turn=turn)
