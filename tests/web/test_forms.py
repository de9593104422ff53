"""What was filled in wrong comes back with a sentence that says how to put it right."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from consultations.models import Consultation, Stage
from members.roles import Role
from tests.factories import (
    bring_to_review,
    make_consultation,
    make_item,
    make_opinion,
    make_person,
    make_topic,
)
from tests.web.conftest import As
from tests.web.test_whole_way import _agenda, _plan_for

pytestmark = pytest.mark.django_db
HIDDEN = re.compile(r'<input type="hidden" name="(position|expected)"(?: value="([^"]*)")?')


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "请填写。"),
        ({"question": "  "}, "请填写。"),
        ({"starts_at": "明天"}, "时间不对"),
        ({"ends_at": "2026-05-12T08:00"}, "结束时间应在开始时间之后。"),
        ({"title": "长" * 81}, "最多写 80 个字，现在有 81 个。"),
        (_agenda(("briefing", "通报", 0)), "最小填 1。"),
        (_agenda(("briefing", "通报", 601)), "最大填 600。"),
        ({"work_items": ["9999"]}, "9999"),
    ],
)
def test_consultation_form_says_what_is_wrong(
    visit: As, changes: dict[str, Any], sentence: str
) -> None:
    office = visit(make_person(Role.STAFF))
    topic = make_topic()
    url = reverse("consultation_new", args=[topic.pk])
    response = office.post(url, _plan_for([make_item().pk], **changes))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Consultation.objects.exists()


def test_what_was_typed_is_kept_beside_the_complaint(visit: As) -> None:
    office = visit(make_person(Role.STAFF))
    item = make_item()
    url = reverse("consultation_new", args=[make_topic().pk])
    page = office.post(url, _plan_for([item.pk], title="")).content.decode()
    assert "管网先改哪里？" in page
    assert f'value="{item.pk}" checked' in page
    assert "讨论" in page
    assert 'aria-invalid="true"' in page


def test_announced_consultation_keeps_an_item_and_an_agenda(visit: As) -> None:
    consultation = make_consultation(Stage.ANNOUNCED)
    office = visit(consultation.prepared_by)
    url = reverse("consultation_edit", args=[consultation.pk])
    page = office.post(url, _plan_for([])).content.decode()
    assert "至少一项工作条目" in page
    assert consultation.work_items.count() == 1


def test_stage_without_its_reason_stays(visit: As) -> None:
    consultation = make_consultation(Stage.ANNOUNCED)
    office = visit(consultation.prepared_by)
    url = reverse("consultation_stage", args=[consultation.pk])
    page = office.post(url, {"to": "cancelled"}, follow=True).content.decode()
    assert "请写明理由。" in page
    page = office.post(url, {"to": "sealed"}, follow=True).content.decode()
    assert "之后不能直接进入" in page
    page = office.post(url, {"to": "nowhere"}, follow=True).content.decode()
    assert "没有这个阶段。" in page
    consultation.refresh_from_db()
    assert consultation.stage == Stage.ANNOUNCED


def test_forbidden_moves_are_explained_on_the_page(visit: As) -> None:
    consultation = make_consultation(Stage.DRAFT)
    page = visit(consultation.prepared_by).get(reverse("consultation", args=[consultation.pk]))
    assert "现在还不能：还没有安排主持人。" in page.content.decode()


def test_one_writer_does_not_overwrite_another(visit: As) -> None:
    consultation = make_consultation(Stage.LIVE)
    make_opinion(consultation)
    office = visit(consultation.prepared_by)
    write = reverse("outcome_write", args=[consultation.pk, "clause"])
    office.post(write, {"text": "原话。", "evidence": "1"})
    seen = consultation.clauses.get().updated_at.isoformat()
    office.post(write, {"text": "先改的。", "evidence": "1", "position": 1, "expected": seen})
    late = office.post(
        write, {"text": "后改的。", "evidence": "1", "position": 1, "expected": seen}
    )
    assert late.status_code == 422
    assert "刚被别人改动过" in late.content.decode()
    assert "后改的。" in late.content.decode()
    assert consultation.clauses.get().text == "先改的。"
    # They have seen it now, above their own words: sent once more, these stand in its place.
    again = dict(HIDDEN.findall(late.content.decode().split("</summary>")[2]))
    office.post(write, {"text": "后改的。", "evidence": "1", **again})
    assert consultation.clauses.get().text == "后改的。"
    # Where the sentence is gone, the words are a new one.
    seen = consultation.clauses.get().updated_at.isoformat()
    office.post(reverse("outcome_remove", args=[consultation.pk, "clause"]), {"position": "1"})
    lost = office.post(
        write, {"text": "又改的。", "evidence": "1", "position": 1, "expected": seen}
    ).content.decode()
    assert "这一条刚被别人删去" in lost
    assert "又改的。</textarea>" in lost
    again = dict(HIDDEN.findall(lost.split('id="new-clause"')[1]))
    assert (again["position"], again["expected"]) == ("", "")
    office.post(write, {"text": "又改的。", "evidence": "1"})
    assert consultation.clauses.get().text == "又改的。"
    minutes = reverse("outcome_minutes", args=[consultation.pk])
    office.post(minutes, {"body": "<p>一</p>", "version": 0})
    late = office.post(minutes, {"body": "<p>一</p><p>二楼<br>的灯</p><p>亮了</p>", "version": 0})
    assert late.status_code == 422
    assert consultation.minutes.count() == 1
    # The editor has what was saved meanwhile, and beside it is what was not, to be copied.
    page = late.content.decode()
    assert "已被别人保存为第 1 版" in page
    assert "readonly>二楼 的灯\n亮了</textarea>" in page
    assert late.context["minutes_form"]["body"].value() == "<p>一</p>"
    assert late.context["minutes_form"]["version"].value() == 1


def test_one_of_the_staff_does_not_put_back_what_another_has_changed(visit: As) -> None:
    item = make_item()
    room = make_consultation(Stage.ANNOUNCED, work_items=[item], venue="县政协二楼")
    office, url = visit(room.prepared_by), reverse("consultation_edit", args=[room.pk])
    seen = re.search(r'name="seen" value="(\w{64})"', office.get(url).content.decode())
    assert seen is not None
    theirs = _plan_for(
        [item.pk], seen=seen[1], starts_at="2026-05-13T09:00", ends_at="2026-05-13T11:00"
    )
    office.post(url, theirs)
    # Another began from the same page: with the former time, and another place.
    mine = _plan_for([item.pk], seen=seen[1], venue="城关镇文化站")
    late = office.post(url, mine)
    assert late.status_code == 422
    page = late.content.decode()
    assert "别人刚改过本场安排" in page
    assert re.search(r"<li>开始时间：2026年5月13日（周三）09:00</li>", page)
    assert "<li>现场地点：县政协二楼</li>" in page
    assert "<li>名称：" not in page
    room.refresh_from_db()
    assert (room.venue, room.starts_at.day) == ("县政协二楼", 13)
    # What stands there was read: sent once more, with what is to stay, it is saved.
    seen = re.search(r'name="seen" value="(\w{64})"', page)
    assert seen is not None
    office.post(url, {**theirs, "venue": "城关镇文化站", "seen": seen[1]})
    room.refresh_from_db()
    assert (room.venue, room.starts_at.day) == ("城关镇文化站", 13)


@pytest.mark.parametrize("what", ["nonsense", "minutes"])
def test_unknown_sort_of_sentence_is_404(visit: As, what: str) -> None:
    consultation = make_consultation(Stage.LIVE)
    url = reverse("outcome_remove", args=[consultation.pk, what])
    assert visit(consultation.prepared_by).post(url, {"position": 1}).status_code == 404


def test_item_that_is_chosen_stands_first(visit: As) -> None:
    consultation = make_consultation(Stage.DRAFT)
    last = make_item(section=consultation.work_items.get().section)
    consultation.work_items.set([last])
    office = visit(consultation.prepared_by)
    page = office.get(reverse("consultation_edit", args=[consultation.pk])).content.decode()
    assert re.findall(r'name="work_items" value="(\d+)"( checked)?', page)[0] == (
        str(last.pk),
        " checked",
    )


@pytest.mark.parametrize(("stage", "told"), [(Stage.DRAFT, True), (Stage.LIVE, False)])
def test_session_whose_time_has_passed_asks_for_another(
    visit: As, stage: Stage, told: bool
) -> None:
    consultation = make_consultation(stage)
    url = reverse("consultation", args=[consultation.pk])
    staff = visit(consultation.prepared_by)
    with time_machine.travel(consultation.ends_at - timedelta(minutes=1)):
        assert "写的时间已经过去了" not in staff.get(url).content.decode()
    with time_machine.travel(consultation.ends_at + timedelta(minutes=1)):
        assert ("写的时间已经过去了" in staff.get(url).content.decode()) is told


def test_seal_and_number_ask_once_more(visit: As) -> None:
    consultation = bring_to_review(make_consultation(Stage.LIVE))
    office = visit(consultation.prepared_by)
    page = office.get(reverse("consultation", args=[consultation.pk])).content.decode()
    seal = page[page.index('name="to" value="sealed"') :]
    assert '<input type="checkbox" required>' in seal[: seal.index("</form>")]
    page = office.get(reverse("papers", args=[consultation.pk])).content.decode()
    assert page.count("编发文号…</summary>") == page.count("也不能收回。")


def test_published_outcome_says_how_to_change_it(visit: As) -> None:
    consultation = bring_to_review(make_consultation(Stage.LIVE))
    url = reverse("outcome_edit", args=[consultation.pk])
    assert (
        "先在协商会的“办理”里点“退回修改”"
        in visit(consultation.prepared_by).get(url).content.decode()
    )
