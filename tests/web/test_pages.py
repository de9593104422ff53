"""Lists that grow with the years of a hall are read and shown by the page."""

from collections.abc import Callable
from itertools import count
from types import ModuleType
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations.domain.heads import publish_head
from consultations.domain.studios import ask_member
from consultations.models import Stage
from consultations.web import consultations, front, heads, studios, topic_list, workplan
from members.models import Person
from members.roles import Role
from tests.factories import (
    make_consultation,
    make_duty_event,
    make_opinion,
    make_person,
    make_plan,
    make_seat,
    make_sector,
    make_studio,
    make_topic,
)
from tests.web.conftest import As

pytestmark = pytest.mark.django_db
SIZE, ROWS = 2, 5


@pytest.fixture
def person() -> Person:
    return make_person(Role.MEMBER)


def _opinion(person: Person) -> None:
    room = make_consultation(Stage.LIVE)
    make_opinion(room, make_seat(room, person).person)


def _question(person: Person) -> None:
    ask_member(make_person(Role.MEMBER), by=person, key=uuid4(), text="什么时候修路？")


YEARS = count(1990)
LISTS: dict[str, tuple[ModuleType, str, str, Callable[[Person], object]]] = {
    "consultations": (
        consultations,
        "consultation_list",
        "page",
        lambda _person: make_consultation(Stage.ANNOUNCED),
    ),
    "topics": (topic_list, "topic_list", "page", lambda _person: make_topic()),
    "plans": (workplan, "plan_list", "page", lambda _person: make_plan(year=next(YEARS))),
    "own opinions": (front, "me", "said", _opinion),
    "own topics": (front, "me", "topics", lambda person: make_topic(proposed_by=person)),
    "own questions": (front, "me", "asked", _question),
    "own duties": (front, "me", "duty", make_duty_event),
    "a member's duties": (studios, "studio", "duty", make_duty_event),
}


def test_members_are_found_and_read_by_the_page(visit: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studios, "MEMBERS", SIZE)
    sector = make_sector(name="医药卫生界")
    for n in range(ROWS):
        make_person(Role.MEMBER, alias=f"委员{n}", sector=sector)
    make_person(Role.MEMBER, alias="林老师", studio=make_studio(name="城关工作室"))
    make_person(alias="卫生居民")
    browser, url = visit(None), reverse("member_list")
    _walk(browser, url, "page", rows=ROWS + 1)
    found = browser.get(url, {"q": "卫生 委员"})
    assert found.context["page"].paginator.count == ROWS
    onward = f"?{urlencode({'q': '卫生 委员'})}&amp;page=2"
    assert onward in found.content.decode()
    for asked, names in (("城关", ["林老师"]), ("委员3", ["委员3"]), ("　林老师 ", ["林老师"])):
        shown = browser.get(url, {"q": asked})
        assert [line.name for line in shown.context["page"]] == names
    assert "没有找到“牙医”" in browser.get(url, {"q": "牙医"}).content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_list_is_read_by_the_page(
    name: str, person: Person, visit: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, view, parameter, add = LISTS[name]
    monkeypatch.setattr(module, "PAGE", SIZE)
    for _row in range(ROWS):
        add(person)
    url = reverse(view, args=[person.pk] if view == "studio" else [])
    _walk(visit(person), url, parameter)


def test_signed_heads_are_read_by_the_page(
    person: Person, visit: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads, "PAGE", SIZE)
    room = make_consultation(Stage.LIVE)
    for _row in range(ROWS):
        publish_head(room.pk)
    _walk(visit(person), reverse("live_heads", args=[room.pk]), "page")
    every = visit(None).get(reverse("live_heads_text", args=[room.pk]))
    assert every.content.decode().count("\n") == ROWS


def _walk(browser: Any, url: str, parameter: str, *, rows: int = ROWS) -> None:
    """From the first of three pages to the last: each row once, and none read for another page."""
    seen: list[Any] = []
    for number in (1, 2, 3):
        with CaptureQueriesContext(connection) as asked:
            response = browser.get(url, {parameter: number})
        assert response.status_code == 200
        page = response.context[parameter]
        seen += page.object_list
        assert len(page.object_list) == min(SIZE, rows - SIZE * (number - 1))
        assert any(f"LIMIT {len(page.object_list)}" in query["sql"] for query in asked)
        shown = response.content.decode()
        assert f"第 {number} 页，共 3 页" in shown
        onward = f"?{parameter}={number + 1}" in shown
        assert onward is (number < 3)
    assert len({row.pk if hasattr(row, "pk") else row for row in seen}) == rows


def test_topics_keep_status_and_order_from_page_to_page(
    visit: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_list, "PAGE", SIZE)
    for _row in range(ROWS):
        make_topic(status="proposed")
        make_topic(status="accepted")
    asked = {"status": "proposed", "sort": "support"}
    response = visit(None).get(reverse("topic_list"), asked)
    assert "?status=proposed&amp;sort=support&amp;page=2" in response.content.decode()
    assert {line.status for line in response.context["page"]} == {"proposed"}
    assert response.context["page"].paginator.count == ROWS
