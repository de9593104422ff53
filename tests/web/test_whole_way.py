"""The main job through the pages alone: from the plan's text to the archive under its item."""

import io
import json
import re
import zipfile
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from consultations.models import Consultation, Stage, Topic, TopicStatus, WorkItem, WorkPlan
from members.roles import Role, SeatRole
from tests.factories import make_person
from tests.web.conftest import As

PLAN = """清河县政协2026年工作要点

2026年是“十五五”开局之年，县政协工作的总体要求是：服务大局，为民履职。

一、聚焦发展大局
1.围绕城乡供水开展协商。组织委员实地察看水厂和管网。
2.围绕公交线路开展协商。听取乘客意见。

二、回应民生关切
3.围绕农贸市场改造开展协商。把摊位安置谈透。
"""


def _upload(text: str = PLAN) -> SimpleUploadedFile:
    return SimpleUploadedFile("要点.txt", text.encode(), content_type="text/plain")


def _import(browser: Client) -> WorkPlan:
    preview = browser.post(reverse("plan_import"), {"file": _upload()})
    assert preview.status_code == 200
    assert not WorkPlan.objects.exists()
    token = re.search(r'name="confirmed" value="([^"]+)"', preview.content.decode())
    assert token is not None
    done = browser.post(reverse("plan_import"), {"confirmed": token[1]}, follow=True)
    assert "已导入 3 项" in done.content.decode()
    return WorkPlan.objects.get()


def _agenda(*rows: tuple[str, str, int]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "agenda-TOTAL_FORMS": len(rows),
        "agenda-INITIAL_FORMS": 0,
        "agenda-MIN_NUM_FORMS": 0,
        "agenda-MAX_NUM_FORMS": 20,
    }
    for at, (kind, title, minutes) in enumerate(rows):
        data |= {
            f"agenda-{at}-kind": kind,
            f"agenda-{at}-title": title,
            f"agenda-{at}-minutes": minutes,
        }
    return data


def _plan_for(items: list[int], **changes: Any) -> dict[str, Any]:
    return {
        "title": "城乡供水协商会",
        "question": "管网先改哪里？",
        "kind": "counterpart",
        "starts_at": "2026-05-12T09:00",
        "ends_at": "2026-05-12T11:00",
        "admission": "open",
        "venue": "县政协二楼",
        "work_items": items,
        **_agenda(("briefing", "通报情况", 10), ("discussion", "", 5), ("discussion", "讨论", 40)),
        **changes,
    }


def _move(browser: Client, pk: int, to: Stage, reason: str = "") -> str:
    url = reverse("consultation_stage", args=[pk])
    response = browser.post(url, {"to": to.value, "reason": reason}, follow=True)
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.mark.django_db
def test_from_plan_to_archive(visit: As) -> None:
    office = visit(make_person(Role.STAFF))
    chair = make_person(Role.MEMBER, alias="主持人甲", phone="+8613812345678")
    resident = make_person(alias="荷塘老张")
    plan = _import(office)
    item = WorkItem.objects.get(number=1)

    office.post(reverse("topic_new"), {"title": "城乡供水怎么改", "summary": "水压低"})
    topic = Topic.objects.get()
    assert topic.status == TopicStatus.ACCEPTED

    made = office.post(reverse("consultation_new", args=[topic.pk]), _plan_for([item.pk]))
    consultation = Consultation.objects.get()
    pk = consultation.pk
    assert made["Location"] == reverse("consultation_seats", args=[pk])
    assert [step.title for step in consultation.agenda.all()] == ["通报情况", "讨论"]

    assert "还没有安排主持人" in _move(office, pk, Stage.ANNOUNCED)
    found = office.get(reverse("consultation_seats", args=[pk]), {"q": "138 1234 5678"})
    assert "主持人甲" in found.content.decode()
    seat = {"person": chair.pk, "role": SeatRole.MODERATOR.value}
    office.post(reverse("seat_assign", args=[pk]), seat)
    assert consultation.seats.get().role == SeatRole.MODERATOR

    assert "已公告" in _move(office, pk, Stage.ANNOUNCED)
    changed = _plan_for([item.pk], question="管网先改哪里？停水怎么办？")
    office.post(reverse("consultation_edit", args=[pk]), changed)
    assert consultation.events.filter(type="consultation.changed").count() == 1
    _move(office, pk, Stage.COLLECTING)

    said = {"key": str(uuid4()), "kind": "suggestion", "text": "先改东片，晚上没水。"}
    visit(resident).post(reverse("room_post", args=[pk]), said)
    moderator = visit(chair)
    _move(moderator, pk, Stage.LIVE)
    _move(moderator, pk, Stage.SUMMARISING)

    _write_outcome(moderator, pk)
    assert "请在成果页逐条确认" in _move(moderator, pk, Stage.REVIEW)
    moderator.post(reverse("outcome_few", args=[pk]), {"position": "1"})
    assert "您没有" not in _move(moderator, pk, Stage.REVIEW)
    public = visit(None).get(reverse("consultation", args=[pk])).content.decode()
    assert "东片先行改造。" in public
    assert "先改东片，晚上没水。" in public

    _move(office, pk, Stage.SEALED)
    consultation.refresh_from_db()
    assert consultation.stage == Stage.SEALED
    _is_archived(visit, office, consultation, plan, item)
    mine = visit(resident).get(reverse("me")).content.decode()
    assert "写进了共识第 1 条" in mine


