"""What a handshake says of who is behind it."""

import pytest

from consultations.live.origins import screen_key_of, session_key_of


def scope(*headers: tuple[bytes, bytes]) -> dict[str, object]:
    return {"type": "websocket", "headers": list(headers), "client": ["203.0.113.9", 1]}


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
