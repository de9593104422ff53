"""A list costs the same number of queries whether it has one row or three."""

from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultations.domain.archives import seal
from consultations.domain.erasures import ask_erasure, confirm_erasure
from consultations.domain.heads import publish_head
from consultations.models import Consultation, Stage
from members.models import Person
from members.roles import Role
from tests.factories import (
    bring_to_review,
    make_clause,
    make_consultation,
    make_item,
    make_opinion,
    make_person,
    make_plan,
    make_section,
    make_topic,
    seated,
)
from tests.web.conftest import As

pytestmark = pytest.mark.django_db


def _cost(visit: As, person: Person | None, url: str) -> int:
    browser = visit(person)
    browser.get(url)
    with CaptureQueriesContext(connection) as queries:
        response = browser.get(url)
    assert response.status_code == 200
    return len(queries)


def _same(visit: As, person: Person | None, url: str, add: Callable[[], object]) -> None:
    # What is read anew when it is some seconds old would be read by chance.
    with time_machine.travel(timezone.now(), tick=False):
        add()
        one = _cost(visit, person, url)
        add()
        add()
        assert _cost(visit, person, url) == one


@pytest.mark.parametrize(
    "stage", [Stage.ANNOUNCED, Stage.COLLECTING, Stage.LIVE, Stage.SUMMARISING, Stage.REVIEW]
)
def test_home(visit: As, stage: Stage) -> None:
    _same(visit, None, reverse("home"), lambda: make_consultation(stage))


def test_home_with_outcomes(visit: As) -> None:
    _same(visit, None, reverse("home"), _sealed)


def _sealed() -> Consultation:
    consultation = bring_to_review(make_consultation(Stage.LIVE))
    seal(consultation, by=make_person(Role.STAFF))
    return consultation


def test_consultation_list(visit: As) -> None:
    _same(visit, None, reverse("consultation_list"), lambda: make_consultation(Stage.ANNOUNCED))


def test_topic_list(visit: As) -> None:
    _same(visit, None, reverse("topic_list"), make_topic)


def test_topic(visit: As) -> None:
    topic = make_topic()
    url = reverse("topic", args=[topic.pk])
    _same(visit, None, url, lambda: make_consultation(Stage.LIVE, topic=topic))


def test_plan_list(visit: As) -> None:
    _same(visit, None, reverse("plan_list"), lambda: make_item(make_section(make_plan())))


def test_plan(visit: As) -> None:
    plan = make_plan()

    def add() -> None:
        item = make_item(make_section(plan))
        make_consultation(Stage.LIVE, work_items=[item])

    _same(visit, None, reverse("plan", args=[plan.pk]), add)


def test_work_item(visit: As) -> None:
    item = make_item()
    url = reverse("work_item", args=[item.pk])

    def add() -> None:
        sealed = bring_to_review(make_consultation(Stage.LIVE, work_items=[item]))
        seal(sealed, by=make_person(Role.STAFF))

    _same(visit, None, url, add)


def test_consultation_page(visit: As) -> None:
    consultation = make_consultation(Stage.LIVE)
    url = reverse("consultation", args=[consultation.pk])
    staff = make_person(Role.STAFF)
    _same(visit, staff, url, lambda: make_opinion(consultation))


def test_seats(visit: As) -> None:
    consultation = make_consultation(Stage.ANNOUNCED)
    url = reverse("consultation_seats", args=[consultation.pk])
    _same(visit, make_person(Role.STAFF), url, lambda: seated(consultation))


def test_outcome_editor(visit: As) -> None:
    consultation = make_consultation(Stage.LIVE)
    url = reverse("outcome_edit", args=[consultation.pk])

    def add() -> None:
        make_clause(consultation, make_opinion(consultation))

    _same(visit, consultation.prepared_by, url, add)


def test_my_page(visit: As) -> None:
    me = make_person()

    def add() -> None:
        consultation = make_consultation(Stage.LIVE)
        author = seated(consultation)
        make_opinion(consultation, author)
        consultation.seats.filter(person=author).update(person=me)
        consultation.opinions.update(author=me)
        make_topic(proposed_by=me)

    _same(visit, me, reverse("me"), add)


def test_people(visit: As) -> None:
    _same(visit, make_person(Role.ADMIN), reverse("people"), make_person)


def test_live_heads(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    url = reverse("live_heads", args=[room.pk])
    _same(visit, None, url, lambda: publish_head(room.pk))


def test_erasures(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    asks, decides = make_person(Role.STAFF), make_person(Role.STAFF)

    def add() -> None:
        for decided in (False, True):
            number = make_opinion(room).number
            words = {"number": number, "basis": "裁定", "reason": "裁定"}
            waiting = ask_erasure(room, by=asks, **words)
            if decided:
                confirm_erasure(waiting, by=decides)

    _same(visit, asks, reverse("erasures", args=[room.pk]), add)
