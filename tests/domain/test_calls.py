"""征集: opened by staff, open up to and with its day, and named by what is proposed for it."""

from datetime import date, timedelta
from typing import Any

import pytest

from consultations.domain import queries
from consultations.domain.calls import close_call, open_call, open_calls, today
from consultations.domain.topic_calls import ScoreDraft, merge_topic, score_topic, support_topic
from consultations.domain.topic_visibility import hide_topic, withdraw_topic
from consultations.domain.topics import propose_topic
from consultations.models import Criterion, TopicCall
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


def test_closed_calls_come_after_and_count_what_can_be_read() -> None:
    staff = make_person(Role.STAFF)
    ended, over, still = called(days=5), called(days=1), called(days=9)
    propose_topic(by=make_person(), title="晾衣绳", call=ended)
    hidden = propose_topic(by=make_person(), title="电话", call=ended)
    hide_topic(hidden, by=staff, reason="写了电话")
    withdraw_topic(
        taken_back := propose_topic(by=make_person(), title="不提了", call=ended),
        by=taken_back.proposed_by,
    )
    close_call(ended, by=staff)
    TopicCall.objects.filter(pk=over.pk).update(closes_on=date(2020, 1, 1))
    assert [line.id for line in queries.calls()] == [still.pk]
    assert [(line.id, line.topics) for line in queries.closed_calls()] == [
        (ended.pk, 1),
        (over.pk, 0),
    ]
    assert TopicCall.objects.get(pk=ended.pk).closed_by == staff
    assert [queries.call_line(call).is_open for call in (ended, over, still)] == [
        False,
        False,
        True,
    ]


def test_list_is_narrowed_to_a_call_and_to_what_one_has_not_scored() -> None:
    staff, colleague, call = make_person(Role.STAFF), make_person(Role.STAFF), called()
    low, high, _bare = (
        propose_topic(by=make_person(), title=title, call=call) for title in ("低", "高", "没评")
    )
    other = propose_topic(by=make_person(), title="不响应征集")
    for topic, by, value in ((low, staff, 1), (low, colleague, 2), (high, colleague, 5)):
        score_topic(topic, by=by, scores={each: ScoreDraft(value) for each in Criterion})
    support_topic(low, by=make_person())

    def listed(**asked: Any) -> list[str]:
        found = queries.listed_topics(staff, queries.TopicFilter(**asked))
        assert len(found) == len(list(found))
        return [line.title for line in found]

    assert listed(call=call) == ["没评", "高", "低"]
    assert listed(order=queries.BY_SCORE) == ["高", "低", "不响应征集", "没评"]
    assert listed(unscored=True) == ["不响应征集", "没评", "高"]
    asked = queries.TopicFilter(call=call, order=queries.BY_SCORE)
    lines = queries.listed_topics(staff, asked)
    assert [(line.average, line.scorers, line.scored) for line in lines] == [
        (15, 1, False),
        (4.5, 2, True),
        (None, 0, False),
    ]
    merge_topic(low, into=other, by=staff, reason="同一件事")
    assert listed() == ["不响应征集", "没评", "高"]
    assert listed(call=call) == ["没评", "高", "低"]

    resident = make_person()
    asked = queries.TopicFilter(order=queries.BY_SCORE, unscored=True)
    seen = queries.listed_topics(resident, asked)
    assert [line.title for line in seen] == ["不响应征集", "没评", "高"]
    assert {(line.average, line.scorers) for line in seen} == {(None, 0)}
