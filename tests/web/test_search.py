"""The search page: what it shows, filters and pages, and that it never injects."""

import pytest
from django.test import Client
from django.urls import reverse

from consultations.domain.topics import propose_topic
from consultations.models import Stage
from tests.factories import make_consultation, make_opinion, make_person, seated

pytestmark = pytest.mark.django_db


def page(client: Client, **asked: str) -> str:
    response = client.get(reverse("search"), asked)
    assert response.status_code == 200
    return response.content.decode()


def test_empty_states(client: Client) -> None:
    assert "一两个字也行" in page(client)
    assert "没有找到“积水”" in page(client, q="积水")
    assert "请写要找的字词" in page(client, q="？？")


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
    person = make_person()
    for n in range(23):
        propose_topic(by=person, title=f"积水点{n}")
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


def test_odd_queries_are_answered(client: Client) -> None:
    for odd in ("\0", "水" * 5000, "'; DROP TABLE x; --", "\ud7ff", "%s %(a)s"):
        page(client, q=odd)


def test_search_is_in_the_masthead_of_every_page(client: Client) -> None:
    shown = client.get(reverse("home")).content.decode()
    assert 'role="search"' in shown
    assert f'action="{reverse("search")}"' in shown
