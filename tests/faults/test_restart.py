"""SIGTERM while people speak, and a rolling restart of two processes behind one address."""

import asyncio
import signal
import time
from collections.abc import Callable

import pytest

from tests.faults.client import RoomClient
from tests.faults.conftest import MakeGround
from tests.faults.oracle import judge
from tests.faults.proxy import Proxy
from tests.faults.work import Posting, all_caught_up, in_room

EXIT_SECONDS = 10.0
SPEAKERS = 20
PAUSE = 0.2  # a hundred posts a second at most, all of them together
POSTS_A_SECOND = 50
SPEED_SECONDS = 60.0


@pytest.mark.parametrize(
    "rounds",
    [
        pytest.param(1, id="once", marks=pytest.mark.reduced),
        pytest.param(10, id="ten-times", marks=pytest.mark.faults),
    ],
)
async def test_rolling_restart_loses_nothing(
    rounds: int,
    make_ground: MakeGround,
    postgres_url: str,
    redis_url: str,
    say: Callable[[str], None],
) -> None:
    ground = make_ground(
        people=SPEAKERS + 5, processes=2, database_url=postgres_url, redis_url=redis_url
    )
    await asyncio.gather(*(victim.start_soon() for victim in ground.victims))
    exits, back, rates = [], [], []
    async with Proxy(*(victim.port for victim in ground.victims)) as proxy:
        people = [ground.moderator, *ground.people]
        async with in_room(people, proxy.address, ground.room) as clients:
            for _round in range(rounds):
                posting = Posting(clients[1 : 1 + SPEAKERS], every=PAUSE)
                for victim in ground.victims:
                    rates.append(await _up_to_speed(clients))
                    seats = int(await victim.figure("hall_seats"))
                    closes = sum(len(client.closes) for client in clients)
                    asked = time.monotonic()
                    victim.process.send(signal.SIGTERM)
                    assert await victim.dead(seconds=EXIT_SECONDS) == 0
                    exits.append(time.monotonic() - asked)
                    await _all_closed(clients, closes + seats)
                    await all_caught_up(clients)
                    back.append(time.monotonic() - asked)
                    await victim.start_soon()
                await posting.finish()
                await judge(ground, clients)
            codes = {code for client in clients for _at, code in client.closes}
            refused = {code for each in clients for post in each.posts for code in post.refused}
    say(
        f"rolling restart, {rounds} rounds, SIGTERM at {min(rates)} posts/s and more: exit after "
        f"{max(exits):.1f} s, everyone back after {max(back):.1f} s at most"
    )
    assert codes == {4012}
    assert refused == set()
    assert ground.failures() == []


async def _up_to_speed(clients: list[RoomClient]) -> int:
    """Wait until fifty posts were acknowledged within a second; returns how many it were."""
    async with asyncio.timeout(SPEED_SECONDS):
        while True:
            since = time.monotonic() - 1
            times = (post.acknowledged_at for client in clients for post in client.posts[-20:])
            if (rate := sum(at >= since for at in times)) >= POSTS_A_SECOND:
                return rate
            await asyncio.sleep(0.02)


async def _all_closed(clients: list[RoomClient], times: int) -> None:
    """Wait until the clients have been closed so many times, all of them together."""
    async with asyncio.timeout(EXIT_SECONDS):
        while (closed := sum(len(client.closes) for client in clients)) < times:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert closed == times
