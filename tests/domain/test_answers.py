"""Departments asked to answer, moderators' notes, and drafts beside the room."""

import uuid
from typing import Any

import pytest

from consultations.domain.agenda import extend_agenda, move_agenda
from consultations.domain.answers import (
    ask_department,
    departments,
    give_answer,
    request_cards,
    withdraw_request,
)
from consultations.domain.drafts import drafts
from consultations.domain.moderator_notes import notes, remove_note, write_note
from consultations.domain.opinions import hide_opinion
from consultations.domain.outcomes import write_clause
from consultations.models import (
    MODERATORS,
    Admission,
    Consultation,
    Notice,
    NoticeKind,
    Opinion,
    OpinionKind,
    Stage,
)
from hall.errors import Code, Refusal
from members.models import Department, Person
from members.roles import Role, SeatRole
from tests.factories import make_department, make_opinion, make_person, moderator_of, seated


@pytest.fixture
def moderator(live_room: Consultation) -> Person:
    return moderator_of(live_room)


@pytest.fixture
def bureau(live_room: Consultation) -> Department:
    return make_department(name="县城市管理局")


@pytest.fixture
def officer(live_room: Consultation, bureau: Department) -> Person:
    return seated(live_room, SeatRole.DEPARTMENT, Role.DEPARTMENT, department=bureau)


@pytest.fixture
def question(live_room: Consultation) -> Opinion:
    return make_opinion(live_room, text="什么时候完工？", kind=OpinionKind.QUESTION)


def events(room: Consultation) -> list[tuple[str, Any]]:
    return list(room.events.order_by("seq").values_list("type", "body"))


def answer(room: Consultation, by: Person, number: int = 1, **fields: Any) -> Any:
    given = {"key": uuid.uuid4(), "text": "十月底完工。", **fields}
    return give_answer(room, number=number, by=by, **given)


def test_department_is_asked_told_and_answers(
    live_room: Consultation,
    moderator: Person,
    bureau: Department,
    officer: Person,
    question: Opinion,
) -> None:
    elsewhere = make_person(Role.DEPARTMENT, department=bureau)
    asked = ask_department(live_room, number=1, department=bureau.pk, by=moderator)
    assert ask_department(live_room, number=1, department=bureau.pk, by=moderator) == asked
    told = Notice.objects.filter(kind=NoticeKind.ANSWER_ASKED)
    assert set(told.values_list("person", "number")) == {(officer.pk, 1), (elsewhere.pk, 1)}

    move_agenda(live_room, to=1, by=moderator)  # a briefing: others cannot reply now
    key = uuid.uuid4()
    receipt = answer(live_room, officer, key=key)
    assert answer(live_room, officer, key=key) == receipt
    [card] = request_cards(live_room)
    assert (card["opinion"], card["answer"], card["department"]["name"]) == (1, 2, bureau.name)
    reply = Opinion.objects.get(number=2)
    assert (reply.kind, reply.reply_to, reply.author) == (OpinionKind.REPLY, question, officer)
    assert [kind for kind, _ in events(live_room)][-3:] == [
        "opinion.posted",
        "answer.given",
        "opinion.answered",
    ]
    question.refresh_from_db()
    assert question.answered_at is not None
    assert Notice.objects.filter(person=question.author, kind=NoticeKind.ANSWERED).count() == 1


def test_where_only_the_invited_speak_who_is_asked_may_answer(
    live_room: Consultation, moderator: Person, bureau: Department, question: Opinion
) -> None:
    live_room.admission = Admission.INVITED
    live_room.save()
    absent = make_person(Role.DEPARTMENT, department=bureau)
    watching = seated(live_room, SeatRole.OBSERVER, Role.DEPARTMENT, department=bureau)
    speaking = seated(live_room, SeatRole.PARTICIPANT, Role.DEPARTMENT, department=bureau)
    ask_department(live_room, number=1, department=bureau.pk, by=moderator)
    assert {person: live_room.seats.get(person=person).role for person in (absent, watching)} == {
        absent: SeatRole.DEPARTMENT,
        watching: SeatRole.DEPARTMENT,
    }
    assert live_room.seats.get(person=speaking).role == SeatRole.PARTICIPANT
    assert [
        (kind, body["person"]["id"]) for kind, body in events(live_room) if kind == "seat.taken"
    ] == [("seat.taken", absent.pk), ("seat.taken", watching.pk)]
    answer(live_room, absent)
    assert [card["answer"] for card in request_cards(live_room)] == [2]


