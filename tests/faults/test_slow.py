"""One who never reads, beside three hundred who do."""

import asyncio
from collections.abc import Callable

import pytest

from tests.faults.client import RoomClient
from tests.faults.conftest import Bound, MakeGround
from tests.faults.crowd import Crowd, stamped
from tests.faults.oracle import judge
from tests.faults.proxy import Proxy
from tests.faults.work import all_caught_up, in_room, p95

READERS = 300
POSTS_A_SECOND = 20
LONG = "这条路晚上没有灯,老人孩子都不敢走。" * 50
GROWTH = 20 * 1024 * 1024


@pytest.mark.parametrize(
    "rounds",
    [
        pytest.param(1, id="once", marks=pytest.mark.reduced),
        pytest.param(5, id="five-times", marks=pytest.mark.faults),
    ],
)
async def test_who_never_reads_is_cut_and_resumes(
    rounds: int, make_ground: MakeGround, bound: Bound, say: Callable[[str], None]
) -> None:
    ground = make_ground(people=READERS + 5, settings={"HALL_PROXIES": "1"})
    victim = ground.victim
    await victim.start_soon()
    speakers, slow_one, readers = ground.people[:4], ground.people[4], ground.people[5:]
    lags, growth = [], []
    async with (
        Proxy(victim.port, buffer=16 * 1024) as proxy,
        in_room([ground.moderator, *speakers], victim.address, ground.room) as clients,
        Crowd(victim.address, ground.room, readers) as crowd,
        RoomClient(slow_one, proxy.address, ground.room) as slow,
    ):
        await all_caught_up([slow])
        for number in range(1, rounds + 1):
            before = victim.rss()
            largest = before
            proxy.stall()
            cuts = await victim.figure('hall_cuts_total{code="4008"}')
            said = 0
            while await victim.figure('hall_cuts_total{code="4008"}') == cuts:
                said += 1
                assert said < 600, "it owes a megabyte and has not been cut"
                speaking = clients[1 + said % 4].post(stamped(LONG))
                await asyncio.gather(speaking, asyncio.sleep(1 / POSTS_A_SECOND))
                largest = max(largest, victim.rss())
            proxy.resume()
            await slow.until(
                lambda: len(slow.closes) >= number,  # noqa: B023
                seconds=10,
                what="learning of the cut",
            )
            await all_caught_up([slow])
            await judge(ground, [*clients, slow])
            lags.append(p95(crowd.take_lags()))
            growth.append(largest - before)
        assert [code for _at, code in slow.closes] == [4008] * rounds
        assert [client.closes for client in clients] == [[] for _client in clients]
        assert crowd.broken == []
    say(
        f"never reads, beside {READERS}, {rounds} rounds: others' p95 {max(lags) * 1000:.0f} ms, "
        f"process grew {max(growth) / 2**20:.1f} MB at most"
    )
    assert max(lags) <= bound(1.0)
    assert max(growth) <= GROWTH
    assert ground.failures() == []