def _write_outcome(moderator: Client, pk: int) -> None:
    write = reverse("outcome_write", args=[pk, "clause"])
    bare = moderator.post(write, {"text": "东片先行改造。", "evidence": "99"})
    assert bare.status_code == 422
    assert "没有第 99 号意见" in bare.content.decode()
    moderator.post(write, {"text": "东片先行改造。", "evidence": "1"})
    moderator.post(write, {"text": "停水提前三天通知。", "evidence": "意见1"})
    move = reverse("outcome_move", args=[pk, "clause"])
    moderator.post(move, {"position": 2, "to": 1})
    moderator.post(move, {"position": 2, "to": 1})
    moderator.post(reverse("outcome_remove", args=[pk, "clause"]), {"position": 2})
    dissent = reverse("outcome_write", args=[pk, "dissent"])
    moderator.post(dissent, {"text": "水价是否上调，看法不一。", "evidence": "1"})
    consultation = Consultation.objects.get(pk=pk)
    assert [clause.text for clause in consultation.clauses.all()] == ["东片先行改造。"]
    assert consultation.dissent_notes.count() == 1
    draft = moderator.get(reverse("outcome_edit", args=[pk]), {"draft": 1}).content.decode()
    assert "会议基本情况" in draft
    typed = "第一段。\r\n\r\n第二段 <b>。"
    moderator.post(reverse("outcome_minutes", args=[pk]), {"body": typed, "version": 0})
    assert consultation.minutes.get().body == "<p>第一段。</p><p>第二段 &lt;b&gt;。</p>"


def _is_archived(
    visit: As, office: Client, consultation: Consultation, plan: WorkPlan, item: WorkItem
) -> None:
    archive = consultation.archive
    page = visit(None).get(reverse("archive", args=[archive.number])).content.decode()
    for words in ("东片先行改造。", "水价是否上调", archive.digest, archive.merkle_root):
        assert words in page
    for address in (
        reverse("work_item", args=[item.pk]),
        reverse("consultation", args=[consultation.pk]),
    ):
        seen = visit(None).get(address).content.decode()
        assert reverse("archive", args=[archive.number]) in seen
    assert consultation.title in visit(None).get(reverse("plan", args=[plan.pk])).content.decode()
    bag = office.get(reverse("archive_download", args=[archive.number]))
    names = zipfile.ZipFile(io.BytesIO(bag.content)).namelist()
    assert any(name.endswith("data/minutes.docx") for name in names)
    assert any(name.endswith("data/minutes.pdf") for name in names)
    taken = visit(None).get(reverse("archive_export", args=[archive.number, "json"]))
    assert "filename*=utf-8''" in taken["Content-Disposition"]
    assert "东片先行改造。" in json.dumps(json.loads(taken.content), ensure_ascii=False)


@pytest.mark.django_db
def test_plan_with_faults_is_refused_by_line(visit: As) -> None:
    office = visit(make_person(Role.STAFF))
    faulty = PLAN.replace("3.围绕农贸", "5.围绕农贸")
    response = office.post(reverse("plan_import"), {"file": _upload(faulty)})
    assert response.status_code == 422
    assert re.search(r"第 \d+ 行", response.content.decode())
    assert not WorkPlan.objects.exists()


@pytest.mark.django_db
def test_tampered_preview_is_refused(visit: As) -> None:
    office = visit(make_person(Role.STAFF))
    response = office.post(reverse("plan_import"), {"confirmed": "eyJ9:1:bad"})
    assert response.status_code == 422
    assert "请重新选择文件" in response.content.decode()


@pytest.mark.django_db
def test_importing_twice_keeps_the_items(visit: As) -> None:
    office = visit(make_person(Role.STAFF))
    _import(office)
    preview = office.post(reverse("plan_import"), {"file": _upload()}).content.decode()
    token = re.search(r'name="confirmed" value="([^"]+)"', preview)
    assert token is not None
    office.post(reverse("plan_import"), {"confirmed": token[1]})
    assert WorkItem.objects.count() == 3


@pytest.mark.django_db
def test_topic_is_proposed_declined_and_taken_up_after_all(visit: As) -> None:
    resident, staff = make_person(), make_person(Role.STAFF)
    visit(resident).post(reverse("topic_new"), {"title": "广场舞几点结束"})
    topic = Topic.objects.get()
    assert topic.status == TopicStatus.PROPOSED
    decide = reverse("topic_decision", args=[topic.pk])
    assert visit(resident).post(decide, {"decision": "accept"}).status_code == 403
    silent = visit(staff).post(decide, {"decision": "decline", "reason": " "})
    assert silent.status_code == 422
    assert "请写明不采纳的理由" in silent.content.decode()
    visit(staff).post(decide, {"decision": "decline", "reason": "已有规定。"})
    page = visit(None).get(reverse("topic", args=[topic.pk])).content.decode()
    assert "已有规定。" in page
    edit = reverse("topic_edit", args=[topic.pk])
    assert visit(resident).get(edit).status_code == 403
    visit(staff).post(decide, {"decision": "accept", "reason": ""})
    topic.refresh_from_db()
    assert topic.status == TopicStatus.ACCEPTED
