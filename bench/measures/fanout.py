"""What one delivered frame costs: CPU of the server and of Redis, for the same work."""

import time
from collections import deque

from bench.generator import Generator, full
from bench.stacks import PEER_NAMES, Stack
from bench.world import World

MEASURE = "fanout_cpu_us"


def run(world: World) -> None:
    """Every stack at once with all its seats; posts go to one after the other, in changing order.

    The next post is made when the one before has reached every seat, and not sooner than
    `gap_ms` after it: no stack is measured while it drowns.
    """
    size = world.size
    with world.stacks("hall", "hall-fanout", *PEER_NAMES) as stacks:
        seated: list[tuple[Stack, Generator]] = []
        for stack in stacks:
            generator = world.seat(stack, seats=size.fanout_seats)
            seated.append((stack, generator))
            _round(world, stack, generator, warm_up=True)
        order = deque(seated)
        began = time.monotonic()
        for number in range(size.fanout_rounds):
            if not world.may_repeat(number, began, 0.3):
                break
            for stack, generator in order:
                _round(world, stack, generator)
            order.rotate(3)
            if number % 2:
                order.reverse()


def _round(world: World, stack: Stack, generator: Generator, *, warm_up: bool = False) -> None:
    size = world.size
    posts, seconds = (3, 1.0) if warm_up else (size.fanout_posts, size.fanout_seconds)
    postgres_before = world.postgres_cpu()
    before = stack.cpu_seconds()
    heard = full(generator.run(f"closed {posts} {size.fanout_gap_ms} {seconds}"), of=stack.name)
    used = stack.cpu_seconds() - before
    if warm_up:
        return
    world.results.add(MEASURE, stack.name, used * 1e6 / heard.deliveries, "µs")
    world.results.add("fanout_frame_bytes", stack.name, heard.bytes / max(1, heard.messages), "B")
    if stack.name == "hall":
        beside = (world.postgres_cpu() - postgres_before) * 1e6 / heard.deliveries
        world.results.add("fanout_postgres_cpu_us", stack.name, beside, "µs")
    world.results.add_busy(MEASURE, heard.busy)
