"""Manifest, worker and offline page, as they are served."""

import json
import re
import struct
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tests.factories import make_person

pytestmark = pytest.mark.django_db


def file_of(url: str) -> Path:
    """The source of a hashed static address."""
    name = re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", url.removeprefix(settings.STATIC_URL))
    assert name != url.removeprefix(settings.STATIC_URL)
    found = finders.find(name)
    assert found
    return Path(found)


def test_manifest_names_the_hall_and_icons_of_the_sizes_that_they_have(client: Client) -> None:
    response = client.get(reverse("manifest"))
    assert response["Content-Type"] == "application/manifest+json"
    described = json.loads(response.content)
    assert described["name"] == settings.HALL_COMMITTEE + settings.HALL_NAME
    assert described["start_url"] == described["scope"] == "/"
    assert {icon["purpose"] for icon in described["icons"]} == {"any", "maskable"}
    for icon in described["icons"]:
        header = file_of(icon["src"]).read_bytes()[:24]
        assert header[:8] == b"\x89PNG\r\n\x1a\n"
        assert "{}x{}".format(*struct.unpack(">II", header[16:24])) == icon["sizes"]


def test_worker_is_asked_for_anew_and_keeps_hashed_files_alone(client: Client) -> None:
    response = client.get("/sw.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cache-Control"] == "no-cache"
    code = response.content.decode()
    listed = re.search(r"const FILES = (\[.*\]);", code)
    assert listed
    files = json.loads(listed[1])
    assert files
    for url in files:
        assert file_of(url).is_file()


def test_worker_changes_with_what_it_keeps(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def version() -> str:
        found = re.search(r'const CACHE = "(hall-\w+)"', client.get("/sw.js").content.decode())
        assert found
        return found[1]

    before = version()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert version() == before
    monkeypatch.setattr(settings, "HALL_NAME", "另一个议事厅")
    assert version() != before


def test_offline_page_is_the_same_for_everyone_and_runs_no_script(client: Client) -> None:
    stranger = client.get(reverse("offline")).content
    client.force_login(make_person(alias="柳溪居民甲"))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert client.get(reverse("offline")).content == stranger
    assert '<section class="stack" lang="en">' in stranger.decode()
    assert b"<script" not in stranger
    assert "现在没有网络" in stranger.decode()
    used = re.findall(r'(?:href|src)="(/static/[^"]+)"', stranger.decode())
    worker = client.get("/sw.js").content.decode()
    assert used
    assert all(f'"{url}"' in worker for url in used)


def test_pages_lead_to_the_manifest_and_the_icon(client: Client) -> None:
    page = client.get(reverse("home")).content.decode()
    assert f'<link rel="manifest" href="{reverse("manifest")}">' in page
    assert 'rel="apple-touch-icon"' in page
