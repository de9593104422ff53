"""Networks that cut, fall silent, delay and trickle."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest

from tests.faults.client import LOST, RoomClient
from tests.faults.halls import Ground
from tests.faults.oracle import judge
from tests.faults.proxy import Proxy
from tests.faults.work import Posting, all_caught_up, in_room, new_text

NOTICED_SECONDS = 45.0
ROUNDS = [
    pytest.param(1, id="once", marks=pytest.mark.reduced),
    pytest.param(10, id="ten-times", marks=pytest.mark.faults),
]


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_cut_is_mended(
    rounds: int, standing_ground: Ground, say: Callable[[str], None]
) -> None:
    ground = standing_ground
    ground.move_on(people=5)
    noticed = []
    async with (
        Proxy(ground.victim.port) as proxy,
        in_room([ground.moderator, *ground.people], proxy.address, ground.room) as clients,
    ):
        for number in range(1, rounds + 1):
            posting = Posting(clients[1:4])
            await clients[0].until(
                lambda: len(clients[0].arrived) >= 20 * number,  # noqa: B023
                seconds=20,
                what="posts",
            )
            cut_at = time.monotonic()
            proxy.cut()
            await _closed_times(clients, number)
            await all_caught_up(clients)
            await posting.finish()
            await judge(ground, clients)
            noticed += [client.closes[-1][0] - cut_at for client in clients]
        assert {code for client in clients for _at, code in client.closes} == {LOST}
        assert {"events"} == {kind for client in clients for kind in client.replays[1:]}
    say(f"line cut, {rounds} rounds: noticed after {max(noticed):.2f} s at most")
    assert max(noticed) <= NOTICED_SECONDS
    assert ground.failures() == []


async def _closed_times(clients: list[RoomClient], times: int) -> None:
    await asyncio.gather(
        *(
            client.until(
                lambda client=client: len(client.closes) >= times,
                seconds=NOTICED_SECONDS,
                what="noticing",
            )
            for client in clients
        )
    )


@pytest.mark.parametrize("how", ["stall", "trickle"])
@pytest.mark.parametrize(
    ("rounds", "silence"),
    [
        # In a room where people speak, a shorter patience shows the same.
        pytest.param(1, 2.0, id="once", marks=pytest.mark.reduced),
        pytest.param(10, 40.0, id="ten-times", marks=pytest.mark.faults),
    ],
)
async def test_dead_line_is_noticed(
    how: str, rounds: int, silence: float, standing_ground: Ground, say: Callable[[str], None]
) -> None:
    """Each round is a room of its own, judged by itself. A round is as long as a client's patience,
    so they go on side by side; the lines die shortly after each other."""
    victim = standing_ground.victim
    places = [standing_ground.another_room(people=2) for _round in range(rounds)]
    await victim.seats_fall_to(0)  # of those who were here before
    async with AsyncExitStack() as stack:
        entered = [
            await stack.enter_async_context(_doomed_line(ground, silence)) for ground in places
        ]
        seats = 3 * rounds
        assert await victim.figure("hall_seats") == seats
        died = []
        for each in entered:
            await asyncio.sleep(0.2)
            getattr(each.proxy, how)()
            died.append(time.monotonic())
        doomed = [each.doomed for each in entered]
        await _closed_times(doomed, 1)
        noticed = [client.closes[0][0] - at for client, at in zip(doomed, died, strict=True)]
        await all_caught_up(doomed)
        if silence == 40.0:
            patience = died[-1] + NOTICED_SECONDS - time.monotonic()
            await victim.seats_fall_to(seats, seconds=patience)
            say(f"{how}: noticed by the hall after {time.monotonic() - died[0]:.1f} s at most")
        for ground, each in zip(places, entered, strict=True):
            await each.posting.finish()
            await judge(ground, [*each.steady, each.doomed])
            assert [client.closes for client in each.steady] == [[], []]
    say(f"{how}, {rounds} rounds: noticed after {max(noticed):.1f} s at most")
    assert max(noticed) <= NOTICED_SECONDS
    assert standing_ground.failures() == []


@dataclass(frozen=True)
class Entered:
    """Who is in a room: two whose line is good, and one who comes through the proxy; all post."""

    steady: list[RoomClient]
    doomed: RoomClient
    proxy: Proxy
    posting: Posting


@asynccontextmanager
async def _doomed_line(ground: Ground, silence: float) -> AsyncIterator[Entered]:
    address = ground.victim.address
    async with (
        Proxy(ground.victim.port) as proxy,
        in_room([ground.moderator, ground.people[0]], address, ground.room) as steady,
        RoomClient(ground.people[1], proxy.address, ground.room, silence=silence) as doomed,
    ):
        await all_caught_up([doomed])
        yield Entered(steady, doomed, proxy, Posting([steady[1], doomed], every=0.4))


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_half_a_second_each_way_breaks_nothing(
    rounds: int, standing_ground: Ground, say: Callable[[str], None]
) -> None:
    ground, entered = standing_ground, []
    for _round in range(rounds):
        ground.move_on(people=3)
        async with Proxy(ground.victim.port, delay=0.5) as proxy:
            began = time.monotonic()
            async with in_room(
                [ground.moderator, *ground.people], proxy.address, ground.room
            ) as clients:
                entered.append(time.monotonic() - began)
                for _post in range(3):
                    await asyncio.gather(*(client.post(new_text()) for client in clients))
                found = await judge(ground, clients)
                assert [client.closes for client in clients] == [[] for _client in clients]
        assert len(found["posts"]) == 3 * len(clients)
    say(f"500 ms each way, {rounds} rounds: in after {max(entered):.1f} s at most, no line broke")
