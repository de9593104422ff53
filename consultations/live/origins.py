"""Where a socket comes from: its page, its session, its address."""

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

from consultations.domain.screens import COOKIE

Scope = dict[str, Any]

# What is neither is not remembered, and never looked up.
_SESSION_KEY = re.compile(r"[0-9A-Za-z]{8,40}")
_SCREEN_KEY = re.compile(r"[0-9A-Za-z_-]{32,64}")


def header(scope: Scope, name: bytes) -> str:
    """The header's first value, or "" where there is none."""
    for key, value in scope["headers"]:
        if key == name:
            text: str = value.decode("latin1")
            return text
    return ""


def is_from_this_hall(scope: Scope) -> bool:
    """Whether a page of this hall opened the socket.

    The Origin has to be this very host, scheme and port included, or one of
    `CSRF_TRUSTED_ORIGINS`; no Origin is no page of ours. The Host has to be one of ours, too: a
    foreign name may have been pointed at this address.
    """
    host, origin = header(scope, b"host"), header(scope, b"origin")
    name, _port = split_domain_port(host)
    if not name or not validate_host(name, settings.ALLOWED_HOSTS):
        return False
    scheme = "https" if settings.HALL_SECURE else "http"
    if _normal(origin) == _normal(f"{scheme}://{host}") is not None:
        return True
    return origin in settings.CSRF_TRUSTED_ORIGINS


def _normal(origin: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(origin)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return None
    if not parts.hostname or parts.path or parts.query or parts.fragment or parts.username:
        return None
    return parts.scheme, parts.hostname, port


def session_key_of(scope: Scope) -> str | None:
    """The session's key that the socket shows, or None where it shows nothing that can be one."""
    return _cookie(scope, settings.SESSION_COOKIE_NAME, _SESSION_KEY)


def screen_key_of(scope: Scope) -> str | None:
    """The same of a big screen's key."""
    return _cookie(scope, COOKIE, _SCREEN_KEY)


def _cookie(scope: Scope, name: str, form: re.Pattern[str]) -> str | None:
    value = parse_cookie(header(scope, b"cookie")).get(name, "")
    return value if form.fullmatch(value) else None


def language_of(scope: Scope) -> str:
    """The language that this browser's pages are in."""
    chosen = parse_cookie(header(scope, b"cookie")).get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def address_of(scope: Scope) -> str:
    """The client's address; behind `HALL_PROXIES` proxies the one that the outermost saw.

    Of an IPv6 address its network: every house has 2^64 of them.
    """
    # Each proxy may add to the header, or add one of its own.
    named = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    forwarded = [part.strip() for part in b",".join(named).decode("latin1").split(",")]
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if proxies and len(forwarded) >= proxies and forwarded[-proxies]:
        return _one_of(forwarded[-proxies])
    return _one_of(str((scope.get("client") or ["?"])[0]))


def _one_of(address: str) -> str:
    """One name for all addresses that one client may take."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((found, 64), strict=False))
