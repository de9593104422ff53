"""Health, figures, and the pages that say what went wrong."""

import gzip
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse

from tests.factories import make_person
from tests.support.redis_server import RedisServer

pytestmark = pytest.mark.django_db


def test_ready_when_all_that_is_needed_is_there(client: Client) -> None:
    response = client.get(reverse("readyz"))
    assert response.status_code == 200
    checks = response.json()["checks"]
    assert checks == {"database": "ok", "migrations": "ok", "channel_layer": "ok"}


def test_not_ready_before_the_migrations(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="members", name="0001_initial").delete()
    MigrationRecorder.Migration.objects.filter(app="consultations").delete()
    response = client.get(reverse("readyz"))
    assert response.status_code == 503
    assert response.json()["checks"]["migrations"] == "missing"


def test_not_ready_without_the_channel_layer(client: Client, settings: Any) -> None:
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": ["redis://127.0.0.1:1"]},
        }
    }
    response = client.get(reverse("readyz"))
    assert response.status_code == 503
    assert response.json()["checks"]["channel_layer"] == "failed"
    assert response.json()["checks"]["database"] == "ok"


def test_not_ready_while_the_channel_layer_is_silent(
    client: Client, settings: Any, redis_server: RedisServer
) -> None:
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [redis_server.url]},
        }
    }
    redis_server.pause()
    try:
        response = client.get(reverse("readyz"))
    finally:
        redis_server.resume()
    assert response.status_code == 503
    assert response.json()["checks"]["channel_layer"] == "failed"


def test_figures_are_for_this_host_alone_without_a_token(client: Client) -> None:
    url = reverse("metrics")
    assert b"hall_" in client.get(url).content
    assert client.get(url, REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get(url, headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404


def test_figures_are_given_for_the_token(client: Client, settings: Any) -> None:
    settings.HALL_METRICS_TOKEN = "a-long-token"
    url = reverse("metrics")
    assert client.get(url).status_code == 404
    assert client.get(url, headers={"Authorization": "Bearer other"}).status_code == 404
    given = client.get(
        url, headers={"Authorization": "Bearer a-long-token"}, REMOTE_ADDR="192.0.2.7"
    )
    assert given.status_code == 200


@pytest.mark.parametrize(
    ("name", "value"), [("HALL_SECURE", True), ("ALLAUTH_TRUSTED_PROXY_COUNT", 1)]
)
def test_figures_behind_a_proxy_need_the_token(
    client: Client, settings: Any, name: str, value: Any
) -> None:
    """A proxy on this machine may add no X-Forwarded-For, and then everyone comes from here."""
    setattr(settings, name, value)
    url = reverse("metrics")
    assert client.get(url).status_code == 404
    settings.HALL_METRICS_TOKEN = "a-long-token"
    assert client.get(url).status_code == 404
    given = client.get(url, headers={"Authorization": "Bearer a-long-token"})
    assert given.status_code == 200


def test_pages_are_compressed_and_downloads_are_not(client: Client) -> None:
    accepts = {"Accept-Encoding": "gzip"}
    page = client.get(reverse("home"), headers=accepts)
    assert page.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in page.headers["Vary"]
    assert "线上协商议事厅" in gzip.decompress(page.content).decode()
    assert "Content-Encoding" not in client.get(reverse("metrics"), headers=accepts).headers
    assert "Content-Encoding" not in client.get(reverse("home")).headers


def test_missing_page_is_in_the_halls_own_dress(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "没有找到" in response.content.decode()
    main = response.content.decode().split("<main")[1]
    assert f'href="{reverse("search")}"' in main and f'href="{reverse("home")}"' in main
    assert "回首页" in response.content.decode()


def test_form_without_its_token_is_explained() -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse("account_login"), {"login": "13800138000"})
    assert response.status_code == 403
    assert "没有提交成功" in response.content.decode()


def test_broken_page_says_so_without_what_may_be_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_visitor: object) -> None:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr("consultations.web.front.queries.front_page", broken)
    calm = Client(raise_request_exception=False)
    response = calm.get("/")
    assert response.status_code == 500
    assert "出了故障" in response.content.decode()
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_page_says_when_to_come_again_where_the_database_does_not_answer(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_visitor: object) -> None:
        raise error("secret of the inside")

    monkeypatch.setattr("consultations.web.front.queries.front_page", broken)
    response = Client(raise_request_exception=False).get("/")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert "系统正忙" in response.content.decode()
    assert "secret" not in response.content.decode()


def test_refusal_is_json_where_json_is_asked_for(client: Client) -> None:
    client.force_login(make_person())
    response = client.get(reverse("people"), headers={"Accept": "application/json"})
    assert response.status_code == 403
    assert response.json()["error"]["code"] == "forbidden"


def test_stranger_is_brought_back_after_signing_in(client: Client) -> None:
    response = client.get(reverse("people"), {"q": "甲"})
    assert response["Location"].startswith(reverse("account_login"))
    assert "next=/people/%3Fq%3D" in response["Location"]
