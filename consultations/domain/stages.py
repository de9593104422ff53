"""The stages of a consultation: which follow which, who may move them, what may be done in each."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.db.models import Q
from django.utils.translation import gettext as _

from consultations.domain.evidence import (
    require_clauses_unopposed,
    require_confirmations_unopposed,
    require_few_accepted,
)
from consultations.domain.objection_window import require_review_over
from consultations.models import (
    AgendaItem,
    AgendaKind,
    Consultation,
    Opinion,
    OpinionState,
    Stage,
)
from hall.errors import Code, Refusal
from hall.plaintext import optional_line
from members.access import Visitor, permissions_of, require
from members.roles import Permission, SeatRole

MAX_REASON = 200


class Act(StrEnum):
    """What a stage opens or closes, beside what a permission allows."""

    OPINION = "opinion"
    SUGGESTION = "suggestion"
    QUESTION = "question"
    REPLY = "reply"
    STANCE = "stance"
    HAND = "hand"
    FLOOR = "floor"
    ANSWER = "answer"
    MODERATE = "moderate"
    AGENDA = "agenda"
    BALLOT = "ballot"
    VOTE = "vote"
    OUTCOME = "outcome"
    CONFIRM = "confirm"
    SIGN = "sign"
    SETTLE = "settle"
    CHECK_IN = "check_in"
    DESK = "desk"
    OPEN = "open"
    SCREEN = "screen"


_ALL_POSTS = frozenset({Act.OPINION, Act.SUGGESTION, Act.QUESTION, Act.REPLY})

STAGE_ALLOWS: dict[Stage, frozenset[Act]] = {
    Stage.DRAFT: frozenset(),
    Stage.ANNOUNCED: frozenset({Act.CHECK_IN, Act.OPEN, Act.SCREEN}),
    Stage.COLLECTING: _ALL_POSTS
    | {Act.STANCE, Act.ANSWER, Act.MODERATE}
    | {Act.CHECK_IN, Act.DESK, Act.OPEN, Act.SCREEN},
    Stage.LIVE: _ALL_POSTS
    | {Act.STANCE, Act.HAND, Act.FLOOR, Act.ANSWER, Act.MODERATE, Act.AGENDA}
    | {Act.BALLOT, Act.VOTE, Act.OUTCOME}
    | {Act.CHECK_IN, Act.DESK, Act.SCREEN},
    Stage.SUMMARISING: frozenset({Act.ANSWER, Act.MODERATE, Act.OUTCOME, Act.SETTLE, Act.SCREEN}),
    Stage.REVIEW: frozenset({Act.MODERATE, Act.CONFIRM, Act.SIGN, Act.SETTLE, Act.SCREEN}),
    Stage.SEALED: frozenset(),
    Stage.CANCELLED: frozenset(),
}

AGENDA_ALLOWS: dict[AgendaKind, frozenset[Act]] = {
    AgendaKind.BRIEFING: frozenset({Act.QUESTION}),
    AgendaKind.QUESTIONS: frozenset({Act.QUESTION, Act.REPLY}),
    AgendaKind.DISCUSSION: _ALL_POSTS | {Act.STANCE, Act.BALLOT},
    AgendaKind.STANCES: frozenset({Act.STANCE, Act.BALLOT}),
}
_NARROWED_BY_AGENDA = _ALL_POSTS | {Act.STANCE, Act.BALLOT}


def acts_open(stage: Stage, agenda_kind: AgendaKind | None = None) -> frozenset[Act]:
    """What may be done now. While live, the running agenda item narrows who may post what."""
    acts = STAGE_ALLOWS[stage]
    if stage == Stage.LIVE and agenda_kind is not None:
        return (acts - _NARROWED_BY_AGENDA) | AGENDA_ALLOWS[agenda_kind]
    return acts


def current_agenda_item(consultation: Consultation) -> AgendaItem | None:
    """The item that is running, or None. One query where the agenda was not fetched already."""
    agenda = consultation.agenda.all()
    return next((item for item in agenda if item.started_at and not item.ended_at), None)


def acts_open_in(consultation: Consultation) -> frozenset[Act]:
    running = current_agenda_item(consultation) if consultation.stage == Stage.LIVE else None
    return acts_open(Stage(consultation.stage), AgendaKind(running.kind) if running else None)


def require_stage(consultation: Consultation, act: Act) -> None:
    """Pass if the consultation's stage is open for `act`.

    Raises:
        Refusal: `sealed` once archived, else `wrong_stage` with what is going on instead.
    """
    running = current_agenda_item(consultation) if consultation.stage == Stage.LIVE else None
    require_act(Stage(consultation.stage), running, act)


class Step(Protocol):
    """What has to be known of an agenda item that is running."""

    @property
    def kind(self) -> str: ...

    @property
    def title(self) -> str: ...


def require_act(stage: Stage, running: Step | None, act: Act) -> None:
    """As `require_stage`, where stage and running agenda item have been read already."""
    if stage == Stage.SEALED:
        raise Refusal(Code.SEALED)
    if act not in acts_open(stage, AgendaKind(running.kind) if running else None):
        now = running.title if running else stage.label
        raise Refusal(Code.WRONG_STAGE, _("现在是“%(now)s”,这一步还不能做。") % {"now": now})


Guard = Callable[[Consultation], None]


def _has_moderator(consultation: Consultation) -> None:
    if not consultation.seats.filter(role=SeatRole.MODERATOR).exists():
        raise Refusal(Code.WRONG_STATE, _("还没有安排主持人。"))


def _has_work_item(consultation: Consultation) -> None:
    if not consultation.work_items.exists():
        raise Refusal(Code.WRONG_STATE, _("还没有对应年度工作要点的条目。"))


def _is_ready_to_announce(consultation: Consultation) -> None:
    _has_moderator(consultation)
    _has_work_item(consultation)
    if not consultation.agenda.exists():
        raise Refusal(Code.WRONG_STATE, _("还没有安排议程。"))


def _has_outcome(consultation: Consultation) -> None:
    if not consultation.clauses.exists() and not consultation.dissent_notes.exists():
        raise Refusal(Code.WRONG_STATE, _("还没有写下共识或分歧。"))
    if not consultation.minutes.exists():
        raise Refusal(Code.WRONG_STATE, _("还没有起草纪要。"))
    _cites_what_can_be_read(consultation)


def _may_be_published(consultation: Consultation) -> None:
    _leaves_nobody_waiting(consultation)
    _has_outcome(consultation)
    require_clauses_unopposed(consultation)
    require_few_accepted(consultation)


def _leaves_nobody_waiting(consultation: Consultation) -> None:
    held = Opinion.objects.filter(consultation=consultation, state=OpinionState.HELD).count()
    if held:
        sentence = _("还有 %(count)s 条发言等待审核，请先在主持台里通过或退回。")
        raise Refusal(Code.WRONG_STATE, sentence % {"count": held})


def _may_be_sealed(consultation: Consultation) -> None:
    _has_outcome(consultation)
    require_confirmations_unopposed(consultation)
    require_review_over(consultation)


def _cites_what_can_be_read(consultation: Consultation) -> None:
    cited = Opinion.objects.filter(
        Q(clauses__consultation=consultation) | Q(dissent_notes__consultation=consultation)
    )
    hidden = cited.filter(state=OpinionState.HIDDEN).values_list("number", flat=True)
    if number := hidden.order_by("number").first():
        sentence = _("共识或分歧引用的第 %(number)s 号意见已被隐藏，请先改正引用。")
        raise Refusal(Code.WRONG_STATE, sentence % {"number": number})


def _always(_consultation: Consultation) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Transition:
    """One permitted move. Moves back, and cancelling, need a reason."""

    permission: Permission
    guard: Guard = _always
    needs_reason: bool = False


P = Permission
TRANSITIONS: dict[tuple[Stage, Stage], Transition] = {
    (Stage.DRAFT, Stage.ANNOUNCED): Transition(P.CONSULTATION_PREPARE, _is_ready_to_announce),
    (Stage.ANNOUNCED, Stage.DRAFT): Transition(P.CONSULTATION_PREPARE, needs_reason=True),
    (Stage.ANNOUNCED, Stage.COLLECTING): Transition(P.CONSULTATION_PREPARE),
    (Stage.ANNOUNCED, Stage.LIVE): Transition(P.CONSULTATION_OPEN, _has_moderator),
    (Stage.COLLECTING, Stage.LIVE): Transition(P.CONSULTATION_OPEN, _has_moderator),
    (Stage.LIVE, Stage.SUMMARISING): Transition(P.CONSULTATION_OPEN),
    (Stage.SUMMARISING, Stage.LIVE): Transition(P.CONSULTATION_OPEN, needs_reason=True),
    (Stage.SUMMARISING, Stage.REVIEW): Transition(P.OUTCOME_WRITE, _may_be_published),
    (Stage.REVIEW, Stage.SUMMARISING): Transition(P.OUTCOME_WRITE, needs_reason=True),
    (Stage.REVIEW, Stage.SEALED): Transition(P.CONSULTATION_SEAL, _may_be_sealed),
    **{
        (stage, Stage.CANCELLED): Transition(P.CONSULTATION_CANCEL, needs_reason=True)
        for stage in (Stage.DRAFT, Stage.ANNOUNCED, Stage.COLLECTING, Stage.LIVE)
    },
}


def require_move(consultation: Consultation, *, to: Stage, by: Visitor, reason: str) -> str:
    """Pass if `by` may move the consultation there now; returns the reason as it is kept.

    The consultation has to be read under its room's lock.

    Raises:
        Refusal: `not_found`, `sign_in`, `forbidden`; `sealed` once archived; `wrong_stage` where
            no such move exists; `empty` without a needed reason; `wrong_state` with what lacks.
    """
    origin = Stage(consultation.stage)
    transition = TRANSITIONS.get((origin, to))
    require(by, transition.permission if transition else Permission.ROOM_ENTER, consultation)
    if transition is None:
        if origin == Stage.SEALED:
            raise Refusal(Code.SEALED)
        sentence = _("“%(origin)s”之后不能直接进入“%(to)s”。")
        raise Refusal(Code.WRONG_STAGE, sentence % {"origin": origin.label, "to": to.label})
    reason = optional_line(reason, max_length=MAX_REASON, field="reason")
    if transition.needs_reason and not reason:
        raise Refusal(Code.EMPTY, _("请写明理由。"), field="reason")
    transition.guard(consultation)
    return reason


def moves_open_to(visitor: Visitor, consultation: Consultation) -> list[tuple[Stage, Transition]]:
    """The moves that the visitor may try now, in the table's order. Guards are not run."""
    granted = permissions_of(visitor, consultation)
    return [
        (to, transition)
        for (origin, to), transition in TRANSITIONS.items()
        if origin == consultation.stage and transition.permission in granted
    ]
