"""怎么用: the guides as pages, with their pictures, for whoever comes."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from hall.guides import FOLDER, GUIDES, picture_size, read

PICTURE = re.compile(
    r'<img src="/static/(guides/[\w-]+)(?:\.[0-9a-f]{12})?\.webp" alt="([^"]+)" width="(\d+)"'
)


def test_every_guide_has_a_page() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(GUIDES)


@pytest.mark.django_db
def test_list_leads_to_every_guide(client: Client) -> None:
    page = client.get(reverse("guide_list")).content.decode()
    for name in GUIDES:
        assert f'href="{reverse("guide", args=[name])}">{read(name).title}</a>' in page
    assert f'href="{reverse("guide_list")}">怎么用</a>' in client.get("/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", GUIDES)
def test_guide_is_shown_whole(client: Client, name: str) -> None:
    source = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    page = client.get(reverse("guide", args=[name])).content.decode()
    title = source.partition("\n")[0].removeprefix("# ")
    assert f"<h1>{title}</h1>" in page and page.count("<h1") == 1
    for heading in re.findall(r"^## (.+)$", source, re.MULTILINE):
        assert f"<h2>{heading}</h2>" in page
    shown = PICTURE.findall(page)
    assert [words for _path, words, _width in shown] == re.findall(r"!\[([^\]]+)\]", source)
    for path, _words, width in shown:
        found = finders.find(f"{path}.webp")
        assert found and Path(found).parent == FOLDER / "images"
        assert picture_size(Path(found).name)[0] == int(width)
    assert ".md" not in page


def test_lines_of_a_guide_join_without_a_space() -> None:
    body = read("resident").body
    assert "点“登录”，填手机号" in body
    assert not re.search(r"[。，”]\s+(?=[^\s<])", body)


def test_guide_links_to_the_others() -> None:
    body = read("staff").body
    for name in ("desk", "moderator"):
        assert f'href="{reverse("guide", args=[name])}"' in body


@pytest.mark.django_db
def test_english_page_says_that_the_guide_is_chinese(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("guide", args=["desk"])).content.decode()
    assert 'class="note"' in page
    assert '<article class="stack" lang="zh-hans">' in page
    assert client.get("/help/nothing/").status_code == 404


def test_other_picture_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "plain.webp").write_bytes(b"RIFF\0\0\0\0WEBPVP8 " + bytes(20))
    monkeypatch.setattr("hall.guides.FOLDER", tmp_path)
    with pytest.raises(ValueError, match="plain"):
        picture_size("plain.webp")
