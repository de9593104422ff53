import io

import pytest
from django.core.management import CommandError, call_command

from members.models import Person
from members.roles import Role


def appoint(*args: str) -> str:
    out = io.StringIO()
    call_command("appoint", *args, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_appoint_creates_the_first_administrator() -> None:
    assert appoint("13800000001", "--role", "admin") == (
        "系统管理员(+8613800000001)现在是系统管理员。\n"
    )
    person = Person.objects.get()
    assert (person.phone, person.role, person.alias) == ("+8613800000001", "admin", "系统管理员")
    assert not person.has_usable_password()


@pytest.mark.django_db
def test_appoint_changes_a_known_person_and_keeps_the_alias() -> None:
    Person.objects.create_user(phone="+8613800000001", alias="老张")
    appoint("138 0000 0001", "--role", "member")
    person = Person.objects.get()
    assert (person.alias, person.role) == ("老张", Role.MEMBER)


@pytest.mark.django_db
def test_appoint_refuses_what_is_no_phone() -> None:
    with pytest.raises(CommandError, match="请填写正确的手机号"):
        appoint("12", "--role", "staff")
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_appoint_refuses_the_alias_of_another_member() -> None:
    appoint("13800000001", "--role", "member", "--alias", "王建国")
    with pytest.raises(CommandError, match="请加一两个字区分"):
        appoint("13800000002", "--role", "member", "--alias", "王 建国")
    assert Person.objects.count() == 1
