"""Confirming, signing, objecting and comparing by plain forms, and walking both ways."""

import re
import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from consultations.domain.check_ins import DeskArrival, check_in_at_desk
from consultations.domain.confirmations import Answer, confirm_clauses
from consultations.domain.consultations import move_stage
from consultations.domain.corrections import correct_opinion
from consultations.domain.desk import enter_opinion
from consultations.domain.erasures import ask_erasure, confirm_erasure
from consultations.domain.merging import merge_opinions
from consultations.domain.minutes import save_minutes
from consultations.domain.minutes_draft import draft_minutes
from consultations.domain.opinions import hide_opinion
from consultations.domain.outcomes import write_clause
from consultations.models import (
    ClauseConfirmation,
    Confirmed,
    ConsensusClause,
    Consultation,
    DissentNote,
    MinutesObjection,
    MinutesSignature,
    OpinionKind,
    OpinionMapState,
    RoomHead,
    Stage,
    StanceValue,
)
from members.models import Person
from members.roles import Role, SeatRole
from tests.domain.test_opinion_map import room_of
from tests.factories import (
    STARTS_AT,
    bring_to_review,
    make_clause,
    make_consultation,
    make_dissent,
    make_item,
    make_minutes,
    make_opinion,
    make_person,
    make_plan,
    make_section,
    make_stance,
    moderator_of,
    seated,
)
from tests.web.conftest import As

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 2, 13, 3, 0, tzinfo=UTC)
BODY = (
    "<h3>纪要</h3><p>会议开始。</p><p>张师傅提出先换管网（意见 1），共有意见 7 条，见记录 2。</p>"
)


@pytest.fixture
def room(settings: Any) -> Consultation:
    settings.HALL_OBJECTION_DAYS = 5
    with time_machine.travel(FRIDAY, tick=False):
        made = bring_to_review(make_consultation(Stage.LIVE))
        Consultation.objects.filter(pk=made.pk).update(stage=Stage.SUMMARISING)
        save_minutes(made, by=made.prepared_by, body=BODY)
        Consultation.objects.filter(pk=made.pk).update(stage=Stage.REVIEW)
    made.refresh_from_db()
    return made


@pytest.fixture
def attendee(room: Consultation) -> Person:
    return seated(room, alias="张师傅", first_seen_at=STARTS_AT)


def text(response: Any) -> str:
    return str(response.content.decode())


def said(response: Any) -> str:
    """What a reader of the page reads: without tags and runs of space."""
    return " ".join(re.sub(r"<[^>]+>", " ", text(response)).split())


def test_clauses_are_confirmed_by_form_and_may_be_changed(
    room: Consultation, attendee: Person, visit: As
) -> None:
    browser, address = visit(attendee), reverse("confirm", args=[room.pk])
    page = browser.get(address)
    seen = room.clauses.get().updated_at.isoformat()
    assert f'value="{seen}"' in text(page)
    sent = browser.post(address, {"c1-value": "agree", "c1-reason": "", "c1-seen": seen})
    assert (sent.status_code, sent.headers["Location"]) == (302, address)
    again = {"c1-value": "against", "c1-reason": "费用没说清。", "c1-seen": seen}
    browser.post(address, again)
    kept = ClauseConfirmation.objects.get()
    assert (kept.value, kept.reason, kept.person) == ("against", "费用没说清。", attendee)
    public = said(visit(None).get(reverse("consultation", args=[room.pk])))
    assert "确认：同意 0 有保留意见 0 反对 1" in public
    assert "居民：同意 0、保留 0、反对 1" in public
    assert "张师傅 · 居民 · 反对：费用没说清。" in public


def test_confirming_says_at_the_clause_what_is_missing(
    room: Consultation, attendee: Person, visit: As
) -> None:
    address = reverse("confirm", args=[room.pk])
    sent = visit(attendee).post(address, {"c1-value": "reserved", "c1-reason": " "})
    assert sent.status_code == 422
    assert "有保留意见或者反对，请写明理由" in said(sent)
    assert not ClauseConfirmation.objects.exists()


