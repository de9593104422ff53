"""A process that stands still in the middle of a post, with the room's lock in its hands."""

import asyncio
import signal
import time
from collections.abc import Callable

import psutil
import pytest

from tests.faults.conftest import MakeGround
from tests.faults.halls import Victim
from tests.faults.oracle import judge
from tests.faults.work import Posting, in_room, new_text
from tests.support.redis_server import RedisServer

# Ten until the database lets go, and one refused wait for the lock that was begun before.
FREE_SECONDS = 25.0
ROUNDS = [
    pytest.param(1, id="once", marks=pytest.mark.reduced),
    pytest.param(3, id="three-times", marks=pytest.mark.faults),
]


async def frozen(victim: Victim) -> None:
    process = psutil.Process(victim.pid)
    async with asyncio.timeout(30):
        while process.status() != psutil.STATUS_STOPPED:  # noqa: ASYNC110 (another process)
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_other_processes_post_on_and_nothing_is_lost(
    rounds: int,
    make_ground: MakeGround,
    redis_server: RedisServer,
    postgres_url: str,
    say: Callable[[str], None],
) -> None:
    redis_url = redis_server.url
    ground = make_ground(people=5, processes=2, database_url=postgres_url, redis_url=redis_url)
    first, second = ground.victims
    await second.start_soon()
    took = []
    for number in range(rounds):
        await first.start_soon("frozen_before_insert", after=5 + number)
        async with (
            in_room(ground.people[:2], first.address, ground.room) as near,
            in_room([ground.moderator, *ground.people[2:]], second.address, ground.room) as far,
        ):
            posting = Posting(near)
            await frozen(first)
            began = time.monotonic()
            async with asyncio.timeout(FREE_SECONDS):
                await far[1].post(new_text())
            took.append(time.monotonic() - began)
            first.process.send(signal.SIGCONT)
            await posting.finish()
            await judge(ground, [*near, *far])
        await asyncio.to_thread(first.stop)
    say(f"frozen process, {rounds} rounds: others post on after {max(took):.1f} s at most")
