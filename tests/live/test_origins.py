"""What a handshake says of who is behind it."""

import pytest
from django.conf import LazySettings

from consultations.live.origins import address_of, screen_key_of, session_key_of


def scope(*headers: tuple[bytes, bytes], client: str = "203.0.113.9") -> dict[str, object]:
    return {"type": "websocket", "headers": list(headers), "client": [client, 1]}


@pytest.mark.parametrize(
    ("client", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9%eth0", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("?", "?"),
    ],
)
def test_addresses_that_one_client_may_take_are_one(client: str, address: str) -> None:
    assert address_of(scope(client=client)) == address


@pytest.mark.parametrize(
    ("proxies", "lines", "address"),
    [
        (0, [b"198.51.100.1"], "203.0.113.9"),
        (1, [b"198.51.100.1, 198.51.100.2"], "198.51.100.2"),
        (1, [b"198.51.100.1", b"198.51.100.2"], "198.51.100.2"),
        (2, [b"198.51.100.1", b"198.51.100.2, 198.51.100.3"], "198.51.100.2"),
        (2, [b"198.51.100.1"], "203.0.113.9"),
        (1, [b"::ffff:198.51.100.7"], "198.51.100.7"),
    ],
)
def test_address_is_what_the_outermost_proxy_saw(
    proxies: int, lines: list[bytes], address: str, settings: LazySettings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = [(b"x-forwarded-for", line) for line in lines]
    assert address_of(scope(*headers)) == address


@pytest.mark.parametrize(
    ("shown", "key"),
    [
        ("a1" * 16, "a1" * 16),
        ("", None),
        ("short", None),
        ("x" * 16_000, None),
        ("a b" * 12, None),
        ("é" * 32, None),
    ],
)
def test_what_is_no_key_is_nobodys(shown: str, key: str | None) -> None:
    assert session_key_of(scope((b"cookie", f"sessionid={shown}".encode()))) == key


def test_screen_shows_a_key_of_its_own() -> None:
    key = "aZ0_-" * 8 + "abc"
    cookies = scope((b"cookie", f"sessionid={'b' * 32}; hall_screen={key}".encode()))
    assert screen_key_of(cookies) == key
    assert screen_key_of(scope((b"cookie", b"hall_screen=%s" % (b"y" * 9000)))) is None
