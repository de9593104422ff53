"""A screen reader lists a page's links by their names alone: one name, one place."""

from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from consultations.demo.fill import fill_hall
from members.models import Person
from tests.web.test_english import pages


class Links(HTMLParser):
    """The addresses of a page by the names of the links that lead there."""

    def __init__(self) -> None:
        super().__init__()
        self.found: defaultdict[str, set[str]] = defaultdict(set)
        self.href, self.words = "", list[str]()
        self.label: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.href, self.label, self.words = given["href"] or "", given.get("aria-label"), []
        elif tag == "img" and self.href:
            self.words.append(given.get("alt") or "")

    def handle_data(self, data: str) -> None:
        if self.href:
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.href:
            name = " ".join((self.label or "".join(self.words)).split())
            self.found[name].add(self.href)
            self.href = ""


def ambiguous(html: str) -> dict[str, set[str]]:
    links = Links()
    links.feed(html)
    return {name: to for name, to in links.found.items() if len(to) > 1 or not name}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "临江老张", "赵明"])
def test_links_of_one_name_lead_to_one_place(name: str, settings: Any, tmp_path: Path) -> None:
    settings.HALL_ARCHIVES, settings.HALL_KEYS = tmp_path / "archives", tmp_path / "keys"
    fill_hall()
    client = Client()
    if name:
        client.force_login(Person.objects.get(alias=name))
    found = {path: said for path, html in pages(client) if (said := ambiguous(html))}
    assert found == {}


def test_links_of_one_name_are_found() -> None:
    page = '<a href="/1"><svg></svg> 看 </a><a href="/2">看</a><a href="/3">3</a><a href="/3">3</a>'
    assert ambiguous(page) == {"看": {"/1", "/2"}}
    assert ambiguous('<a href="/1"><img alt=""></a>') == {"": {"/1"}}
