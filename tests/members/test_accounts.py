"""Signing in by phone and code, as a browser does it."""

import re
from importlib import reload
from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from django.conf import settings as live_settings
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import NoReverseMatch, clear_url_caches, reverse

import hall.urls
import members.urls
from members import sms
from members.models import Person
from members.roles import Role
from tests.factories import make_liaison_group, make_person

pytestmark = pytest.mark.django_db

PHONE = "138 0013 8000"
E164 = "+8613800138000"

sent: list[tuple[str, str]] = []


def carrier(phone: str, text: str) -> None:
    sent.append((phone, text))


@pytest.fixture(autouse=True)
def _carrier(settings: Any) -> None:
    settings.HALL_SMS_SENDER = f"{__name__}.carrier"
    sent.clear()
    cache.clear()


def _code() -> str:
    found = re.search(r"验证码 (\d{6})", sent[-1][1])
    assert found is not None
    return found[1]


def _ask(client: Client, phone: str = PHONE, onward: str = "") -> Any:
    return client.post(reverse("account_login"), {"login": phone, "next": onward})


def _answer(client: Client, code: str, onward: str = "") -> Any:
    data = {"code": code, "action": "verify", "next": onward}
    return client.post(reverse("account_confirm_login_code"), data)


def test_newcomer_joins_as_a_resident_and_is_asked_for_a_name(client: Client) -> None:
    asked = _ask(client, onward="/topics/")
    assert asked.status_code == 302
    assert sent[-1][0] == E164
    done = _answer(client, _code(), onward="/topics/")
    assert done["Location"] == f"{reverse('welcome')}?next=%2Ftopics%2F"
    person = Person.objects.get()
    assert (person.phone, person.phone_verified, person.role) == (E164, True, Role.RESIDENT)
    assert E164[-4:] not in person.alias
    group = make_liaison_group()
    welcome = {"alias": " 荷塘  老张 ", "liaison_group": group.pk, "next": "/topics/"}
    named = client.post(reverse("welcome"), welcome)
    assert named["Location"] == "/topics/"
    person.refresh_from_db()
    assert (person.alias, person.belongs_to) == ("荷塘 老张", group.township)


def test_known_person_comes_back_to_where_they_were(client: Client) -> None:
    person = make_person(phone=E164, phone_verified=True)
    _ask(client, "+86-138-0013-8000", onward="/topics/")
    done = _answer(client, _code(), onward="/topics/")
    assert done["Location"] == "/topics/"
    assert client.session["_auth_user_id"] == str(person.pk)


def test_answer_is_the_same_for_known_and_unknown_phones(client: Client) -> None:
    make_person(phone=E164, phone_verified=True)
    known = _ask(Client())
    unknown = _ask(Client(), "13900139000")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [phone for phone, _text in sent] == [E164, "+8613900139000"]
    pages = [Client(), Client()]
    _ask(pages[0])
    _ask(pages[1], "13900139000")
    bodies = [
        re.sub(r"(csrfmiddlewaretoken\" value=\"|nonce[=\"]+)[^\"]+|138|139|8000|9000", "", text)
        for text in (
            page.get(reverse("account_confirm_login_code")).content.decode() for page in pages
        )
    ]
    assert bodies[0] == bodies[1]


def test_adapter_never_texts_strangers() -> None:
    get_adapter().send_unknown_account_sms(E164)
    get_adapter().send_account_already_exists_sms(E164)
    assert sent == []


@pytest.mark.parametrize("phone", ["", "12345", "不是号码", "138001380001"])
def test_wrong_phone_is_refused_in_a_sentence(client: Client, phone: str) -> None:
    page = _ask(client, phone)
    assert page.status_code == 200
    assert "手机号。" in page.content.decode()
    assert not Person.objects.exists()
    assert sent == []


def test_wrong_code_is_refused_and_five_end_it(client: Client) -> None:
    _ask(client)
    wrong = "000000" if _code() != "000000" else "111111"
    page = _answer(client, wrong)
    assert "验证码不对" in page.content.decode()
    for _again in range(4):
        page = _answer(client, wrong)
    assert page.status_code == 302
    told = client.get(page["Location"], follow=True).content.decode()
    assert "这个验证码已经作废，请重新获取" in told
    assert "几分钟" not in told
    assert _answer(client, _code()).status_code == 302
    assert "_auth_user_id" not in client.session
    assert not Person.objects.get().phone_verified
    _ask(client)
    _answer(client, _code())
    assert "_auth_user_id" in client.session


def test_code_can_be_sent_again_and_the_first_is_void(client: Client) -> None:
    _ask(client)
    first = _code()
    confirm = reverse("account_confirm_login_code")
    client.post(confirm, {"action": "resend"})
    assert len(sent) == 2
    if _code() != first:
        assert "验证码不对" in _answer(client, first).content.decode()
    _answer(client, _code())
    assert "_auth_user_id" in client.session


