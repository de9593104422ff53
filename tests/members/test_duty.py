import pytest

from members.duty import Deed, append_deeds, duty_of
from members.models import DutyEvent
from members.models.duty import DutyKind
from members.roles import Role
from tests.factories import STARTS_AT, make_duty_event, make_person

pytestmark = pytest.mark.django_db


def test_append_deeds_counts_each_once_a_source() -> None:
    member, other = make_person(Role.MEMBER), make_person(Role.MEMBER)
    deeds = [
        Deed(member.pk, DutyKind.ATTENDED),
        Deed(member.pk, DutyKind.SPOKE),
        Deed(other.pk, DutyKind.ATTENDED),
    ]
    for title in ("协商会", "同一份归档再来一次"):
        append_deeds(deeds, title=title, happened_at=STARTS_AT, source="archive:1")
    append_deeds(deeds[:1], title="另一场", happened_at=STARTS_AT, source="archive:2")
    rows = DutyEvent.objects.order_by("id").values_list("person", "kind", "title", "source")
    assert list(rows) == [
        (member.pk, "attended", "协商会", "archive:1"),
        (member.pk, "spoke", "协商会", "archive:1"),
        (other.pk, "attended", "协商会", "archive:1"),
        (member.pk, "attended", "另一场", "archive:2"),
    ]


def test_duty_of_is_a_persons_own() -> None:
    event = make_duty_event()
    make_duty_event()
    assert list(duty_of(event.person)) == [event]
