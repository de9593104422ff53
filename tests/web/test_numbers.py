"""Numbers in addresses and forms that are none, or too large to be anything's."""

import pytest
from django.http import HttpResponse
from django.urls import reverse

from consultations.models import Stage
from members.roles import Role, SeatRole
from tests.factories import bring_to_review, make_consultation, make_person, make_topic, seated
from tests.web.conftest import As
from tests.web.test_whole_way import _plan_for

pytestmark = pytest.mark.django_db
# Beyond what a database takes, beyond what Python reads as a number, and no digits at all.
ODD = pytest.mark.parametrize("odd", ["9" * 30, "9" * 5000, "-1", "²", ""])


@ODD
def test_odd_numbers_in_addresses_lead_to_the_page_without_them(visit: As, odd: str) -> None:
    room = make_consultation(Stage.SUMMARISING)
    office = visit(room.prepared_by)
    for name, field, arguments in (
        ("consultation_new", "item", [make_topic().pk]),
        ("outcome_edit", "cite", [room.pk]),
        ("topic_list", "call", []),
        ("topic_new", "item", []),
        ("record", "n", [room.pk]),
    ):
        assert office.get(reverse(name, args=arguments), {field: odd}).status_code == 200, name


@ODD
def test_odd_numbers_in_forms_are_told_of_or_passed_over(visit: As, odd: str) -> None:
    room = make_consultation(Stage.LIVE)
    attendee = seated(room, SeatRole.PARTICIPANT)
    bring_to_review(room)
    office = visit(make_person(Role.STAFF))

    def answered(response: HttpResponse, status: int) -> None:
        assert response.status_code == status

    url = reverse("consultation_new", args=[make_topic().pk])
    answered(office.post(url, _plan_for([], work_items=[odd])), 422)
    sign = reverse("minutes_sign", args=[room.pk])
    answered(visit(attendee).post(sign, {"version": odd}), 302)
    answered(office.post(reverse("notices_read"), {"up_to": odd}), 302)
