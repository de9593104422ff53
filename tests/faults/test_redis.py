"""Two processes on one PostgreSQL, and a Redis between them that is not to be relied on."""

import asyncio
import time
from collections.abc import Callable
from itertools import cycle, pairwise

import pytest
import redis

from tests.faults.client import RoomClient
from tests.faults.conftest import Bound, MakeGround
from tests.faults.halls import Ground
from tests.faults.oracle import judge
from tests.faults.work import Posting, in_room
from tests.support.redis_server import RedisServer

EQUAL_SECONDS = 10.0
GONE_SECONDS = 1.5
PAUSED_SECONDS = 4.0
PAUSE_SECONDS = 1.0
ROUNDS = [
    pytest.param(1, id="once", marks=pytest.mark.reduced),
    pytest.param(10, id="ten-times", marks=pytest.mark.faults),
]


async def killed(server: RedisServer) -> None:
    await asyncio.to_thread(server.kill)
    await asyncio.sleep(GONE_SECONDS)
    await asyncio.to_thread(server.start)


async def restarted(server: RedisServer) -> None:
    await asyncio.to_thread(server.restart)


async def reset(server: RedisServer) -> None:
    with redis.Redis.from_url(server.url) as client:
        for kind in ("normal", "pubsub"):
            client.execute_command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")


async def paused(server: RedisServer) -> None:
    """Its connections stand, and nothing comes back."""
    server.pause()
    await asyncio.sleep(PAUSED_SECONDS)
    server.resume()


async def lossy(_server: RedisServer) -> None:
    """The launcher loses every other doorbell; here it is only given time to."""
    await asyncio.sleep(GONE_SECONDS)


FAULTS = {
    "killed": killed,
    "restarted": restarted,
    "reset": reset,
    "paused": paused,
    "lossy": lossy,
}


async def _start(ground: Ground, fault: str) -> None:
    name = "lost_doorbells" if fault == "lossy" else "none"
    starts = (victim.start_soon(name, after=number) for number, victim in enumerate(ground.victims))
    await asyncio.gather(*starts)


def _acknowledged(clients: list[RoomClient], *, since: float) -> list[float]:
    """When posts were acknowledged from then on, in order."""
    times = (post.acknowledged_at for client in clients for post in client.posts)
    return sorted(at for at in times if at >= since)


async def _acknowledging(clients: list[RoomClient], *, since: float) -> None:
    """Wait half a second, and until ten posts were acknowledged from `since` on."""
    await asyncio.sleep(0.5)
    async with asyncio.timeout(EQUAL_SECONDS):
        while len(_acknowledged(clients, since=since)) < 10:  # noqa: ASYNC110 (many clients)
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("rounds", ROUNDS)
@pytest.mark.parametrize(
    "faults",
    [
        pytest.param(["killed", "restarted", "reset", "paused"], id="gone"),
        pytest.param(["lossy"], id="lossy"),
    ],
)
async def test_room_goes_on_without_redis(
    faults: list[str],
    rounds: int,
    make_ground: MakeGround,
    redis_server: RedisServer,
    postgres_url: str,
    bound: Bound,
    say: Callable[[str], None],
) -> None:
    ground = make_ground(
        people=7, processes=2, database_url=postgres_url, redis_url=redis_server.url
    )
    await _start(ground, faults[0])
    first, second = ground.victims
    here, there = [ground.moderator, *ground.people[:3]], ground.people[3:]
    values = cycle([1, -1, 0, 1])
    took: dict[str, list[float]] = {fault: [] for fault in faults}
    pauses: dict[str, list[float]] = {fault: [] for fault in faults}
    async with (
        in_room(here, first.address, ground.room) as near,
        in_room(there, second.address, ground.room) as far,
    ):
        clients = [*near, *far]
        for fault in faults * rounds:
            posting = Posting([near[1], near[2], far[0], far[1]], every=0.05)
            began = time.monotonic()
            await FAULTS[fault](redis_server)
            returned = time.monotonic()
            if fault in {"killed", "paused", "lossy"}:  # the others are over at once
                assert _acknowledged(clients, since=began) != []
            await _acknowledging(clients, since=began)
            await asyncio.gather(*(client.take_stance(1, next(values)) for client in clients))
            at = [began, *_acknowledged(clients, since=began), time.monotonic()]
            pauses[fault].append(max(later - earlier for earlier, later in pairwise(at)))
            await posting.finish()
            head = await ground.witness.ask("head", room=ground.room)
            await asyncio.gather(
                *(
                    client.until(
                        lambda client=client: client.view.head >= head,  # noqa: B023
                        seconds=EQUAL_SECONDS,
                        what="all that was posted",
                    )
                    for client in clients
                )
            )
            took[fault].append(time.monotonic() - returned)
            await judge(ground, clients)
        assert [client.closes for client in clients] == [[] for _client in clients]
        if "lossy" in faults:
            missed = [await each.figure("hall_doorbells_missed_total") for each in ground.victims]
            assert sum(missed) > 0, "no doorbell was lost"
        refused = [code for client in clients for post in client.posts for code in post.refused]
    for fault, seconds in took.items():
        say(
            f"redis {fault}, {rounds} rounds: all equal after {max(seconds):.1f} s at most, "
            f"no {max(pauses[fault]):.2f} s without an acknowledgement"
        )
        assert max(pauses[fault]) <= bound(PAUSE_SECONDS)
    assert max(max(seconds) for seconds in took.values()) <= EQUAL_SECONDS
    assert refused == []
    assert ground.failures(but="channels_redis.pubsub") == []
