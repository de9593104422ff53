from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from consultations.domain.agenda import AgendaDraft, move_agenda
from consultations.domain.consultations import create_consultation, edit_consultation, move_stage
from consultations.domain.opinions import hide_opinion
from consultations.domain.stages import TRANSITIONS
from consultations.domain.stances import votes_digest
from consultations.models import (
    Admission,
    AgendaKind,
    Consultation,
    Kind,
    RoomEvent,
    RoomHead,
    Seat,
    Stage,
    StageChange,
    TopicStatus,
)
from hall.errors import Code, Refusal
from members.roles import HALL_TABLE, SEAT_TABLE, Permission, Role, SeatRole
from tests.factories import (
    AGENDA,
    STARTS_AT,
    make_clause,
    make_consultation,
    make_item,
    make_minutes,
    make_opinion,
    make_person,
    make_stance,
    make_topic,
    seated,
)

pytestmark = pytest.mark.django_db


def preparation(**changed: Any) -> dict[str, Any]:
    return {
        "title": "农贸市场改造协商会",
        "question": "市场改造期间摊位怎么安排？",
        "kind": Kind.THEMATIC,
        "starts_at": STARTS_AT,
        "ends_at": STARTS_AT + timedelta(hours=1),
        "admission": Admission.INVITED,
        "venue": "城关镇文化站",
        "work_items": [],
        "agenda": AGENDA,
        **changed,
    }


def refusal(act: Any, *args: Any, **kwargs: Any) -> tuple[Code, str]:
    with pytest.raises(Refusal) as refused:
        act(*args, **kwargs)
    return refused.value.code, refused.value.message


def test_create_consultation_opens_an_empty_log_and_seats_nobody() -> None:
    topic, staff, item = make_topic(), make_person(Role.STAFF), make_item()
    made = create_consultation(
        topic, by=staff, **preparation(work_items=[item], title=" 农贸  市场 ")
    )
    row = Consultation.objects.get(pk=made.pk)
    assert (row.topic, row.prepared_by, row.stage, row.title) == (
        topic,
        staff,
        Stage.DRAFT,
        "农贸 市场",
    )
    assert (row.kind, row.admission, row.venue) == ("thematic", "invited", "城关镇文化站")
    assert list(row.work_items.all()) == [item]
    assert [
        AgendaDraft(AgendaKind(step.kind), step.title, step.minutes) for step in row.agenda.all()
    ] == AGENDA
    assert [step.position for step in row.agenda.all()] == [1, 2, 3, 4]
    assert (row.head.seq, row.head.opinions, len(row.head.epoch)) == (0, 0, 16)
    assert Seat.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"title": " "}, Code.EMPTY, "title"),
        ({"title": "长" * 81}, Code.TOO_LONG, "title"),
        ({"question": ""}, Code.EMPTY, "question"),
        ({"venue": "远" * 121}, Code.TOO_LONG, "venue"),
        ({"ends_at": STARTS_AT}, Code.INVALID, "ends_at"),
        ({"agenda": [replace(AGENDA[0], minutes=0)]}, Code.INVALID, "agenda"),
        ({"agenda": [replace(AGENDA[0], title=" ")]}, Code.EMPTY, "agenda"),
        ({"agenda": AGENDA * 6}, Code.TOO_MANY, "agenda"),
    ],
)
def test_create_consultation_refuses_what_is_filled_in_wrong(
    changed: dict[str, Any], code: Code, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        create_consultation(make_topic(), by=make_person(Role.STAFF), **preparation(**changed))
    assert (refused.value.code, refused.value.field) == (code, field)
    assert Consultation.objects.count() == 0


@pytest.mark.parametrize("status", [TopicStatus.PROPOSED, TopicStatus.DECLINED])
def test_create_consultation_needs_an_accepted_topic(status: TopicStatus) -> None:
    topic = make_topic(status=status, decision_reason="不在职权内")
    said = refusal(create_consultation, topic, by=make_person(Role.STAFF), **preparation())
    assert said == (Code.WRONG_STATE, "议题采纳之后才能安排协商会。")


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.MEMBER, Role.DEPARTMENT])
def test_create_consultation_needs_permission(role: Role) -> None:
    said = refusal(create_consultation, make_topic(), by=make_person(role), **preparation())
    assert said[0] == Code.FORBIDDEN


