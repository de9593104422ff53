"""A room with five thousand opinions opens like any other."""

import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultations.domain.ballots import close_ballot
from consultations.models import (
    Consultation,
    Opinion,
    Origin,
    RoomHead,
    Stage,
    Stance,
    StanceValue,
)
from members.roles import Role
from tests.factories import (
    make_ballot,
    make_consultation,
    make_opinion,
    make_person,
    make_vote,
    moderator_of,
    seated,
)
from tests.web.conftest import As

pytestmark = pytest.mark.django_db

MANY = 5_000
MOST_QUERIES = 12
# An open ballot, hands, merges and desk entries cost a query each, however many there are.
MOST_QUERIES_WITH_ALL = 16
MOST_SECONDS = 0.080


@pytest.fixture
def large_room() -> int:
    """Rows alone, without their events: what the page reads."""
    room = make_consultation(Stage.LIVE)
    first = make_opinion(room)
    moderator_of(room)
    now = timezone.now()
    people = [make_person() for _ in range(20)]
    Opinion.objects.bulk_create(
        Opinion(
            consultation=room,
            number=number,
            kind="opinion",
            text=f"第 {number} 条意见：排水沟先疏通。",
            author=people[number % len(people)],
            identity=Role.RESIDENT,
            key=f"00000000-0000-4000-8000-{number:012d}",
            posted_seq=first.posted_seq + number,
            created_at=now,
        )
        for number in range(2, MANY + 1)
    )
    ids = Opinion.objects.filter(consultation=room).values_list("pk", flat=True)
    Stance.objects.bulk_create(
        Stance(
            opinion_id=pk,
            person=person,
            identity=Role.RESIDENT,
            value=StanceValue.AGREE,
            taken_at=now,
        )
        for pk in ids
        for person in people[:4]
    )
    RoomHead.objects.filter(pk=room.pk).update(opinions=MANY)
    return room.pk


def test_page_is_quick_and_asks_little(visit: As, large_room: int) -> None:
    browser, url = visit(make_person()), reverse("room", args=[large_room])
    assert f"第 {MANY} 条意见" in browser.get(url).content.decode()
    with CaptureQueriesContext(connection) as queries:
        browser.get(url)
    assert len(queries) <= MOST_QUERIES
    small = make_consultation(Stage.LIVE)
    for _ in range(30):
        make_opinion(small)
    usual = seconds(browser, reverse("room", args=[small.pk]))
    # Beside a room of 30, since seconds alone would measure what else this machine does.
    assert seconds(browser, url) <= max(MOST_SECONDS, 1.5 * usual)


def test_page_with_ballots_merges_and_desk_entries_asks_no_more_for_many(
    visit: As, large_room: int
) -> None:
    room = Consultation.objects.get(pk=large_room)
    moderator = moderator_of(room)
    for number in range(1, 4):
        make_vote(make_ballot(room), seated(room), 1)
        close_ballot(room, number=number, by=moderator)
    make_vote(make_ballot(room), seated(room), 2)
    room.opinions.filter(number__gt=MANY - 8).update(origin=Origin.DESK, entered_by=moderator)
    into = room.opinions.get(number=MANY - 9)
    room.opinions.filter(number__in=[7, MANY - 12, MANY - 10]).update(merged_into=into)
    browser, url = visit(make_person()), reverse("room", args=[large_room])
    page = browser.get(url).content.decode()
    assert "现场代录" in page
    assert 'id="ballot-4"' in page
    with CaptureQueriesContext(connection) as queries:
        browser.get(url)
    assert len(queries) <= MOST_QUERIES_WITH_ALL


def seconds(browser: Client, url: str) -> float:
    """Processor time of the page, at its best."""
    taken = []
    for _ in range(9):
        began = time.process_time()
        browser.get(url)
        taken.append(time.process_time() - began)
    return min(taken)
