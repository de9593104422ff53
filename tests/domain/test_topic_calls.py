"""Supporting topics, weighing them, and merging one into another."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from consultations.domain import queries
from consultations.domain.search import reindex
from consultations.domain.topic_calls import (
    ScoreDraft,
    merge_topic,
    score_topic,
    support_topic,
    withdraw_support,
)
from consultations.domain.topics import accept_topic, decline_topic, edit_topic, propose_topic
from consultations.models import Criterion, SearchEntry, Topic, TopicScore, TopicStatus
from hall.errors import Code, Refusal
from members.models import Person
from members.roles import HALL_TABLE, Permission, Role
from tests.domain.test_at_once import at_once
from tests.factories import make_consultation, make_person, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic() -> Topic:
    return make_topic(title="公交站没有座位", status=TopicStatus.PROPOSED)


@pytest.fixture
def staff() -> Person:
    return make_person(Role.STAFF)


def refusal(act: Any, *args: Any, **kwargs: Any) -> tuple[Code, str | None]:
    with pytest.raises(Refusal) as refused:
        act(*args, **kwargs)
    return refused.value.code, refused.value.field


def supporters(topic: Topic) -> set[int]:
    return set(topic.supports.values_list("person_id", flat=True))


def sheet(*values: int, note: str = "") -> dict[Criterion, ScoreDraft]:
    return {each: ScoreDraft(v, note) for each, v in zip(Criterion, values, strict=False)}


def test_support_counts_each_person_once_and_can_be_undone(topic: Topic) -> None:
    first, second = make_person(), make_person(Role.MEMBER)
    assert support_topic(topic, by=first) is True
    assert support_topic(topic, by=first) is False
    support_topic(topic, by=second)
    assert supporters(topic) == {first.pk, second.pk}
    assert withdraw_support(topic, by=first) is True
    assert withdraw_support(topic, by=first) is False
    assert supporters(topic) == {second.pk}


def test_proposer_and_closed_accounts_do_not_support(topic: Topic) -> None:
    assert refusal(support_topic, topic, by=topic.proposed_by)[0] == Code.INVALID
    assert refusal(support_topic, topic, by=make_person(is_active=False))[0] == Code.SIGN_IN
    assert supporters(topic) == set()


def test_decided_topic_takes_no_support_and_keeps_what_it_has(topic: Topic, staff: Person) -> None:
    person = make_person()
    support_topic(topic, by=person)
    for decide in (accept_topic, decline_topic):
        decide(topic, by=staff, reason="已研究")
        assert refusal(support_topic, topic, by=make_person())[0] == Code.WRONG_STATE
        assert refusal(withdraw_support, topic, by=person)[0] == Code.WRONG_STATE
    assert supporters(topic) == {person.pk}


def test_topics_with_most_support_first(topic: Topic) -> None:
    other = make_topic(status=TopicStatus.PROPOSED)
    newest = make_topic(status=TopicStatus.PROPOSED)
    support_topic(topic, by=make_person())
    support_topic(topic, by=make_person())
    support_topic(other, by=make_person())
    make_consultation(topic=topic)
    asked = queries.TopicFilter(order=queries.BY_SUPPORT)
    lines = queries.listed_topics(make_person(), asked)
    expected = [(topic.pk, 2), (other.pk, 1), (newest.pk, 0)]
    assert [(line.id, line.supporters) for line in lines] == expected
    latest = queries.listed_topics(make_person(), queries.TopicFilter())
    assert [line.id for line in latest] == [newest.pk, other.pk, topic.pk]


def test_page_tells_each_visitor_what_they_may_do(topic: Topic, staff: Person) -> None:
    person = make_person()
    support_topic(topic, by=person)
    pages = [queries.topic_page(topic.pk, who) for who in (person, topic.proposed_by, staff)]
    assert [page.supported for page in pages] == [True, False, False]
    assert [page.may_support for page in pages] == [True, False, True]
    assert [page.may_decide for page in pages] == [False, False, True]


@pytest.mark.parametrize("role", [r for r in Role if Permission.TOPIC_MANAGE not in HALL_TABLE[r]])
def test_scores_and_merging_are_for_those_who_decide(topic: Topic, role: Role) -> None:
    person, other = make_person(role), make_topic()
    assert refusal(score_topic, topic, by=person, scores=sheet(1, 1, 1))[0] == Code.FORBIDDEN
    said = refusal(merge_topic, topic, into=other, by=person, reason="同一件事")
    assert said[0] == Code.FORBIDDEN


def test_scores_are_replaced_totalled_and_shown_to_staff_alone(topic: Topic, staff: Person) -> None:
    score_topic(topic, by=staff, scores=sheet(1, 1, 1))
    score_topic(topic, by=staff, scores=sheet(5, 4, 3, note=" 群众\n反映多 "))
    colleague = make_person(Role.STAFF)
    score_topic(topic, by=colleague, scores=sheet(2, 2, 2))
    page = queries.topic_page(topic.pk, staff)
    assert [(each.by, each.total) for each in page.scores] == [
        (staff.alias, 12),
        (colleague.alias, 6),
    ]
    assert page.scores[0].lines == ((5, "群众 反映多"), (4, "群众 反映多"), (3, "群众 反映多"))
    assert (page.topic.average, page.topic.scorers, page.topic.scored) == (9, 2, True)
    for visitor in (make_person(), make_person(Role.MEMBER), topic.proposed_by):
        seen = queries.topic_page(topic.pk, visitor)
        assert (seen.scores, seen.topic.average, seen.mergeable) == ((), None, ())


@pytest.mark.parametrize(
    ("scores", "field"),
    [
        (sheet(0, 3, 3), "needed"),
        (sheet(3, 6, 3), "wished"),
        (sheet(3, 3), "able"),
        (sheet(3, 3, 3, note="长" * 201), "needed_note"),
    ],
)
def test_scores_out_of_range_change_nothing(
    topic: Topic, staff: Person, scores: dict[Criterion, ScoreDraft], field: str
) -> None:
    assert refusal(score_topic, topic, by=staff, scores=scores)[1] == field
    assert not TopicScore.objects.exists()


def test_merging_carries_supporters_over_and_says_why(topic: Topic, staff: Person) -> None:
    into = make_topic(title="候车亭改造", status=TopicStatus.PROPOSED)
    both, only, earlier = make_person(), make_person(), make_topic(status=TopicStatus.PROPOSED)
    for person in (both, only, into.proposed_by):
        support_topic(topic, by=person)
    support_topic(into, by=both)
    merge_topic(earlier, into=topic, by=staff, reason="同类")
    merge_topic(topic, into=into, by=staff, reason=" 说的是\n同一件事 ")
    assert supporters(into) == {both.pk, only.pk, topic.proposed_by_id, earlier.proposed_by_id}
    topic.refresh_from_db()
    assert (topic.status, topic.decision_reason) == (TopicStatus.MERGED, "说的是 同一件事")
    for merged in (topic, earlier):
        page = queries.topic_page(merged.pk, make_person())
        assert page.merged_into == queries.TopicRef(into.pk, "候车亭改造")
        assert (page.may_support, page.may_edit, page.may_decide) == (False, False, False)
    seen = queries.topic_page(into.pk, staff)
    assert {other.id for other in seen.merged} == {topic.pk, earlier.pk}
    assert seen.topic.supporters == 4


def test_merged_topic_is_done_with(topic: Topic, staff: Person) -> None:
    into = make_topic()
    merge_topic(topic, into=into, by=staff, reason="同一件事")
    third = make_topic()
    for act, arguments in (
        (support_topic, {"by": make_person()}),
        (score_topic, {"by": staff, "scores": sheet(3, 3, 3)}),
        (merge_topic, {"into": third, "by": staff, "reason": "再并"}),
        (accept_topic, {"by": staff}),
        (decline_topic, {"by": staff, "reason": "不采纳"}),
        (edit_topic, {"by": staff, "title": "新题"}),
    ):
        assert refusal(act, topic, **arguments)[0] == Code.WRONG_STATE


def test_what_does_not_merge(topic: Topic, staff: Person) -> None:
    other = make_topic(status=TopicStatus.PROPOSED)
    held = make_consultation().topic
    declined = make_topic(status=TopicStatus.DECLINED, decision_reason="不归县里管")
    for one, into, reason, code in (
        (topic, other, " ", Code.EMPTY),
        (topic, topic, "同一件事", Code.INVALID),
        (topic, declined, "同一件事", Code.WRONG_STATE),
        (held, topic, "同一件事", Code.WRONG_STATE),
    ):
        assert refusal(merge_topic, one, into=into, by=staff, reason=reason)[0] == code
    assert Topic.objects.filter(status=TopicStatus.MERGED).count() == 0


def test_merged_topic_is_not_found(staff: Person) -> None:
    proposed = propose_topic(by=make_person(), title="候车座位")
    merge_topic(proposed, into=make_topic(), by=staff, reason="同一件事")
    assert SearchEntry.objects.filter(object_id=proposed.pk).count() == 0
    reindex()
    assert [hit.title for hit in queries.search(staff, "候车")[0:5]] == []


def test_database_refuses_a_merged_topic_without_a_target(topic: Topic) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Topic.objects.filter(pk=topic.pk).update(status="merged", decision_reason="同一件事")


@pytest.mark.usefixtures("several_connections")
def test_support_at_once_counts_everyone_once() -> None:
    topic = make_topic(status=TopicStatus.PROPOSED)
    people = [make_person() for _n in range(3)]
    results = at_once(
        *(lambda p=p: support_topic(Topic.objects.get(pk=topic.pk), by=p) for p in people * 2)
    )
    assert sorted(results) == [False] * 3 + [True] * 3
    assert supporters(topic) == {person.pk for person in people}


@pytest.mark.usefixtures("several_connections")
def test_two_topics_merged_into_each_other_at_once() -> None:
    one, other = (make_topic(status=TopicStatus.PROPOSED) for _n in range(2))
    staff = make_person(Role.STAFF)

    def merge(topic: Topic, into: Topic) -> Any:
        rows = Topic.objects.in_bulk([topic.pk, into.pk])
        return merge_topic(rows[topic.pk], into=rows[into.pk], by=staff, reason="同一件事")

    results = at_once(lambda: merge(one, other), lambda: merge(other, one))
    assert sum(result == Code.WRONG_STATE for result in results) == 1
    assert Topic.objects.filter(status=TopicStatus.MERGED).count() == 1