def test_edit_consultation_in_draft_leaves_the_log_alone() -> None:
    consultation = make_consultation()
    edit_consultation(consultation, by=consultation.prepared_by, **preparation())
    row = Consultation.objects.get(pk=consultation.pk)
    assert (row.title, row.kind, row.work_items.count()) == ("农贸市场改造协商会", "thematic", 0)
    assert RoomHead.objects.get(pk=row.pk).seq == 0


def test_edit_consultation_once_announced_is_logged() -> None:
    consultation = make_consultation(Stage.ANNOUNCED)
    agenda = [AgendaDraft(AgendaKind.DISCUSSION, "讨论", 30)]
    edit_consultation(
        consultation,
        by=consultation.prepared_by,
        **preparation(agenda=agenda, work_items=[make_item()]),
    )
    event = RoomEvent.objects.get(consultation=consultation)
    assert (event.seq, event.type, event.audience) == (1, "consultation.changed", "everyone")
    assert event.body == {
        "title": "农贸市场改造协商会",
        "question": "市场改造期间摊位怎么安排？",
        "kind": "thematic",
        "starts_at": "2026-05-12T01:00:00.000000Z",
        "ends_at": "2026-05-12T02:00:00.000000Z",
        "venue": "城关镇文化站",
        "agenda": [{"position": 1, "kind": "discussion", "title": "讨论", "minutes": 30}],
    }


@pytest.mark.parametrize(
    ("changed", "field"), [({"work_items": []}, "work_items"), ({"agenda": []}, "agenda")]
)
def test_edit_consultation_once_announced_keeps_what_announcing_needed(
    changed: dict[str, Any], field: str
) -> None:
    consultation = make_consultation(Stage.COLLECTING)
    fields = preparation(**{"work_items": [make_item()], **changed})
    with pytest.raises(Refusal) as refused:
        edit_consultation(consultation, by=consultation.prepared_by, **fields)
    assert (refused.value.code, refused.value.field) == (Code.INVALID, field)


@pytest.mark.parametrize(
    "stage", [s for s in Stage if s not in {Stage.DRAFT, Stage.ANNOUNCED, Stage.COLLECTING}]
)
def test_edit_consultation_is_over_once_live(stage: Stage) -> None:
    consultation = make_consultation(stage)
    said = refusal(edit_consultation, consultation, by=consultation.prepared_by, **preparation())
    assert said[0] == Code.WRONG_STAGE


def ready(stage: Stage) -> Consultation:
    """A consultation at `stage` whose every guard passes."""
    consultation = make_consultation(Stage.LIVE)
    seated(consultation, SeatRole.MODERATOR)
    opinion = make_opinion(consultation)
    make_clause(consultation, opinion)
    make_minutes(consultation)
    consultation.stage = stage
    consultation.cancel_reason = "天气" if stage == Stage.CANCELLED else ""
    consultation.save(update_fields=["stage", "cancel_reason"])
    return consultation


@pytest.mark.parametrize(
    ("origin", "to"), [pair for pair in TRANSITIONS if pair[1] != Stage.SEALED]
)
def test_move_stage_makes_each_move_of_the_table(origin: Stage, to: Stage) -> None:
    consultation = ready(origin)
    staff = consultation.prepared_by
    before = RoomHead.objects.get(pk=consultation.pk).seq
    event = move_stage(consultation, to=to, by=staff, reason=" 另行  安排 ")
    row = Consultation.objects.get(pk=consultation.pk)
    assert row.stage == to
    assert (event.type, event.body, event.by_id) == (
        "stage.moved",
        {"from": origin, "to": to, "reason": "另行 安排"},
        staff.pk,
    )
    change = StageChange.objects.get()
    assert (change.from_stage, change.to_stage, change.reason, change.by, change.at) == (
        origin,
        to,
        "另行 安排",
        staff,
        event.at,
    )
    new = list(RoomEvent.objects.filter(consultation=row, seq__gt=before))
    expected = ["stances.closed"] if origin == Stage.LIVE else []
    expected += ["stage.moved"] + (["outcome.published"] if to == Stage.REVIEW else [])
    assert [event.type for event in new] == expected
    assert row.closed_at == (event.at if origin == Stage.LIVE else None)
    assert row.cancel_reason == ("另行 安排" if to == Stage.CANCELLED else "")


