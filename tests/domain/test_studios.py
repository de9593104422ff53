"""Asking members in the open: who may what, who is told, and what is out of sight."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser

from consultations.domain import queries
from consultations.domain.studios import (
    answer_question,
    ask_member,
    hide_question,
    keep_question,
    report_question,
)
from consultations.models import Notice, StudioQuestion
from hall.errors import Code, Refusal
from members.models import Person
from members.roles import Role
from tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Person:
    return make_person(Role.MEMBER)


@pytest.fixture
def resident() -> Person:
    return make_person()


@pytest.fixture
def question(member: Person, resident: Person) -> StudioQuestion:
    return ask(member, resident)


def ask(member: Person, by: Person, text: str = "路灯什么时候装？") -> StudioQuestion:
    return ask_member(member, by=by, key=uuid.uuid4(), text=text)


def told(person: Person) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))


def seen_by(visitor: Person | None, member: Person) -> int:
    return queries.questions(member.pk, visitor or AnonymousUser()).count()


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> Code:
    return refused.value.code


def test_question_and_answer_tell_whom_they_concern(
    member: Person, resident: Person, question: StudioQuestion
) -> None:
    answer_question(question, by=member, text="下个月装。")
    answer_question(question, by=member, text="下个月 10 日前装。")
    assert (told(member), told(resident)) == (["asked"], ["replied"])
    (line,) = queries.question_lines(queries.own_questions(resident), resident)
    assert (line.answer, line.member) == ("下个月 10 日前装。", member.alias)


def test_same_key_asks_once(member: Person, resident: Person) -> None:
    key = uuid.uuid4()
    first = ask_member(member, by=resident, key=key, text="路灯？")
    assert ask_member(member, by=resident, key=key, text="路灯？ ").pk == first.pk
    with pytest.raises(Refusal) as refused:
        ask_member(member, by=resident, key=key, text="另一句")
    assert code_of(refused) == Code.KEY_REUSED
    assert told(member) == ["asked"]


def test_only_members_are_asked_and_nobody_asks_themselves(member: Person) -> None:
    for nobody in (make_person(), make_person(Role.MEMBER, is_active=False)):
        with pytest.raises(Refusal) as refused:
            ask(nobody, member)
        assert code_of(refused) == Code.INVALID
    with pytest.raises(Refusal) as refused:
        ask(member, member)
    assert code_of(refused) == Code.INVALID


def test_five_questions_may_wait(member: Person, resident: Person) -> None:
    asked = [ask(member, resident, f"第 {n} 个问题") for n in range(5)]
    with pytest.raises(Refusal) as refused:
        ask(member, resident)
    assert code_of(refused) == Code.TOO_MANY
    ask(make_person(Role.MEMBER), resident)
    answer_question(asked[0], by=member, text="好的。")
    ask(member, resident)


@pytest.mark.parametrize("role", list(Role))
def test_only_who_was_asked_answers(question: StudioQuestion, role: Role) -> None:
    with pytest.raises(Refusal) as refused:
        answer_question(question, by=make_person(role), text="我来答")
    assert code_of(refused) == Code.FORBIDDEN


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.MEMBER, Role.DEPARTMENT])
def test_only_staff_hide_and_keep(question: StudioQuestion, role: Role) -> None:
    person = make_person(role)
    for deed in (
        lambda: hide_question(question, by=person, reason="不妥"),
        lambda: keep_question(question, by=person),
    ):
        with pytest.raises(Refusal) as refused:
            deed()
        assert code_of(refused) == Code.FORBIDDEN


def test_hidden_question_is_read_by_those_it_concerns(
    member: Person, resident: Person, question: StudioQuestion
) -> None:
    staff, neighbour = make_person(Role.STAFF), make_person()
    hide_question(question, by=staff, reason="写了他人住址")
    assert [seen_by(each, member) for each in (None, neighbour)] == [0, 0]
    assert [seen_by(each, member) for each in (resident, member, staff)] == [1, 1, 1]
    assert told(resident) == ["unasked"]
    with pytest.raises(Refusal) as refused:
        answer_question(question, by=member, text="好的。")
    assert code_of(refused) == Code.WRONG_STATE
    with pytest.raises(Refusal) as refused:
        queries.find_question(question.pk, neighbour)
    assert code_of(refused) == Code.NOT_FOUND
    keep_question(question, by=staff)
    assert seen_by(None, member) == 1


def test_reports_wait_for_staff_until_they_are_settled(question: StudioQuestion) -> None:
    staff, neighbour = make_person(Role.STAFF), make_person()
    assert report_question(question, by=neighbour, reason="点了名")
    assert not report_question(question, by=neighbour, reason="再说一次")
    report_question(question, by=make_person(), reason="不文明")
    waiting = queries.reported_questions(staff)
    assert [line.reports for line in queries.question_lines(waiting, staff)] == [
        ("点了名", "不文明")
    ]
    assert [line.reports for line in queries.question_lines(waiting, neighbour)] == [()]
    keep_question(question, by=staff)
    assert not queries.reported_questions(staff)
    with pytest.raises(Refusal) as refused:
        queries.reported_questions(neighbour)
    assert code_of(refused) == Code.FORBIDDEN


def test_member_list_counts_what_can_be_read(member: Person, resident: Person) -> None:
    answer_question(ask(member, resident), by=member, text="好。")
    ask(member, resident)
    hide_question(ask(member, resident), by=make_person(Role.STAFF), reason="不妥")
    line = next(line for line in queries.members() if line.id == member.pk)
    assert (line.asked, line.answered) == (2, 1)
    assert resident.pk not in {line.id for line in queries.members()}
