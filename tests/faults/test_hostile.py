"""Hostile clients: each gets a typed error or a clean close, and nothing else happens."""

import json
import random
import re
import socket
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from consultations.live.asyncapi import commands
from consultations.live.protocol import Close, decode
from hall.errors import Code
from tests.faults.broken import Breaker, Broken
from tests.faults.halls import Ground
from tests.faults.hostile import BIDI, ZALGO, Hostile
from tests.faults.people import Person
from tests.faults.wire import CLOSE, CLOSES, CONTINUATION, PING, TEXT, Headers, RawSocket, frame

FRAMES = 10_000
TOGETHER = 40
GROWTH = 5 * 1024 * 1024
# Sessions are looked at every four seconds, and bells come at once.
ENDED_SECONDS = 9.0
CODES = {code.value for code in Code}
# Too much, no UTF-8, no WebSocket, or the client's own goodbye; and the hall's reasons.
CLEAN = {1000, 1002, 1007, 1009, *map(int, Close)}
CUT = re.compile(r'^hall_cuts_total\{code="(\w+)"\} ([0-9.]+)$', re.MULTILINE)


@pytest.fixture(scope="module")
def ground(standing_ground: Ground) -> Ground:
    standing_ground.move_on(people=8)
    return standing_ground


@pytest.fixture
def untouched(ground: Ground) -> Iterator[None]:
    """The database is afterwards what it was before."""
    before = ground.witness.ask_now("fingerprint")
    yield
    assert ground.witness.ask_now("fingerprint") == before


def come(
    ground: Ground, person: Person | None, *, room: int | str | None = None, **changes: str | None
) -> RawSocket:
    """Open a socket; `changes` replace headers, or leave them out where they are None."""
    headers: dict[str, str | None] = {"Origin": f"http://{ground.victim.address}"}
    if person is not None:
        headers["Cookie"] = f"sessionid={person.session}"
    headers.update({name.replace("_", "-"): value for name, value in changes.items()})
    given: Headers = {name: value for name, value in headers.items() if value is not None}
    room = ground.room if room is None else room
    return RawSocket(ground.victim.address, f"/ws/rooms/{room}/", given)


def enter(ground: Ground, person: Person) -> RawSocket:
    raw = come(ground, person)
    assert raw.until(TEXT).payload.startswith(b'{"hello"')
    return raw


def answer(raw: RawSocket) -> dict[str, Any]:
    while not (got := raw.until(TEXT)).payload.startswith(b'{"re"'):
        pass
    found: dict[str, Any] = json.loads(got.payload)
    return found


def ask(raw: RawSocket, do: str, **fields: Any) -> dict[str, Any]:
    raw.send(frame(TEXT, json.dumps({"do": do, "key": str(uuid.uuid4()), **fields}).encode()))
    return answer(raw)


def refused(raw: RawSocket, do: str, **fields: Any) -> str:
    code: str = ask(raw, do, **fields)["error"]["code"]
    return code


def test_ten_thousand_frames_are_refused_one_by_one(
    ground: Ground, untouched: None, say: Callable[[str], None]
) -> None:
    """The moderator sends them: to no one else is so much allowed."""
    # Let caches and buffers be what they become in a hall that is used.
    _send_all(ground, _hostile(1, 2_000))
    frames = _hostile(2, FRAMES)
    ways = {(each.do, each.field, each.how) for each in frames if isinstance(each, Broken)}
    before = ground.victim.rss()
    began = time.monotonic()
    _send_all(ground, frames)
    seconds = time.monotonic() - began
    growth = ground.victim.rss() - before
    say(
        f"{FRAMES} hostile frames in {seconds:.0f} s, {len(ways)} ways to be wrong in "
        f"{len({do for do, _field, _how in ways})} commands: all refused, "
        f"memory grew {growth / 2**20:.1f} MB"
    )
    assert {do for do, _field, _how in ways} == set(commands())
    assert growth <= GROWTH