def test_nothing_chosen_confirms_nothing(room: Consultation, attendee: Person, visit: As) -> None:
    sent = visit(attendee).post(reverse("confirm", args=[room.pk]), {"c1-reason": "只写了理由"})
    assert sent.status_code == 302
    assert not ClauseConfirmation.objects.exists()


def test_who_may_open_what(room: Consultation, attendee: Person, visit: As) -> None:
    confirm, minutes = (reverse(name, args=[room.pk]) for name in ("confirm", "minutes"))
    compare = reverse("minutes_compare", args=[room.pk]) + "?old=1&new=2"
    stranger, observer = make_person(), seated(room, SeatRole.OBSERVER)
    assert visit(None).get(confirm).status_code == 302
    assert visit(stranger).get(confirm).status_code == 403
    assert visit(observer).get(confirm).status_code == 403
    for person in (None, stranger, attendee):
        assert visit(person).get(minutes).status_code == 200
    assert [
        visit(person).get(compare).status_code
        for person in (None, stranger, attendee, room.prepared_by)
    ] == [404, 404, 200, 200]


def test_minutes_are_not_public_before_the_review(visit: As) -> None:
    room = make_consultation(Stage.SUMMARISING)
    make_minutes(room)
    address = reverse("minutes", args=[room.pk])
    assert visit(make_person()).get(address).status_code == 404
    assert visit(room.prepared_by).get(address).status_code == 200


def test_minutes_link_the_items_of_plans_that_they_name(visit: As) -> None:
    plan = make_plan(title="工作要点<A&B>")
    item = make_item(make_section(plan), number=7)
    room = make_consultation(Stage.SUMMARISING, work_items=[item])
    make_minutes(room, draft_minutes(room))
    page = text(visit(room.prepared_by).get(reverse("minutes", args=[room.pk])))
    named = "《工作要点&lt;A&amp;B&gt;》第 7 条"
    assert f'<a href="{reverse("work_item", args=[item.pk])}">{named}</a>' in page


@time_machine.travel(FRIDAY)
def test_minutes_link_what_they_name(room: Consultation, visit: As) -> None:
    page = text(visit(None).get(reverse("minutes", args=[room.pk])))
    opinion = reverse("opinion", args=[room.pk, 1])
    record = reverse("record", args=[room.pk, 2])
    assert f'<p id="p3">张师傅提出先换管网（<a href="{opinion}">意见 1</a>），共有意见 7 条' in page
    assert f'<a href="{record}#r2">记录 2</a>' in page
    assert "异议期到 2月27日（周五）为止" in page


@time_machine.travel(FRIDAY)
def test_attendee_signs_by_form(room: Consultation, attendee: Person, visit: As) -> None:
    browser = visit(attendee)
    sent = browser.post(reverse("minutes_sign", args=[room.pk]), {"version": "2"}, follow=True)
    assert "您已签认纪要第 2 版。" in said(sent)
    assert "看完去签认" not in said(sent)
    assert MinutesSignature.objects.get().person == attendee
    stale = browser.post(reverse("minutes_sign", args=[room.pk]), {"version": "1"}, follow=True)
    assert "纪要已有新的一版" in said(stale)


@time_machine.travel(FRIDAY)
def test_objection_is_made_and_answered_by_form(
    room: Consultation, attendee: Person, visit: As
) -> None:
    address = reverse("minutes_object", args=[room.pk])
    words = {"version": "2", "paragraph": "3", "passage": "先换管网", "text": "我说的是先修路。"}
    wrong = visit(attendee).post(address, {**words, "passage": "没有的话"})
    assert (wrong.status_code, "引用的话不在这一段里。" in said(wrong)) == (422, True)
    sent = visit(attendee).post(address, words)
    assert sent.headers["Location"] == reverse("minutes", args=[room.pk]) + "#objection-1"
    answer = reverse("minutes_answer", args=[room.pk, 1])
    empty = visit(room.prepared_by).post(answer, {"verdict": "explained", "answer": ""})
    assert empty.status_code == 422
    assert visit(attendee).post(answer, {"verdict": "explained", "answer": "不"}).status_code in {
        403,
        422,
    }
    visit(room.prepared_by).post(answer, {"verdict": "explained", "answer": "已核对录音。"})
    objection = MinutesObjection.objects.get()
    assert (objection.verdict, objection.answer) == ("explained", "已核对录音。")
    public = said(visit(None).get(reverse("minutes", args=[room.pk])))
    assert "我说的是先修路。" in public
    assert "已核对录音。" in public