@pytest.mark.parametrize(
    ("origin", "to"),
    [pair for pair in product(Stage, Stage) if pair not in TRANSITIONS and pair[0] != Stage.SEALED],
)
def test_move_stage_refuses_each_move_that_is_not_in_the_table(origin: Stage, to: Stage) -> None:
    consultation = ready(origin)
    said = refusal(move_stage, consultation, to=to, by=consultation.prepared_by, reason="理由")
    assert said == (Code.WRONG_STAGE, f"“{origin.label}”之后不能直接进入“{to.label}”。")
    assert StageChange.objects.count() == 0


def test_move_stage_leaves_sealing_to_the_archive() -> None:
    consultation = ready(Stage.REVIEW)
    said = refusal(move_stage, consultation, to=Stage.SEALED, by=consultation.prepared_by)
    assert said == (Code.WRONG_STAGE, "归档要通过“归档”来完成。")


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    ("origin", "to"), [pair for pair in TRANSITIONS if pair[1] != Stage.SEALED]
)
def test_move_stage_is_for_the_hall_roles_of_the_table(
    origin: Stage, to: Stage, role: Role
) -> None:
    consultation, person = ready(origin), make_person(role)
    if TRANSITIONS[origin, to].permission in HALL_TABLE[role]:
        move_stage(consultation, to=to, by=person, reason="理由")
        return
    said = refusal(move_stage, consultation, to=to, by=person, reason="理由")
    assert said[0] == (Code.NOT_FOUND if origin == Stage.DRAFT else Code.FORBIDDEN)


@pytest.mark.parametrize("role", list(SeatRole))
@pytest.mark.parametrize(
    ("origin", "to"), [pair for pair in TRANSITIONS if pair[1] != Stage.SEALED]
)
def test_move_stage_is_for_the_seats_of_the_table(origin: Stage, to: Stage, role: SeatRole) -> None:
    consultation = ready(origin)
    person = seated(consultation, role)
    if TRANSITIONS[origin, to].permission in SEAT_TABLE[role]:
        move_stage(consultation, to=to, by=person, reason="理由")
        return
    knows = origin != Stage.DRAFT or Permission.CONSULTATION_SEE_DRAFT in SEAT_TABLE[role]
    said = refusal(move_stage, consultation, to=to, by=person, reason="理由")
    assert said[0] == (Code.FORBIDDEN if knows else Code.NOT_FOUND)


@pytest.mark.parametrize(
    ("origin", "to"), [pair for pair, move in TRANSITIONS.items() if move.needs_reason]
)
def test_move_stage_asks_for_the_reason(origin: Stage, to: Stage) -> None:
    consultation = ready(origin)
    said = refusal(move_stage, consultation, to=to, by=consultation.prepared_by, reason=" ")
    assert said == (Code.EMPTY, "请写明理由。")


def test_announcing_needs_moderator_work_item_and_agenda() -> None:
    consultation = make_consultation(work_items=[], agenda=[])
    staff = consultation.prepared_by

    def announce() -> str:
        code, said = refusal(move_stage, consultation, to=Stage.ANNOUNCED, by=staff)
        assert code == Code.WRONG_STATE
        return said

    assert announce() == "还没有安排主持人。"
    seated(consultation, SeatRole.MODERATOR)
    assert announce() == "还没有对应年度工作要点的条目。"
    consultation.work_items.set([make_item()])
    assert announce() == "还没有安排议程。"


