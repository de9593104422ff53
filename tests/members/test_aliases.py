"""What people may be called: seen by everyone, and nobody else's."""

import pytest
from django.test import Client
from django.urls import reverse

from hall.errors import Code, Refusal
from members.aliases import fit_alias
from members.models import Person
from members.people import add_person, edit_profile
from members.roles import Role
from tests.factories import make_department, make_person

pytestmark = pytest.mark.django_db


def refused(alias: str, *, role: Role | None = Role.RESIDENT, **whose: object) -> Code:
    with pytest.raises(Refusal) as refusal:
        fit_alias(alias, role=role, **whose)  # type: ignore[arg-type]
    assert refusal.value.field == "alias"
    assert refusal.value.message
    return refusal.value.code


@pytest.mark.parametrize("alias", ["荷塘老张", "买买提·艾力", "مەمەت", "🌷", "王某某2", "Zoë"])
def test_plain_alias_is_kept_as_it_is(alias: str) -> None:
    assert fit_alias(alias, role=Role.RESIDENT) == alias


def test_alias_is_cleaned_as_opinions_are() -> None:
    assert fit_alias(" 荷塘\u200e \x00\n老张\ufeff ", role=Role.RESIDENT) == "荷塘 老张"
    assert fit_alias("e\u0301lan", role=Role.RESIDENT) == "\xe9lan"
    heaped = fit_alias("王" + "\u0337" * 20, role=Role.RESIDENT)
    assert len(heaped) == 1 + 8


@pytest.mark.parametrize(
    "alias", ["", " \u3000", "\u3164\u115f", "\u200b\u2060", "\u0301\u0337", "\u2800"]
)
def test_alias_that_cannot_be_seen_is_refused(alias: str) -> None:
    assert refused(alias) == Code.EMPTY


@pytest.mark.parametrize("alias", ["\u202e国建王", "王\u2066建\u2069国"])
def test_alias_that_is_shown_in_another_order_is_refused(alias: str) -> None:
    assert refused(alias) == Code.INVALID


def test_too_long_alias_is_refused() -> None:
    assert fit_alias("张" * 24, role=Role.RESIDENT)
    assert refused("张" * 25) == Code.TOO_LONG


@pytest.mark.parametrize(
    "alias",
    [
        "王建国K",
        "王 建国k",
        "王建国Ｋ",
        "王\u200b建国K",
        "王·建·国·K",
        "王\u3164建国K",
        "王建国\u0301K",
    ],
)
@pytest.mark.parametrize("role", [Role.MEMBER, Role.STAFF, Role.DEPARTMENT, Role.ADMIN])
def test_name_of_who_speaks_for_a_body_is_theirs(alias: str, role: Role) -> None:
    make_person(role, alias="王建国K")
    assert refused(alias) == Code.INVALID
    assert refused(alias, role=None) == Code.INVALID


def test_real_name_behind_an_alias_is_not_free_either() -> None:
    make_person(Role.MEMBER, alias="老王", real_name="王建国")
    assert refused("王建国") == Code.INVALID
    assert fit_alias("荷塘王建国", role=Role.RESIDENT) == "荷塘王建国"


def test_residents_may_be_called_alike() -> None:
    make_person(alias="老张", real_name="张三")
    assert fit_alias("老张", role=Role.RESIDENT)
    assert fit_alias("张三", role=Role.RESIDENT)


def test_own_names_are_free_to_their_person() -> None:
    me = make_person(Role.MEMBER, alias="老王", real_name="王建国")
    assert fit_alias("王建国", role=Role.MEMBER, person=me) == "王建国"
    assert fit_alias("王建国", role=Role.MEMBER, real_name="王建国") == "王建国"
    assert refused("王建国", role=Role.RESIDENT, real_name="王建国") == Code.INVALID


@pytest.mark.parametrize(
    ("alias", "theirs"),
    [
        ("办公室", Role.STAFF),
        ("县政协", Role.STAFF),
        ("柳溪县政协办公室", Role.STAFF),
        ("政 协", Role.MEMBER),
        ("委员", Role.MEMBER),
        ("主持人", Role.STAFF),
        ("工作人员", Role.STAFF),
        ("管理员", Role.ADMIN),
        ("Ａdmin", Role.ADMIN),
        ("线上协商议事厅", Role.STAFF),
        ("承办单位", Role.DEPARTMENT),
    ],
)
def test_word_of_a_role_is_for_who_has_it(alias: str, theirs: Role) -> None:
    assert refused(alias) == Code.INVALID
    assert fit_alias(alias, role=theirs)
    assert fit_alias(alias, role=None)


def test_name_of_a_department_is_for_its_people() -> None:
    department = make_department(name="县住房和城乡建设局")
    clerk = make_person(Role.DEPARTMENT, department=department)
    assert refused("县住房和城乡建设局 ") == Code.INVALID
    assert fit_alias("县住房和城乡建设局", role=Role.DEPARTMENT, person=clerk)


def test_existing_alias_stays_until_it_is_changed(client: Client) -> None:
    make_person(Role.MEMBER, alias="王建国")
    person = make_person(alias="王建国")
    changed = {"liaison_group": None, "senior_view": True}
    assert edit_profile(person, alias="王建国", **changed).senior_view
    client.force_login(person)
    page = client.post(reverse("profile"), {"alias": "主持人"})
    assert "是一种身份，请换一个称呼" in page.content.decode()
    person.refresh_from_db()
    assert person.alias == "王建国"


def test_office_does_not_enter_two_people_of_one_name() -> None:
    admin = make_person(Role.ADMIN)
    first = add_person(by=admin, phone="+8613900139001", alias="孙委员")
    Person.objects.filter(pk=first.pk).update(role=Role.MEMBER)
    with pytest.raises(Refusal) as refusal:
        add_person(by=admin, phone="+8613900139002", alias="孙 委员")
    assert (refusal.value.code, refusal.value.field) == (Code.INVALID, "alias")
