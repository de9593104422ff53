"""A full disk, and a clock that jumps."""

import signal
import time
from collections.abc import Callable

import pytest

from tests.faults.conftest import MakeGround
from tests.faults.halls import Ground
from tests.faults.oracle import judge
from tests.faults.people import Declined, Person
from tests.faults.work import Posting, in_room, new_text

ROUNDS = [
    pytest.param(1, id="once", marks=pytest.mark.reduced),
    pytest.param(5, id="five-times", marks=pytest.mark.faults),
]
ROOM_TO_GROW = 12  # pages


def _pages(ground: Ground) -> list[tuple[str, Person | None]]:
    """Pages that only read: the front page to a stranger, the room's to who is seated in it."""
    page = f"/consultations/{ground.room}/"
    room = f"/rooms/{ground.room}/"
    return [("/", None), (page, None), (page, ground.people[2]), (room, ground.people[2])]


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_full_disk_acknowledges_nothing_falsely(
    rounds: int, make_ground: MakeGround, say: Callable[[str], None]
) -> None:
    ground = make_ground(people=4)
    victim = ground.victim
    await victim.start_soon()
    said = 0
    async with in_room([ground.moderator, *ground.people], victim.address, ground.room) as clients:
        for _round in range(rounds):
            victim.stop()
            limit = await ground.witness.ask("pages") + ROOM_TO_GROW
            await victim.start_soon("full_disk", after=limit)
            refused: list[str] = []
            while len(refused) < 5:
                try:
                    await clients[1].call(
                        "opinion.post", kind="opinion", text=new_text() + "很长" * 400
                    )
                    said += 1
                except Declined as declined:
                    refused.append(declined.code)
            assert set(refused) == {"busy"}
            older = await clients[2].call("room.opinions", before=2**31 - 1, limit=100)
            assert older["opinions"][-1]["number"] == said
            assert "ok" in victim.get("/healthz")
            for path, person in _pages(ground):
                assert "</html>" in victim.get(path, person=person), path
            async with in_room([ground.people[3]], victim.address, ground.room) as (late,):
                assert max(late.view.cards) == said
            victim.stop()
            await victim.start_soon()
            await clients[1].post(new_text())
            said += 1
            found = await judge(ground, clients)
            assert len(found["posts"]) == said
    say(f"disk full, {rounds} rounds: {said} acknowledged, {said} stored, reading went on")
    assert ground.failures() == []


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_clock_that_jumps_changes_no_order(
    rounds: int, make_ground: MakeGround, say: Callable[[str], None]
) -> None:
    ground = make_ground(people=4)
    victim = ground.victim
    await victim.start_soon("wrong_clock")
    jumps = [signal.SIGUSR1, signal.SIGUSR2, signal.SIGUSR2, signal.SIGUSR1]
    async with in_room([ground.moderator, *ground.people], victim.address, ground.room) as clients:
        for _round in range(rounds):
            for jump in jumps:
                posting = Posting(clients[1:4])
                victim.process.send(jump)
                before = len(clients[1].posts)
                await clients[1].until(
                    lambda: len(clients[1].posts) >= before + 5,  # noqa: B023
                    seconds=20,
                    what="posts",
                )
                await posting.finish()
            found = await judge(ground, clients)
        assert [client.closes for client in clients] == [[] for _client in clients]
        for client in clients:
            numbers = [post.receipt["number"] for post in client.posts if post.receipt]
            assert numbers == sorted(numbers)
            assert list(client.view.cards) == sorted(client.view.cards)
    times = [post["at"] - time.time() for post in found["posts"]]
    say(
        f"clock ±1 h, {rounds} rounds: {len(times)} posts in order, stamped between "
        f"{min(times) / 3600:+.1f} and {max(times) / 3600:+.1f} h"
    )
    assert min(times) < -3000
    assert max(times) > 3000
    assert ground.failures() == []
