"""One who says too much, and one who comes in too often."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest

from tests.faults.conftest import Bound, MakeGround
from tests.faults.crowd import Crowd, Listener, stamped
from tests.faults.crowd import listen as crowd_listen
from tests.faults.oracle import judge
from tests.faults.people import Person
from tests.faults.work import in_room, new_text, p95

Listen = Callable[..., Awaitable[Listener]]

LISTENERS = 100
LIMITED_SECONDS = 1.0
SOCKETS = 500
ADDRESS_LIMIT = 100
# As the settings have them, and what follows from them for those who are nobody.
SOCKETS_PER_PERSON = 20
STRANGERS = 100
LONGEST_SECONDS = 10
ROUNDS = [
    pytest.param(1, id="once", marks=pytest.mark.reduced),
    pytest.param(5, id="five-times", marks=pytest.mark.faults),
]


@pytest.fixture
async def listen() -> AsyncIterator[Listen]:
    """`crowd.listen`; whatever a failure leaves open is let go of before the next test."""
    opened: list[Listener] = []

    async def open_one(*arguments: Any, **options: Any) -> Listener:
        listener = await crowd_listen(*arguments, **options)
        opened.append(listener)
        return listener

    yield open_one
    for listener in opened:
        listener.transport.abort()


async def _flood(flooder: Listener) -> float:
    """500 frames a second until the socket is closed; the seconds until the first refusal."""
    began = time.monotonic()
    sent = 0
    while not flooder.ended_at and time.monotonic() - began < 5:
        while sent < (time.monotonic() - began) * 500:
            flooder.say(do="stance.take", number=1, value=1)
            sent += 1
        await asyncio.sleep(0.01)
    assert flooder.ended_at, f"{sent} frames in 5 s, and not cut"
    return next(at for at, answer in flooder.answers if b'"too_many"' in answer) - began


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_flood_of_frames_is_limited(
    rounds: int, make_ground: MakeGround, listen: Listen, bound: Bound, say: Callable[[str], None]
) -> None:
    ground = make_ground(people=LISTENERS + 2, settings={"HALL_PROXIES": "1"})
    victim = ground.victim
    await victim.start_soon()
    flooding, speaking, crowding = ground.people[0], ground.people[1], ground.people[2:]
    limited, cut, lags = [], [], []
    async with (
        in_room([ground.moderator, speaking], victim.address, ground.room) as clients,
        Crowd(victim.address, ground.room, crowding) as crowd,
    ):
        await clients[1].post(new_text())
        for _round in range(rounds):
            flooder = await listen(victim.address, ground.room, flooding, origin_address="10.9.9.9")
            await flooder.ready
            began = time.monotonic()
            crowd.take_lags()
            flood = asyncio.create_task(_flood(flooder))
            while not flood.done():
                await clients[1].post(stamped(new_text()))
                await asyncio.sleep(0.05)
            limited.append(await flood)
            cut.append(flooder.ended_at - began)
            assert flooder.close_code == 4009
            lags.append(p95(crowd.take_lags()))
        await judge(ground, clients)
        assert crowd.broken == []
    say(
        f"500 frames/s, {rounds} rounds: limited after {max(limited):.2f} s, cut with 4009 after "
        f"{max(cut):.2f} s, others' p95 {max(lags) * 1000:.0f} ms"
    )
    assert max(limited) <= bound(LIMITED_SECONDS)
    assert max(lags) <= bound(1.0)
    assert ground.failures() == []


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_flood_of_sockets_is_limited(
    rounds: int, make_ground: MakeGround, listen: Listen, bound: Bound, say: Callable[[str], None]
) -> None:
    """Fifty people at one address, ten sockets each; the others are at addresses of their own."""
    settings = {"HALL_PROXIES": "1", "HALL_SOCKETS_PER_ADDRESS": str(ADDRESS_LIMIT)}
    ground = make_ground(people=LISTENERS + 51, settings=settings)
    victim = ground.victim
    await victim.start_soon()
    flooding, speaking, crowding = ground.people[:50], ground.people[50], ground.people[51:]
    limited, lags = [], []
    async with (
        in_room([ground.moderator, speaking], victim.address, ground.room) as clients,
        Crowd(victim.address, ground.room, crowding) as crowd,
    ):
        for _round in range(rounds):
            crowd.take_lags()
            opening = asyncio.create_task(_open_many(listen, victim.address, ground.room, flooding))
            while not opening.done():
                await clients[1].post(stamped(new_text()))
                await asyncio.sleep(0.05)
            sockets = await opening
            refused = [each for each in sockets if each.close_code == 4009]
            assert len(refused) == SOCKETS - ADDRESS_LIMIT
            limited += [each.ended_at - each.opened_at for each in refused]
            lags.append(p95(crowd.take_lags()))
            for each in sockets:
                each.transport.abort()
            await victim.seats_fall_to(LISTENERS + 2)
        await judge(ground, clients)
        assert crowd.broken == []
    say(
        f"{SOCKETS} sockets of one address, {rounds} rounds: the surplus closed after "
        f"{max(limited):.2f} s at most, others' p95 {max(lags) * 1000:.0f} ms"
    )
    assert max(limited) <= bound(LIMITED_SECONDS)
    assert max(lags) <= bound(1.0)
    assert ground.failures() == []


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_sockets_are_limited_as_the_hall_comes(
    rounds: int, make_ground: MakeGround, listen: Listen, bound: Bound, say: Callable[[str], None]
) -> None:
    """One person's five hundred, and five hundred of nobody's, at the address of a venue whose
    people come and go meanwhile; no limit is other than a new hall has it."""
    ground = make_ground(people=LISTENERS + 4)
    victim, address = ground.victim, ground.victim.address
    await victim.start_soon()
    one, speaking, crowding = ground.people[0], ground.people[1], ground.people[2:]
    stranger = Person(0, "a" * 32)
    limited, lags, seated, turned_away = [], [], [], []
    async with (
        in_room([ground.moderator, speaking], address, ground.room) as clients,
        Crowd(address, ground.room, crowding) as crowd,
    ):
        for _round in range(rounds):
            for flooding, counts in ((one, seated), (stranger, turned_away)):
                crowd.take_lags()
                sockets = [
                    await listen(address, ground.room, flooding, catch_up=False)
                    for _socket in range(SOCKETS)
                ]
                await asyncio.gather(*(socket.ready for socket in sockets))
                await clients[1].post(stamped(new_text()))
                refused = [each for each in sockets if each.close_code == 4009]
                limited += [each.ended_at - each.opened_at for each in refused]
                counts.append(SOCKETS - len(refused))
                lags.append(p95(crowd.take_lags()))
                for each in sockets:
                    each.transport.abort()
                await victim.seats_fall_to(LISTENERS + 4)
            # Whoever has sat here before is let in beside them.
            async with in_room([crowding[0]], address, ground.room):
                pass
        await judge(ground, clients)
        assert crowd.broken == []
    say(
        f"{SOCKETS} sockets as the hall comes, {rounds} rounds: {max(seated)} of one person's and "
        f"{max(turned_away)} of nobody's were looked up and kept or told to sign in; the others "
        f"closed after {max(limited):.2f} s at most, others' p95 {max(lags) * 1000:.0f} ms"
    )
    assert max(seated) <= SOCKETS_PER_PERSON
    assert max(turned_away) <= STRANGERS + LONGEST_SECONDS * STRANGERS / 20
    assert max(limited) <= bound(LIMITED_SECONDS)
    assert max(lags) <= bound(1.0)
    assert ground.failures() == []


async def _open_many(
    listen: Listen, address: str, room: int, people: Sequence[Person]
) -> list[Listener]:
    sockets = [
        await listen(
            address, room, people[number % len(people)], origin_address="10.9.9.9", catch_up=False
        )
        for number in range(SOCKETS)
    ]
    await asyncio.gather(*(socket.ready for socket in sockets))
    surplus = SOCKETS - ADDRESS_LIMIT
    async with asyncio.timeout(10):
        while sum(socket.close_code is not None for socket in sockets) < surplus:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return sockets
