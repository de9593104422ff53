"""PostgreSQL ends without a checkpoint, and comes back."""

import asyncio
import time
from collections.abc import Callable

import pytest

from tests.faults.conftest import MakeGround
from tests.faults.oracle import judge
from tests.faults.work import Posting, in_room
from tests.support.postgres_server import PostgresServer, empty_database

BACK_SECONDS = 10.0
LONG_SECONDS = 40.0


@pytest.mark.parametrize(
    ("rounds", "last"),
    [
        pytest.param(1, 0.0, id="once", marks=pytest.mark.reduced),
        # Whoever tries again and again must not have become too patient when it is back at last.
        pytest.param(10, LONG_SECONDS, id="ten-times", marks=pytest.mark.faults),
    ],
)
async def test_immediate_restart_loses_nothing(
    rounds: int,
    last: float,
    make_ground: MakeGround,
    postgres_server: PostgresServer,
    say: Callable[[str], None],
) -> None:
    with empty_database(postgres_server.url) as url:
        ground = make_ground(people=6, database_url=url)
        await ground.victim.start_soon()
        told, back = [], []
        people = [ground.moderator, *ground.people]
        async with in_room(people, ground.victim.address, ground.room) as clients:
            poster = clients[1]
            for number in range(rounds):
                posting = Posting(clients[1:4])
                await poster.until(
                    lambda: len(poster.posts) >= 10 * (number + 1),  # noqa: B023
                    seconds=20,
                    what="posts",
                )
                postgres_server.stop("immediate")
                stopped = time.monotonic()
                await poster.until(
                    lambda: "busy" in poster.posts[-1].refused, seconds=15, what="a clear error"
                )
                told.append(time.monotonic() - stopped)
                if number == rounds - 1:
                    await asyncio.sleep(last - (time.monotonic() - stopped))
                postgres_server.start()
                started = time.monotonic()
                await poster.until(
                    lambda: poster.posts[-1].acknowledged_at > started,  # noqa: B023
                    seconds=BACK_SECONDS,
                    what="acknowledged again",
                )
                back.append(time.monotonic() - started)
                await posting.finish()
                await judge(ground, clients)
            refused = {code for each in clients for post in each.posts for code in post.refused}
        ground.close()
    say(
        f"postgres immediate restart, {rounds} rounds: error after {max(told):.1f} s, "
        f"back after {max(back):.1f} s at most"
    )
    assert refused == {"busy"}
    assert max(back) <= BACK_SECONDS
    assert ground.failures() == []