def _hostile(seed: int, count: int) -> list[Broken | str]:
    """Mostly commands with one thing wrong; and what is no command at all."""
    no_commands = Hostile(seed).frames(count // 5)
    frames = [*Breaker(seed).frames(count - len(no_commands)), *no_commands]
    random.Random(seed).shuffle(frames)
    return frames


def _send_all(ground: Ground, frames: list[Broken | str]) -> None:
    """Send these frames, a few at a time, and see each refused for what is wrong with it."""
    with enter(ground, ground.moderator) as raw:
        for start in range(0, len(frames), TOGETHER):
            some = frames[start : start + TOGETHER]
            texts = [each.text if isinstance(each, Broken) else each for each in some]
            raw.send(b"".join(frame(TEXT, text.encode()) for text in texts))
            for each, text in zip(some, texts, strict=True):
                told = answer(raw)
                assert "error" in told, f"{text[:300]} was taken: {told}"
                assert told["error"]["code"] == "invalid", f"{text[:300]}: {told}"
                assert told["error"]["message"]
                if isinstance(each, Broken) and each.names:
                    assert told["error"]["field"].split(".")[0] == each.field, (each, told)


def test_one_broken_field_is_all_that_is_wrong() -> None:
    """As it was before it was broken each frame is a command."""
    breaker = Breaker(3)
    for do in breaker.commands:
        for _each in range(20):
            assert decode(json.dumps(breaker.command(do))).do == do


def test_surrogates_and_unknown_kinds_do_not_reach_the_log(ground: Ground, untouched: None) -> None:
    with enter(ground, ground.people[0]) as raw:
        for text in ('{"do":"opinion.post","key":"%s","kind":"opinion","text":"\\ud800"}',):
            raw.send(frame(TEXT, (text % uuid.uuid4()).encode()))
            assert answer(raw)["error"]["code"] in CODES
        assert refused(raw, "opinion.post", kind="decree", text="好") == "invalid"
        assert refused(raw, "opinion.post", kind="opinion", text="") == "empty"
        assert refused(raw, "opinion.post", kind="opinion", text="\u200b\u202e \u2066") == "empty"
        assert refused(raw, "opinion.post", kind="opinion", text="长" * 1001) == "too_long"


def test_oversize_is_closed_with_1009(ground: Ground, untouched: None) -> None:
    for size in (16 * 1024 + 1, 1024 * 1024):
        with enter(ground, ground.people[0]) as raw:
            raw.send(frame(TEXT, b"", claim=size))
            assert raw.closed_with() == 1009


def test_fragments_beyond_the_limit_are_closed_with_1009(ground: Ground, untouched: None) -> None:
    with enter(ground, ground.people[0]) as raw:
        raw.send(frame(TEXT, b"[", fin=False))
        raw.send(frame(CONTINUATION, b"[" * 1000, fin=False) * 17)
        assert raw.closed_with() == 1009


def test_endless_fragments_end_and_cost_no_memory(ground: Ground, untouched: None) -> None:
    """Who goes on after the close frame is disconnected; until then it is read and thrown away."""
    before, began = ground.victim.rss(), time.monotonic()
    with enter(ground, ground.people[0]) as raw, pytest.raises(OSError):
        raw.send(frame(TEXT, b"[", fin=False))
        while time.monotonic() < began + 20:
            raw.send(frame(CONTINUATION, b"[" * 1000, fin=False) * 10)
    assert time.monotonic() - began <= 8
    assert ground.victim.rss() - before <= GROWTH


def test_empty_fragments_do_not_gather_and_are_limited(ground: Ground, untouched: None) -> None:
    before = ground.victim.rss()
    with enter(ground, ground.people[0]) as raw:
        raw.send(frame(TEXT, b"", fin=False))
        raw.send(frame(CONTINUATION, b"", fin=False) * 300)
        raw.send(frame(CONTINUATION, b"[]"))
        assert answer(raw)["error"]["code"] == "invalid"
    with enter(ground, ground.people[0]) as raw:
        raw.send(frame(TEXT, b"", fin=False) + frame(CONTINUATION, b"", fin=False) * 20_000)
        assert raw.closed_with() == 4009
    assert ground.victim.rss() - before <= GROWTH


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


def test_invalid_utf8_is_closed_with_1007(ground: Ground, untouched: None) -> None:
    with enter(ground, ground.people[0]) as raw:
        raw.send(frame(TEXT, b'{"do":"\xff\xfe"}'))
        assert raw.closed_with() == 1007


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


@pytest.fixture
def two_rooms(ground: Ground) -> tuple[Ground, dict[str, Any]]:
    """A room with one of everything; and what there is in another, which has two of everything."""
    ground.move_on(people=1)
    ask_now = ground.witness.ask_now
    ask_now("furnish", room=ground.room, by=ground.moderator.id, pieces=1)
    other = ask_now("lay_out", people=1)
    by = other["moderator"]["id"]
    return ground, {
        **ask_now("furnish", room=other["room"], by=by, pieces=2),
        "room": other["room"],
    }


def test_ids_of_another_room_are_not_found(two_rooms: tuple[Ground, dict[str, Any]]) -> None:
    """What exists elsewhere does not exist here, whatever it is: numbers count for each room."""
    ground, there = two_rooms
    opinion, hidden_away = there["opinions"], {"reason": "不妥"}
    attendee, when = there["attendee"], "2026-05-12T09:00:00+08:00"
    commands: list[tuple[str, dict[str, Any]]] = [
        ("opinion.post", {"kind": "reply", "text": "同意。", "reply_to": opinion}),
        ("stance.take", {"number": opinion, "value": 1}),
        ("opinion.hide", {"number": opinion, **hidden_away}),
        ("opinion.restore", {"number": opinion}),
        ("opinion.pin", {"number": opinion, "pinned": True}),
        ("opinion.mark_answered", {"number": opinion, "answered": True}),
        ("opinion.approve", {"numbers": [opinion]}),
        ("opinion.approve", {"numbers": [1, opinion]}),
        ("opinion.return", {"numbers": [opinion], **hidden_away}),
        ("opinion.reconsider", {"number": opinion}),
        ("opinion.take_back", {"numbers": [opinion]}),
        ("opinion.merge", {"numbers": [opinion], "into": 1}),
        ("opinion.merge", {"numbers": [2], "into": opinion}),
        ("opinion.unmerge", {"number": opinion}),
        ("agenda.move", {"to": 32767}),
        ("agenda.extend", {"position": 32767, "minutes": 5}),
        ("ballot.vote", {"number": 2, "choices": [1]}),
        ("ballot.close", {"number": 2}),
        ("desk.count_hands", {"number": 2, "people": 0, "counts": [0, 0, 0]}),
        ("desk.withdraw", {"attendee": attendee}),
        ("desk.way", {"attendee": attendee, "votes_by_hand": False}),
        ("desk.post", {"attendee": attendee, "kind": "opinion", "text": "请修路灯。"}),
        ("desk.check_in", {"person": there["person"]}),
        ("desk.correct", {"number": opinion, "text": "请修路灯。"}),
        ("hand.move", {"number": 2, "to": 1}),
        ("hand.skip", {"number": 2}),
        ("hand.hide_subject", {"number": 2}),
        ("hand.return", {"number": 2}),
        ("speech.call", {"number": 2}),
        ("speech.time", {"number": 2, "minutes": 3}),
        ("speech.end", {"number": 2}),
        ("answer.ask", {"number": opinion, "department": there["department"]}),
        ("answer.withdraw", {"number": 2}),
        ("answer.give", {"number": 2, "text": "已经安排。"}),
        ("note.write", {"text": "备忘", "about": opinion}),
        ("note.remove", {"number": 2, "removed": True}),
        ("outcome.write", {"what": "clause", "text": "先修。", "evidence": [opinion]}),
        (
            "outcome.write",
            {"what": "clause", "text": "先修。", "evidence": [1], "position": 2, "expected": when},
        ),
        ("outcome.remove", {"what": "clause", "position": 2, "expected": when}),
        ("outcome.remove", {"what": "dissent", "position": 2, "expected": when}),
        ("person.mute", {"person": there["person"], "minutes": 5, **hidden_away}),
        ("person.unmute", {"person": there["person"]}),
    ]
    before = ground.witness.ask_now("fingerprint")
    with enter(ground, ground.moderator) as raw:
        told = {
            f"{do} {fields}": ask(raw, do, **fields).get("error", {}).get("code")
            for do, fields in commands
        }
        # What is not going on here cannot be changed, whether it exists anywhere or not.
        going_on = ("person.unmute", "agenda.extend", "speech.time")
        assert {
            what: code
            for what, code in told.items()
            if code != ("wrong_state" if what.startswith(going_on) else "not_found")
        } == {}
        assert refused(raw, "opinion.post", room=there["room"], kind="opinion", text="x") == (
            "invalid"
        )
    assert ground.witness.ask_now("fingerprint") == before


@pytest.mark.parametrize("seq", [-1, 2**53, 2**64, 1.5, "1", None, True])
def test_forged_seq_is_invalid(ground: Ground, untouched: None, seq: object) -> None:
    with enter(ground, ground.people[0]) as raw:
        assert refused(raw, "room.since", seq=seq, epoch="") == "invalid"


def test_seq_and_epoch_of_no_log_give_a_snapshot(ground: Ground, untouched: None) -> None:
    with enter(ground, ground.people[0]) as raw:
        epoch = ask(raw, "room.since", seq=0, epoch="")["ok"]["snapshot"]["epoch"]
        for seq, forged in ((2**53 - 1, epoch), (10**6, epoch), (1, "0" * 16), (1, "'; --")):
            told = ask(raw, "room.since", seq=seq, epoch=forged)["ok"]
            assert told["snapshot"]["epoch"] == epoch
        assert refused(raw, "room.since", seq=1, epoch="x" * 17) == "invalid"


def test_resident_may_do_nothing_of_a_moderator(ground: Ground) -> None:
    with enter(ground, ground.people[0]) as raw:
        number = ask(raw, "opinion.post", kind="opinion", text="请修路灯。")["ok"]["number"]
        before = ground.witness.ask_now("fingerprint")
        assert refused(raw, "opinion.hide", number=number, reason="不妥") == "forbidden"
        assert refused(raw, "opinion.restore", number=number) == "forbidden"
        assert refused(raw, "opinion.pin", number=number, pinned=True) == "forbidden"
        assert refused(raw, "opinion.mark_answered", number=number, answered=True) == "forbidden"
        assert refused(raw, "agenda.move", to=None) == "forbidden"
        assert ground.witness.ask_now("fingerprint") == before


def test_bidi_and_zalgo_lose_what_makes_them_so(ground: Ground) -> None:
    with enter(ground, ground.people[0]) as raw:
        said = ask(raw, "opinion.post", kind="opinion", text=f"{BIDI}{ZALGO}完")["ok"]
        cards = ask(raw, "room.opinions", before=said["number"] + 1, limit=1)["ok"]["opinions"]
        text = cards[0]["text"]
        assert not set(text) & set("\u202e\u2066\u200f\u2069\u202c")
        assert text.startswith("看不见的方向")
        assert text.endswith("完")
        assert sum("\u0300" <= sign <= "\u036f" for sign in text) <= 8


def test_key_of_another_post_is_refused(ground: Ground) -> None:
    key = str(uuid.uuid4())
    with enter(ground, ground.people[0]) as raw:
        first = ask(raw, "opinion.post", key=key, kind="opinion", text="甲")
        again = ask(raw, "opinion.post", key=key, kind="opinion", text="甲")
        assert first == again
        before = ground.witness.ask_now("fingerprint")
        assert refused(raw, "opinion.post", key=key, kind="opinion", text="乙") == "key_reused"
        assert ground.witness.ask_now("fingerprint") == before


def cuts(ground: Ground) -> dict[str, int]:
    """How many sockets the hall has closed, by code."""
    return {code: int(float(count)) for code, count in CUT.findall(ground.victim.get("/metrics"))}


@pytest.fixture(autouse=True)
def cleanly_closed(ground: Ground) -> Iterator[None]:
    """Whatever a test does, each close has a reason: as its client reads it, as the hall counts."""
    CLOSES.clear()
    yield
    assert set(CLOSES) <= CLEAN
    assert set(cuts(ground)) <= {str(code) for code in CLEAN}


def test_every_close_is_counted_with_its_code(ground: Ground) -> None:
    """Those that the library below makes, too: the count would show an internal error."""
    broken = {
        1002: frame(TEXT, b"{}", reserved=4),
        1007: frame(TEXT, b"\xff"),
        1009: frame(TEXT, claim=10**6),
    }
    before = cuts(ground)
    for code, data in broken.items():
        with enter(ground, ground.people[0]) as raw:
            raw.send(data)
            assert raw.closed_with() == code
    with come(ground, None) as raw:
        assert raw.closed_with() == 4001
    with enter(ground, ground.people[0]) as raw:
        raw.send(frame(CLOSE, (1000).to_bytes(2, "big")))
        assert raw.closed_with() == 1000
    grown = {code: count - before.get(code, 0) for code, count in cuts(ground).items()}
    assert {code for code, count in grown.items() if count} == {"1002", "1007", "1009", "4001"}
    assert {1000, 1002, 1007, 1009, 4001} == set(CLOSES)


@pytest.mark.parametrize(
    ("code", "data"),
    [
        (4009, frame(PING, b"x" * 100) * 600),
        (1009, frame(TEXT, b"x" * 2**16)),
        (1007, frame(TEXT, b"\xff" * 1000) * 60),
    ],
    ids=["too-many", "too-long", "no-text"],
)
def test_who_writes_on_and_reads_late_is_still_told_why(
    ground: Ground, code: int, data: bytes
) -> None:
    """The hall takes in what comes after its goodbye: a reset would wipe out the unread code."""
    with enter(ground, ground.people[0]) as raw:
        for _time in range(8):
            raw.send(data)
            time.sleep(0.05)  # each is read by itself: one after the goodbye is a second fault
        assert raw.closed_with() == code
