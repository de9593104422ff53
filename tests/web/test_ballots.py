"""The open ballot on the room's page, for who has no script."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from consultations.domain.ballots import BallotDraft, close_ballot, void_ballot
from consultations.models import BallotKind, BallotVote, Consultation, Secrecy, Stage
from tests.factories import make_ballot, make_consultation, make_vote, moderator_of, seated
from tests.web.conftest import As

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Consultation:
    return make_consultation(Stage.LIVE)


def fields_of(page: str) -> dict[str, str]:
    form = page[page.index('id="ballot-') : page.index("</section>")]
    return dict(re.findall(r'name="(key|number)" value="([^"]+)"', form))


def page_of(browser: Client, room: Consultation) -> str:
    return browser.get(reverse("room", args=[room.pk])).content.decode()


def test_ballot_is_voted_in_by_form_and_its_result_read(room: Consultation, visit: As) -> None:
    ballot = make_ballot(room, BallotDraft("先改哪里？", BallotKind.MULTIPLE, ("<排水>", "照明")))
    person = seated(room)
    browser = visit(person)
    page = page_of(browser, room)
    assert "&lt;排水&gt;" in page
    answer = browser.post(
        reverse("room_vote", args=[room.pk]), {**fields_of(page), "choices": ["1", "2"]}
    )
    assert answer["Location"].endswith("#ballot-1")
    assert BallotVote.objects.get(person=person).choices == [1, 2]
    page = page_of(browser, room)
    assert "您的投票已收到" in page
    assert page.count(" checked") >= 2
    assert "改投" in page
    assert "您已投票，结束前可以更改。" in page
    assert "记名 · 已结束" not in page

    close_ballot(room, number=ballot.number, by=moderator_of(room))
    page = page_of(browser, room)
    assert fields_of(page) == {}
    assert page.count("1 票") == 2
    assert "记名 · 已结束" in page


def test_void_ballot_is_read_with_its_reason(room: Consultation, visit: As) -> None:
    ballot = make_ballot(room)
    person = seated(room)
    make_vote(ballot, person, 1)
    void_ballot(room, number=1, reason="题目<写错>了", by=moderator_of(room))
    page = page_of(visit(person), room)
    assert fields_of(page) == {}
    assert "本项表决作废，没有结果。理由：题目&lt;写错&gt;了" in page
    assert "人已投票" not in page


@pytest.mark.parametrize(
    ("secrecy", "consequence"),
    [
        (Secrecy.SECRET, "无记名：谁也查不到您投了什么；投出后不能更改。"),
        (Secrecy.OPEN, "记名：结束前可以更改。"),
    ],
)
def test_form_says_whether_a_vote_is_final(
    room: Consultation, visit: As, secrecy: Secrecy, consequence: str
) -> None:
    make_ballot(room, BallotDraft("换届？", BallotKind.YES_NO, secrecy=secrecy))
    assert f">{consequence}<" in page_of(visit(seated(room)), room)


def test_secret_vote_leaves_no_form_behind(room: Consultation, visit: As) -> None:
    ballot = make_ballot(room, BallotDraft("换届？", BallotKind.YES_NO, secrecy=Secrecy.SECRET))
    person = seated(room)
    make_vote(ballot, person, 1)
    page = page_of(visit(person), room)
    assert fields_of(page) == {}
    assert "我的选择" not in page


@pytest.mark.parametrize("choices", [[], ["9"], ["x"], ["1", "2"]])
def test_what_is_no_vote_is_told_and_not_counted(
    room: Consultation, visit: As, choices: list[str]
) -> None:
    make_ballot(room)
    browser = visit(seated(room))
    fields = fields_of(page_of(browser, room))
    answer = browser.post(
        reverse("room_vote", args=[room.pk]), {**fields, "choices": choices}, follow=True
    )
    text = answer.content.decode()
    assert "请从所列选项中选择" in text or "最多选 1 项" in text
    assert not BallotVote.objects.exists()
