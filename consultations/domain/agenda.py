"""The agenda: what is drafted, and moving on from one step to the next."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.archiving.canonical import timestamp
from consultations.domain.events import Advanced, advance, record
from consultations.domain.stages import Act, current_agenda_item, require_stage
from consultations.models import AgendaItem, AgendaKind, Consultation, RoomEvent
from hall.errors import Code, Refusal
from hall.plaintext import plain_line
from members.access import require
from members.models import Person
from members.roles import Permission

MAX_TITLE = 60
MAX_ITEMS = 20
MAX_MINUTES = 600
# Whoever goes back within this time has slipped: the step never was, and the clock never stopped.
SLIP = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class AgendaDraft:
    """One step of a planned agenda."""

    kind: AgendaKind
    title: str
    minutes: int


def write_agenda(consultation: Consultation, drafts: list[AgendaDraft]) -> None:
    """Make these the consultation's agenda, numbered from 1, in place of the one it has.

    Steps that run or ran have opinions and times: only before the consultation goes live. Runs
    in the transaction of the verb that prepares the consultation.

    Raises:
        Refusal: `too_many` steps; `empty`, `too_long` for a title; `invalid` minutes.
    """
    if len(drafts) > MAX_ITEMS:
        sentence = _("议程最多 %(most)s 项。") % {"most": MAX_ITEMS}
        raise Refusal(Code.TOO_MANY, sentence, field="agenda")
    for draft in drafts:
        _checked_minutes(draft.minutes)
    items = [
        AgendaItem(
            consultation=consultation,
            position=position,
            kind=AgendaKind(draft.kind),
            title=plain_line(draft.title, max_length=MAX_TITLE, field="agenda"),
            minutes=draft.minutes,
        )
        for position, draft in enumerate(drafts, 1)
    ]
    consultation.agenda.all().delete()
    AgendaItem.objects.bulk_create(items)


def agenda_lines(consultation: Consultation) -> list[dict[str, Any]]:
    """The agenda as events carry it: `[{position, kind, title, minutes}]`. One query."""
    rows = consultation.agenda.order_by("position")
    return [dict(row) for row in rows.values("position", "kind", "title", "minutes")]


@transaction.atomic
def move_agenda(
    consultation: Consultation, *, to: int | None, by: Person, running: int | None = None
) -> RoomEvent | None:
    """End the running step and start the one at position `to`; with None, only end.

    Returns None where it is so already. `running` is the position that ran as `by` saw it, 0 for
    none: so that two who press “next” go one step, and a resend pulls nobody back; None for
    whoever has not looked.

    Both happen at the event's own time. A step that is taken up again starts anew, and its former
    times stay in the log alone; but within three minutes it goes on as if it had not been left,
    and what ran for less than that after it is still to come.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`; `not_found` without such a step;
            `wrong_state` if another step runs than `by` saw.
    """
    require(by, Permission.AGENDA_MOVE, consultation)
    turn = advance(consultation.pk)
    consultation.refresh_from_db(fields=["stage"])
    require_stage(consultation, Act.AGENDA)
    runs = current_agenda_item(consultation)
    following = None if to is None else consultation.agenda.filter(position=to).first()
    if to is not None and following is None:
        raise Refusal(Code.NOT_FOUND, _("没有第 %(position)s 项议程。") % {"position": to})
    if runs == following:
        transaction.set_rollback(True)
        return None
    if running is not None and running != (runs.position if runs else 0):
        now = _("现在是“%(title)s”") % {"title": runs.title} if runs else _("现在没有进行的议程")
        raise Refusal(
            Code.WRONG_STATE, _("别人刚刚动过议程：%(now)s。请看一眼再点。") % {"now": now}
        )
    return switch_agenda(consultation, runs, following, by=by, turn=turn)


@transaction.atomic
def extend_agenda(
    consultation: Consultation, *, position: int, minutes: int, by: Person
) -> RoomEvent | None:
    """Give the running step so many minutes in all; None if it has them.

    Logged as `agenda.extended {position, minutes}`, so that the time first planned stays known.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `invalid` minutes; `wrong_state` for a
            step that does not run.
    """
    require(by, Permission.AGENDA_MOVE, consultation)
    _checked_minutes(minutes)
    turn = advance(consultation.pk)
    consultation.refresh_from_db(fields=["stage"])
    require_stage(consultation, Act.AGENDA)
    running = current_agenda_item(consultation)
    if running is None or running.position != position:
        raise Refusal(Code.WRONG_STATE, _("这一项现在没有在进行。"))
    if running.minutes == minutes:
        transaction.set_rollback(True)
        return None
    running.minutes = minutes
    running.save(update_fields=["minutes"])
    body = {"position": position, "minutes": minutes}
    return record(consultation.pk, "agenda.extended", body, by=by, turn=turn)


def _checked_minutes(minutes: int) -> None:
    if not 1 <= minutes <= MAX_MINUTES:
        sentence = _("每项议程的时间应在 1 到 %(most)s 分钟之间。") % {"most": MAX_MINUTES}
        raise Refusal(Code.INVALID, sentence, field="agenda")


def switch_agenda(
    consultation: Consultation,
    running: AgendaItem | None,
    following: AgendaItem | None,
    *,
    by: Person,
    turn: Advanced,
) -> RoomEvent:
    """Write and log the change itself; the caller has checked it and holds the turn."""
    if running is not None:
        running.ended_at = turn.at
        running.save(update_fields=["ended_at"])
    untouched: list[int] = []
    if following is not None:
        untouched = _forget_slips(consultation, after=following)
        left = following.ended_at
        if left is None or turn.at - left > SLIP:
            following.started_at = turn.at
        following.ended_at = None
        following.save(update_fields=["started_at", "ended_at"])
    body = {
        "ended": running.position if running else None,
        "started": following.position if following else None,
        "since": timestamp(following.started_at) if following and following.started_at else None,
        "untouched": untouched,
    }
    return record(consultation.pk, "agenda.moved", body, by=by, turn=turn)


def _forget_slips(consultation: Consultation, *, after: AgendaItem) -> list[int]:
    """Have the steps after this one that were begun by mistake still to come; their positions."""
    slipped = [
        item
        for item in consultation.agenda.filter(position__gt=after.position).order_by("position")
        if item.started_at and item.ended_at and item.ended_at - item.started_at <= SLIP
    ]
    for item in slipped:
        item.started_at = item.ended_at = None
        item.save(update_fields=["started_at", "ended_at"])
    return [item.position for item in slipped]
