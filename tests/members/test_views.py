"""The people page, one's own profile, and the large type."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hall.errors import Code, Refusal
from members.models import Person
from members.people import add_person, join_by_phone, people, set_standing
from members.requests import SENIOR_COOKIE
from members.roles import Role
from tests.factories import make_department, make_person, make_sector

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_person(Role.ADMIN, alias="管理员甲"))
    return client


def _standing(**changes: Any) -> dict[str, Any]:
    return {"role": "resident", "real_name": "", "is_active": "on", **changes}


def test_admin_makes_a_member_and_gives_the_sector(admin: Client) -> None:
    person, sector = make_person(), make_sector(name="医药卫生")
    changed = _standing(role="member", sector=sector.pk, real_name="张三")
    done = admin.post(reverse("person", args=[person.pk]), changed)
    assert done["Location"] == reverse("people")
    person.refresh_from_db()
    assert (person.role, person.belongs_to, person.real_name) == ("member", "医药卫生", "张三")


def test_department_person_needs_a_department(admin: Client) -> None:
    person = make_person()
    url = reverse("person", args=[person.pk])
    page = admin.post(url, _standing(role="department")).content.decode()
    assert "要选定所属单位" in page
    person.refresh_from_db()
    assert person.role == Role.RESIDENT
    admin.post(url, _standing(role="department", department=make_department().pk))
    person.refresh_from_db()
    assert person.role == Role.DEPARTMENT


def test_admin_cannot_lock_themselves_out(client: Client) -> None:
    me = make_person(Role.ADMIN)
    client.force_login(me)
    for change in (_standing(role="staff"), _standing(role="admin", is_active="")):
        page = client.post(reverse("person", args=[me.pk]), change).content.decode()
        assert "不能取消自己的管理员身份" in page
    me.refresh_from_db()
    assert (me.role, me.is_active) == (Role.ADMIN, True)


def test_people_are_found_by_alias_body_and_whole_phone_only(admin: Client) -> None:
    make_person(alias="荷塘老张", phone="+8613812345678")
    make_person(Role.MEMBER, alias="赵委员", sector=make_sector(name="医药卫生"))

    def found(**query: str) -> str:
        return str(admin.get(reverse("people"), query).content.decode())

    assert "荷塘老张" in found(q="老张")
    assert "赵委员" in found(q="医药")
    assert "荷塘老张" in found(q="138 1234 5678")
    assert "荷塘老张" not in found(q="1381234")
    assert "荷塘老张" not in found(role="member")
    assert "没有符合条件的人" in found(q="无此人")


def test_list_shows_no_whole_phone_and_no_real_name(admin: Client) -> None:
    make_person(alias="荷塘老张", phone="+8613812345678", real_name="张三丰")
    page = admin.get(reverse("people")).content.decode()
    assert "荷塘老张" in page
    assert "13812345678" not in page
    assert "张三丰" not in page


def test_person_is_entered_before_the_first_sign_in(admin: Client) -> None:
    data = {"phone": "139 0013 9000", "alias": "孙委员"}
    done = admin.post(reverse("person_add"), data)
    person = Person.objects.get(phone="+8613900139000")
    assert done["Location"] == reverse("person", args=[person.pk])
    assert not person.phone_verified
    again = admin.post(reverse("person_add"), data)
    assert again.status_code == 422
    assert "已经登记" in again.content.decode()
    assert admin.post(reverse("person_add"), {"phone": "1"}).status_code == 422


def test_others_may_not_manage_people() -> None:
    staff = make_person(Role.STAFF)
    for attempt in (
        lambda: people(by=staff),
        lambda: add_person(by=staff, phone="+8613900139000", alias="甲"),
        lambda: set_standing(
            staff,
            by=staff,
            role=Role.ADMIN,
            is_active=True,
            real_name="",
            sector=None,
            special_committee=None,
            liaison_group=None,
            studio=None,
            department=None,
        ),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.code == Code.FORBIDDEN


def test_joining_twice_is_one_person() -> None:
    first = join_by_phone("+8613900139000")
    assert join_by_phone("+8613900139000") == first
    assert first.role == Role.RESIDENT


def test_people_pages_turn(admin: Client) -> None:
    for _number in range(55):
        make_person()
    first = admin.get(reverse("people"), {"role": "resident"}).content.decode()
    assert "role=resident&amp;page=2" in first
    second = admin.get(reverse("people"), {"role": "resident", "page": 2}).content.decode()
    assert "第 2 页，共 2 页" in second


def test_profile_needs_an_alias(client: Client) -> None:
    person = make_person(alias="原名")
    client.force_login(person)
    page = client.post(reverse("profile"), {"alias": "　"}).content.decode()
    assert "请填写称呼。" in page
    client.post(reverse("profile"), {"alias": "新名", "senior_view": "on"})
    person.refresh_from_db()
    assert (person.alias, person.senior_view) == ("新名", True)


def test_large_type_is_kept_for_a_stranger_on_the_device(client: Client) -> None:
    assert 'data-view="senior"' not in client.get("/").content.decode()
    done = client.post(reverse("senior_view"), {"senior": "1", "next": "/topics/"})
    assert done["Location"] == "/topics/"
    assert client.cookies[SENIOR_COOKIE]["httponly"]
    assert 'data-view="senior"' in client.get("/").content.decode()
    client.post(reverse("senior_view"), {"senior": "0"})
    assert 'data-view="senior"' not in client.get("/").content.decode()


def test_large_type_is_kept_for_a_person_on_any_device(client: Client) -> None:
    person = make_person()
    client.force_login(person)
    client.post(reverse("senior_view"), {"senior": "1"})
    other = Client()
    other.force_login(Person.objects.get(pk=person.pk))
    assert 'data-view="senior"' in other.get("/").content.decode()


def test_large_type_switch_goes_to_no_other_host(client: Client) -> None:
    done = client.post(reverse("senior_view"), {"senior": "1", "next": "//evil.example/"})
    assert done["Location"] == "/"


def test_person_without_a_phone_is_not_called_stopped(admin: Client) -> None:
    guest = make_person(alias="周阿婆", phone=None, is_active=False)
    page = admin.get(reverse("people")).content.decode()
    assert "没有手机号，在现场签到台登记的" in page
    assert "已停用" not in page
    page = admin.get(reverse("person", args=[guest.pk])).content.decode()
    assert "没有手机号，在现场签到台登记的，不能登录</span>" in page
