"""What every page sends: a strict policy, and nothing that would need a looser one."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings

from tests.web.addresses import all_pages
from tests.web.conftest import As, Hall

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
VOID |= {"circle", "ellipse", "path", "rect"}
_OUTSIDE = re.compile(r"^(?:https?:)?//(?!testserver/)")


class Strict(HTMLParser):
    """Collects whatever a strict policy would refuse, and tags that do not close."""

    def __init__(self, nonce: str) -> None:
        super().__init__()
        self.nonce = nonce
        self.faults: list[str] = []
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.h1 = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check(tag, dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing at {self.getpos()}")

    def _check(self, tag: str, attrs: dict[str, Any]) -> None:
        self.h1 += tag == "h1"
        if tag == "style" or "style" in attrs:
            self.faults.append(f"<{tag}> has a style")
        if tag == "script" and attrs.get("nonce") != self.nonce:
            self.faults.append("<script> without the page's nonce")
        if tag == "script" and "src" not in attrs and attrs.get("type") != "importmap":
            self.faults.append("inline script")
        for name, value in attrs.items():
            if name.startswith("on"):
                self.faults.append(f"<{tag} {name}>")
            if name in {"src", "href", "action"} and _OUTSIDE.match(value or ""):
                self.faults.append(f"<{tag}> goes to {value}")
            if name in {"src", "href"} and (value or "").lower().startswith("javascript:"):
                self.faults.append(f"<{tag}> runs {value}")
        if identity := attrs.get("id"):
            if identity in self.ids:
                self.faults.append(f"id {identity} twice")
            self.ids.add(identity)


def read_strictly(response: Any) -> Strict:
    policy = response["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    page = Strict(nonce[1] if nonce else "")
    page.feed(response.content.decode())
    return page


@pytest.mark.django_db
def test_every_page_keeps_the_policy(hall: Hall, visit: As) -> None:
    browser = visit(hall["admin"])
    for url in all_pages(hall):
        response = browser.get(url)
        assert response.status_code in {200, 404}, url
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy, url
        assert "unsafe" not in policy, url
        page = read_strictly(response)
        assert page.faults == [], url
        assert page.open == [], url
        assert page.h1 == 1, url
        assert "{%" not in response.content.decode(), url


def test_pages_for_strangers_keep_the_policy(hall: Hall, visit: As) -> None:
    for url in ("/", "/accounts/login/", "/consultations/", "/topics/", "/no-such-page/"):
        assert read_strictly(visit(None).get(url)).faults == [], url


def test_pages_are_sent_with_the_other_headers(hall: Hall, visit: As) -> None:
    response = visit(None).get("/")
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert settings.SESSION_COOKIE_HTTPONLY