def test_where_everyone_may_come_who_is_asked_takes_no_seat_yet(
    live_room: Consultation, moderator: Person, bureau: Department, question: Opinion
) -> None:
    absent = make_person(Role.DEPARTMENT, department=bureau)
    ask_department(live_room, number=1, department=bureau.pk, by=moderator)
    assert not live_room.seats.filter(person=absent).exists()


def test_question_waits_for_every_department_that_is_asked(
    live_room: Consultation, moderator: Person, bureau: Department, officer: Person
) -> None:
    question = make_opinion(live_room, kind=OpinionKind.QUESTION)
    other = make_department()
    for department in (bureau, other):
        ask_department(live_room, number=1, department=department.pk, by=moderator)
    answer(live_room, officer)
    question.refresh_from_db()
    assert question.answered_at is None
    assert [card["answer"] for card in request_cards(live_room)] == [2, None]


def test_only_people_of_the_department_answer_and_only_once(
    live_room: Consultation,
    moderator: Person,
    bureau: Department,
    officer: Person,
    question: Opinion,
) -> None:
    ask_department(live_room, number=1, department=bureau.pk, by=moderator)
    stranger = seated(live_room, SeatRole.DEPARTMENT, Role.DEPARTMENT, department=make_department())
    left = seated(live_room, SeatRole.DEPARTMENT, Role.DEPARTMENT, department=bureau)
    Person.objects.filter(pk=left.pk).update(department=make_department())
    for person in (stranger, moderator, seated(live_room), left):
        with pytest.raises(Refusal) as refused:
            answer(live_room, person)
        assert refused.value.code == Code.FORBIDDEN
    answer(live_room, officer)
    for again in (
        officer,
        seated(live_room, SeatRole.DEPARTMENT, Role.DEPARTMENT, department=bureau),
    ):
        with pytest.raises(Refusal) as refused:
            answer(live_room, again)
        assert refused.value.code == Code.WRONG_STATE
    with pytest.raises(Refusal) as refused:
        withdraw_request(live_room, number=1, by=moderator)
    assert refused.value.code == Code.WRONG_STATE


def test_withdrawn_request_is_answered_no_more_and_may_be_made_anew(
    live_room: Consultation,
    moderator: Person,
    bureau: Department,
    officer: Person,
    question: Opinion,
) -> None:
    ask_department(live_room, number=1, department=bureau.pk, by=moderator)
    assert withdraw_request(live_room, number=1, by=moderator) is not None
    assert withdraw_request(live_room, number=1, by=moderator) is None
    assert request_cards(live_room) == []
    with pytest.raises(Refusal) as refused:
        answer(live_room, officer)
    assert refused.value.code == Code.WRONG_STATE
    assert ask_department(live_room, number=1, department=bureau.pk, by=moderator).number == 2


def test_answers_are_given_while_the_outcome_is_written(
    live_room: Consultation,
    moderator: Person,
    bureau: Department,
    officer: Person,
    question: Opinion,
) -> None:
    ask_department(live_room, number=1, department=bureau.pk, by=moderator)
    Consultation.objects.filter(pk=live_room.pk).update(stage=Stage.SUMMARISING)
    live_room.refresh_from_db()
    assert answer(live_room, officer).number == 2
    Consultation.objects.filter(pk=live_room.pk).update(stage=Stage.REVIEW)
    live_room.refresh_from_db()
    ask_department(live_room, number=1, department=make_department().pk, by=moderator)
    with pytest.raises(Refusal) as refused:
        answer(live_room, officer, number=2)
    assert refused.value.code == Code.FORBIDDEN


