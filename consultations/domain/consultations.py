"""Preparing a consultation, and moving it from stage to stage."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.archiving.canonical import timestamp
from consultations.domain import outcomes
from consultations.domain.agenda import AgendaDraft, agenda_lines, switch_agenda, write_agenda
from consultations.domain.ballots import close_with_stage
from consultations.domain.events import Advanced, advance, hold, open_log, record
from consultations.domain.moves import lock_stage, write_move
from consultations.domain.notices import tell_of_citing
from consultations.domain.objection_window import window_end
from consultations.domain.plan_notices import plan_of, tell_of_change
from consultations.domain.plan_version import plan_version
from consultations.domain.posting_rules import begin_rules, hold_residents
from consultations.domain.search import index_consultation
from consultations.domain.seats import mark_active_as_present, mark_checked_in_as_present
from consultations.domain.speeches import close_speaking
from consultations.domain.stages import current_agenda_item, require_move
from consultations.domain.stances import record_close
from consultations.domain.topics import require_shown
from consultations.models import (
    Admission,
    Consultation,
    Kind,
    RoomEvent,
    Stage,
    Topic,
    TopicStatus,
    WorkItem,
)
from hall.errors import Code, Refusal
from hall.plaintext import optional_line, plain_line
from members.access import require
from members.models import Person
from members.roles import Permission

__all__ = [
    "AgendaDraft",
    "create_consultation",
    "edit_consultation",
    "move_stage",
]

MAX_TITLE = 80
MAX_QUESTION = 200
MAX_VENUE = 120
MAX_OBJECTION_DAYS = 60

_MOVED = ("stage", "opened_at", "closed_at", "cancel_reason", "objections_until")
_PREPARED_IN = {Stage.DRAFT, Stage.ANNOUNCED, Stage.COLLECTING}


def _plan(
    *,
    title: str,
    question: str,
    kind: Kind,
    starts_at: datetime,
    ends_at: datetime,
    admission: Admission,
    venue: str,
    objection_days: int | None,
) -> dict[str, Any]:
    """The fields as they are stored, checked one by one."""
    if timezone.is_naive(starts_at) or timezone.is_naive(ends_at):
        raise ValueError("the times of a consultation need a time zone")
    if ends_at <= starts_at:
        raise Refusal(Code.INVALID, _("结束时间应在开始时间之后。"), field="ends_at")
    if objection_days is not None and not 0 <= objection_days <= MAX_OBJECTION_DAYS:
        sentence = _("异议期是 0 到 %(most)s 个工作日。") % {"most": MAX_OBJECTION_DAYS}
        raise Refusal(Code.INVALID, sentence, field="objection_days")
    return {
        "title": plain_line(title, max_length=MAX_TITLE, field="title"),
        "question": plain_line(question, max_length=MAX_QUESTION, field="question"),
        "kind": Kind(kind),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "admission": Admission(admission),
        "venue": optional_line(venue, max_length=MAX_VENUE, field="venue"),
        "objection_days": objection_days,
    }


@transaction.atomic
def create_consultation(
    topic: Topic,
    *,
    by: Person,
    title: str,
    question: str,
    kind: Kind,
    starts_at: datetime,
    ends_at: datetime,
    admission: Admission = Admission.OPEN,
    venue: str = "",
    work_items: Collection[WorkItem] = (),
    agenda: list[AgendaDraft],
    objection_days: int | None = None,
    holds_residents: bool = False,
) -> Consultation:
    """Draft a consultation on an accepted topic, and open its log. Nobody is seated yet.

    With `holds_residents` what residents say waits for a moderator. `objection_days` are the
    working days of its objection window, None for the hall's own number.

    Raises:
        Refusal: `forbidden`; `wrong_state` for a topic that is not accepted or hidden; `invalid`,
            `empty`, `too_long`, `too_many` for what is filled in wrong.
    """
    require(by, Permission.CONSULTATION_PREPARE)
    fields = _plan(
        title=title,
        question=question,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        admission=admission,
        venue=venue,
        objection_days=objection_days,
    )
    locked = Topic.objects.select_for_update().get(pk=topic.pk)
    if locked.status != TopicStatus.ACCEPTED:
        raise Refusal(Code.WRONG_STATE, _("议题采纳之后才能安排协商会。"))
    require_shown(locked)
    consultation = Consultation.objects.create(topic=topic, prepared_by=by, **fields)
    consultation.work_items.set(work_items)
    write_agenda(consultation, agenda)
    begin_rules(consultation, holds_residents=holds_residents)
    open_log(consultation)
    return consultation


@transaction.atomic
def edit_consultation(
    consultation: Consultation,
    *,
    by: Person,
    title: str,
    question: str,
    kind: Kind,
    starts_at: datetime,
    ends_at: datetime,
    admission: Admission,
    venue: str,
    work_items: Collection[WorkItem],
    agenda: list[AgendaDraft],
    objection_days: int | None = None,
    holds_residents: bool | None = None,
    expected: str | None = None,
) -> Consultation:
    """Rewrite the preparation, until the consultation is live.

    `expected` is the `plan_version` that the writer started from: with it, what someone else has
    changed in the meantime is not passed over.

    Once announced the change is logged as `consultation.changed`, with all that people rely on, and
    those concerned are told of another time or place; then at least one work item and one agenda
    step have to stay. An agenda that is the same is left alone. `holds_residents` stays as it is
    where it is None, and its change is logged as `posting.set`.

    Raises:
        Refusal: `forbidden`, `not_found`; `wrong_stage` from live on; `wrong_state` when someone
            else changed it since `expected`; `invalid`, `empty`, `too_long`, `too_many`.
    """
    require(by, Permission.CONSULTATION_PREPARE, consultation)
    fields = _plan(
        title=title,
        question=question,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        admission=admission,
        venue=venue,
        objection_days=objection_days,
    )
    hold(consultation.pk)
    consultation.refresh_from_db()
    if consultation.stage not in _PREPARED_IN:
        raise Refusal(Code.WRONG_STAGE, _("协商会开始以后，安排不能再改。"))
    if expected is not None and plan_version(consultation) != expected:
        raise Refusal(Code.WRONG_STATE, _("别人刚改过本场安排，您的改动还没有保存。"))
    before = plan_of(consultation)
    for name, value in fields.items():
        setattr(consultation, name, value)
    consultation.save(update_fields=list(fields))
    consultation.work_items.set(work_items)
    if agenda != _drafts_of(consultation):
        write_agenda(consultation, agenda)
    if holds_residents is not None:
        hold_residents(consultation, holds_residents, by=by)
    if consultation.stage != Stage.DRAFT:
        _require_announceable(work_items, agenda)
        index_consultation(consultation)
        tell_of_change(consultation, before=before, by=by)
        _record_change(consultation, by)
    return consultation


def _drafts_of(consultation: Consultation) -> list[AgendaDraft]:
    return [
        AgendaDraft(line["kind"], line["title"], line["minutes"])
        for line in agenda_lines(consultation)
    ]


def _require_announceable(work_items: Collection[WorkItem], agenda: list[AgendaDraft]) -> None:
    if not work_items:
        sentence = _("已经公告的协商会要对应至少一项工作条目。")
        raise Refusal(Code.INVALID, sentence, field="work_items")
    if not agenda:
        raise Refusal(Code.INVALID, _("已经公告的协商会要有议程。"), field="agenda")


def _record_change(consultation: Consultation, by: Person) -> RoomEvent:
    body = {
        "title": consultation.title,
        "question": consultation.question,
        "kind": consultation.kind,
        "starts_at": timestamp(consultation.starts_at),
        "ends_at": timestamp(consultation.ends_at),
        "venue": consultation.venue,
        "agenda": agenda_lines(consultation),
    }
    return record(consultation.pk, "consultation.changed", body, by=by)


@transaction.atomic
def move_stage(consultation: Consultation, *, to: Stage, by: Person, reason: str = "") -> RoomEvent:
    """Move the consultation to another stage, by the table in `stages`; returns `stage.moved`.

    One audit row and one event each. Going live sets `opened_at` once, and counts who is checked in
    as there. Leaving live ends the
    running agenda step, closes an open ballot, clears the speaking list, logs `stances.closed`,
    and sets `closed_at`; going live again clears it.
    Entering review opens the objection window, and logs `outcome.published` after the move.

    Raises:
        Refusal: see `stages.require_move`; `wrong_stage` for sealing, which is `archives.seal`.
    """
    turn = lock_stage(consultation)
    reason = require_move(consultation, to=to, by=by, reason=reason)
    if to == Stage.SEALED:
        raise Refusal(Code.WRONG_STAGE, _("归档要通过“归档”来完成。"))
    origin = Stage(consultation.stage)
    if origin == Stage.LIVE:
        turn = _close_floor(consultation, by=by, turn=turn)
        consultation.closed_at = turn.at
    if to == Stage.LIVE:
        consultation.opened_at = consultation.opened_at or turn.at
        consultation.closed_at = None
        mark_checked_in_as_present(consultation, at=turn.at)
    if to == Stage.CANCELLED:
        consultation.cancel_reason = reason
    consultation.objections_until = window_end(consultation) if to == Stage.REVIEW else None
    event = write_move(consultation, to=to, by=by, reason=reason, turn=turn)
    consultation.save(update_fields=_MOVED)
    index_consultation(consultation)
    if to == Stage.REVIEW:
        tell_of_citing(consultation, by=by)
        record(consultation.pk, "outcome.published", outcomes.published(consultation), by=by)
    return event


def _close_floor(consultation: Consultation, *, by: Person, turn: Advanced) -> Advanced:
    """End what runs, and record where everyone stands; returns the next turn."""
    running = current_agenda_item(consultation)
    if running is not None:
        switch_agenda(consultation, running, None, by=by, turn=turn)
        turn = advance(consultation.pk)
    turn = close_with_stage(consultation, by=by, turn=turn)
    turn = close_speaking(consultation, by=by, turn=turn)
    mark_active_as_present(consultation)
    record_close(consultation, by=by, turn=turn)
    return advance(consultation.pk)
