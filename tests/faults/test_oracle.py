"""The oracle itself: it finds each of the harms that it is there to find."""

import copy
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.client import Line, RoomClient
from tests.faults.oracle import check_log, check_posts, check_view
from tests.faults.people import Person, Post

KEYS = [str(uuid.uuid4()), str(uuid.uuid4())]


def found() -> dict[str, Any]:
    """What a witness reads of a sound room with two posts."""
    rows = [
        {
            "author": 7,
            "key": key,
            "number": number,
            "seq": number + 1,
            "digest": f"d{number}",
            "text": f"第{number}条",
        }
        for number, key in enumerate(KEYS, 1)
    ]
    return {"head": 3, "counted": 2, "seqs": [1, 2, 3], "broken": None, "posts": rows}


def posts() -> list[Post]:
    return [
        Post(7, key, f"第{number}条", {"number": number, "seq": number + 1, "digest": f"d{number}"})
        for number, key in enumerate(KEYS, 1)
    ]


def card(number: int) -> dict[str, Any]:
    return {"number": number, "text": f"第{number}条", "state": "visible"}


def room(*numbers: int) -> dict[str, Any]:
    return {
        "epoch": "e",
        "head": 3,
        "room": {"stage": "live"},
        "opinions": [card(number) for number in numbers],
        "total": len(numbers),
        "ballots": [],
        "speaking": {"open": True, "minutes": 3, "now": None, "waiting": []},
        "requests": [],
        "outcome": None,
        "posting": {"slow_seconds": 0},
        "mutes": [],
    }


def reader(shown: dict[str, Any]) -> RoomClient:
    client = RoomClient(Person(7, "session"), "127.0.0.1:1", 1)
    client.view.take_snapshot({**shown, "may": [], "presence": {}, "server_time": ""})
    return client


def test_sound_room_passes() -> None:
    check_log(found())
    check_posts(found(), posts())
    check_view(reader(room(1, 2)), room(1, 2))


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda read: read.update(seqs=[1, 3]), id="a gap in the log"),
        pytest.param(lambda read: read.update(head=4), id="a head beyond the log"),
        pytest.param(lambda read: read.update(broken="event 2: line-digest"), id="a broken chain"),
        pytest.param(lambda read: read.update(counted=3), id="an opinion counted and not there"),
        pytest.param(lambda read: read["posts"][0].update(number=2), id="a number twice"),
        pytest.param(lambda read: read["posts"][0].update(seq=9), id="numbers out of order"),
    ],
)
def test_harm_to_the_log_is_found(harm: Callable[[dict[str, Any]], None]) -> None:
    harmed = copy.deepcopy(found())
    harm(harmed)
    with pytest.raises(AssertionError):
        check_log(harmed)


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda read: read["posts"].pop(), id="acknowledged and lost"),
        pytest.param(lambda read: read["posts"][1].update(key=KEYS[0]), id="a key twice"),
        pytest.param(lambda read: read["posts"][1].update(text="第1条"), id="a text twice"),
        pytest.param(lambda read: read["posts"][0].update(text="别的"), id="another text"),
        pytest.param(lambda read: read["posts"][0].update(seq=3), id="another event"),
        pytest.param(lambda read: read["posts"][0].update(digest="d2"), id="another digest"),
    ],
)
def test_harm_to_posts_is_found(harm: Callable[[dict[str, Any]], None]) -> None:
    harmed = copy.deepcopy(found())
    harm(harmed)
    with pytest.raises(AssertionError):
        check_posts(harmed, posts())


def test_post_without_a_receipt_may_be_missing() -> None:
    pending = posts()
    pending[1].receipt = None
    read = found()
    read["posts"].pop()
    check_posts(read, pending)


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(room(1), id="an opinion is not shown"),
        pytest.param({**room(1, 2), "head": 2}, id="behind"),
        pytest.param({**room(1, 2), "epoch": "other"}, id="another log"),
        pytest.param({**room(1, 2), "room": {"stage": "review"}}, id="another stage"),
        pytest.param({**room(1, 2), "opinions": [card(1), {**card(2), "text": ""}]}, id="no text"),
    ],
)
def test_view_that_differs_is_found(shown: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        check_view(reader(shown), room(1, 2))


@pytest.mark.parametrize(
    ("head", "pushed", "wanted"),
    [
        pytest.param(3, [4, 5], [], id="one after the other"),
        pytest.param(5, [4, 5], [], id="those of the answer again"),
        pytest.param(3, [4, 4], [5], id="twice"),
        pytest.param(3, [5], [4], id="one left out at first"),
        pytest.param(3, [4, 6], [5], id="one left out"),
    ],
)
def test_what_a_socket_brings_out_of_line_is_found(
    head: int, pushed: list[int], wanted: list[int]
) -> None:
    line = Line()
    line.answered({"events": [], "head": head})
    found = [line.pushed(seq) for seq in pushed]
    assert [each for each in found if each is not None] == wanted


def test_view_that_a_socket_mistold_is_found() -> None:
    client = reader(room(1, 2))
    client.out_of_line = [(4, 5)]
    with pytest.raises(AssertionError):
        check_view(client, room(1, 2))