def test_what_is_hidden_or_unknown_is_not_passed_on(
    live_room: Consultation, moderator: Person, bureau: Department, question: Opinion
) -> None:
    reply = make_opinion(live_room, kind=OpinionKind.REPLY, reply_to=1)
    for number, department, code in (
        (9, bureau.pk, Code.NOT_FOUND),
        (1, 9999, Code.NOT_FOUND),
        (reply.number, bureau.pk, Code.WRONG_STATE),
    ):
        with pytest.raises(Refusal) as refused:
            ask_department(live_room, number=number, department=department, by=moderator)
        assert refused.value.code == code
    hide_opinion(live_room, number=1, reason="离题", by=moderator)
    with pytest.raises(Refusal) as refused:
        ask_department(live_room, number=1, department=bureau.pk, by=moderator)
    assert refused.value.code == Code.WRONG_STATE
    with pytest.raises(Refusal) as refused:
        ask_department(live_room, number=1, department=bureau.pk, by=seated(live_room))
    assert refused.value.code == Code.FORBIDDEN


def test_departments_in_the_room_come_first(
    live_room: Consultation, moderator: Person, bureau: Department
) -> None:
    bureau.position = 9
    bureau.save()
    other = make_department()
    seated(live_room, SeatRole.DEPARTMENT, Role.DEPARTMENT, department=bureau)
    assert departments(live_room, by=moderator) == [
        {"id": bureau.pk, "name": bureau.name, "here": True},
        {"id": other.pk, "name": other.name, "here": False},
    ]


def test_notes_are_for_moderators_alone(
    live_room: Consultation, moderator: Person, question: Opinion
) -> None:
    second = seated(live_room, SeatRole.MODERATOR, Role.MEMBER)
    assert write_note(live_room, text="先请 城管\n说", about=1, by=moderator) == 1
    assert write_note(live_room, text="先请 城管 说", about=1, by=moderator) == 1
    assert write_note(live_room, text="好", about=None, by=second) == 2
    logged = live_room.events.filter(type__startswith="note.")
    assert set(logged.values_list("audience", flat=True)) == {MODERATORS}
    assert [(n["text"], n["about"], n["mine"]) for n in notes(live_room, by=second)] == [
        ("好", None, True),
        ("先请 城管 说", 1, False),
    ]
    with pytest.raises(Refusal) as refused:
        remove_note(live_room, number=1, removed=True, by=second)
    assert refused.value.code == Code.FORBIDDEN
    assert remove_note(live_room, number=1, removed=True, by=moderator) is not None
    assert remove_note(live_room, number=1, removed=True, by=moderator) is None
    assert [note["number"] for note in notes(live_room, by=second)] == [2]
    assert [note["removed"] for note in notes(live_room, by=moderator)] == [False, True]
    remove_note(live_room, number=1, removed=False, by=moderator)
    assert len(notes(live_room, by=second)) == 2
    for reader in (seated(live_room), seated(live_room, SeatRole.RECORDER)):
        with pytest.raises(Refusal) as refused:
            notes(live_room, by=reader)
        assert refused.value.code == Code.FORBIDDEN
        with pytest.raises(Refusal) as refused:
            write_note(live_room, text="我也写", about=None, by=reader)
        assert refused.value.code == Code.FORBIDDEN


def test_drafts_carry_what_a_writer_hands_back(
    live_room: Consultation, moderator: Person, question: Opinion
) -> None:
    written = write_clause(live_room, by=moderator, text="先修水管。", evidence=[1])
    [line] = drafts(live_room, by=moderator)["clauses"]
    assert (line["position"], line["text"], line["evidence"]) == (1, "先修水管。", [1])
    assert line["updated_at"] == written.updated_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with pytest.raises(Refusal) as refused:
        drafts(live_room, by=seated(live_room))
    assert refused.value.code == Code.FORBIDDEN


def test_running_step_is_given_more_time(live_room: Consultation, moderator: Person) -> None:
    move_agenda(live_room, to=2, by=moderator)
    event = extend_agenda(live_room, position=2, minutes=25, by=moderator)
    assert event is not None
    assert (event.type, event.body) == ("agenda.extended", {"position": 2, "minutes": 25})
    assert extend_agenda(live_room, position=2, minutes=25, by=moderator) is None
    assert live_room.agenda.get(position=2).minutes == 25
    for position, minutes, code in ((1, 20, Code.WRONG_STATE), (2, 0, Code.INVALID)):
        with pytest.raises(Refusal) as refused:
            extend_agenda(live_room, position=position, minutes=minutes, by=moderator)
        assert refused.value.code == code
    with pytest.raises(Refusal) as refused:
        extend_agenda(live_room, position=2, minutes=30, by=seated(live_room))
    assert refused.value.code == Code.FORBIDDEN
