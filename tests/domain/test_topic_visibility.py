"""Topics out of sight, taken back, and put into other words: who sees what, and who is told."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser

from consultations.domain import queries
from consultations.domain.consultations import create_consultation
from consultations.domain.queries import HIDDEN, TopicFilter
from consultations.domain.search import reindex
from consultations.domain.topic_calls import merge_topic, support_topic
from consultations.domain.topic_visibility import hide_topic, restore_topic, withdraw_topic
from consultations.domain.topics import (
    MOST_OPEN,
    accept_topic,
    decline_topic,
    edit_topic,
    propose_topic,
)
from consultations.models import Notice, SearchEntry, Topic, TopicDeed, TopicStatus
from hall.errors import Code, Refusal
from members.access import Visitor
from members.models import Person
from members.roles import HALL_TABLE, Permission, Role
from tests.domain.test_at_once import at_once
from tests.domain.test_consultations import preparation
from tests.factories import make_consultation, make_person

pytestmark = pytest.mark.django_db
STRANGER = AnonymousUser()


@pytest.fixture
def proposer() -> Person:
    return make_person(alias="临江老张")


@pytest.fixture
def staff() -> Person:
    return make_person(Role.STAFF)


@pytest.fixture
def topic(proposer: Person) -> Topic:
    return propose_topic(by=proposer, title="公交站没有座位", summary="老人站着等")


def code_of(act: Any, *args: Any, **kwargs: Any) -> Code:
    with pytest.raises(Refusal) as refused:
        act(*args, **kwargs)
    return refused.value.code


def told(person: Person) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(person=person).order_by("pk")
    return list(rows.values_list("kind", "reason"))


def listed(visitor: Visitor, status: str = "") -> list[int]:
    return [line.id for line in queries.listed_topics(visitor, TopicFilter(status=status))]


def is_found(title: str) -> bool:
    return SearchEntry.objects.filter(title=title).exists()


def sees(visitor: Visitor, topic: Topic) -> bool:
    try:
        queries.topic_page(topic.pk, visitor)
    except Refusal as refusal:
        assert refusal.code == Code.NOT_FOUND
        return False
    return True


def assert_gone(topic: Topic, proposer: Person, staff: Person) -> None:
    for stranger in (STRANGER, make_person(), make_person(Role.MEMBER)):
        assert not sees(stranger, topic)
        assert listed(stranger) == listed(stranger, topic.status) == []
    assert sees(proposer, topic)
    assert sees(staff, topic)
    assert not is_found(topic.title)
    reindex()
    assert not is_found(topic.title)


def test_hidden_topic_is_gone_for_all_but_its_proposer_and_staff(
    topic: Topic, proposer: Person, staff: Person
) -> None:
    assert is_found(topic.title)
    assert code_of(hide_topic, topic, by=staff, reason=" ") == Code.EMPTY
    hide_topic(topic, by=staff, reason=" 写了别人的\n电话 ")
    assert_gone(topic, proposer, staff)
    assert told(proposer) == [("topic_hidden", "写了别人的 电话")]
    assert listed(staff) == []
    assert listed(staff, HIDDEN) == [topic.pk]
    (own,) = queries.own_topics(proposer)
    assert own.hidden_reason == "写了别人的 电话"
    for act, arguments in (
        (hide_topic, {"by": staff, "reason": "再隐藏"}),
        (accept_topic, {"by": staff}),
        (support_topic, {"by": make_person()}),
    ):
        assert code_of(act, topic, **arguments) == Code.WRONG_STATE
    restore_topic(topic, by=staff)
    assert sees(STRANGER, topic)
    assert listed(STRANGER) == [topic.pk]
    assert is_found(topic.title)
    assert told(proposer)[1:] == [("topic_restored", "")]
    assert code_of(restore_topic, topic, by=staff) == Code.WRONG_STATE


def test_hidden_topic_that_is_edited_or_declined_stays_out_of_search(
    topic: Topic, proposer: Person, staff: Person
) -> None:
    hide_topic(topic, by=staff, reason="写了电话")
    edit_topic(topic, by=proposer, title="公交站要座位")
    decline_topic(topic, by=staff, reason="已在别处办理")
    assert not SearchEntry.objects.exists()
    assert not sees(STRANGER, topic)


def test_topic_with_a_consultation_is_not_hidden(staff: Person) -> None:
    held = make_consultation().topic
    assert code_of(hide_topic, held, by=staff, reason="不妥") == Code.WRONG_STATE


def test_no_consultation_is_prepared_on_a_hidden_topic(topic: Topic, staff: Person) -> None:
    accept_topic(topic, by=staff)
    hide_topic(topic, by=staff, reason="写了电话")
    assert code_of(create_consultation, topic, by=staff, **preparation()) == Code.WRONG_STATE
    assert not queries.topic_page(topic.pk, staff).may_consult


@pytest.mark.parametrize("role", [r for r in Role if Permission.TOPIC_MANAGE not in HALL_TABLE[r]])
def test_hiding_is_for_those_who_decide(topic: Topic, role: Role) -> None:
    person = make_person(role)
    assert code_of(hide_topic, topic, by=person, reason="不妥") == Code.FORBIDDEN
    assert code_of(restore_topic, topic, by=person) == Code.FORBIDDEN


def test_proposer_takes_an_undecided_topic_back(
    topic: Topic, proposer: Person, staff: Person
) -> None:
    supporter = make_person()
    support_topic(topic, by=supporter)
    for other in (supporter, staff):
        assert code_of(withdraw_topic, topic, by=other) == Code.FORBIDDEN
    withdraw_topic(topic, by=proposer)
    assert_gone(topic, proposer, staff)
    assert told(supporter) == [("topic_withdrawn", "")]
    assert listed(staff, TopicStatus.WITHDRAWN) == [topic.pk]
    for act, arguments in (
        (withdraw_topic, {"by": proposer}),
        (accept_topic, {"by": staff}),
        (decline_topic, {"by": staff, "reason": "不采纳"}),
        (edit_topic, {"by": proposer, "title": "新题"}),
        (hide_topic, {"by": staff, "reason": "不妥"}),
        (support_topic, {"by": supporter}),
    ):
        assert code_of(act, topic, **arguments) == Code.WRONG_STATE


def test_topic_that_is_decided_or_goes_on_for_others_is_not_taken_back(
    topic: Topic, proposer: Person, staff: Person
) -> None:
    other = propose_topic(by=make_person(), title="候车亭没有灯")
    merge_topic(other, into=topic, by=staff, reason="同一件事")
    assert not queries.topic_page(topic.pk, proposer).may_withdraw
    assert code_of(withdraw_topic, topic, by=proposer) == Code.WRONG_STATE
    accepted = propose_topic(by=proposer, title="楼道没有扶手")
    accept_topic(accepted, by=staff)
    assert code_of(withdraw_topic, accepted, by=proposer) == Code.WRONG_STATE


def test_merged_topic_does_not_name_the_hidden_one_that_goes_on(
    topic: Topic, proposer: Person, staff: Person
) -> None:
    into = propose_topic(by=make_person(), title="候车亭改造")
    merge_topic(topic, into=into, by=staff, reason="同一件事")
    hide_topic(into, by=staff, reason="写了电话")
    page = queries.topic_page(topic.pk, proposer)
    assert (page.is_merged, page.merged_into) == (True, None)
    assert queries.topic_page(topic.pk, staff).merged_into == queries.TopicRef(into.pk, into.title)
    restore_topic(into, by=staff)
    hide_topic(topic, by=staff, reason="写了电话")
    assert queries.topic_page(into.pk, STRANGER).merged == ()


def test_proposer_waits_with_more_than_five_open_topics(proposer: Person, staff: Person) -> None:
    topics = [propose_topic(by=proposer, title=f"第 {n} 件事") for n in range(MOST_OPEN)]
    for topic, act in ((topics[0], accept_topic), (topics[1], hide_topic)):
        assert code_of(propose_topic, by=proposer, title="又一件") == Code.TOO_MANY
        act(topic, by=staff, reason="理由")
        propose_topic(by=proposer, title="又一件")
    assert code_of(propose_topic, by=proposer, title="再一件") == Code.TOO_MANY
    withdraw_topic(topics[2], by=proposer)
    propose_topic(by=proposer, title="再一件")
    for n in range(MOST_OPEN + 1):
        propose_topic(by=staff, title=f"机关的第 {n} 件事")


def test_topic_that_is_sent_twice_is_proposed_once(proposer: Person, staff: Person) -> None:
    key = uuid4()
    topic = propose_topic(by=proposer, title="修路", key=key)
    assert propose_topic(by=proposer, title=" 修路 ", key=key) == topic
    assert code_of(propose_topic, by=proposer, title="修桥", key=key) == Code.KEY_REUSED
    assert propose_topic(by=make_person(), title="修路", key=key) != topic
    assert Topic.objects.count() == 2


@pytest.mark.usefixtures("several_connections")
def test_topic_that_is_sent_twice_at_once_is_proposed_once() -> None:
    person, key = make_person(), uuid4()
    results = at_once(*[lambda: propose_topic(by=person, title="修路", key=key).pk] * 4)
    assert len(set(results)) == 1
    assert Topic.objects.count() == 1


def test_what_staff_rewrite_is_told_and_kept(topic: Topic, proposer: Person, staff: Person) -> None:
    edit_topic(topic, by=proposer, title="公交站缺座位", summary="老人站着等")
    assert not TopicDeed.objects.exists()
    edit_topic(topic, by=staff, title="候车亭加装座位", reason="说得更准")
    assert told(proposer) == [("topic_edited", "说得更准")]
    for visitor in (STRANGER, proposer, staff):
        page = queries.topic_page(topic.pk, visitor)
        (deed,) = page.deeds
        assert (deed.by, deed.identity_label, deed.reason) == (
            staff.alias,
            "机关工作人员",
            "说得更准",
        )
        assert deed.former is not None
        assert (deed.former.title, deed.former.summary) == ("公交站缺座位", "老人站着等")
        assert page.rewritten_at == deed.at


def test_former_words_are_withheld_where_they_should_not_have_been_public(
    topic: Topic, proposer: Person, staff: Person
) -> None:
    edit_topic(topic, by=staff, title="公交站加座位", withheld=True)
    for visitor, reads in ((STRANGER, False), (make_person(), False), (proposer, True)):
        (deed,) = queries.topic_page(topic.pk, visitor).deeds
        assert (deed.former is not None) == reads
        assert deed.withheld
    hide_topic(topic, by=staff, reason="写了电话")
    edit_topic(topic, by=staff, title="公交站座位")
    restore_topic(topic, by=staff)
    seen = queries.topic_page(topic.pk, STRANGER).deeds
    assert [deed.former for deed in seen] == [None, None]
    assert len(queries.topic_page(topic.pk, proposer).deeds) == 4


def test_edit_that_changes_nothing_tells_nobody(
    topic: Topic, proposer: Person, staff: Person
) -> None:
    edit_topic(topic, by=staff, title=topic.title, summary=topic.summary)
    assert told(proposer) == []
    assert not TopicDeed.objects.exists()


def test_supported_topic_keeps_what_people_support(
    topic: Topic, proposer: Person, staff: Person
) -> None:
    support_topic(topic, by=make_person())
    said = {"title": topic.title, "summary": topic.summary}
    for changed in ({"title": "卖我的房子"}, {"summary": "另一回事"}):
        assert code_of(edit_topic, topic, by=proposer, **{**said, **changed}) == Code.WRONG_STATE
    assert queries.topic_page(topic.pk, proposer).fixed
    edit_topic(topic, by=proposer, background="<p>共五站。</p>", **said)
    (deed,) = queries.topic_page(topic.pk, STRANGER).deeds
    assert (deed.by, deed.former and deed.former.background) == (proposer.alias, "")
    edit_topic(topic, by=staff, title="候车亭加装座位")
    assert not queries.topic_page(topic.pk, staff).fixed
    assert Topic.objects.get().title == "候车亭加装座位"


def test_page_tells_what_was_done_by_whom(topic: Topic, proposer: Person, staff: Person) -> None:
    into = propose_topic(by=make_person(), title="候车亭改造")
    hide_topic(topic, by=staff, reason="先核实")
    restore_topic(topic, by=staff)
    decline_topic(topic, by=staff, reason="没有钱")
    accept_topic(topic, by=staff, reason="有钱了")
    merge_topic(topic, into=into, by=staff, reason="同一件事")
    public = [
        ("没有采纳议题", "没有钱"),
        ("采纳了议题", "有钱了"),
        ("把议题并入了另一个", "同一件事"),
    ]
    for visitor in (STRANGER, into.proposed_by):
        seen = queries.topic_page(topic.pk, visitor).deeds
        assert [(deed.label, deed.reason) for deed in seen] == public
        assert {deed.by for deed in seen} == {staff.alias}
    assert len(queries.topic_page(topic.pk, proposer).deeds) == 5
