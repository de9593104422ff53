"""The editor of the outcome, and how what was written there is shown to everyone."""

import re
import uuid
from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from consultations.domain.check_ins import DeskArrival, check_in_at_desk
from consultations.domain.confirmations import Answer, confirm_clauses
from consultations.domain.consultations import move_stage
from consultations.domain.corrections import correct_opinion
from consultations.domain.desk import enter_opinion
from consultations.domain.outcomes import write_clause
from consultations.models import (
    Confirmed,
    ConsensusClause,
    Consultation,
    DissentNote,
    OpinionKind,
    OpinionMapState,
    Stage,
    StanceValue,
)
from members.roles import Role, SeatRole
from tests.domain.test_opinion_map import room_of
from tests.factories import (
    bring_to_review,
    make_clause,
    make_consultation,
    make_minutes,
    make_opinion,
    make_stance,
    moderator_of,
    seated,
)
from tests.web.conftest import As
from tests.web.reading import said, text

pytestmark = pytest.mark.django_db


def test_outcome_marks_what_the_desk_put_right_where_it_is_cited(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    by = moderator_of(room)
    arrival = DeskArrival(key=uuid.uuid4(), name="王小明")
    entry = check_in_at_desk(room, arrival=arrival, by=by)
    fields = {"kind": OpinionKind.OPINION, "text": "赞成加装。", "key": uuid.uuid4()}
    enter_opinion(room, attendee=entry.key, by=by, **fields)
    correct_opinion(room, number=1, text="反对加装。", key=uuid.uuid4(), by=by)
    make_clause(room, room.opinions.get())
    bring_to_review(room)
    page = said(visit(None).get(reverse("consultation", args=[room.pk])))
    assert re.search(r"现场代录 · [^<]* 更正", page)


def test_opposed_clause_is_refused_and_registered_as_dissent(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    opinion = make_opinion(room, text="夜间开放。")
    for _ in range(9):
        make_stance(opinion, value=StanceValue.DISAGREE)
    browser = visit(seated(room, SeatRole.MODERATOR, Role.MEMBER))
    words = {"text": "夜间开放。", "evidence": "1"}
    refused = browser.post(reverse("outcome_write", args=[room.pk, "clause"]), words)
    register = reverse("outcome_register", args=[room.pk])
    assert refused.status_code == 422
    assert "表态的人多数不赞成第 1 号意见：9 人不赞成" in said(refused)
    assert f'formaction="{register}"' in text(refused)
    sent = browser.post(register, words, follow=True)
    assert "已用中立的话登记为分歧" in said(sent)
    assert not ConsensusClause.objects.exists()
    assert DissentNote.objects.get().text.startswith("有人提出“夜间开放”，对此看法不一")


def test_clause_draft_starts_from_chosen_opinions(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    for _ in range(2):
        make_stance(make_opinion(room))
    browser = visit(seated(room, SeatRole.MODERATOR, Role.MEMBER))
    page = browser.get(reverse("outcome_edit", args=[room.pk]), {"cite": ["2", "1", "x", "77"]})
    assert 'value="1、2、77"' in text(page)
    assert "100% 赞成（21%–100%，1 人）" in said(page)
    assert "不到 9 人，还谈不上共识" in said(page)
    words = {"text": "还没写完", "evidence": "2", "look": "1"}
    looked = browser.post(reverse("outcome_write", args=[room.pk, "clause"]), words)
    assert looked.status_code == 200
    assert said(looked).count("100% 赞成（21%–100%，1 人）") == 1
    assert "还没写完" in text(looked)
    assert not ConsensusClause.objects.exists()


def test_public_page_marks_few_voices_and_shows_shares_with_intervals(
    reviewed: Consultation, visit: As
) -> None:
    page = said(visit(None).get(reverse("consultation", args=[reviewed.pk])))
    assert "表态不足 9 人 依据的意见表态的人少，占比只供参考。" in page
    assert "全体 100% 赞成（21%–100%，1 人） 表态不足 9 人" in page


def test_clause_on_few_voices_is_accepted_in_the_editor(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    moderator = seated(room, SeatRole.MODERATOR, Role.MEMBER)
    make_stance(make_opinion(room))
    write_clause(room, by=moderator, text="先修路灯。", evidence=[1])
    make_minutes(room)
    move_stage(room, to=Stage.SUMMARISING, by=room.prepared_by)
    browser, stage = visit(moderator), reverse("consultation_stage", args=[room.pk])
    assert "请在成果页逐条确认" in said(browser.post(stage, {"to": "review"}, follow=True))
    editor = browser.get(reverse("outcome_edit", args=[room.pk]))
    few = reverse("outcome_few", args=[room.pk])
    assert f'action="{few}"' in text(editor)
    version = room.clauses.get().updated_at.isoformat()
    after = browser.post(few, {"position": "1", "expected": version}, follow=True)
    assert "已确认仍作为共识" in said(after)
    assert "公示确认" in said(browser.post(stage, {"to": "review"}, follow=True))


def test_editor_leads_from_a_refused_confirmation_to_the_dissent_register(
    reviewed: Consultation, visit: As
) -> None:
    staff = reviewed.prepared_by
    for _ in range(5):
        person = seated(reviewed)
        confirm_clauses(reviewed, person=person, answers=[Answer(1, Confirmed.AGAINST, "太贵")])
    browser, stage = visit(staff), reverse("consultation_stage", args=[reviewed.pk])
    with time_machine.travel(datetime(2026, 3, 20, 3, 0, tzinfo=UTC), tick=False):
        sealed = browser.post(stage, {"to": "sealed"}, follow=True)
    assert "确认的 5 人里有 5 人反对，不能作为共识归档" in said(sealed)
    browser.post(stage, {"to": "summarising", "reason": "多数反对"})
    editor = browser.get(reverse("outcome_edit", args=[reviewed.pk]))
    assert "确认的 5 人里有 5 人反对" in said(editor)
    clause = reviewed.clauses.get()
    words = {
        "text": clause.text,
        "evidence": "1",
        "position": "1",
        "expected": clause.updated_at.isoformat(),
    }
    sent = browser.post(reverse("outcome_register", args=[reviewed.pk]), words, follow=True)
    assert "已用中立的话登记为分歧" in said(sent)
    assert not ConsensusClause.objects.exists()


def test_editor_and_publishing_hold_clauses_against_the_newest_map(visit: As) -> None:
    room, _people = room_of((10, 8))
    staff = room.prepared_by
    browser = visit(staff)
    assert not OpinionMapState.objects.exists()
    page = said(browser.get(reverse("outcome_edit", args=[room.pk]), {"cite": "5"}))
    assert "B 组 100% 不赞成（68%–100%，8 人） 反对" in page
    OpinionMapState.objects.all().delete()
    write_clause(room, by=staff, text="照办。", evidence=[5])  # no group is known of
    make_minutes(room)
    move_stage(room, to=Stage.SUMMARISING, by=staff)
    stage = reverse("consultation_stage", args=[room.pk])
    assert "B 组多数不赞成第 5 号意见" in said(browser.post(stage, {"to": "review"}, follow=True))
    room.refresh_from_db()
    assert room.stage == Stage.SUMMARISING
