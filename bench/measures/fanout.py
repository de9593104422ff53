"""What one delivered frame costs: CPU of the server and of Redis, for the same work."""

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
            full(generator.run(f"closed 3 {size.fanout_gap_ms} 1"), of=stack.name)
        for number, order in world.rounds(seated, at_most=size.fanout_rounds, share=0.3):
            for stack, generator in order:
                _round(world, stack, generator, number)


def _round(world: World, stack: Stack, generator: Generator, number: int) -> None:
    size = world.size
    phase = f"closed {size.fanout_posts} {size.fanout_gap_ms} {size.fanout_seconds}"
    postgres_before = world.postgres_cpu()
    before = stack.cpu_seconds()
    heard = full(generator.run(phase), of=stack.name)
    used = stack.cpu_seconds() - before
    cost, length = used * 1e6 / heard.deliveries, heard.bytes / max(1, heard.messages)
    world.results.add(MEASURE, stack.name, cost, "µs", number=number)
    world.results.add("fanout_frame_bytes", stack.name, length, "B", number=number)
    if stack.name == "hall":
        beside = (world.postgres_cpu() - postgres_before) * 1e6 / heard.deliveries
        world.results.add("fanout_postgres_cpu_us", stack.name, beside, "µs", number=number)
    world.results.add_busy(MEASURE, generator=heard.busy, core=heard.core_busy)
