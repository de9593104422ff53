"""Participants confirm clauses: who may, until when, and what is kept of it."""

from datetime import timedelta

import pytest

from consultations.domain.archives import seal
from consultations.domain.confirmations import Answer, confirm_clauses, confirmations_of
from consultations.domain.consultations import move_stage
from consultations.domain.outcome_view import outcome
from consultations.domain.outcomes import accept_few_voices, write_clause
from consultations.domain.review_parts import ConfirmationTally, Reservation
from consultations.models import (
    Archive,
    ClauseConfirmation,
    Confirmed,
    Consultation,
    RoomEvent,
    Stage,
)
from hall.errors import Code, Refusal
from members.models import Person
from members.roles import Role, SeatRole
from tests.factories import make_person, seated

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(reviewed: Consultation) -> Person:
    return seated(reviewed, hall_role=Role.MEMBER, alias="周委员")


def code(consultation: Consultation, person: Person, *answers: Answer) -> tuple[Code, str | None]:
    with pytest.raises(Refusal) as refused:
        confirm_clauses(consultation, person=person, answers=answers)
    return refused.value.code, refused.value.field


def test_confirming_is_kept_counted_and_logged(reviewed: Consultation, member: Person) -> None:
    confirm_clauses(reviewed, person=member, answers=[Answer(1, Confirmed.AGREE, "多余的理由")])
    against = Answer(1, Confirmed.AGAINST, "  费用  没有说清。 ")
    confirm_clauses(reviewed, person=seated(reviewed, alias="老李"), answers=[against])
    clause = outcome(reviewed).clauses[0]
    assert clause.confirmed == (
        ConfirmationTally("resident", "居民", 0, 0, 1),
        ConfirmationTally("member", "政协委员", 1, 0, 0),
    )
    assert clause.confirmations == (1, 0, 1)
    assert clause.reservations == (
        Reservation("against", "反对", "老李", "resident", "居民", "费用 没有说清。"),
    )
    logged = RoomEvent.objects.filter(type="clauses.confirmed").order_by("seq")
    assert [(event.audience, event.body) for event in logged] == [
        ("moderators", {"answers": [{"position": 1, "value": "agree", "reason": ""}]}),
        (
            "moderators",
            {"answers": [{"position": 1, "value": "against", "reason": "费用 没有说清。"}]},
        ),
    ]


def test_later_answer_replaces_the_earlier_one(reviewed: Consultation, member: Person) -> None:
    confirm_clauses(reviewed, person=member, answers=[Answer(1, Confirmed.AGREE)])
    confirm_clauses(reviewed, person=member, answers=[Answer(1, Confirmed.RESERVED, "太急。")])
    mine = confirmations_of(reviewed, member)
    assert {at: (one.value, one.reason) for at, one in mine.items()} == {1: ("reserved", "太急。")}
    assert outcome(reviewed).clauses[0].confirmations == (0, 1, 0)


def test_same_answer_again_logs_nothing(reviewed: Consultation, member: Person) -> None:
    for _ in range(2):
        confirm_clauses(reviewed, person=member, answers=[Answer(1, Confirmed.AGREE)])
    assert RoomEvent.objects.filter(type="clauses.confirmed").count() == 1


@pytest.mark.parametrize("value", [Confirmed.RESERVED, Confirmed.AGAINST])
@pytest.mark.parametrize("reason", ["", " \u3000 "])
def test_without_a_reason_only_agreeing_is_taken(
    reviewed: Consultation, member: Person, value: Confirmed, reason: str
) -> None:
    assert code(reviewed, member, Answer(1, value, reason)) == (Code.EMPTY, "reason_1")
    assert not ClauseConfirmation.objects.exists()


def test_one_wrong_answer_keeps_none_of_them(reviewed: Consultation, member: Person) -> None:
    right, wrong = Answer(1, Confirmed.AGREE), Answer(2, Confirmed.AGREE)
    assert code(reviewed, member, right, wrong)[0] == Code.NOT_FOUND
    assert not ClauseConfirmation.objects.exists()


def test_reason_is_at_most_300_characters(reviewed: Consultation, member: Person) -> None:
    long = Answer(1, Confirmed.AGAINST, "长" * 301)
    assert code(reviewed, member, long) == (Code.TOO_LONG, "reason_1")


def test_only_seats_with_a_say_confirm(reviewed: Consultation) -> None:
    yes = Answer(1, Confirmed.AGREE)
    observer = seated(reviewed, SeatRole.OBSERVER)
    assert code(reviewed, observer, yes)[0] == Code.FORBIDDEN
    assert code(reviewed, make_person(), yes)[0] == Code.FORBIDDEN
    assert code(reviewed, reviewed.prepared_by, yes)[0] == Code.FORBIDDEN
    for role in (SeatRole.MODERATOR, SeatRole.RECORDER, SeatRole.DEPARTMENT):
        confirm_clauses(reviewed, person=seated(reviewed, role), answers=[yes])
    assert ClauseConfirmation.objects.count() == 3


def test_confirming_is_open_in_review_alone(reviewed: Consultation, member: Person) -> None:
    yes = Answer(1, Confirmed.AGREE)
    move_stage(reviewed, to=Stage.SUMMARISING, by=reviewed.prepared_by, reason="再改")
    assert code(reviewed, member, yes)[0] == Code.WRONG_STAGE
    move_stage(reviewed, to=Stage.REVIEW, by=reviewed.prepared_by)
    confirm_clauses(reviewed, person=member, answers=[yes])
    seal(reviewed, by=reviewed.prepared_by)
    assert code(reviewed, member, Answer(1, Confirmed.AGAINST, "不行"))[0] == Code.SEALED


def test_reworded_clause_is_to_be_confirmed_anew(reviewed: Consultation, member: Person) -> None:
    staff = reviewed.prepared_by
    seen = reviewed.clauses.get().updated_at
    confirm_clauses(reviewed, person=member, answers=[Answer(1, Confirmed.AGREE, seen=seen)])
    move_stage(reviewed, to=Stage.SUMMARISING, by=staff, reason="再改")
    write_clause(reviewed, by=staff, text="改成这样。", evidence=[1], position=1)
    accept_few_voices(reviewed, by=staff, position=1)
    move_stage(reviewed, to=Stage.REVIEW, by=staff)
    assert confirmations_of(reviewed, member) == {}
    stale = Answer(1, Confirmed.AGREE, seen=seen)
    assert code(reviewed, member, stale)[0] == Code.WRONG_STATE
    current = reviewed.clauses.get().updated_at
    assert current - seen > timedelta()
    confirm_clauses(reviewed, person=member, answers=[Answer(1, Confirmed.AGREE, seen=current)])


def test_confirmations_go_into_the_archive(reviewed: Consultation, member: Person) -> None:
    against = Answer(1, Confirmed.AGAINST, "费用没有说清。")
    confirm_clauses(reviewed, person=member, answers=[against])
    seal(reviewed, by=reviewed.prepared_by)
    clause = Archive.objects.get().outcome["clauses"][0]
    assert clause["confirmed"] == [
        {
            "identity": "member",
            "label": "政协委员",
            "agree": 0,
            "reserved": 0,
            "against": 1,
        }
    ]
    assert clause["reservations"][0]["reason"] == "费用没有说清。"
