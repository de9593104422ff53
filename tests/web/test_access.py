"""Which page opens for whom: 200, the way to sign in, 403, or 404 where nothing may be known."""

from typing import Any

import pytest
from django.urls import reverse

from consultations.exports import FORMATS
from consultations.models import Stage
from members.roles import Role
from tests.web.addresses import ADMIN, PUBLIC, SIGNED_IN, STAFF, address
from tests.web.conftest import As, Hall

ROLES = [role.value for role in Role]
_MANAGE = {Role.STAFF.value, Role.ADMIN.value}


def _statuses(hall: Hall, visit: As, pages: dict[str, Any], role: str | None) -> dict[str, int]:
    browser = visit(hall[role] if role else None)
    return {name: browser.get(address(pages, name, hall)).status_code for name in pages}


def test_public_pages_open_for_strangers(hall: Hall, visit: As) -> None:
    assert _statuses(hall, visit, PUBLIC, None) == dict.fromkeys(PUBLIC, 200)


def test_other_pages_send_strangers_to_sign_in(hall: Hall, visit: As) -> None:
    pages = {**SIGNED_IN, **STAFF, **ADMIN}
    del pages["account_logout"]
    for name in pages:
        response = visit(None).get(address(pages, name, hall))
        assert response.status_code == 302, name
        assert response["Location"].startswith(reverse("account_login")), name


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_by_role(hall: Hall, visit: As, role: str) -> None:
    assert _statuses(hall, visit, SIGNED_IN, role) == dict.fromkeys(SIGNED_IN, 200)
    preparing = 200 if role in _MANAGE else 403
    assert _statuses(hall, visit, STAFF, role) == dict.fromkeys(STAFF, preparing)
    managing = 200 if role == Role.ADMIN else 403
    assert _statuses(hall, visit, ADMIN, role) == dict.fromkeys(ADMIN, managing)


@pytest.mark.parametrize("role", [None, *ROLES, "moderator"])
def test_consultation_page_is_public_but_for_drafts(
    hall: Hall, visit: As, role: str | None
) -> None:
    browser = visit(hall[role] if role else None)
    for stage in Stage:
        knows = stage != Stage.DRAFT or role in {*_MANAGE, "moderator"}
        response = browser.get(reverse("consultation", args=[hall.by_stage[stage].pk]))
        assert response.status_code == (200 if knows else 404), stage


def test_draft_is_not_betrayed_by_its_other_pages(hall: Hall, visit: As) -> None:
    for name in ("consultation_edit", "consultation_seats", "outcome_edit", "room"):
        draft = reverse(name, args=[hall.by_stage[Stage.DRAFT].pk])
        assert visit(hall["resident"]).get(draft).status_code == 404, name


def test_moderator_writes_the_outcome_and_does_not_prepare(hall: Hall, visit: As) -> None:
    moderator = visit(hall["moderator"])
    pk = hall.by_stage[Stage.SUMMARISING].pk
    assert moderator.get(reverse("outcome_edit", args=[pk])).status_code == 200
    assert moderator.get(reverse("consultation_seats", args=[pk])).status_code == 403


def test_export_before_sealing_is_for_those_who_may(hall: Hall, visit: As) -> None:
    for fmt in FORMATS:
        url = reverse("paper", args=[hall.by_stage[Stage.REVIEW].pk, "consensus", fmt])
        assert visit(hall["moderator"]).get(url).status_code == 200, fmt
        assert visit(hall["resident"]).get(url).status_code == 403, fmt


def test_published_outcome_may_be_taken_by_anyone_the_bag_may_not(hall: Hall, visit: As) -> None:
    assert hall.archive is not None
    number = hall.archive.number
    taken = visit(None).get(reverse("archive_export", args=[number, "json"]))
    assert taken.status_code == 200
    bag = reverse("archive_download", args=[number])
    assert visit(hall["resident"]).get(bag).status_code == 403
    assert visit(hall["staff"]).get(bag).content[:2] == b"PK"


def test_what_is_not_there_is_404(hall: Hall, visit: As) -> None:
    browser = visit(hall["admin"])
    for name in ("plan", "work_item", "topic", "consultation", "archive", "person", "room"):
        assert browser.get(reverse(name, args=[9999])).status_code == 404, name
    assert browser.get(reverse("archive_export", args=[9999, "json"])).status_code == 404
    assert browser.get(reverse("archive_download", args=[9999])).status_code == 404


def test_unknown_format_is_404(hall: Hall, visit: As) -> None:
    assert hall.archive is not None
    url = reverse("archive_export", args=[hall.archive.number, "exe"])
    assert visit(None).get(url).status_code == 404


def test_residents_change_nothing_by_post(hall: Hall, visit: As) -> None:
    consultation = hall.by_stage[Stage.REVIEW]
    data = {"to": "summarising", "reason": "改", "person": hall["member"].pk, "role": "moderator"}
    for name in ("consultation_stage", "seat_assign", "seat_remove", "outcome_minutes"):
        response = visit(hall["resident"]).post(reverse(name, args=[consultation.pk]), data)
        assert response.status_code == 403, name
    consultation.refresh_from_db()
    assert consultation.stage == Stage.REVIEW
    assert not consultation.seats.filter(person=hall["member"]).exists()


def test_what_changes_something_refuses_get(hall: Hall, visit: As) -> None:
    browser = visit(hall["admin"])
    pk = hall.by_stage[Stage.SUMMARISING].pk
    for name in ("consultation_stage", "seat_assign", "seat_remove", "outcome_minutes"):
        assert browser.get(reverse(name, args=[pk])).status_code == 302, name


def test_discussion_of_what_is_sealed_can_be_read_again(hall: Hall, visit: As) -> None:
    assert hall.archive is not None
    sealed, browser = hall.by_stage[Stage.SEALED].pk, visit(hall["resident"])
    again = f'href="{reverse("room", args=[sealed])}">'
    for page in (
        reverse("consultation", args=[sealed]),
        reverse("archive", args=[hall.archive.number]),
    ):
        text = visit(None).get(page).content.decode()
        assert again in text and "回看讨论" in text
    assert browser.get(reverse("room", args=[sealed])).status_code == 200
    assert visit(None).get(reverse("record", args=[sealed])).status_code == 200
