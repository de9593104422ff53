"""征集: opened by staff, open up to and with its day, and named by what is proposed for it."""

from datetime import date, timedelta

import pytest

from consultations.domain.calls import close_call, open_call, open_calls, today
from consultations.domain.topics import propose_topic
from consultations.models import TopicCall
from hall.errors import Code, Refusal
from members.models import Person
from members.roles import Role
from tests.factories import make_person

pytestmark = pytest.mark.django_db


def called(*, days: int = 3, by: Person | None = None, **words: str) -> TopicCall:
    said = {"title": "明年商量什么", "text": "想听身边的事。", **words}
    person = by or make_person(Role.STAFF)
    return open_call(by=person, closes_on=today() + timedelta(days=days), **said)


def refusal_of(days: int, **words: str) -> tuple[Code, str | None]:
    with pytest.raises(Refusal) as refused:
        called(days=days, **words)
    return refused.value.code, refused.value.field


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.MEMBER, Role.DEPARTMENT])
def test_call_is_opened_by_staff_alone(role: Role) -> None:
    call, person = called(), make_person(role)
    for act in (lambda: called(by=person), lambda: close_call(call, by=person)):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == Code.FORBIDDEN


def test_call_needs_words_and_a_day_to_come() -> None:
    assert refusal_of(-1) == (Code.INVALID, "closes_on")
    assert refusal_of(1, title=" ") == (Code.EMPTY, "title")
    assert refusal_of(1, text="长" * 1001) == (Code.TOO_LONG, "text")
    assert not TopicCall.objects.exists()


def test_topic_names_its_call_until_the_day_is_over() -> None:
    last, later = called(days=0), called(days=9)
    assert list(open_calls()) == [last, later]
    topic = propose_topic(by=make_person(), title="楼道里没有扶手", call=last)
    assert list(last.topics.all()) == [topic]
    TopicCall.objects.filter(pk=last.pk).update(closes_on=date(2020, 1, 1))
    last.refresh_from_db()
    assert list(open_calls()) == [later]
    with pytest.raises(Refusal) as refused:
        propose_topic(by=make_person(), title="晚了", call=last)
    assert refused.value.code == Code.WRONG_STATE


def test_call_that_is_closed_keeps_its_topics_and_takes_no_more() -> None:
    call, staff = called(), make_person(Role.STAFF)
    topic = propose_topic(by=make_person(), title="楼道里没有扶手", call=call)
    close_call(call, by=staff)
    assert list(call.topics.all()) == [topic]
    assert not open_calls().exists()
    for act in (
        lambda: close_call(call, by=staff),
        lambda: propose_topic(by=make_person(), title="晚了", call=call),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == Code.WRONG_STATE
