"""What has to hold after every round of every fault."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.faults.client import RoomClient
from tests.faults.halls import Ground
from tests.faults.people import Post
from tests.support.room_view import Frame

LATEST = 200
CHECKED_AGAIN = 0.05


def check_log(found: Frame) -> None:
    """The log counts from 1 without gaps, its head says so, and its chain of digests verifies."""
    assert found["seqs"] == list(range(1, found["head"] + 1)), "the sequence has gaps"
    assert found["broken"] is None, found["broken"]
    numbers = [post["number"] for post in found["posts"]]
    assert numbers == list(range(1, found["counted"] + 1)), "the opinions' numbers have gaps"
    by_seq = [post["seq"] for post in found["posts"]]
    assert by_seq == sorted(by_seq), "numbers and events are in different orders"


def check_posts(found: Frame, posts: Sequence[Post]) -> None:
    """What was acknowledged is there, as it was acknowledged; nothing is there twice."""
    stored = {(row["author"], row["key"]): row for row in found["posts"]}
    assert len(stored) == len(found["posts"]), "a key is there twice"
    twice = [
        text for text, count in Counter(row["text"] for row in found["posts"]).items() if count > 1
    ]
    assert not twice, f"said once, stored twice: {twice}"
    for post in posts:
        if post.receipt is None:
            continue
        row = stored.get((post.author, post.key))
        assert row is not None, f"acknowledged and lost: {post}"
        receipt = {**post.receipt, "text": post.text}
        assert {name: row[name] for name in receipt} == receipt


def check_view(client: RoomClient, logged: Frame) -> None:
    """What the client shows is what the database holds, as seen from this seat."""
    shown = client.view.logged()
    numbers = {card["number"] for card in shown["opinions"]}
    every = [card["number"] for card in logged["opinions"]]
    assert numbers >= set(every[-LATEST:]), "the latest opinions are not all shown"
    cards = [card for card in logged["opinions"] if card["number"] in numbers]
    differs = [pair for pair in zip(shown["opinions"], cards, strict=True) if pair[0] != pair[1]]
    assert differs == [], f"shown and stored: {differs}"
    assert {**shown, "opinions": cards} == {**logged, "opinions": cards}
    assert client.out_of_line == [], "a socket brought events twice, or not the next one"


async def judge(ground: Ground, clients: Sequence[RoomClient], *, seconds: float = 10.0) -> Frame:
    """Check everything; the observers may take `seconds` to get there. Returns what was read.

    `took` in it is the time until every observer's room equalled the database.
    """
    began = time.monotonic()
    viewers = [[client.person.id, client.person.moderates] for client in clients]
    while True:
        found: dict[str, Any] = await ground.witness.ask("read", room=ground.room, viewers=viewers)
        try:
            for client, logged in zip(clients, found["views"], strict=True):
                check_view(client, logged)
            break
        except AssertionError:
            if time.monotonic() - began > seconds:
                raise
            await asyncio.sleep(CHECKED_AGAIN)
    found["took"] = time.monotonic() - began
    check_log(found)
    check_posts(found, [post for client in clients for post in client.posts])
    return found
