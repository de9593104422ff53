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
SPEAKERS = 16
PAUSE = 0.2  # fifty posts a second, all of them together, and more while nobody has to come back


@pytest.mark.parametrize(
    "rounds",
    [pytest.param(1, id="once"), pytest.param(10, id="ten-times", marks=pytest.mark.faults)],
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
                began = time.monotonic()
                before = sum(len(client.posts) for client in clients)
                posting = Posting(clients[1 : 1 + SPEAKERS], every=PAUSE)
                for victim in ground.victims:
                    await asyncio.sleep(0.5)
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
                rates.append(
                    (sum(len(client.posts) for client in clients) - before)
                    / (time.monotonic() - began)
                )
                await posting.finish()
                await judge(ground, clients)
            codes = {code for client in clients for _at, code in client.closes}
            refused = {code for each in clients for post in each.posts for code in post.refused}
    say(
        f"rolling restart, {rounds} rounds at {min(rates):.0f} posts/s and more: exit after "
        f"{max(exits):.1f} s, everyone back after {max(back):.1f} s at most"
    )
    assert codes == {4012}
    assert refused == set()
    assert ground.failures() == []


async def _all_closed(clients: list[RoomClient], times: int) -> None:
    """Wait until the clients have been closed so many times, all of them together."""
    async with asyncio.timeout(EXIT_SECONDS):
        while (closed := sum(len(client.closes) for client in clients)) < times:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert closed == times
