"""RFC 6455 as the hall's server keeps it: control frames, fragments, masks, close codes, UTF-8."""

import struct
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.faults.halls import Ground, Victim
from tests.faults.wire import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    Got,
    Headers,
    RawSocket,
    frame,
)
from tests.support.processes import free_port

ASK = b'{"do":"room.opinions","key":"7b0f4c5e-9a2b-4a64-8f4f-0d6a3f1f5a10","before":1}'
ANSWER = b'{"re":"7b0f4c5e-9a2b-4a64-8f4f-0d6a3f1f5a10","ok":{"opinions":[],"more":false}}'
NORMAL, PROTOCOL_ERROR, BAD_DATA, TOO_BIG = 1000, 1002, 1007, 1009
# Where a close frame itself is broken, the connection may also end without an answer (§7.1.7).
FAILED = {PROTOCOL_ERROR, None}


@pytest.fixture(scope="module")
def ground(standing_ground: Ground) -> Ground:
    standing_ground.move_on(people=1)
    return standing_ground


@pytest.fixture
def impatient(ground: Ground) -> Iterator[Victim]:
    victim = Victim(ground.hall, port=free_port(), log=ground.hall.folder / "impatient.log")
    victim.start_with("impatience")
    try:
        yield victim
    finally:
        victim.kill()


def headers_of(ground: Ground, *, at: Victim | None = None) -> Headers:
    session, victim = ground.people[0].session, at or ground.victim
    return {"Origin": f"http://{victim.address}", "Cookie": f"sessionid={session}"}


@pytest.fixture
def raw(ground: Ground) -> Iterator[RawSocket]:
    path = f"/ws/rooms/{ground.room}/"
    with RawSocket(ground.victim.address, path, headers_of(ground)) as opened:
        assert opened.status == 101
        assert opened.until(TEXT).payload.startswith(b'{"hello"')
        yield opened


def answer(raw: RawSocket) -> bytes:
    while not (got := raw.until(TEXT)).payload.startswith(b'{"re"'):
        pass
    return got.payload


def test_ping_is_answered_with_its_payload(raw: RawSocket) -> None:
    for payload in (b"", b"hello", b"x" * 125):
        raw.send(frame(PING, payload))
        assert raw.until(PONG).payload == payload


def test_unasked_pong_is_ignored(raw: RawSocket) -> None:
    raw.send(frame(PONG, b"nobody asked"))
    raw.send(frame(TEXT, ASK))
    assert answer(raw) == ANSWER


def test_who_is_silent_is_asked_and_then_let_go(ground: Ground, impatient: Victim) -> None:
    place = (impatient.address, f"/ws/rooms/{ground.room}/", headers_of(ground, at=impatient))
    with (
        RawSocket(*place) as answering,
        RawSocket(*place) as silent,
        RawSocket(*place) as trickling,
    ):
        for turn in range(3):
            assert answering.until(PING) == Got(fin=True, opcode=PING, payload=b"")
            answering.send(frame(PONG))
            with suppress(ConnectionError):
                trickling.send(frame(TEXT, ASK)[turn : turn + 1])
        for dead in (silent, trickling):
            assert dead.until(PING) == Got(fin=True, opcode=PING, payload=b"")
            assert dead.closed_with() is None
        answering.send(frame(TEXT, ASK))
        assert answer(answering) == ANSWER


def test_ping_between_fragments_is_answered_first(raw: RawSocket) -> None:
    raw.send(frame(TEXT, ASK[:20], fin=False) + frame(PING, b"between"))
    assert raw.until(PONG).payload == b"between"
    raw.send(frame(CONTINUATION, ASK[20:]))
    assert answer(raw) == ANSWER


@pytest.mark.parametrize("size", [1, 7, 30])
def test_fragments_are_joined(raw: RawSocket, size: int) -> None:
    parts = [ASK[start : start + size] for start in range(0, len(ASK), size)]
    raw.send(frame(TEXT, parts[0], fin=False))
    for part in parts[1:]:
        raw.send(frame(CONTINUATION, part, fin=False))
    raw.send(frame(CONTINUATION, b""))
    assert answer(raw) == ANSWER


def test_frame_may_come_byte_by_byte(raw: RawSocket) -> None:
    for byte in frame(TEXT, ASK):
        raw.send(bytes([byte]))
    assert answer(raw) == ANSWER


def test_many_frames_in_one_segment_are_answered_in_order(raw: RawSocket) -> None:
    raw.send(frame(TEXT, ASK) * 20)
    assert [answer(raw) for _each in range(20)] == [ANSWER] * 20


def test_character_may_be_split_between_fragments(raw: RawSocket) -> None:
    text = ASK.replace(b'"before":1', '"before":1,"更":2'.encode())
    cut = text.index("更".encode()) + 1
    raw.send(frame(TEXT, text[:cut], fin=False) + frame(CONTINUATION, text[cut:]))
    assert b'"invalid"' in answer(raw)


def test_frames_of_the_hall_are_text_and_whole(raw: RawSocket) -> None:
    raw.send(frame(TEXT, ASK))
    got = raw.until(TEXT)
    assert got.fin
    got.payload.decode()


