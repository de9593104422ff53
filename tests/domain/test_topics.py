from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from consultations.domain.topics import accept_topic, decline_topic, edit_topic, propose_topic
from consultations.models import Topic, TopicStatus
from hall.errors import Code, Refusal
from members.roles import HALL_TABLE, Permission, Role
from tests.factories import make_consultation, make_person, make_topic

pytestmark = pytest.mark.django_db


def refusal(act: Any, *args: Any, **kwargs: Any) -> tuple[Code, str | None]:
    with pytest.raises(Refusal) as refused:
        act(*args, **kwargs)
    return refused.value.code, refused.value.field


@pytest.mark.parametrize("role", list(Role))
def test_propose_topic_is_open_to_all_and_decided_by_those_who_decide(role: Role) -> None:
    person = make_person(role)
    topic = propose_topic(
        by=person,
        title=" 城区内涝\n怎么治 ",
        summary="雨季前要见效",
        background='<p>去年<em>三次</em>积水</p><script src="x"></script>',
    )
    decides = Permission.TOPIC_MANAGE in HALL_TABLE[role]
    fields = ("title", "summary", "background", "status", "decision_reason", "proposed_by")
    assert Topic.objects.values_list(*fields).get(pk=topic.pk) == (
        "城区内涝 怎么治",
        "雨季前要见效",
        "<p>去年<em>三次</em>积水</p>",
        TopicStatus.ACCEPTED if decides else TopicStatus.PROPOSED,
        "",
        person.pk,
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"title": " "}, (Code.EMPTY, "title")),
        ({"title": "长" * 81}, (Code.TOO_LONG, "title")),
        ({"title": "好", "summary": "长" * 201}, (Code.TOO_LONG, "summary")),
        ({"title": "好", "background": "长" * 20_001}, (Code.TOO_LONG, "background")),
    ],
)
def test_propose_topic_refuses(words: dict[str, str], said: tuple[Code, str]) -> None:
    assert refusal(propose_topic, by=make_person(), **words) == said
    assert not Topic.objects.exists()


def test_propose_topic_needs_someone_signed_in() -> None:
    for visitor in (AnonymousUser(), make_person(is_active=False)):
        assert refusal(propose_topic, by=visitor, title="修路")[0] == Code.SIGN_IN


def test_topic_is_declined_with_a_reason_and_may_be_taken_up_again() -> None:
    topic, staff = make_topic(status=TopicStatus.PROPOSED), make_person(Role.STAFF)
    assert refusal(decline_topic, topic, by=staff, reason=" ") == (Code.EMPTY, "reason")
    decline_topic(topic, by=staff, reason=" 属于市里\n的职权 ")
    assert Topic.objects.values_list("status", "decision_reason").get() == (
        "declined",
        "属于市里 的职权",
    )
    assert refusal(decline_topic, topic, by=staff, reason="再说")[0] == Code.WRONG_STATE
    accept_topic(topic, by=staff)
    assert Topic.objects.values_list("status", "decision_reason").get() == ("accepted", "")
    assert refusal(accept_topic, topic, by=staff)[0] == Code.WRONG_STATE


def test_topic_with_a_consultation_is_not_declined() -> None:
    consultation = make_consultation()
    said = refusal(decline_topic, consultation.topic, by=consultation.prepared_by, reason="晚了")
    assert said[0] == Code.WRONG_STATE


@pytest.mark.parametrize("role", list(Role))
def test_topics_are_decided_by_the_roles_of_the_table(role: Role) -> None:
    person = make_person(role)
    for act in (accept_topic, decline_topic):
        topic = make_topic(status=TopicStatus.PROPOSED)
        if Permission.TOPIC_MANAGE in HALL_TABLE[role]:
            act(topic, by=person, reason="理由")
        else:
            assert refusal(act, topic, by=person, reason="理由")[0] == Code.FORBIDDEN


def test_edit_topic_is_the_proposers_until_it_is_decided() -> None:
    person = make_person()
    topic = propose_topic(by=person, title="修路")
    edit_topic(topic, by=person, title="修桥", summary="河东村")
    assert Topic.objects.values_list("title", "summary").get() == ("修桥", "河东村")
    assert refusal(edit_topic, topic, by=make_person(), title="修路")[0] == Code.FORBIDDEN
    accept_topic(topic, by=make_person(Role.STAFF))
    assert refusal(edit_topic, topic, by=person, title="修路")[0] == Code.FORBIDDEN
    edit_topic(topic, by=make_person(Role.STAFF), title="河东村修桥")
    assert Topic.objects.get().title == "河东村修桥"