def test_review_needs_a_sentence_and_minutes_and_readable_evidence() -> None:
    consultation = make_consultation(Stage.LIVE)
    moderator = seated(consultation, SeatRole.MODERATOR)
    opinion = make_opinion(consultation)
    move_stage(consultation, to=Stage.SUMMARISING, by=moderator)

    def review() -> str:
        code, said = refusal(move_stage, consultation, to=Stage.REVIEW, by=moderator)
        assert code == Code.WRONG_STATE
        return said

    assert review() == "还没有写下共识或分歧。"
    make_clause(consultation, opinion)
    assert review() == "还没有起草纪要。"
    make_minutes(consultation)
    hide_opinion(consultation, number=1, reason="含个人信息", by=moderator)
    assert review() == "共识或分歧引用的第 1 号意见已被隐藏，请先改正引用。"


def test_entering_review_publishes_the_outcome() -> None:
    consultation = make_consultation(Stage.LIVE)
    first, second = make_opinion(consultation), make_opinion(consultation)
    clause = make_clause(consultation, second, "先换管网。")
    clause.evidence.add(first)
    make_minutes(consultation)
    move_stage(consultation, to=Stage.SUMMARISING, by=consultation.prepared_by)
    move_stage(consultation, to=Stage.REVIEW, by=consultation.prepared_by)
    event = RoomEvent.objects.get(type="outcome.published")
    assert event.audience == "everyone"
    assert event.body == {
        "clauses": [{"position": 1, "text": "先换管网。", "evidence": [1, 2], "few_voices": True}],
        "dissent": [],
        "minutes_version": 1,
        "objections_until": None,
    }


def test_leaving_live_closes_the_floor(live_room: Consultation) -> None:
    staff = live_room.prepared_by
    moderator = seated(live_room, SeatRole.MODERATOR)
    opinion, other = make_opinion(live_room), make_opinion(live_room)
    make_stance(opinion)
    make_stance(opinion, value=-1)
    make_stance(other, value=0)
    move_agenda(live_room, to=2, by=moderator)
    moved = move_stage(live_room, to=Stage.SUMMARISING, by=staff)
    ended, closed, last = RoomEvent.objects.filter(consultation=live_room, seq__gt=moved.seq - 3)
    assert (ended.type, ended.body["ended"], ended.body["started"]) == ("agenda.moved", 2, None)
    assert live_room.agenda.get(position=2).ended_at == ended.at
    assert closed.body == {
        "tallies": [
            {"number": 1, "agree": 1, "disagree": 1, "passed": 0},
            {"number": 2, "agree": 0, "disagree": 0, "passed": 1},
        ],
        "votes_digest": votes_digest(live_room, closed.salt),
    }
    assert last == moved
    assert Consultation.objects.get(pk=live_room.pk).closed_at == moved.at


def test_leaving_live_counts_who_took_part_as_present(live_room: Consultation) -> None:
    opinion = make_opinion(live_room)
    stance = make_stance(opinion)
    silent = seated(live_room)
    move_stage(live_room, to=Stage.SUMMARISING, by=live_room.prepared_by)
    present = set(
        Seat.objects.filter(first_seen_at=live_room.opened_at).values_list("person_id", flat=True)
    )
    assert present == {opinion.author_id, stance.person_id}
    assert silent.pk not in present


def test_going_live_again_keeps_the_opening(live_room: Consultation) -> None:
    staff, opened = live_room.prepared_by, live_room.opened_at
    move_stage(live_room, to=Stage.SUMMARISING, by=staff)
    move_stage(live_room, to=Stage.LIVE, by=staff, reason="还有人要发言")
    row = Consultation.objects.get(pk=live_room.pk)
    assert (row.opened_at, row.closed_at) == (opened, None)


def test_going_live_sets_the_opening() -> None:
    consultation = make_consultation(Stage.ANNOUNCED)
    moderator = seated(consultation, SeatRole.MODERATOR)
    event = move_stage(consultation, to=Stage.LIVE, by=moderator)
    assert Consultation.objects.get(pk=consultation.pk).opened_at == event.at
