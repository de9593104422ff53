"""What is shared of a consultation: a calendar entry and a QR code, to those who may know of it."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
import segno
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from icalendar.cal import Component

from consultations.domain.consultations import edit_consultation, move_stage
from consultations.models import Consultation, Stage
from members.roles import Role
from tests.factories import AGENDA, STARTS_AT, make_consultation, make_item, make_person
from tests.web.conftest import As

pytestmark = pytest.mark.django_db

TITLE = "柳溪镇，“有事好商量”；" + "道路硬化与排水沟" * 8


def event_of(client: Client, room: Consultation) -> Component:
    response = client.get(reverse("consultation_calendar", args=[room.pk]))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))
    calendar = Calendar.from_ical(response.content)
    (event,) = calendar.walk("VEVENT")
    return event


def test_calendar_entry_says_what_was_announced(client: Client) -> None:
    room = make_consultation(Stage.ANNOUNCED, title=TITLE, venue="镇政府三楼,东头")
    event = event_of(client, room)
    assert event["summary"] == TITLE
    assert event["location"] == "镇政府三楼,东头"
    assert event.decoded("dtstart") == STARTS_AT
    assert event.decoded("dtend") == STARTS_AT + timedelta(hours=2)
    assert event["url"] == f"http://testserver/consultations/{room.pk}/"
    assert room.question in event["description"]
    assert event["uid"] == f"consultation-{room.pk}@testserver"
    assert event["status"] == "CONFIRMED"
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == -timedelta(minutes=30)


def test_later_changes_take_the_place_of_earlier_ones(client: Client) -> None:
    room = make_consultation(Stage.ANNOUNCED)
    staff, first = room.prepared_by, event_of(client, room)
    moved = STARTS_AT + timedelta(days=1)
    edit_consultation(
        room,
        by=staff,
        title=room.title,
        question=room.question,
        kind=room.kind,
        starts_at=moved,
        ends_at=moved + timedelta(hours=1),
        admission=room.admission,
        venue="",
        work_items=[make_item()],
        agenda=AGENDA,
    )
    second = event_of(client, room)
    assert second["uid"] == first["uid"]
    assert second["sequence"] > first["sequence"]
    assert second.decoded("dtstart") == moved
    move_stage(room, to=Stage.CANCELLED, by=staff, reason="暴雨")
    third = event_of(client, room)
    assert third["sequence"] > second["sequence"]
    assert third["status"] == "CANCELLED"
    assert third.walk("VALARM") == []


@pytest.mark.parametrize("name", ["consultation_calendar", "consultation_qr"])
def test_draft_is_shared_with_nobody_who_may_not_know_of_it(visit: As, name: str) -> None:
    url = reverse(name, args=[make_consultation(Stage.DRAFT).pk])
    assert visit(None).get(url).status_code == 404
    assert visit(make_person()).get(url).status_code == 404
    assert visit(make_person(Role.STAFF)).get(url).status_code == 200
    assert visit(None).get(reverse(name, args=[999_999])).status_code == 404


@pytest.mark.parametrize(
    ("stage", "place"), [(Stage.LIVE, "rooms"), (Stage.SUMMARISING, "consultations")]
)
def test_code_leads_to_the_room_and_later_to_its_outcome(
    client: Client, stage: Stage, place: str
) -> None:
    room = make_consultation(stage)
    response = client.get(reverse("consultation_qr", args=[room.pk]))
    assert response["Content-Type"] == "image/svg+xml"
    expected = BytesIO()
    address = f"http://testserver/{place}/{room.pk}/"
    segno.make(address, error="m", micro=False).save(
        expected, kind="svg", border=4, dark="#000", light="#fff", omitsize=True
    )
    drawn = re.search(rb' d="([^"]+)"/></svg>', response.content)
    wanted = re.search(rb' d="([^"]+)"/></svg>', expected.getvalue())
    assert drawn and wanted
    assert drawn[1] == wanted[1]
    assert b"<script" not in response.content
    assert b"style=" not in response.content


@pytest.mark.parametrize("stage", list(Stage))
def test_page_offers_what_makes_sense_at_its_stage(visit: As, stage: Stage) -> None:
    room = make_consultation(stage)
    page = visit(room.prepared_by).get(reverse("consultation", args=[room.pk])).content.decode()
    assert ("分享这场协商" in page) == (stage not in {Stage.DRAFT, Stage.CANCELLED})
    coming = {Stage.ANNOUNCED, Stage.COLLECTING, Stage.LIVE}
    assert ("加入日历" in page) == (stage in coming)
    assert ("看别的协商会" in page) == (stage == Stage.CANCELLED)
    if stage == Stage.ANNOUNCED:
        # On a phone what is shared comes last: whoever is to come back is helped at once.
        calendar = reverse("consultation_calendar", args=[room.pk])
        assert page.index(calendar) < page.index("分享这场协商")
    if stage in coming:
        assert f'data-copy="http://testserver/rooms/{room.pk}/"' in page
        assert "直接进入议事室" in page
    elif "分享这场协商" in page:
        assert f'data-copy="http://testserver/consultations/{room.pk}/"' in page
        assert "看这场协商商量了什么" in page
