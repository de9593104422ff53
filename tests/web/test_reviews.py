"""Confirming, signing, objecting and comparing by plain forms."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from consultations.domain.minutes import save_minutes
from consultations.domain.minutes_draft import draft_minutes
from consultations.models import (
    ClauseConfirmation,
    Consultation,
    MinutesObjection,
    MinutesSignature,
    Stage,
)
from members.models import Person
from members.roles import SeatRole
from tests.factories import (
    STARTS_AT,
    make_consultation,
    make_item,
    make_minutes,
    make_person,
    make_plan,
    make_section,
    seated,
)
from tests.web.conftest import BODY, FRIDAY, As
from tests.web.reading import said, text

pytestmark = pytest.mark.django_db


def test_clauses_are_confirmed_by_form_and_may_be_changed(
    reviewed: Consultation, attendee: Person, visit: As
) -> None:
    browser, address = visit(attendee), reverse("confirm", args=[reviewed.pk])
    page = browser.get(address)
    seen = reviewed.clauses.get().updated_at.isoformat()
    assert f'value="{seen}"' in text(page)
    sent = browser.post(address, {"c1-value": "agree", "c1-reason": "", "c1-seen": seen})
    assert (sent.status_code, sent.headers["Location"]) == (302, address)
    again = {"c1-value": "against", "c1-reason": "费用没说清。", "c1-seen": seen}
    browser.post(address, again)
    kept = ClauseConfirmation.objects.get()
    assert (kept.value, kept.reason, kept.person) == ("against", "费用没说清。", attendee)
    public = said(visit(None).get(reverse("consultation", args=[reviewed.pk])))
    assert "确认：同意 0 有保留意见 0 反对 1" in public
    assert "居民：同意 0、保留 0、反对 1" in public
    assert "张师傅 · 居民 · 反对：费用没说清。" in public


def test_confirming_says_at_the_clause_what_is_missing(
    reviewed: Consultation, attendee: Person, visit: As
) -> None:
    address = reverse("confirm", args=[reviewed.pk])
    sent = visit(attendee).post(address, {"c1-value": "reserved", "c1-reason": " "})
    assert sent.status_code == 422
    assert "有保留意见或者反对，请写明理由" in said(sent)
    assert not ClauseConfirmation.objects.exists()


def test_nothing_chosen_confirms_nothing(
    reviewed: Consultation, attendee: Person, visit: As
) -> None:
    sent = visit(attendee).post(reverse("confirm", args=[reviewed.pk]), {"c1-reason": "只写了理由"})
    assert sent.status_code == 302
    assert not ClauseConfirmation.objects.exists()


def test_who_may_open_what(reviewed: Consultation, attendee: Person, visit: As) -> None:
    confirm, minutes = (reverse(name, args=[reviewed.pk]) for name in ("confirm", "minutes"))
    compare = reverse("minutes_compare", args=[reviewed.pk]) + "?old=1&new=2"
    stranger, observer = make_person(), seated(reviewed, SeatRole.OBSERVER)
    assert visit(None).get(confirm).status_code == 302
    assert visit(stranger).get(confirm).status_code == 403
    assert visit(observer).get(confirm).status_code == 403
    for person in (None, stranger, attendee):
        assert visit(person).get(minutes).status_code == 200
    assert [
        visit(person).get(compare).status_code
        for person in (None, stranger, attendee, reviewed.prepared_by)
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


def test_heading_of_minutes_wraps_as_the_name_of_the_meeting(visit: As) -> None:
    room = make_consultation(Stage.SUMMARISING, title="临江片区<排涝>民主监督协商会")
    make_minutes(room, draft_minutes(room))
    page = text(visit(room.prepared_by).get(reverse("minutes", args=[room.pk])))
    assert page.count(">临江片区&lt;排涝&gt;<wbr>民主监督协商会") == 1


@time_machine.travel(FRIDAY)
def test_minutes_link_what_they_name(reviewed: Consultation, visit: As) -> None:
    page = text(visit(None).get(reverse("minutes", args=[reviewed.pk])))
    opinion = reverse("opinion", args=[reviewed.pk, 1])
    record = reverse("record", args=[reviewed.pk, 2])
    assert f'<p id="p3">张师傅提出先换管网（<a href="{opinion}">意见 1</a>），共有意见 7 条' in page
    assert f'<a href="{record}#r2">记录 2</a>' in page
    assert "异议期到 2月27日（周五）为止" in page


@time_machine.travel(FRIDAY)
def test_attendee_signs_by_form(reviewed: Consultation, attendee: Person, visit: As) -> None:
    browser = visit(attendee)
    sent = browser.post(reverse("minutes_sign", args=[reviewed.pk]), {"version": "2"}, follow=True)
    assert "您已签认纪要第 2 版。" in said(sent)
    assert "看完去签认" not in said(sent)
    assert MinutesSignature.objects.get().person == attendee
    stale = browser.post(reverse("minutes_sign", args=[reviewed.pk]), {"version": "1"}, follow=True)
    assert "纪要已有新的一版" in said(stale)


@time_machine.travel(FRIDAY)
def test_objection_is_made_and_answered_by_form(
    reviewed: Consultation, attendee: Person, visit: As
) -> None:
    address = reverse("minutes_object", args=[reviewed.pk])
    words = {"version": "2", "paragraph": "3", "passage": "先换管网", "text": "我说的是先修路。"}
    wrong = visit(attendee).post(address, {**words, "passage": "没有的话"})
    assert (wrong.status_code, "引用的话不在这一段里。" in said(wrong)) == (422, True)
    sent = visit(attendee).post(address, words)
    assert sent.headers["Location"] == reverse("minutes", args=[reviewed.pk]) + "#objection-1"
    answer = reverse("minutes_answer", args=[reviewed.pk, 1])
    empty = visit(reviewed.prepared_by).post(answer, {"verdict": "explained", "answer": ""})
    assert empty.status_code == 422
    assert visit(attendee).post(answer, {"verdict": "explained", "answer": "不"}).status_code in {
        403,
        422,
    }
    visit(reviewed.prepared_by).post(answer, {"verdict": "explained", "answer": "已核对录音。"})
    objection = MinutesObjection.objects.get()
    assert (objection.verdict, objection.answer) == ("explained", "已核对录音。")
    public = said(visit(None).get(reverse("minutes", args=[reviewed.pk])))
    assert "我说的是先修路。" in public
    assert "已核对录音。" in public


def test_versions_are_compared_for_eyes_and_ears(
    reviewed: Consultation, attendee: Person, visit: As
) -> None:
    Consultation.objects.filter(pk=reviewed.pk).update(stage=Stage.SUMMARISING)
    save_minutes(reviewed, by=reviewed.prepared_by, body=BODY.replace("会议开始", "会议准时开始"))
    Consultation.objects.filter(pk=reviewed.pk).update(stage=Stage.REVIEW)
    address = reverse("minutes_compare", args=[reviewed.pk])
    page = text(visit(attendee).get(f"{address}?old=2&new=3"))
    assert '会议<ins><span class="visually-hidden">（新写）</span>准时</ins>开始。' in page
    back = text(visit(attendee).get(f"{address}?old=3&new=2"))
    assert '会议<del><span class="visually-hidden">（删去）</span>准时</del>开始。' in back
    assert visit(attendee).get(f"{address}?old=2&new=9").status_code == 404
    assert visit(attendee).get(address).status_code == 404


def test_consultation_page_leads_those_with_a_say_to_both_tasks(
    reviewed: Consultation, attendee: Person, visit: As
) -> None:
    address = reverse("consultation", args=[reviewed.pk])
    tasks = [f'href="{reverse(name, args=[reviewed.pk])}"' for name in ("confirm", "minutes")]
    with time_machine.travel(FRIDAY):
        page = text(visit(attendee).get(address))
    assert all(task in page for task in tasks)
    assert reviewed.objections_until == date(2026, 2, 27)
    assert "异议期到 2月27日（周五）为止" in page
    for name in ("consultation", "minutes"):
        later = text(visit(attendee).get(reverse(name, args=[reviewed.pk])))
        assert "异议期已经结束，等待归档。" in later
        assert "为止" not in later
    assert tasks[0] not in text(visit(make_person()).get(address))


def test_signing_and_objecting_say_what_follows(
    reviewed: Consultation, attendee: Person, visit: As
) -> None:
    url, early = reverse("minutes", args=[reviewed.pk]), "异议期就可以提前结束"
    with time_machine.travel(FRIDAY, tick=False):
        browser = visit(attendee)
        page = said(browser.get(url))
        assert "您的名字会列在这一页和归档里" in page
        assert early in page
        assert "要等主持人答复以后才能签认" in page
        browser.post(reverse("minutes_sign", args=[reviewed.pk]), {"version": "2"})
        page = said(browser.get(url))
        assert "您的名字会列在这一页和归档里" not in page
        assert "您的签认随之撤回" in page
    later = seated(reviewed, first_seen_at=STARTS_AT)
    page = said(visit(later).get(url))
    assert "您的名字会列在这一页和归档里" in page
    assert early not in page


def test_who_was_not_there_is_told_what_is_theirs_to_do(reviewed: Consultation, visit: As) -> None:
    absent, came = seated(reviewed), seated(reviewed, first_seen_at=STARTS_AT)
    watching, stranger = seated(reviewed, SeatRole.OBSERVER, first_seen_at=STARTS_AT), make_person()
    minutes, confirm, page = (
        reverse(name, args=[reviewed.pk]) for name in ("minutes", "confirm", "consultation")
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
