"""What is held, on the pages: the room without a script, search, one's own page, the form."""

import pytest
from django.test import Client
from django.urls import reverse

from consultations.domain.holding import return_opinions
from consultations.domain.opinions import hide_opinion
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


def test_author_reads_on_its_page_what_became_of_it(room: Consultation, held: Opinion) -> None:
    address = (room.pk, held.number)
    again = f'href="{reverse("room", args=[room.pk])}#opinion-{held.number}">到议事室里修改后再发'
    for reader in (held.author, moderator_of(room)):
        waiting = page(reader, "opinion", *address)
        assert WORDS in waiting and "等待审核：主持人通过后，大家才看得到。" in waiting
        assert "大家怎么看" not in waiting and "后来怎样了" not in waiting
    return_opinions(room, numbers=[held.number], reason="请写明几号楼", by=moderator_of(room))
    for reader in (held.author, moderator_of(room)):
        returned = page(reader, "opinion", *address)
        assert WORDS in returned and "没有通过审核，别人看不到。理由：请写明几号楼" in returned
        assert (again in returned) == (reader == held.author)
    assert again in page(held.author, "me")
    Consultation.objects.filter(pk=room.pk).update(stage=Stage.SUMMARISING)
    assert "修改后再发" not in page(held.author, "opinion", *address)


@pytest.mark.parametrize("returned", [False, True])
def test_stranger_learns_nothing_of_what_was_never_public(
    room: Consultation, held: Opinion, returned: bool
) -> None:
    if returned:
        return_opinions(room, numbers=[held.number], reason="请写明几号楼", by=moderator_of(room))
    client = Client()
    client.force_login(seated(room))
    there, nowhere = (
        client.get(reverse("opinion", args=[room.pk, number])) for number in (held.number, 99)
    )
    assert there.status_code == nowhere.status_code == 404
    for words in (WORDS, "请写明几号楼", "审核"):
        assert words not in there.content.decode()


def test_hidden_one_is_read_by_its_author_and_moderators_alone(room: Consultation) -> None:
    said = make_opinion(room, seated(room, hall_role=Role.MEMBER), text=WORDS)
    hide_opinion(room, number=said.number, reason="写了门牌号", by=moderator_of(room))
    own = page(said.author, "opinion", room.pk, said.number)
    assert WORDS in own and "只有您和主持人看得到。理由：写了门牌号" in own
    moderator = page(moderator_of(room), "opinion", room.pk, said.number)
    assert WORDS in moderator and "这条已被主持人隐藏。理由：写了门牌号" in moderator
    other = page(seated(room), "opinion", room.pk, said.number)
    assert "这条不公开显示。" in other
    assert WORDS not in other and "门牌号" not in other
