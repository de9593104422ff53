import pytest

from consultations.domain.stages import (
    TRANSITIONS,
    Act,
    acts_open,
    acts_open_in,
    moves_open_to,
    require_stage,
)
from consultations.models import AgendaKind, Consultation, Stage
from hall.errors import Code, Refusal
from members.roles import Permission, Role
from tests.factories import make_consultation, make_person

POSTS = {Act.OPINION, Act.SUGGESTION, Act.QUESTION, Act.REPLY}
DESK = {Act.CHECK_IN, Act.DESK, Act.SCREEN}
FLOOR = {Act.HAND, Act.FLOOR, Act.ANSWER}
ALWAYS_LIVE = {Act.MODERATE, Act.AGENDA, Act.VOTE, Act.OUTCOME} | FLOOR | DESK
ALWAYS_COLLECTING = {Act.STANCE, Act.ANSWER, Act.MODERATE, Act.OPEN} | DESK


def test_every_stage_can_be_reached_from_draft() -> None:
    reached, edge = {Stage.DRAFT}, {Stage.DRAFT}
    while edge:
        edge = {to for origin, to in TRANSITIONS if origin in edge} - reached
        reached |= edge
    assert reached == set(Stage)


def test_nothing_leads_out_of_the_end() -> None:
    assert not [origin for origin, _to in TRANSITIONS if origin in {Stage.SEALED, Stage.CANCELLED}]


def test_going_back_and_calling_off_need_a_reason() -> None:
    order = list(Stage)
    back = {pair for pair in TRANSITIONS if order.index(pair[1]) < order.index(pair[0])}
    called_off = {pair for pair in TRANSITIONS if pair[1] == Stage.CANCELLED}
    assert {pair for pair, move in TRANSITIONS.items() if move.needs_reason} == back | called_off


@pytest.mark.parametrize(
    ("stage", "running", "acts"),
    [
        (Stage.DRAFT, None, set()),
        (Stage.ANNOUNCED, None, {Act.CHECK_IN, Act.OPEN, Act.SCREEN}),
        (Stage.COLLECTING, None, POSTS | ALWAYS_COLLECTING),
        (Stage.COLLECTING, AgendaKind.BRIEFING, POSTS | ALWAYS_COLLECTING),
        (Stage.LIVE, None, POSTS | {Act.STANCE, Act.BALLOT} | ALWAYS_LIVE),
        (Stage.LIVE, AgendaKind.BRIEFING, {Act.QUESTION} | ALWAYS_LIVE),
        (Stage.LIVE, AgendaKind.QUESTIONS, {Act.QUESTION, Act.REPLY} | ALWAYS_LIVE),
        (Stage.LIVE, AgendaKind.DISCUSSION, POSTS | {Act.STANCE, Act.BALLOT} | ALWAYS_LIVE),
        (Stage.LIVE, AgendaKind.STANCES, {Act.STANCE, Act.BALLOT} | ALWAYS_LIVE),
        (
            Stage.SUMMARISING,
            None,
            {Act.ANSWER, Act.MODERATE, Act.OUTCOME, Act.SETTLE, Act.SCREEN},
        ),
        (Stage.REVIEW, None, {Act.MODERATE, Act.CONFIRM, Act.SIGN, Act.SETTLE, Act.SCREEN}),
        (Stage.SEALED, None, set()),
        (Stage.CANCELLED, None, set()),
    ],
)
def test_acts_open_by_stage_and_agenda(
    stage: Stage, running: AgendaKind | None, acts: set[Act]
) -> None:
    assert acts_open(stage, running) == acts


@pytest.mark.django_db
@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("stage", [stage for stage in Stage if stage != Stage.SEALED])
def test_require_stage_agrees_with_acts_open(stage: Stage, act: Act) -> None:
    consultation = make_consultation(stage)
    if act in acts_open_in(consultation):
        require_stage(consultation, act)
        return
    with pytest.raises(Refusal) as refused:
        require_stage(consultation, act)
    assert refused.value.code == Code.WRONG_STAGE
    assert refused.value.message == f"现在是“{stage.label}”,这一步还不能做。"


def test_require_stage_says_sealed() -> None:
    with pytest.raises(Refusal) as refused:
        require_stage(Consultation(stage=Stage.SEALED), Act.OPINION)
    assert refused.value.code == Code.SEALED


@pytest.mark.django_db
@pytest.mark.parametrize("stage", list(Stage))
def test_moves_open_to_follow_permissions(stage: Stage) -> None:
    consultation = make_consultation(stage)
    staff, resident = make_person(Role.STAFF), make_person()
    expected = [
        to
        for (origin, to), move in TRANSITIONS.items()
        if origin == stage and move.permission != Permission.AGENDA_MOVE
    ]
    assert [to for to, _move in moves_open_to(staff, consultation)] == expected
    assert moves_open_to(resident, consultation) == []
