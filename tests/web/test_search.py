"""The search page: what it shows, filters and pages, and that it never injects."""

import re
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from consultations.domain.archives import seal
from consultations.domain.consultations import move_stage
from consultations.domain.search import index_consultation, index_plan
from consultations.domain.topics import propose_topic
from consultations.domain.workplan import import_workplan
from consultations.intake.workplan import read_workplan
from consultations.models import SearchKind, Stage
from members.roles import Role
from tests.factories import (
    make_clause,
    make_consultation,
    make_dissent,
    make_item,
    make_minutes,
    make_opinion,
    make_person,
    make_plan,
    make_section,
    seated,
)

pytestmark = pytest.mark.django_db
SENTENCE = (
    "路口积水严重，请尽快疏通下水管道并在5G基站旁增设雨水口，"
    "2026年汛期以前完成，方便附近老人孩子出行，也请一并修好路灯"
)


def page(client: Client, **asked: str) -> str:
    response = client.get(reverse("search"), asked)
    assert response.status_code == 200
    return response.content.decode()


def test_empty_states(client: Client) -> None:
    assert "一两个字也行" in page(client)
    assert "没有找到“积水”" in page(client, q="积水")
    assert "请写要找的字词" in page(client, q="？？，。 —— !?")


def test_matches_are_marked_and_nothing_is_injected(client: Client) -> None:
    room = make_consultation(Stage.LIVE)
    author = seated(room)
    make_opinion(room, author, text="<script>alert(1)</script>积水<img src=x>")
    client.force_login(author)
    shown = page(client, q="积水")
    assert "<mark>积水</mark>" in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert f"{reverse('room', args=[room.pk])}#opinion-1" in shown
    hostile = page(client, q='"><script>alert(1)</script>')
    assert "<script>alert" not in hostile


def test_kinds_and_pages(client: Client) -> None:
    staff = make_person(Role.STAFF)
    for n in range(23):
        propose_topic(by=staff, title=f"积水点{n}")
    room = make_consultation(Stage.LIVE)
    make_opinion(room, person_seated := seated(room), text="积水")
    client.force_login(person_seated)
    every = page(client, q="积水")
    assert "全部 24" in every
    assert "议题 23" in every
    assert "意见 1" in every
    assert "第 1 页，共 2 页" in every
    assert page(client, q="积水", page="2").count('class="hit"') == 4
    only = page(client, q="积水", kind="opinion")
    assert only.count('class="hit"') == 1
    assert page(client, q="积水", kind="topic", page="2").count('class="hit"') == 3
    assert page(client, q="积水", kind="nonsense").count('class="hit"') == 20
    assert page(client, q="积水", page="99").count('class="hit"') == 4


def test_every_hit_leads_to_where_it_can_be_read(client: Client) -> None:
    """A stranger follows each: the page opens, has the words, and the anchor is on it."""
    text = (
        "清河县政协2026年工作要点\n\n总体要求：排涝优先。\n\n"
        "一、协商议政\n\n1.开展排涝调研。\n\n二、排涝监督\n\n2.监督茶产业。\n"
    )
    import_workplan(read_workplan(text.encode(), filename="a.txt"), by=None)
    propose_topic(by=make_person(), title="排涝怎么办")
    for sealed in (False, True):
        room = make_consultation(Stage.LIVE, title="排涝协商会")
        staff = room.prepared_by
        opinion = make_opinion(room, text="先排涝。")
        move_stage(room, to=Stage.SUMMARISING, by=staff)
        make_clause(room, opinion, "优先排涝。")
        make_dissent(room, opinion, "排涝归谁管，看法不一。")
        make_minutes(room, "<h3>情况</h3><p>会上议定排涝。</p>")
        move_stage(room, to=Stage.REVIEW, by=staff)
        if sealed:
            seal(room, by=staff)
    shown = page(client, q="排涝")
    found = re.findall(r'class="chip">([^<]+)<.*?class="row-link" href="([^"]+)"', shown, re.S)
    assert {kind for kind, _address in found} == {str(kind.label) for kind in SearchKind}
    assert len(found) == 4 + 2 * 5
    for _kind, address in found:
        there, _, anchor = address.partition("#")
        response = client.get(there)
        assert response.status_code == 200, address
        told = response.content.decode()
        assert "排涝" in told, address
        if anchor:
            begun = told.partition(f'id="{anchor}"')
            assert "排涝" in begun[2][:400], address
    assert len({address.partition("#")[2] for _kind, address in found}) == 6


def test_opinion_of_a_room_at_work_is_read_in_it(client: Client) -> None:
    room = make_consultation(Stage.LIVE)
    author = seated(room)
    make_opinion(room, author, text="积水")
    client.force_login(author)
    in_the_room = f'href="{reverse("room", args=[room.pk])}#opinion-1"'
    on_its_page = f'href="{reverse("opinion", args=[room.pk, 1])}"'
    assert in_the_room in page(client, q="积水")
    move_stage(room, to=Stage.SUMMARISING, by=room.prepared_by)
    assert on_its_page in page(client, q="积水")


def test_result_tells_kind_state_date_and_how_many(client: Client) -> None:
    plan = make_item(make_section(make_plan(title="某县2026年要点")), title="治理积水").section.plan
    index_plan(plan)
    propose_topic(by=make_person(), title="路口积水")
    index_consultation(make_consultation(Stage.ANNOUNCED, title="积水协商会"))
    shown = page(client, q="积水")
    assert "找到 3 条" in shown
    for words in ("征集中", "已公告", "· 某县2026年要点", "工作条目", "议题", "协商会"):
        assert words in shown
    assert shown.count('class="hit"') == 3


@pytest.mark.parametrize(
    ("asked", "finds"),
    [
        ("积水", True),
        ("水", True),
        ("5G基站", True),
        ("５Ｇ基站　积水", True),
        ("2026", True),
        (SENTENCE, True),
        (SENTENCE.replace("路灯", "电梯"), False),
    ],
)
def test_what_is_asked_is_answered_clearly(client: Client, asked: str, *, finds: bool) -> None:
    propose_topic(by=make_person(), title="路口", summary=SENTENCE)
    shown = page(client, q=asked)
    assert ("找到 1 条" in shown) is finds
    assert ("没有找到" in shown) is not finds
    assert "您写的太长" not in shown


def test_long_question_says_that_it_was_shortened(client: Client) -> None:
    propose_topic(by=make_person(), title="积水" * 40)
    shown = page(client, q="积水" * 60)
    assert "您写的太长" in shown and "找到 1 条" in shown
    assert "您写的太长" in page(client, q="一 二 三 四 五 六 七 八 九")


def test_words_that_are_not_found_together_are_offered_one_by_one(client: Client) -> None:
    propose_topic(by=make_person(), title="积水")
    shown = page(client, q="积水 电梯")
    assert "没有找到“积水 电梯”" in shown
    assert f'href="?q={quote("积水")}"' in shown and f'href="?q={quote("电梯")}"' in shown
    assert "也可以只找其中一个" not in page(client, q="电梯")


def test_odd_queries_are_answered(client: Client) -> None:
    for odd in ("\0", "水" * 5000, "'; DROP TABLE x; --", "\ud7ff", "%s %(a)s"):
        page(client, q=odd)


def test_search_is_in_the_masthead_of_every_page(client: Client) -> None:
    shown = client.get(reverse("home")).content.decode()
    assert 'role="search"' in shown
    assert f'action="{reverse("search")}"' in shown
