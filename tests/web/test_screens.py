"""The pages around the big screen: getting a code, entering it, shutting a screen out."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from consultations.domain import screens
from consultations.models import Screen, Stage
from tests.web.conftest import As, Hall

pytestmark = pytest.mark.django_db


def invited(hall: Hall, visit: As) -> str:
    """A code for the live room, as the moderator reads it from the page."""
    url = reverse("screen_invite", args=[hall.by_stage[Stage.LIVE].pk])
    page = visit(hall["moderator"]).post(url)
    assert "no-store" in page["Cache-Control"]
    found = re.search(r"screen-code__digits[^>]*>(\d{4} \d{4})<", page.content.decode())
    assert found is not None
    return found[1]


def test_display_comes_in_by_code_without_signing_in(hall: Hall, visit: As) -> None:
    room = hall.by_stage[Stage.LIVE]
    display = visit(None)
    entered = display.post(reverse("screen_code"), {"code": invited(hall, visit)})
    assert entered.status_code == 302
    assert entered["Location"] == reverse("room_screen", args=[room.pk])
    cookie = display.cookies[screens.COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    page = display.get(entered["Location"])
    assert page.status_code == 200
    assert room.question in page.content.decode()
    assert "_auth_user_id" not in display.session


def test_screen_of_one_room_opens_no_other(hall: Hall, visit: As) -> None:
    display = visit(None)
    display.post(reverse("screen_code"), {"code": invited(hall, visit)})
    other = reverse("room_screen", args=[hall.by_stage[Stage.COLLECTING].pk])
    assert display.get(other)["Location"] == reverse("screen_code")
    room = reverse("room", args=[hall.by_stage[Stage.LIVE].pk])
    assert display.get(room)["Location"].startswith(reverse("account_login"))


def test_wrong_code_is_refused_and_ten_have_to_wait(hall: Hall, visit: As) -> None:
    display, url = visit(None), reverse("screen_code")
    code = invited(hall, visit)
    for _ in range(10):
        refused = display.post(url, {"code": "0000 0001"})
        assert refused.status_code == 422
        assert "投屏码不对" in refused.content.decode()
    waiting = display.post(url, {"code": code})
    assert "请过十分钟再试" in waiting.content.decode()
    assert Screen.objects.filter(key_digest__isnull=False).count() == 0


def test_moderator_opens_a_screen_here_and_shuts_it_out(hall: Hall, visit: As) -> None:
    room = hall.by_stage[Stage.LIVE]
    moderator = visit(hall["moderator"])
    opened = moderator.post(reverse("screen_open_here", args=[room.pk]))
    assert moderator.get(opened["Location"]).status_code == 200
    screen = Screen.objects.get()
    page = moderator.get(reverse("screens", args=[room.pk])).content.decode()
    assert hall["moderator"].alias in page
    moderator.post(reverse("screen_end", args=[room.pk, screen.pk]))
    again = moderator.get(opened["Location"])
    assert again["Location"] == reverse("screens", args=[room.pk])


@pytest.mark.parametrize("name", ["screens", "screen_invite", "screen_open_here"])
def test_residents_get_no_screen(hall: Hall, visit: As, name: str) -> None:
    url = reverse(name, args=[hall.by_stage[Stage.LIVE].pk])
    resident = visit(hall["resident"])
    answer = resident.get(url) if name == "screens" else resident.post(url)
    assert answer.status_code == 403
    assert not Screen.objects.exists()


def test_sealed_room_offers_no_code(hall: Hall, visit: As) -> None:
    room = hall.by_stage[Stage.SEALED]
    staff = visit(hall["staff"])
    page = staff.get(reverse("screens", args=[room.pk])).content.decode()
    assert "公告之后、归档之前" in page
    staff.post(reverse("screen_invite", args=[room.pk]))
    assert not Screen.objects.exists()


def test_draft_betrays_nothing(hall: Hall, client: Client) -> None:
    draft = hall.by_stage[Stage.DRAFT].pk
    assert client.get(reverse("room_screen", args=[draft])).status_code == 404
