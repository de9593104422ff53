"""What is held, on the pages: the room without a script, search, one's own page, the form."""

import pytest
from django.test import Client
from django.urls import reverse

from consultations.domain.holding import return_opinions
from consultations.domain.posting_rules import RulesDraft, mute_person, set_posting
from consultations.models import Consultation, Opinion, Stage
from members.models import Person
from members.roles import Role, SeatRole
from tests.factories import make_consultation, make_opinion, make_person, moderator_of, seated

pytestmark = pytest.mark.django_db

WORDS = "三号楼的水管昨晚又爆了。"


@pytest.fixture
def room() -> Consultation:
    made = make_consultation(Stage.LIVE)
    seated(made, SeatRole.MODERATOR, Role.MEMBER)
    set_posting(made, draft=RulesDraft(holds_residents=True), by=moderator_of(made))
    return made


@pytest.fixture
def held(room: Consultation) -> Opinion:
    return make_opinion(room, text=WORDS)


def page(person: Person, name: str, *arguments: object, **query: str) -> str:
    client = Client()
    client.force_login(person)
    return str(client.get(reverse(name, args=arguments), query).content.decode())


def test_room_without_script_shows_it_to_author_and_moderators(
    room: Consultation, held: Opinion
) -> None:
    assert WORDS in page(held.author, "room", room.pk)
    assert "等待审核" in page(held.author, "room", room.pk)
    assert WORDS in page(moderator_of(room), "room", room.pk)
    assert WORDS not in page(seated(room), "room", room.pk)


def test_nobody_else_finds_it(room: Consultation, held: Opinion) -> None:
    other = make_person()
    for text in (
        page(other, "consultation", room.pk),
        page(other, "opinion_map", room.pk),
        page(other, "search", q="水管"),
    ):
        assert WORDS not in text


def test_own_page_says_what_became_of_it(room: Consultation, held: Opinion) -> None:
    assert "等待审核" in page(held.author, "me")
    return_opinions(room, numbers=[held.number], reason="请说具体", by=moderator_of(room))
    shown = page(held.author, "me")
    assert "没有通过审核" in shown
    assert "请说具体" in shown
    assert "您的意见未通过审核" in page(held.author, "notices")


def test_form_is_closed_to_who_is_muted(room: Consultation) -> None:
    person, other = seated(room), seated(room)
    mute_person(room, person_id=person.pk, minutes=5, reason="请先听", by=moderator_of(room))
    assert 'name="text"' not in page(person, "room", room.pk)
    assert 'name="text"' in page(other, "room", room.pk)


def test_preparation_begins_with_holding_on(room: Consultation) -> None:
    shown = page(room.prepared_by, "consultation_new", room.topic_id)
    box = shown.split('name="holds_residents"')[1].split(">")[0]
    assert "checked" in box
