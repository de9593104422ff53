"""Newcomers who never proved their phone are forgotten; nobody else is."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from consultations.models import Stage
from members.models import Person
from members.people import clear_unverified, join_by_phone
from members.roles import Role
from tests.factories import make_consultation, make_person, make_seat

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def newcomer(number: str, *, days: int = 8, **fields: object) -> Person:
    person = join_by_phone(number)
    joined = timezone.now() - timedelta(days=days)
    Person.objects.filter(pk=person.pk).update(created_at=joined, **fields)
    return person


def test_only_strangers_of_last_week_go() -> None:
    gone = newcomer("+8613900000001")
    kept = [
        newcomer("+8613900000002", days=6),
        newcomer("+8613900000003", phone_verified=True),
        newcomer("+8613900000004", last_login=timezone.now()),
        newcomer("+8613900000005", alias="王秀兰"),
        newcomer("+8613900000006", role=Role.MEMBER),
        newcomer("+8613900000007", phone=None),
    ]
    assert clear_unverified(older_than=WEEK) == 1
    assert not Person.objects.filter(pk=gone.pk).exists()
    assert Person.objects.filter(pk__in=[person.pk for person in kept]).count() == len(kept)


def test_whoever_has_a_seat_stays() -> None:
    seated = newcomer("+8613900000008")
    make_seat(make_consultation(Stage.ANNOUNCED, prepared_by=make_person(Role.STAFF)), seated)
    assert clear_unverified(older_than=WEEK) == 0
    assert Person.objects.filter(pk=seated.pk).exists()


def test_command_says_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    newcomer("+8613900000009", days=3)
    call_command("clear_unverified")
    call_command("clear_unverified", "--days", "2")
    assert capsys.readouterr().out.splitlines() == [
        "删去了 0 个一直没有核验手机号的登记。",
        "删去了 1 个一直没有核验手机号的登记。",
    ]
