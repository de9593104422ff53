"""kill -9 of the server, at the five points where it could lose or double something."""

import random
import signal
import time
from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.faults.conftest import Bound, MakeGround
from tests.faults.oracle import judge
from tests.faults.work import Posting, in_room, new_text

POINTS = ["before_insert", "before_commit", "after_commit", "after_ack", "mid_broadcast"]
BACK_SECONDS = 5.0

ROUNDS = [
    pytest.param("sqlite", POINTS, id="each-once", marks=pytest.mark.reduced),
    *(
        pytest.param(database, [point] * 5, id=f"{point}-{database}", marks=pytest.mark.faults)
        for point in POINTS
        for database in ("sqlite", "postgres")
    ),
]


@pytest.mark.parametrize(("database", "points"), ROUNDS)
async def test_kill_loses_and_doubles_nothing(
    database: str,
    points: list[str],
    make_ground: MakeGround,
    request: pytest.FixtureRequest,
    bound: Bound,
    say: Callable[[str], None],
) -> None:
    url = request.getfixturevalue("postgres_url") if database == "postgres" else None
    ground = make_ground(people=9, database_url=url)
    victim, chance, back = ground.victim, random.Random(1), []
    await victim.start_soon(points[0], after=chance.randint(10, 25))
    async with in_room([ground.moderator, *ground.people], victim.address, ground.room) as clients:
        for point, following in pairwise([*points, "none"]):
            posting = Posting(clients[1:5])
            assert await victim.dead() == -signal.SIGKILL
            died = time.monotonic()
            await victim.start_soon(following, after=chance.randint(10, 25))
            async with in_room([ground.moderator], victim.address, ground.room) as (probe,):
                await probe.post(new_text())
                back.append(time.monotonic() - died)
            await posting.finish()
            heads = {client.heads_at_end[-1] for client in clients}
            assert point != "mid_broadcast" or len(heads) > 1, "all had the event, or nobody"
            found = await judge(ground, clients)
    acknowledged = sum(len(client.posts) for client in clients)
    say(
        f"kill -9, {len(points)} rounds: {acknowledged} posts acknowledged, 0 lost, 0 twice; "
        f"back after {max(back):.1f} s at most"
    )
    assert len(found["posts"]) == acknowledged + len(points)
    assert max(back) <= bound(BACK_SECONDS)
    assert ground.failures() == []
