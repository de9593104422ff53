"""Whom the hall lets in, to what, and for how long: handshakes, origins, sessions, addresses."""

import re
import socket
import time
import urllib.request
from contextlib import suppress

import pytest

from tests.faults.halls import Ground
from tests.faults.hostile.calling import ask, come, enter, refused
from tests.faults.people import Person
from tests.faults.wire import TEXT

GROWTH = 5 * 1024 * 1024
# Sessions are looked at every four seconds, and bells come at once.
ENDED_SECONDS = 9.0


@pytest.mark.parametrize(
    "length", [b"Content-Length: 14000000\r\n", b"Transfer-Encoding: chunked\r\n"]
)
def test_body_beyond_any_form_is_refused_unread(
    ground: Ground, untouched: None, length: bytes
) -> None:
    before = ground.victim.rss()
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    host, _colon, port = ground.victim.address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: " + ground.victim.address.encode() + b"\r\n")
        line.sendall(length + b"\r\n")
        with suppress(ConnectionError):  # it may be over before all is said
            for _chunk in range(220):
                line.sendall(chunk)
        with suppress(ConnectionError):
            assert line.recv(1024).startswith(b"HTTP/1.1 413 ")
            while line.recv(65536):
                pass
    assert ground.victim.rss() - before <= GROWTH


def test_handshake_with_a_body_is_refused(ground: Ground, untouched: None) -> None:
    host, _colon, port = ground.victim.address.rpartition(":")
    request = (
        f"GET /ws/rooms/{ground.room}/ HTTP/1.1\r\nHost: {ground.victim.address}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 5\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(request.encode())
        assert line.recv(1024).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "origin",
    [
        pytest.param("https://example.com", id="foreign"),
        pytest.param("null", id="null"),
        pytest.param(None, id="missing"),
        pytest.param("", id="empty"),
        pytest.param("https://{address}", id="other scheme"),
        pytest.param("http://127.0.0.1:1", id="wrong port"),
        pytest.param("http://127.0.0.1", id="no port"),
        pytest.param("http://{address}.example.com", id="longer host"),
        pytest.param("http://{address}@example.com", id="user part"),
        pytest.param("http://{address}/", id="with a path"),
    ],
)
def test_foreign_page_is_refused_before_the_handshake(
    ground: Ground, untouched: None, origin: str | None
) -> None:
    given = None if origin is None else origin.format(address=ground.victim.address)
    with come(ground, ground.people[0], Origin=given) as raw:
        assert raw.status in {400, 403}


def test_foreign_host_is_refused(ground: Ground, untouched: None) -> None:
    foreign = {"Host": "evil.example.com", "Origin": "http://evil.example.com"}
    with come(ground, ground.people[0], **foreign) as raw:
        assert raw.status == 403


@pytest.mark.parametrize("value", ["chat", "/evil", "//evil.example.com", "议事"])
@pytest.mark.parametrize("name", ["Sec-WebSocket-Protocol", "Daphne-Root-Path"])
def test_headers_that_the_hall_does_not_heed_change_nothing(
    ground: Ground, untouched: None, name: str, value: str
) -> None:
    with come(ground, ground.people[0], **{name: value}) as raw:
        assert raw.until(TEXT).payload.startswith(b'{"hello"')
    url = f"{ground.victim.url}/accounts/login/"
    with urllib.request.urlopen(url, timeout=10) as page:  # noqa: S310 (ours)
        plain = links(page.read())
    asked = urllib.request.Request(url, headers={name: value.encode().decode("latin1")})  # noqa: S310
    with urllib.request.urlopen(asked, timeout=10) as page:  # noqa: S310
        assert links(page.read()) == plain


def links(page: bytes) -> list[bytes]:
    return re.findall(rb'(?:href|src|action)="([^"]*)"', page)


@pytest.mark.parametrize("session", [None, "", "no-such-session", "x" * 4000, "议事"])
def test_without_a_session_it_is_closed_with_4001(
    ground: Ground, untouched: None, session: str | None
) -> None:
    cookie = None if session is None else f"sessionid={session}".encode().decode("latin1")
    with come(ground, None, Cookie=cookie) as raw:
        assert raw.closed_with() == 4001


def test_expired_session_is_closed_with_4001(ground: Ground) -> None:
    person = _second_session(ground, ground.people[1])
    ground.witness.ask_now("expire", session=person.session)
    with come(ground, person) as raw:
        assert raw.closed_with() == 4001


def _second_session(ground: Ground, person: Person) -> Person:
    return Person(person.id, ground.witness.ask_now("sign_in", person=person.id), person.moderates)


@pytest.mark.parametrize("how", ["expire", "sign_out"])
def test_session_that_ends_closes_the_socket(ground: Ground, how: str) -> None:
    person = _second_session(ground, ground.people[1])
    with enter(ground, person) as raw:
        ground.witness.ask_now(how, session=person.session)
        began = time.monotonic()
        assert raw.closed_with() == 4001
        assert time.monotonic() - began <= ENDED_SECONDS


def test_demoted_moderator_moderates_no_more(ground: Ground) -> None:
    laid = ground.witness.ask_now("lay_out", people=1)
    moderator = Person(**laid["moderator"], moderates=True)
    with come(ground, moderator, room=laid["room"]) as raw:
        assert raw.until(TEXT).payload.startswith(b'{"hello"')
        number = ask(raw, "opinion.post", kind="opinion", text="先修路灯。")["ok"]["number"]
        ground.witness.ask_now("demote", room=laid["room"], person=moderator.id)
        assert refused(raw, "opinion.hide", number=number, reason="不妥") == "forbidden"
        assert refused(raw, "agenda.move", to=1) == "forbidden"
        began = time.monotonic()
        assert raw.closed_with() == 4003
        assert time.monotonic() - began <= ENDED_SECONDS


@pytest.mark.parametrize("room", [999_999_999, "999999999999999", 0])
def test_room_that_is_none_is_closed_with_4004(
    ground: Ground, untouched: None, room: int | str
) -> None:
    with come(ground, ground.people[0], room=room) as raw:
        assert raw.closed_with() == 4004


@pytest.mark.parametrize("room", ["-1", "1e3", "9" * 40, "%00", "..", "议", "1%2F2"])
def test_address_that_is_none_is_refused(ground: Ground, untouched: None, room: str) -> None:
    with come(ground, ground.people[0], room=room.encode().decode("latin1")) as raw:
        assert raw.status in {400, 403, 404}


def test_draft_is_not_known_to_others(ground: Ground) -> None:
    draft = ground.witness.ask_now("lay_out", people=0, stage="draft")
    with come(ground, ground.people[0], room=draft["room"]) as raw:
        assert raw.closed_with() == 4004
