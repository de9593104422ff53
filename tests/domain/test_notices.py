"""People are told what became of their words, topics and consultations, in the same transaction."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from consultations.domain import queries
from consultations.domain.archives import seal
from consultations.domain.consultations import move_stage
from consultations.domain.notices import read_notices
from consultations.domain.opinions import hide_opinion, mark_answered, restore_opinion
from consultations.domain.queries.notices import NoticeLine
from consultations.domain.topic_calls import merge_topic
from consultations.domain.topics import accept_topic, decline_topic
from consultations.models import Consultation, Notice, OpinionKind, Stage, TopicStatus
from hall.errors import Refusal
from members.models import Person
from members.roles import Role, SeatRole
from tests.factories import (
    bring_to_review,
    make_consultation,
    make_opinion,
    make_person,
    make_topic,
    seated,
)

pytestmark = pytest.mark.django_db


def told(person: Person) -> list[tuple[str, int, str]]:
    rows = Notice.objects.filter(person=person).order_by("pk")
    return list(rows.values_list("kind", "number", "reason"))


def lines_of(person: Person) -> tuple[NoticeLine, ...]:
    return queries.notice_lines(queries.notices(person))


def test_proposer_learns_each_decision() -> None:
    topic, staff = make_topic(status=TopicStatus.PROPOSED), make_person(Role.STAFF)
    decline_topic(topic, by=staff, reason="不归县里管")
    accept_topic(topic, by=staff, reason="再研究过了")
    merge_topic(topic, into=make_topic(), by=staff, reason="同一件事")
    assert told(topic.proposed_by) == [
        ("topic_declined", 0, "不归县里管"),
        ("topic_accepted", 0, "再研究过了"),
        ("topic_merged", 0, "同一件事"),
    ]
    assert told(staff) == []


def test_nobody_is_told_of_their_own_deed() -> None:
    staff = make_person(Role.STAFF)
    accept_topic(make_topic(status=TopicStatus.PROPOSED, proposed_by=staff), by=staff)
    assert told(staff) == []


def test_author_learns_what_became_of_an_opinion(live_room: Consultation) -> None:
    moderator = live_room.seats.get(role=SeatRole.MODERATOR).person
    question = make_opinion(live_room, kind=OpinionKind.QUESTION)
    hide_opinion(live_room, number=1, reason="先核实", by=moderator)
    restore_opinion(live_room, number=1, by=moderator)
    mark_answered(live_room, number=1, answered=True, by=moderator)
    mark_answered(live_room, number=1, answered=False, by=moderator)
    assert told(question.author) == [
        ("hidden", 1, "先核实"),
        ("restored", 1, ""),
        ("answered", 1, ""),
    ]
    with pytest.raises(Refusal):
        restore_opinion(live_room, number=1, by=moderator)
    assert len(told(question.author)) == 3


def test_cited_authors_learn_it_when_the_outcome_is_published_once() -> None:
    room = make_consultation(Stage.LIVE)
    make_opinion(room, bystander := seated(room))
    bring_to_review(room)
    author = room.opinions.get(number=2).author
    to_confirm = ("to_confirm", 0, "")
    assert told(author) == [to_confirm, ("cited", 2, "")]
    assert told(bystander) == [to_confirm]
    move_stage(room, to=Stage.SUMMARISING, by=room.prepared_by, reason="补充")
    move_stage(room, to=Stage.REVIEW, by=room.prepared_by)
    assert told(author) == [to_confirm, ("cited", 2, ""), to_confirm]


def test_the_seated_learn_what_changes_their_plans() -> None:
    room = make_consultation(Stage.DRAFT)
    staff, moderator = room.prepared_by, seated(room, SeatRole.MODERATOR, Role.MEMBER)
    person, stranger = seated(room), make_person()
    move_stage(room, to=Stage.ANNOUNCED, by=staff)
    move_stage(room, to=Stage.COLLECTING, by=staff)
    move_stage(room, to=Stage.LIVE, by=moderator)
    bring_to_review(room)
    seal(room, by=staff)
    assert told(person) == [
        ("announced", 0, ""),
        ("started", 0, ""),
        ("confirm_clauses", 0, ""),
        ("sealed", 0, ""),
    ]
    kinds = [kind for kind, _number, _reason in told(moderator)]
    assert kinds == ["announced", "confirm_clauses", "sealed"]
    assert told(stranger) == []
    other = make_consultation(Stage.ANNOUNCED)
    invited = seated(other)
    move_stage(other, to=Stage.CANCELLED, by=other.prepared_by, reason="暴雨")
    assert told(invited) == [("cancelled", 0, "暴雨")]


def test_what_is_rolled_back_was_not_told() -> None:
    topic = make_topic(status=TopicStatus.PROPOSED)
    with transaction.atomic():
        accept_topic(topic, by=make_person(Role.STAFF))
        transaction.set_rollback(True)
    assert told(topic.proposed_by) == []


def test_reading_marks_ones_own_that_were_there(django_assert_num_queries: Any) -> None:
    topic, staff = make_topic(status=TopicStatus.PROPOSED), make_person(Role.STAFF)
    me, other = topic.proposed_by, make_topic(status=TopicStatus.PROPOSED)
    decline_topic(topic, by=staff, reason="一")
    accept_topic(other, by=staff)
    seen = lines_of(me)[0].id
    accept_topic(topic, by=staff)
    with django_assert_num_queries(1):
        assert queries.unread_notices(me) == 2
    assert read_notices(me, up_to=seen) == 1
    with django_assert_num_queries(1):
        assert [line.unread for line in lines_of(me)] == [True, False]
    assert queries.unread_notices(other.proposed_by) == 1


def test_page_and_badge(client: Client) -> None:
    topic = make_topic(title="公交站没有座位", status=TopicStatus.PROPOSED)
    url = reverse("notices")
    assert client.get(url)["Location"].startswith(reverse("account_login"))
    client.force_login(topic.proposed_by)
    assert "还没有通知" in client.get(url).content.decode()
    decline_topic(topic, by=make_person(Role.STAFF), reason="<b>不归</b>县里管")
    assert "通知，1 条未读" in client.get(reverse("home")).content.decode()
    page = client.get(url).content.decode()
    assert "您提出的议题未采纳" in page
    assert reverse("notice", args=[Notice.objects.get().pk]) in page
    assert "&lt;b&gt;不归" in page
    for odd in ("x", "", "9" * 30):
        client.post(reverse("notices_read"), {"up_to": odd})
    assert queries.unread_notices(topic.proposed_by) == 1
    client.post(reverse("notices_read"), {"up_to": str(Notice.objects.get().pk)})
    assert "条未读" not in client.get(url).content.decode()
