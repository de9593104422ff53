"""A room's log as one process follows it, and how long that takes."""

import asyncio
import time

from prometheus_client import REGISTRY

from consultations.domain.deliveries import Delivery
from consultations.live.following import Follower
from consultations.live.pool import Pools
from consultations.models import EVERYONE

HOUR = 3600.0


def event(seq: int, *, at: float = 0.0) -> Delivery:
    return Delivery(7, seq, "opinion.posted", EVERYONE, at, b"{}", b"{}")


def lag() -> float:
    return REGISTRY.get_sample_value("hall_delivery_lag_seconds_sum") or 0.0


async def followed(count: int) -> tuple[Follower, list[int], asyncio.Event]:
    """A follower of an empty log, the events that it hands on, and when they are so many."""
    there, handed_on = asyncio.Event(), []

    def deliver(batch: list[Delivery]) -> None:
        handed_on.extend(delivery.seq for delivery in batch)
        if len(handed_on) == count:
            there.set()

    follower = Follower(7, Pools(), deliver)
    return follower, handed_on, there


async def test_events_are_handed_on_once_and_in_order() -> None:
    follower, handed_on, there = await followed(3)
    follower.hear([event(2)])
    follower.begin(0)
    follower.hear([event(3), event(2)])
    follower.hear([event(1)])
    follower.hear([event(1), event(2)])
    await asyncio.wait_for(there.wait(), 10)
    await asyncio.sleep(0)
    assert handed_on == [1, 2, 3]
    assert follower.head == 3
    follower.stop()


async def test_lag_of_what_was_committed_here_goes_by_no_wall_clock() -> None:
    """The clock was put back by an hour after the commit."""
    follower, _handed_on, there = await followed(1)
    follower.begin(0)
    before = lag()
    at = time.time() + HOUR
    follower.hear([event(1, at=at)], committed_at=time.monotonic() - 2)
    await asyncio.wait_for(there.wait(), 10)
    await asyncio.sleep(0)
    assert 2 <= lag() - before < 60
    follower.stop()


async def test_lag_of_what_came_from_elsewhere_goes_by_its_bell() -> None:
    follower, _handed_on, there = await followed(1)
    follower.begin(0)
    before = lag()
    follower.hear([event(1, at=time.time() - 5)])
    await asyncio.wait_for(there.wait(), 10)
    await asyncio.sleep(0)
    assert 5 <= lag() - before < 60
    follower.stop()