def test_versions_are_compared_for_eyes_and_ears(
    room: Consultation, attendee: Person, visit: As
) -> None:
    Consultation.objects.filter(pk=room.pk).update(stage=Stage.SUMMARISING)
    save_minutes(room, by=room.prepared_by, body=BODY.replace("会议开始", "会议准时开始"))
    Consultation.objects.filter(pk=room.pk).update(stage=Stage.REVIEW)
    address = reverse("minutes_compare", args=[room.pk])
    page = text(visit(attendee).get(f"{address}?old=2&new=3"))
    assert '会议<ins><span class="visually-hidden">（新写）</span>准时</ins>开始。' in page
    back = text(visit(attendee).get(f"{address}?old=3&new=2"))
    assert '会议<del><span class="visually-hidden">（删去）</span>准时</del>开始。' in back
    assert visit(attendee).get(f"{address}?old=2&new=9").status_code == 404
    assert visit(attendee).get(address).status_code == 404


def test_one_walks_from_the_clause_to_the_opinion_and_back(room: Consultation, visit: As) -> None:
    author = room.opinions.get().author
    opinion = reverse("opinion", args=[room.pk, 1])
    consultation = reverse("consultation", args=[room.pk])
    public = text(visit(None).get(consultation))
    assert f'href="{opinion}"' in public
    assert 'id="clause-1"' in public
    page = text(visit(None).get(opinion))
    assert f'href="{consultation}#clause-1"' in page
    assert f'href="{reverse("minutes", args=[room.pk])}#p3"' in page
    own = text(visit(author).get(reverse("me")))
    assert f'href="{opinion}"' in own
    assert f'href="{consultation}#clause-1"' in own
    assert f'href="{reverse("minutes", args=[room.pk])}#p3"' in own


