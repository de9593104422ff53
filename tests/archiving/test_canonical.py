import json
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.archiving import verify
from consultations.archiving.canonical import (
    MAX_INTEGER,
    CanonicalError,
    body_digest,
    canonical,
    chain_next,
    event_line,
    genesis,
    seal_event,
    timestamp,
)

TEXT = st.text(st.characters(codec="utf-8"))
LEAVES = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXT
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=30
)
EVENT: dict[str, Any] = {
    "seq": 1,
    "type": "opinion.posted",
    "at": "2024-05-20T08:00:00.000001Z",
    "by": 3,
    "audience": "all",
}


def standard(value: object) -> bytes:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


@given(VALUES)
def test_canonical_is_what_the_standard_library_writes(value: object) -> None:
    assert canonical(value) == standard(value) == verify.canonical(value).encode()


@given(VALUES)
def test_canonical_survives_reading_back(value: object) -> None:
    assert canonical(json.loads(canonical(value))) == canonical(value)


def test_canonical_of_every_character_alone() -> None:
    for code in (*range(0xD800), *range(0xE000, 0x11000), 0x1F600, 0x10FFFF):
        assert canonical(chr(code)) == standard(chr(code))


def test_canonical_sorts_by_code_point_and_normalises_nothing() -> None:
    value = {"\uff5e": 1, "\U0001f600": 2, "b": 3, "é": 4, "e\u0301": 5}
    assert canonical(value) == '{"b":3,"e\u0301":5,"é":4,"\uff5e":1,"\U0001f600":2}'.encode()


def test_canonical_takes_choices_as_their_text() -> None:
    class Stage(StrEnum):
        LIVE = "live"

    assert canonical({"stage": Stage.LIVE, "pair": (1, 2)}) == b'{"pair":[1,2],"stage":"live"}'


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        MAX_INTEGER + 1,
        -MAX_INTEGER - 1,
        {"a": [1, {"b": 0.5}]},
        {1: "a"},
        {"a": "\ud800"},
        {"\ud800": 1},
        b"bytes",
        datetime(2024, 5, 20, tzinfo=UTC),
        {1, 2},
        nested(64),
        {"a": nested(100_000)},
    ],
    ids=lambda value: type(value).__name__,
)
def test_canonical_refuses_what_others_would_read_differently(value: object) -> None:
    with pytest.raises(CanonicalError):
        canonical(value)


def test_canonical_names_the_place() -> None:
    with pytest.raises(CanonicalError, match="/votes/1/share"):
        canonical({"votes": [{}, {"share": 0.5}]})


def test_chain_formulas_by_hand() -> None:
    start = sha256(b'{"hall":"demo","room":"7"}').digest()
    assert genesis("7", "demo") == start.hex()
    salt = "00112233445566778899aabbccddeeff"
    digest = sha256(bytes.fromhex(salt) + '{"text":"好"}'.encode()).hexdigest()
    line = (
        '{"at":"2024-05-20T08:00:00.000001Z","audience":"all","body_digest":"' + digest + '",'
        '"by":3,"seq":1,"type":"opinion.posted"}'
    ).encode()
    sealed = seal_event(start.hex(), **EVENT, body={"text": "好"}, salt=salt)
    assert sealed.body_digest == digest == body_digest(salt, {"text": "好"})
    assert sealed.line == line
    assert sealed.digest == sha256(start + line).hexdigest() == chain_next(start.hex(), line)


def test_seal_event_draws_a_fresh_salt() -> None:
    first, second = (seal_event(genesis("7"), **EVENT, body={"a": 1}) for _ in range(2))
    assert len(bytes.fromhex(first.salt)) == 16
    assert first.salt != second.salt
    assert first.body_digest != second.body_digest


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 0},
        {"seq": True},
        {"type": ""},
        {"audience": ""},
        {"at": "2024-05-20T08:00:00Z"},
        {"at": "2024-05-20T08:00:00.000001+00:00"},
        {"by": "3"},
        {"by": True},
        {"body_digest": "00"},
        {"body_digest": "A" * 64},
    ],
    ids=str,
)
def test_event_line_refuses_fields_out_of_shape(change: dict[str, Any]) -> None:
    with pytest.raises(CanonicalError):
        event_line(**(EVENT | {"body_digest": "0" * 64} | change))


@pytest.mark.parametrize("previous", ["", "zz", "0" * 63, "A" * 64])
def test_chain_next_refuses_a_damaged_digest(previous: str) -> None:
    with pytest.raises(CanonicalError):
        chain_next(previous, b"line")


def test_timestamp_is_utc_with_microseconds() -> None:
    beijing = timezone(timedelta(hours=8))
    assert timestamp(datetime(2024, 5, 20, 16, tzinfo=beijing)) == "2024-05-20T08:00:00.000000Z"
    with pytest.raises(CanonicalError):
        timestamp(datetime(2024, 5, 20))  # noqa: DTZ001 - naive on purpose
