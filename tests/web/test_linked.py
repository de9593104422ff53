"""Every address is led to from somewhere: one that nothing leads to is dead, or not found."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[2]
_LED_TO = re.compile(
    r"""(?:\{%\s*url|\b(?:reverse|reverse_lazy|redirect)\(|_URL\s*=|pattern_name=)"""
    r"""\s*["']([\w-]+)["']"""
)
# Who leads there instead.
ELSEWHERE = {
    "account_inactive": "allauth, for who may not sign in any more",
    "account_request_login_code": "allauth, under a name that it reverses itself",
    "account_signup": "allauth, under a name that it reverses itself",
    "healthz": "who watches the machine",
    "readyz": "who watches the machine",
    "metrics": "Prometheus",
    "worker": "static/js/pages/offline.js, by its path, which is its scope",
}


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from _patterns(each)
        else:
            yield each


def test_every_address_is_led_to() -> None:
    sources = [
        *(ROOT / "templates").rglob("*.*"),
        *(
            path
            for app in ("consultations", "hall", "members")
            for path in (ROOT / app).rglob("*.py")
        ),
    ]
    led_to = {name for path in sources for name in _LED_TO.findall(path.read_text("utf-8"))}
    names = {pattern.name for pattern in _patterns(get_resolver())}
    assert names - led_to == set(ELSEWHERE)
