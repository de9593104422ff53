"""Frames that no client of ours sends: a typed error or a clean close, and nothing else happens."""

import json
import random
import time
import uuid
from collections.abc import Callable

import pytest

from consultations.live.asyncapi import commands
from consultations.live.protocol import decode
from hall.errors import Code
from tests.faults.halls import Ground
from tests.faults.hostile.broken import Breaker, Broken
from tests.faults.hostile.calling import answer, come, cuts, enter, refused
from tests.faults.hostile.frames import Hostile
from tests.faults.wire import CLOSE, CLOSES, CONTINUATION, PING, TEXT, frame

FRAMES = 10_000
TOGETHER = 40
GROWTH = 5 * 1024 * 1024
CODES = {code.value for code in Code}


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


def test_invalid_utf8_is_closed_with_1007(ground: Ground, untouched: None) -> None:
    with enter(ground, ground.people[0]) as raw:
        raw.send(frame(TEXT, b'{"do":"\xff\xfe"}'))
        assert raw.closed_with() == 1007


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