def test_number_can_be_changed_before_the_code(client: Client) -> None:
    _ask(client)
    client.post(reverse("account_logout"), {"next": reverse("account_login")})
    assert client.get(reverse("account_login")).status_code == 200
    _ask(client, "13900139000")
    assert sent[-1][0] == "+8613900139000"


def test_one_phone_gets_three_codes_a_minute(client: Client) -> None:
    for _time in range(3):
        _ask(Client())
    page = _ask(client)
    assert page.status_code == 200
    assert "获取验证码太频繁，请过几分钟再试" in page.content.decode()
    assert len(sent) == 3


def test_whole_audience_signs_in_through_one_address() -> None:
    for number in range(60):
        assert _ask(Client(), f"1390000{number:04d}").status_code == 302
    assert len(sent) == 60


def test_closed_account_gets_no_session(client: Client) -> None:
    make_person(phone=E164, phone_verified=True, is_active=False)
    _ask(client)
    done = _answer(client, _code())
    assert done["Location"] == reverse("account_inactive")
    assert "已停用" in client.get(done["Location"]).content.decode()
    assert "_auth_user_id" not in client.session


def test_sign_in_goes_to_no_other_host(client: Client) -> None:
    make_person(phone=E164, phone_verified=True)
    _ask(client, onward="https://evil.example/")
    done = _answer(client, _code(), onward="https://evil.example/")
    assert done["Location"] == "/"


def test_phone_is_changed_by_a_code_to_the_new_one(client: Client) -> None:
    person = make_person(phone=E164, phone_verified=True)
    client.force_login(person)
    client.post(reverse("account_change_phone"), {"phone": "13900139000", "action": "change"})
    verify = reverse("account_verify_phone")
    assert client.get(verify).status_code == 200
    client.post(verify, {"code": _code(), "action": "verify"})
    person.refresh_from_db()
    assert person.phone == "+8613900139000"


def test_anothers_phone_cannot_be_taken_over(client: Client) -> None:
    make_person(phone="+8613900139000", phone_verified=True)
    person = make_person(phone=E164, phone_verified=True)
    client.force_login(person)
    client.post(reverse("account_change_phone"), {"phone": "13900139000", "action": "change"})
    page = client.post(reverse("account_verify_phone"), {"code": _code(), "action": "verify"})
    assert "已被使用" in page.content.decode()
    person.refresh_from_db()
    assert person.phone == E164


def test_logout_asks_first(client: Client) -> None:
    client.force_login(make_person())
    assert "退出登录" in client.get(reverse("account_logout")).content.decode()
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "name", ["account_email", "account_set_password", "account_reset_password"]
)
def test_pages_that_a_phone_does_not_need_are_not_there(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("name", ["account_signup", "account_request_login_code"])
def test_there_is_one_way_in(client: Client, name: str) -> None:
    response = client.get(reverse(name), {"next": "/topics/"})
    assert response["Location"] == f"{reverse('account_login')}?next=%2Ftopics%2F"


def test_console_sender_writes_the_code(caplog: pytest.LogCaptureFixture, settings: Any) -> None:
    settings.HALL_SMS_SENDER = "members.sms.to_console"
    with caplog.at_level("INFO"):
        sms.send_code(E164, "123456")
    assert "123456" in caplog.text


def out_of_order(_phone: str, _text: str) -> None:
    raise OSError("the carrier does not answer")


def test_code_that_could_not_be_sent_is_told_in_a_sentence_and_logged(
    client: Client, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    settings.HALL_SMS_SENDER = f"{__name__}.out_of_order"
    answer = _ask(client)
    assert answer.status_code == 503
    assert "验证码短信没有发出去" in answer.content.decode()
    assert "the carrier does not answer" in caplog.text


def _reload_urls() -> None:
    reload(members.urls)
    reload(hall.urls)
    clear_url_caches()


def test_demo_sign_in_is_absent_from_a_real_hall(client: Client) -> None:
    person = make_person()
    assert not live_settings.HALL_DEMO
    assert client.post(f"/demo/sign-in/{person.pk}/").status_code == 404
    assert "演示环境" not in client.get("/").content.decode()


def test_demo_signs_in_by_one_click(client: Client) -> None:
    person = make_person(alias="陈静", role=Role.STAFF)
    closed = make_person(is_active=False)
    try:
        with override_settings(HALL_DEMO=True):
            _reload_urls()
            page = client.get("/topics/").content.decode()
            assert f'action="/demo/sign-in/{person.pk}/"' in page
            assert f"/demo/sign-in/{closed.pk}/" not in page
            assert client.get(f"/demo/sign-in/{person.pk}/")["Location"] == "/"
            assert client.post(f"/demo/sign-in/{closed.pk}/").status_code == 404
            done = client.post(f"/demo/sign-in/{person.pk}/", {"next": "/topics/"})
            assert done["Location"] == "/topics/"
            assert client.session["_auth_user_id"] == str(person.pk)
    finally:
        _reload_urls()
