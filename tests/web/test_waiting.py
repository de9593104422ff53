"""One's own page: what waits for staff and members, and what one said and asked, by the page."""

import uuid

import pytest
from django.urls import reverse

from consultations.domain import queries
from consultations.domain.consultations import move_stage
from consultations.domain.erasures import ask_erasure, decline_erasure
from consultations.domain.queries.waiting import MOST, office_work
from consultations.domain.studios import answer_question, ask_member, hide_question, report_question
from consultations.models import Erasure, Notice, Stage, StudioQuestion, TopicStatus
from consultations.web.front import PAGE
from members.models import Person
from members.roles import Role
from tests.factories import (
    bring_to_review,
    make_consultation,
    make_minutes,
    make_opinion,
    make_person,
    make_topic,
    seated,
)
from tests.web.conftest import As
from tests.web.test_query_counts import _same

pytestmark = pytest.mark.django_db


def asked_of(
    member: Person, text: str = "路灯什么时候装？", by: Person | None = None
) -> StudioQuestion:
    return ask_member(member, by=by or make_person(), key=uuid.uuid4(), text=text)


def asked_to_erase(by: Person) -> Erasure:
    room = make_consultation(Stage.LIVE)
    number = make_opinion(room).number
    return ask_erasure(room, number=number, basis="裁定", reason="裁定", by=by)


def own_page(visit: As, person: Person, tail: str = "") -> str:
    return visit(person).get(reverse("me") + tail).content.decode()


def test_staff_see_what_waits_and_where(visit: As) -> None:
    staff, other = make_person(Role.STAFF), make_person(Role.STAFF)
    assert "现在没有等您处理的事。" in own_page(visit, staff)
    make_topic(status=TopicStatus.PROPOSED)
    question = asked_of(make_person(Role.MEMBER))
    for _ in range(2):
        report_question(question, by=make_person(), reason="泄露隐私")
    erasure = asked_to_erase(other)
    page = own_page(visit, staff)
    for url in (
        f"{reverse('topic_list')}?status=proposed",
        reverse("studio_reports"),
        reverse("erasures", args=[erasure.consultation_id]),
    ):
        assert f'href="{url}"' in page
    work = office_work(staff)
    assert work is not None
    assert (work.topics, work.reports, [one.count for one in work.erasures]) == (1, 1, [1])
    assert "依法删除" not in own_page(visit, other)
    decline_erasure(erasure, by=staff)
    assert "依法删除" not in own_page(visit, staff)


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.MEMBER, Role.DEPARTMENT])
def test_nobody_else_has_the_offices_work(visit: As, role: Role) -> None:
    make_topic(status=TopicStatus.PROPOSED)
    assert "待办" not in own_page(visit, make_person(role))


def test_erasures_of_many_consultations_are_told_in_short(visit: As) -> None:
    staff, other = make_person(Role.STAFF), make_person(Role.STAFF)
    for _ in range(MOST + 2):
        asked_to_erase(other)
    page = own_page(visit, staff)
    assert page.count("等您复核的依法删除") == MOST
    assert "还有 2 场协商会有等待复核的删除" in page


def test_others_who_may_decide_are_told_of_an_erasure(visit: As) -> None:
    asks, staff, admin = (make_person(role) for role in (Role.STAFF, Role.STAFF, Role.ADMIN))
    make_person(Role.STAFF, is_active=False)
    erasure = asked_to_erase(asks)
    told = Notice.objects.filter(kind="erasure_asked")
    assert {staff.pk, admin.pk} <= set(told.values_list("person", flat=True))
    assert not told.filter(person=asks).exists()
    assert not told.filter(person__is_active=False).exists()
    url = reverse("notice", args=[told.get(person=staff).pk])
    to = reverse("erasures", args=[erasure.consultation_id])
    assert visit(staff).get(url)["Location"] == to
    Person.objects.filter(pk=staff.pk).update(role=Role.MEMBER)
    to = reverse("consultation", args=[erasure.consultation_id])
    assert visit(staff).get(url)["Location"] == to


def test_member_finds_the_way_to_what_waits_in_their_studio(visit: As) -> None:
    member = make_person(Role.MEMBER)
    page = own_page(visit, member)
    assert f'href="{reverse("studio", args=[member.pk])}"' in page
    assert "没有等您答复的提问。" in page
    old = asked_of(member, "最早的问题？")
    for n in range(MOST):
        asked_of(member, f"问题 {n}？")
    page = own_page(visit, member)
    assert "最早的问题？" in page
    assert f"问题 {MOST - 1}？" not in page
    assert f"在工作室里看全部 {MOST + 1} 条" in page
    answer_question(old, by=member, text="下个月装。")
    assert "最早的问题？" not in own_page(visit, member)
    assert "等我答复的提问" not in own_page(visit, make_person())


def test_member_reads_what_is_not_answered_first_and_others_by_time() -> None:
    member = make_person(Role.MEMBER)
    waiting, hidden, answered = (asked_of(member, f"{n}？") for n in range(3))
    answer_question(answered, by=member, text="好。")
    hide_question(hidden, by=make_person(Role.STAFF), reason="重复")
    assert list(queries.questions(member.pk, member)) == [waiting, answered, hidden]
    assert list(queries.questions(member.pk, make_person())) == [answered, waiting]


def test_all_that_one_said_and_asked_can_be_reached(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    person = seated(room)
    for n in range(PAGE + 1):
        make_opinion(room, person, text=f"第{n}句。")
        asked_of(make_person(Role.MEMBER), f"第{n}问？", by=person)
    first, second = own_page(visit, person), own_page(visit, person, "?said=2&asked=2")
    assert "第0句。" not in first
    assert "第0问？" not in first
    assert 'href="?said=2#said"' in first
    assert 'href="?asked=2#asked"' in first
    assert "第0句。" in second
    assert "第0问？" in second


def test_only_the_newest_minutes_say_where_one_stands() -> None:
    room = make_consultation(Stage.LIVE)
    person = make_opinion(room).author
    make_minutes(room, "<p>意见 1。</p>")
    bring_to_review(room)

    def paragraph() -> int:
        (line,) = queries.own_opinion_lines(queries.own_opinions(person))
        return line.minutes_paragraph

    assert paragraph() == 0
    move_stage(room, to=Stage.SUMMARISING, by=room.prepared_by, reason="补充")
    make_minutes(room, "<p>一。</p><p>二。</p><p>意见 1 说到这里。</p>")
    move_stage(room, to=Stage.REVIEW, by=room.prepared_by)
    assert paragraph() == 3


@pytest.mark.parametrize("role", [Role.STAFF, Role.MEMBER])
def test_own_page_costs_the_same_however_much_waits(visit: As, role: Role) -> None:
    me, other = make_person(role), make_person(Role.STAFF)

    def add() -> None:
        make_topic(status=TopicStatus.PROPOSED)
        question = asked_of(me if role == Role.MEMBER else make_person(Role.MEMBER))
        report_question(question, by=make_person(), reason="泄露隐私")
        asked_to_erase(other)

    _same(visit, me, reverse("me"), add)
