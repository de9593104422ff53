"""The watch over what pages do finds what it is there to find."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.browsing import DESK, PHONE, Visitor
from tests.support.serving import serving


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address that its files are served at."""
    (tmp_path / "favicon.ico").write_bytes(b"")
    with serving(tmp_path) as url:
        yield tmp_path, url


def problems(chromium: Browser, site: tuple[Path, str], script: str, *expected: str) -> list[str]:
    folder, url = site
    page = f"<!doctype html><title>.</title><script>{script}</script><p id=end>"
    (folder / "index.html").write_text(page)
    with Visitor(chromium, base_url=url, viewport=DESK) as visitor:
        for pattern in expected:
            visitor.watch.expect(pattern)
        visitor.page.goto("/")
        visitor.page.wait_for_selector("#end", state="attached")
        visitor.page.wait_for_load_state("networkidle")
        return visitor.watch.problems


def test_quiet_page_has_no_problems(chromium: Browser, site: tuple[Path, str]) -> None:
    assert problems(chromium, site, "fetch('/').then(r => r.text())") == []


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("throw new Error('broken')", "broken"),
        ("console.error('bad')", "console error: bad"),
        ("console.warn('odd')", "console warning: odd"),
        ("fetch('http:" + "//example.invalid/x').catch(() => 0)", "request to another host"),
        ("new WebSocket('ws:" + "//example.invalid/')", "request to another host"),
    ],
)
def test_page_that_fails_or_calls_others_is_found(
    chromium: Browser, site: tuple[Path, str], script: str, found: str
) -> None:
    assert any(found in problem for problem in problems(chromium, site, script))


def test_expected_problem_is_passed_over_and_no_other(
    chromium: Browser, site: tuple[Path, str]
) -> None:
    script = "console.error('cut'); console.error('bad')"

    assert problems(chromium, site, script, "cut") == ["console error: bad"]


def test_phone_is_narrow_and_touched(chromium: Browser, site: tuple[Path, str]) -> None:
    folder, url = site
    (folder / "index.html").write_text(
        "<!doctype html><meta name=viewport content='width=device-width'>"
    )
    with Visitor(chromium, base_url=url, viewport=PHONE) as visitor:
        visitor.page.goto("/")
        assert visitor.page.evaluate("[innerWidth, navigator.maxTouchPoints > 0]") == [390, True]


def test_chromium_shows_chinese_in_a_font_that_has_it(
    chromium: Browser, site: tuple[Path, str]
) -> None:
    folder, url = site
    (folder / "index.html").write_text(
        "<!doctype html><meta charset=utf-8><span id=a>议</span><span id=b>事</span>"
    )
    with Visitor(chromium, base_url=url, viewport=PHONE) as visitor:
        visitor.page.goto("/")
        pictures = [visitor.page.locator(name).screenshot() for name in ("#a", "#b")]
    assert pictures[0] != pictures[1], "both are drawn as the box of a missing character"
