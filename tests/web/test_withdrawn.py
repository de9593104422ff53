"""Whoever has kept the address of what was taken back reads when and why, and goes on."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from consultations.domain.consultations import move_stage
from consultations.domain.topic_visibility import hide_topic, withdraw_topic
from consultations.domain.topics import propose_topic
from consultations.models import Consultation, Stage, Topic
from members.roles import Role
from tests.factories import make_consultation, make_person, moderator_of
from tests.web.conftest import As

pytestmark = pytest.mark.django_db

TITLE = "公交站没有座位"
LATER = datetime(2031, 5, 6, 2, 0, tzinfo=UTC)


def read(client: Client, name: str, pk: int, status: int = 404) -> str:
    answer = client.get(reverse(name, args=[pk]))
    assert answer.status_code == status
    return strip_tags(answer.content.decode())


def taken_back(room: Consultation) -> Consultation:
    with time_machine.travel(LATER, tick=False):
        move_stage(room, to=Stage.DRAFT, by=room.prepared_by, reason="场地有变")
    Consultation.objects.filter(pk=room.pk).update(title="还没公开的新题目")
    return room


@pytest.mark.parametrize("who", [None, Role.RESIDENT, Role.MEMBER])
@pytest.mark.parametrize("name", ["consultation", "room", "record"])
def test_withdrawn_announcement_says_when_and_why(visit: As, who: Role | None, name: str) -> None:
    room = taken_back(make_consultation(Stage.ANNOUNCED))
    page = read(visit(make_person(who) if who else None), name, room.pk)
    assert "这场协商会的公告已经撤回" in page
    assert "公告已于2031年5月6日" in page
    assert "撤回的理由：场地有变" in page
    assert "看看别的协商会" in page
    assert "还没公开的新题目" not in page
    assert room.title not in page
    moderator_of(room)
    move_stage(room, to=Stage.ANNOUNCED, by=room.prepared_by)
    assert "公告已经撤回" not in read(visit(None), "consultation", room.pk, 200)


@pytest.mark.parametrize("name", ["consultation", "room", "record"])
def test_draft_that_was_never_announced_is_not_told_of(visit: As, name: str) -> None:
    draft = make_consultation(Stage.DRAFT)
    for pk in (draft.pk, draft.pk + 99):
        page = read(visit(make_person()), name, pk)
        assert "没有找到。" in page
        assert "撤回" not in page


def test_those_who_prepare_go_on_seeing_the_page(visit: As) -> None:
    room = taken_back(make_consultation(Stage.ANNOUNCED))
    assert "还没公开的新题目" in read(visit(room.prepared_by), "consultation", room.pk, 200)


@pytest.fixture
def topic() -> Topic:
    return propose_topic(by=make_person(alias="临江老张"), title=TITLE)


@pytest.mark.parametrize("who", [None, Role.RESIDENT])
def test_withdrawn_topic_says_when(visit: As, topic: Topic, who: Role | None) -> None:
    with time_machine.travel(LATER, tick=False):
        withdraw_topic(topic, by=topic.proposed_by)
    page = read(visit(make_person(who) if who else None), "topic", topic.pk)
    assert "这个议题已经撤回" in page
    assert "提出人已于2031年5月6日" in page
    assert "看看别的议题" in page
    assert TITLE not in page
    assert "临江老张" not in page
    assert TITLE in read(visit(topic.proposed_by), "topic", topic.pk, 200)


def test_hidden_topic_is_not_told_of(visit: As, topic: Topic) -> None:
    hide_topic(topic, by=make_person(Role.STAFF), reason="写了别人的电话")
    for _again in range(2):
        page = read(visit(None), "topic", topic.pk)
        assert "没有找到。" in page
        assert "撤回" not in page
        assert "电话" not in page
        Topic.objects.filter(pk=topic.pk).update(status="withdrawn")


def test_form_to_what_was_taken_back_keeps_its_refusal(visit: As) -> None:
    room = taken_back(make_consultation(Stage.ANNOUNCED))
    said = {"key": str(uuid4()), "kind": "opinion", "text": "路灯坏了。"}
    answer = visit(make_person()).post(reverse("room_post", args=[room.pk]), said)
    assert answer.status_code == 404
    assert "路灯坏了。" in answer.content.decode()
