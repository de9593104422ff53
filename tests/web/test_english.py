"""English pages of the demo hall say nothing in Chinese but what people have written."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from consultations.demo.fill import fill_hall
from members.models import Person
from scripts.screenshots import NOT_PAGES, PEOPLE, UNLINKED, shape
from tests.support.english import foreign, texts_of, words_of_the_hall

_LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')


def pages(client: Client) -> Iterator[tuple[str, str]]:
    """Each kind of page that links lead to, once, with its markup."""
    waiting, taken = ["/", *UNLINKED], Counter[str]()
    known = set(waiting)
    while waiting:
        path = waiting.pop(0)
        if taken[shape(path)]:
            continue
        taken[shape(path)] += 1
        response = client.get(path, follow=True)
        if not response["Content-Type"].startswith("text/html"):
            continue
        html = response.content.decode()
        yield path, html
        links = [urlsplit(urljoin(path, link)) for link in _LINK.findall(html)]
        new = [one.path for one in links if not one.hostname and not NOT_PAGES.search(one.path)]
        waiting += [link for link in dict.fromkeys(new) if link not in known]
        known.update(new)


@pytest.fixture
def demo(db: None, settings: Any, tmp_path: Path) -> None:
    settings.HALL_ARCHIVES = tmp_path / "archives"
    settings.HALL_KEYS = tmp_path / "keys"
    fill_hall()


@pytest.mark.usefixtures("demo")
def test_english_pages_are_english() -> None:
    own, wrong = words_of_the_hall(), {}
    seen = set()
    for name in PEOPLE.values():
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        if name:
            client.force_login(Person.objects.get(alias=name))
        for path, html in pages(client):
            seen.add(shape(path))
            if found := foreign(texts_of(html), own):
                wrong[f"{name or 'visitor'} {path}"] = found
    assert wrong == {}
    assert len(seen) > 40


def test_chinese_is_told_from_what_people_wrote() -> None:
    own = "下水道\n王秀兰"
    assert foreign(["下水道", "Opinion by 王秀兰", "3 (today)"], own) == []
    assert foreign(["见", "3", "、", "5"], "见3、5") == []
    wrong = ["一、下水道", "、", "王秀兰（3）", "意见"]
    assert foreign(wrong, own) == wrong
    page = '<p>a<b lang="zh-hans">中</b><img alt="c"><script>文</script>d</p>'
    assert texts_of(page) == ["a", "c", "d"]
