import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from consultations.archiving.canonical import genesis
from consultations.archiving.chain import (
    ChainBroken,
    ChainedEvent,
    ChainWalk,
    check_chain,
    record_line,
)

Chained = Callable[..., list[ChainedEvent]]


def test_check_chain_tells_where_the_log_stands(make_chained: Chained) -> None:
    events = make_chained(9)
    walk = check_chain(events, room="7", hall="demo")
    assert (walk.count, walk.head) == (9, events[-1].digest)
    assert len(bytes.fromhex(walk.root())) == 32


def test_check_chain_of_an_empty_room_stands_at_its_genesis() -> None:
    walk = check_chain([], room="7", hall="demo")
    assert (walk.count, walk.head) == (0, genesis("7", "demo"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "opinion.hidden"}, "line-digest"),
        ({"at": "2024-05-20T08:00:00.999999Z"}, "line-digest"),
        ({"by": 999}, "line-digest"),
        ({"audience": "moderators"}, "line-digest"),
        ({"digest": "0" * 64}, "line-digest"),
        ({"body": {"text": "另一句话"}}, "body-digest"),
        ({"salt": "f" * 32}, "body-digest"),
        ({"body_digest": "0" * 64}, "body-digest"),
        ({"seq": 6}, "line-gap"),
        ({"seq": 4}, "line-order"),
        ({"body": None, "salt": None}, "line-form"),
        ({"body": None}, "line-form"),
    ],
    ids=str,
)
def test_check_chain_stops_at_the_changed_event(
    make_chained: Chained, change: dict[str, Any], code: str
) -> None:
    events = make_chained(9)
    events[4] = replace(events[4], **change)
    with pytest.raises(ChainBroken) as caught:
        check_chain(events, room="7", hall="demo")
    assert (caught.value.seq, caught.value.code) == (events[4].seq, code)


def test_check_chain_refuses_the_log_of_another_room(make_chained: Chained) -> None:
    for room, hall in (("8", "demo"), ("7", "other")):
        with pytest.raises(ChainBroken, match="event 1: line-digest"):
            check_chain(make_chained(2), room=room, hall=hall)


def test_check_chain_accepts_a_lawful_erasure(
    make_chained: Chained, erase_event: Callable[[ChainedEvent], ChainedEvent]
) -> None:
    events = make_chained(9)
    before = check_chain(events, room="7", hall="demo")
    events[4] = erase_event(events[4])
    after = check_chain(events, room="7", hall="demo")
    assert (after.head, after.root()) == (before.head, before.root())
    record = json.loads(record_line(events[4]))
    assert record["body"] is record["salt"] is None
    assert record["erased"]["basis"] == "个人信息保护法第四十七条"


def test_an_erased_event_keeps_nothing_of_its_body(
    make_chained: Chained, erase_event: Callable[[ChainedEvent], ChainedEvent]
) -> None:
    event = make_chained(1)[0]
    for kept in ({"salt": event.salt}, {"body": event.body}):
        walk = ChainWalk("7", "demo")
        with pytest.raises(ChainBroken, match="line-form"):
            walk.add(replace(erase_event(event), **kept))
        assert walk.count == 0


def test_record_line_is_canonical(make_chained: Chained) -> None:
    line = record_line(make_chained(1)[0]).decode()
    text = json.dumps(json.loads(line), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert line == text