def test_opinion_page_before_the_outcome_is_public(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    opinion = make_opinion(room, text="先修路灯。")
    make_clause(room, opinion)
    address = reverse("opinion", args=[room.pk, 1])
    assert visit(None).get(address).status_code == 302
    page = said(visit(make_person()).get(address))
    assert "先修路灯。" in page
    assert "成果还没有公示" in page
    assert "写进了共识" not in page
    assert "写进了共识第 1 条" in said(visit(room.prepared_by).get(address))
    assert visit(make_person()).get(reverse("opinion", args=[room.pk, 9])).status_code == 404


def test_opinion_page_shows_what_the_desk_put_right(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    by = moderator_of(room)
    arrival = DeskArrival(key=uuid.uuid4(), name="王小明")
    entry = check_in_at_desk(room, arrival=arrival, by=by)
    fields = {"kind": OpinionKind.OPINION, "text": "赞成加装。", "key": uuid.uuid4()}
    enter_opinion(room, attendee=entry.key, by=by, **fields)
    correct_opinion(room, number=1, text="反对加装。", key=uuid.uuid4(), by=by)
    address = reverse("opinion", args=[room.pk, 1])
    page = said(visit(make_person()).get(address))
    assert "现场代录，更正过 1 次" in page
    assert f"{by.alias} 更正前：赞成加装。" in page
    hide_opinion(room, number=1, reason="说的是别处", by=by)
    assert "赞成加装。" not in said(visit(make_person()).get(address))


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


def test_record_shows_the_process_without_words_that_were_said(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    make_opinion(room, text="只在意见页上能读到。")
    make_dissent(room, room.opinions.get())
    address = reverse("record", args=[room.pk])
    assert visit(None).get(address).status_code == 302
    page = visit(make_person()).get(address)
    assert f'href="{reverse("opinion", args=[room.pk, 1])}">发表意见 1</a>' in text(page)
    assert "只在意见页上能读到" not in text(page)
    assert 'id="r2"' not in text(page)  # the dissent note is the moderators' yet
    assert visit(make_person()).get(reverse("record", args=[room.pk, 99])).status_code == 404


def test_record_leads_to_its_ends_and_to_a_number(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    author = seated(room)
    for _n in range(102):
        make_opinion(room, author)
    browser, head = visit(author), RoomHead.objects.get(consultation=room).seq
    assert head > 100
    first = text(browser.get(reverse("record", args=[room.pk])))
    newest = f"{reverse('record', args=[room.pk, head])}#r{head}"
    assert first.count(f'href="{newest}">最新') == 2
    assert "最早" not in first
    last = text(browser.get(newest.partition("#")[0]))
    assert f'id="r{head}"' in last
    assert last.count(f'href="{reverse("record", args=[room.pk, 1])}">最早') == 2
    asked = browser.get(reverse("record", args=[room.pk]), {"n": "57"})
    assert asked["Location"] == f"{reverse('record', args=[room.pk, 57])}#r57"
    for wrong in ("", "x", "-1", "９" * 12):
        assert browser.get(reverse("record", args=[room.pk]), {"n": wrong}).status_code == 200
    beyond = browser.get(reverse("record", args=[room.pk]), {"n": str(head + 1)}, follow=True)
    assert beyond.status_code == 404


def test_short_record_has_no_ways_to_nowhere(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    page = text(visit(seated(room)).get(reverse("record", args=[room.pk])))
    assert "最新" not in page and "到第几号" not in page


@time_machine.travel(FRIDAY)
def test_pages_name_an_erased_opinion_with_the_basis(room: Consultation, visit: As) -> None:
    words = {"number": 1, "basis": "某某裁定", "reason": "本人申请"}
    waiting = ask_erasure(room, by=make_person(Role.STAFF), **words)
    confirm_erasure(waiting, by=make_person(Role.STAFF))
    page = said(visit(None).get(reverse("consultation", args=[room.pk])))
    assert "正文已依法删除，依据：某某裁定" in page
    opinion = said(visit(None).get(reverse("opinion", args=[room.pk, 1])))
    assert "原处只留摘要。依据：某某裁定" in opinion
    assert "主持人隐藏" not in page + opinion


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


def test_consultation_page_leads_those_with_a_say_to_both_tasks(
    room: Consultation, attendee: Person, visit: As
) -> None:
    address = reverse("consultation", args=[room.pk])
    tasks = [f'href="{reverse(name, args=[room.pk])}"' for name in ("confirm", "minutes")]
    with time_machine.travel(FRIDAY):
        page = text(visit(attendee).get(address))
    assert all(task in page for task in tasks)
    assert room.objections_until == date(2026, 2, 27)
    assert "异议期到 2月27日（周五）为止" in page
    for name in ("consultation", "minutes"):
        later = text(visit(attendee).get(reverse(name, args=[room.pk])))
        assert "异议期已经结束，等待归档。" in later
        assert "为止" not in later
    assert tasks[0] not in text(visit(make_person()).get(address))


def test_merged_opinion_and_its_survivor_are_walked_both_ways(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    staff = room.prepared_by
    survivor, merged = make_opinion(room, text="先修路灯。"), make_opinion(room, text="路灯太暗。")
    author = merged.author
    for _ in range(9):
        make_stance(survivor)
    make_stance(merged, value=StanceValue.DISAGREE)
    moderator = seated(room, SeatRole.MODERATOR)
    merge_opinions(room, numbers=[merged.number], into=survivor.number, by=moderator)
    make_clause(room, survivor, "今年修好路灯。")
    make_dissent(room, survivor, "费用看法不一。")
    make_minutes(room, "<p>大家说到路灯（意见 1）。</p>")
    move_stage(room, to=Stage.SUMMARISING, by=staff)
    move_stage(room, to=Stage.REVIEW, by=staff)
    address, target = (reverse("opinion", args=[room.pk, n]) for n in (2, 1))
    page = visit(None).get(address)
    assert f'href="{target}"' in text(page)
    for words in ("已并入第 1 号", "写进了共识第 1 条", "登记为分歧第 1 条", "记在纪要里"):
        assert words in said(page)
    assert "都没有引用这一条" not in said(page)
    back = visit(None).get(target)
    assert f'href="{address}"' in text(back)
    assert f"{author.alias} · 居民 ：路灯太暗。" in said(back).replace("居民：", "居民 ：")
    public = visit(None).get(reverse("consultation", args=[room.pk]))
    assert f'href="{address}"' in text(public)
    assert "赞成 9" in said(public) and "赞成 10" not in said(public)
    assert "（赞成 0、不赞成 1、说不好 0）" in said(public)
    own = visit(author).get(reverse("me"))
    assert "写进了共识第 1 条" in said(own)
    assert f'href="{reverse("minutes", args=[room.pk])}#p1"' in text(own)


def test_public_page_marks_few_voices_and_shows_shares_with_intervals(
    room: Consultation, visit: As
) -> None:
    page = said(visit(None).get(reverse("consultation", args=[room.pk])))
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
    room: Consultation, visit: As
) -> None:
    staff = room.prepared_by
    for _ in range(5):
        person = seated(room)
        confirm_clauses(room, person=person, answers=[Answer(1, Confirmed.AGAINST, "太贵")])
    browser, stage = visit(staff), reverse("consultation_stage", args=[room.pk])
    with time_machine.travel(datetime(2026, 3, 20, 3, 0, tzinfo=UTC), tick=False):
        sealed = browser.post(stage, {"to": "sealed"}, follow=True)
    assert "确认的 5 人里有 5 人反对，不能作为共识归档" in said(sealed)
    browser.post(stage, {"to": "summarising", "reason": "多数反对"})
    editor = browser.get(reverse("outcome_edit", args=[room.pk]))
    assert "确认的 5 人里有 5 人反对" in said(editor)
    clause = room.clauses.get()
    words = {
        "text": clause.text,
        "evidence": "1",
        "position": "1",
        "expected": clause.updated_at.isoformat(),
    }
    sent = browser.post(reverse("outcome_register", args=[room.pk]), words, follow=True)
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


def test_signing_and_objecting_say_what_follows(
    room: Consultation, attendee: Person, visit: As
) -> None:
    url, early = reverse("minutes", args=[room.pk]), "异议期就可以提前结束"
    with time_machine.travel(FRIDAY, tick=False):
        browser = visit(attendee)
        page = said(browser.get(url))
        assert "您的名字会列在这一页和归档里" in page
        assert early in page
        assert "要等主持人答复以后才能签认" in page
        browser.post(reverse("minutes_sign", args=[room.pk]), {"version": "2"})
        page = said(browser.get(url))
        assert "您的名字会列在这一页和归档里" not in page
        assert "您的签认随之撤回" in page
    later = seated(room, first_seen_at=STARTS_AT)
    page = said(visit(later).get(url))
    assert "您的名字会列在这一页和归档里" in page
    assert early not in page


def test_who_was_not_there_is_told_what_is_theirs_to_do(room: Consultation, visit: As) -> None:
    absent, came = seated(room), seated(room, first_seen_at=STARTS_AT)
    watching, stranger = seated(room, SeatRole.OBSERVER, first_seen_at=STARTS_AT), make_person()
    minutes, confirm, page = (
        reverse(name, args=[room.pk]) for name in ("minutes", "confirm", "consultation")
    )
    sentence = "签认和异议由当天到场的人提出，您可以确认共识。"
    assert sentence in said(visit(absent).get(minutes))
    for other in (came, watching, stranger, None):
        assert sentence not in said(visit(other).get(minutes))
    assert "签认纪要或提异议" in said(visit(came).get(page))
    assert "签认或提异议" in said(visit(came).get(confirm))
    for url in (page, confirm):
        read = said(visit(absent).get(url))
        assert "看纪要" in read
        assert "提异议" not in read
