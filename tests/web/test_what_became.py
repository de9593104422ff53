"""What authors read of departments' answers, and where the departments' notices lead."""

import re
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.domain.answers import ask_department, give_answer
from consultations.domain.consultations import move_stage
from consultations.domain.opinions import hide_opinion, mark_answered
from consultations.models import Consultation, Notice, OpinionKind, Stage
from members.models import Person
from members.roles import Role, SeatRole
from tests.factories import (
    make_consultation,
    make_department,
    make_opinion,
    moderator_of,
    seated,
)
from tests.web.conftest import As

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Consultation:
    made = make_consultation(Stage.LIVE)
    make_opinion(made, text="路灯不亮。", kind=OpinionKind.SUGGESTION)
    return made


@pytest.fixture
def officer(room: Consultation) -> Person:
    bureau = make_department(name="县城市管理局")
    person = seated(room, SeatRole.DEPARTMENT, Role.DEPARTMENT, department=bureau)
    ask_department(room, number=1, department=bureau.pk, by=moderator_of(room))
    return person


def said(response: Any) -> str:
    text = response.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", text[text.index("<main") :]).split())


def answer(room: Consultation, officer: Person) -> None:
    give_answer(room, number=1, by=officer, key=uuid.uuid4(), text="本月内修好。")


def test_author_reads_the_answer_and_whose_it_is(
    room: Consultation, officer: Person, visit: As
) -> None:
    author = room.opinions.get(number=1).author
    pages = [reverse("me"), reverse("opinion", args=[room.pk, 1])]
    for page in pages:
        assert "已转请县城市管理局答复，还在等。" in said(visit(author).get(page))
    answer(room, officer)
    for page in pages:
        read = said(visit(author).get(page))
        assert "县城市管理局答复：" in read and "本月内修好。" in read
        assert "还在等" not in read and "提问已经答复" not in read
    hide_opinion(room, number=2, reason="写错了", by=moderator_of(room))
    for page in pages:
        read = said(visit(author).get(page))
        assert "这条答复不公开显示。" in read and "本月内修好。" not in read


def test_question_that_a_moderator_marked_is_answered(room: Consultation, visit: As) -> None:
    asked = make_opinion(room, kind=OpinionKind.QUESTION)
    mark_answered(room, number=asked.number, answered=True, by=moderator_of(room))
    page = visit(asked.author).get(reverse("opinion", args=[room.pk, asked.number]))
    assert "这一条已经答复。" in said(page)


def test_notice_leads_the_department_to_where_it_can_answer(
    room: Consultation, officer: Person, visit: As
) -> None:
    told = reverse("notice", args=[Notice.objects.get(person=officer).pk])
    in_room = f"{reverse('room', args=[room.pk])}#opinion-1"
    assert f'href="{told}"' in visit(officer).get(reverse("notices")).content.decode()
    assert visit(officer).get(told)["Location"] == in_room
    move_stage(room, to=Stage.SUMMARISING, by=room.prepared_by)
    assert visit(officer).get(told)["Location"] == in_room
    Consultation.objects.filter(pk=room.pk).update(stage=Stage.REVIEW)
    assert visit(officer).get(told)["Location"] == reverse("opinion", args=[room.pk, 1])


def test_own_page_leads_to_what_is_new_and_to_nothing_else_as_loudly(
    room: Consultation, officer: Person, visit: As
) -> None:
    def head() -> str:
        page = visit(officer).get(reverse("me")).content.decode()
        return page[
            page.index('<div class="head">') : page.index('<div class="stack stack--wide">')
        ]

    loud = f'<a class="button button--main" href="{reverse("notices")}">看 1 条新通知</a>'
    assert loud in head() and head().count("button--main") == 1
    Notice.objects.filter(person=officer).update(read_at=timezone.now())
    assert "button--main" not in head()