def test_binary_message_is_refused_and_the_socket_lives(raw: RawSocket) -> None:
    raw.send(frame(BINARY, ASK))
    assert b'"invalid"' in answer(raw)
    raw.send(frame(TEXT, ASK))
    assert answer(raw) == ANSWER


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(frame(TEXT, ASK, masked=False), id="not masked"),
        pytest.param(frame(TEXT, ASK, reserved=4), id="rsv1 without extension"),
        pytest.param(frame(TEXT, ASK, reserved=2), id="rsv2"),
        pytest.param(frame(TEXT, ASK, reserved=1), id="rsv3"),
        pytest.param(frame(0x3, ASK), id="reserved data opcode"),
        pytest.param(frame(0x7, ASK), id="last reserved data opcode"),
        pytest.param(frame(0xB, b""), id="reserved control opcode"),
        pytest.param(frame(0xF, b""), id="last reserved control opcode"),
        pytest.param(frame(PING, b"x" * 126), id="control frame too long"),
        pytest.param(frame(PING, b"x", fin=False), id="control frame in fragments"),
        pytest.param(frame(CONTINUATION, ASK), id="continuation of nothing"),
        pytest.param(frame(TEXT, b"{", fin=False) + frame(TEXT, ASK), id="text within text"),
    ],
)
def test_protocol_error_is_closed_with_1002(raw: RawSocket, broken: bytes) -> None:
    raw.send(broken)
    assert raw.closed_with() == PROTOCOL_ERROR


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1016, 2999, 5000, 65535])
def test_close_codes_that_may_not_be_sent_are_errors(raw: RawSocket, code: int) -> None:
    raw.send(frame(CLOSE, struct.pack("!H", code)))
    assert raw.closed_with() in FAILED


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 3000, 4999])
def test_close_is_answered(raw: RawSocket, code: int) -> None:
    raw.send(frame(CLOSE, struct.pack("!H", code) + "再见".encode()))
    assert raw.closed_with() in {code, NORMAL}


def test_close_without_code_is_answered_without_one(raw: RawSocket) -> None:
    raw.send(frame(CLOSE))
    assert raw.until(CLOSE).payload in {b"", struct.pack("!H", NORMAL)}


def test_close_code_of_one_byte_ends_the_connection(raw: RawSocket) -> None:
    raw.send(frame(CLOSE, b"\x03"))
    assert raw.closed_with() in FAILED


def test_nothing_is_taken_after_the_close_frame(raw: RawSocket) -> None:
    raw.send(frame(CLOSE, struct.pack("!H", 1000)) + frame(TEXT, ASK))
    got = raw.read()
    while got.opcode != CLOSE:
        assert not got.payload.startswith(b'{"re"')
        got = raw.read()
    with pytest.raises((EOFError, ConnectionError)):
        raw.read()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"\xc0\xaf", id="overlong"),
        pytest.param(b"\xed\xa0\x80", id="surrogate"),
        pytest.param(b"\xf4\x90\x80\x80", id="beyond unicode"),
        pytest.param(b"\xff", id="no byte of utf-8"),
        pytest.param("议".encode()[:2], id="unfinished"),
    ],
)
def test_text_that_is_not_utf8_is_closed_with_1007(raw: RawSocket, text: bytes) -> None:
    raw.send(frame(TEXT, b'{"do":"' + text))
    assert raw.closed_with() == BAD_DATA


def test_close_reason_that_is_not_utf8_is_an_error(raw: RawSocket) -> None:
    raw.send(frame(CLOSE, struct.pack("!H", 1000) + b"\xff\xfe"))
    assert raw.closed_with() in {*FAILED, BAD_DATA}


def test_frame_beyond_the_limit_is_closed_with_1009(raw: RawSocket) -> None:
    raw.send(frame(TEXT, b" " * 16 * 1024 + ASK))
    assert raw.closed_with() == TOO_BIG


def test_length_is_refused_before_the_payload_comes(raw: RawSocket) -> None:
    raw.send(frame(TEXT, b"", claim=2**40))
    assert raw.closed_with() == TOO_BIG


def test_length_with_its_highest_bit_is_refused(raw: RawSocket) -> None:
    raw.send(frame(TEXT, b"", claim=2**63))
    assert raw.closed_with() in {PROTOCOL_ERROR, TOO_BIG}


def test_length_in_a_longer_form_than_needed_is_an_error(raw: RawSocket) -> None:
    raw.send(b"\x81\xfe\x00\x05" + b"\x00" * 9)
    assert raw.closed_with() == PROTOCOL_ERROR


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Sec-WebSocket-Version": "7"}, 400),
        ({"Sec-WebSocket-Key": "short"}, 400),
        ({"Upgrade": "carrier-pigeon"}, 404),
    ],
)
def test_handshake_that_is_none_is_refused(ground: Ground, changes: Headers, status: int) -> None:
    path = f"/ws/rooms/{ground.room}/"
    with RawSocket(ground.victim.address, path, {**headers_of(ground), **changes}) as raw:
        assert raw.status == status


def test_no_extension_is_agreed_on(ground: Ground) -> None:
    offered = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
    path = f"/ws/rooms/{ground.room}/"
    with RawSocket(ground.victim.address, path, {**headers_of(ground), **offered}) as raw:
        assert raw.status == 101
        assert "extensions" not in raw.answer.lower()
