"""Two processes of the hall in place of one, for the same room and the same people."""

import time

from bench.generator import Generator, full
from bench.stacks import Stack
from bench.world import World

COST = "processes_cpu_us"
PACE = "deliveries_per_second"
ONE, TWO = "hall-1-process", "hall-2-processes"
AHEAD = 4


def run(world: World) -> None:
    """Posts are made by a further process. With a core for each, also how fast a flood is shown.

    Where the second process would have to share the generator's core, a second of wall time says
    nothing, and only the cost of a delivery is compared.
    """
    roomy = world.cores.count >= 4
    second = world.cores.others[0] if roomy else world.cores.server
    for number in range(world.size.pair_rounds):
        began = time.monotonic()
        for name in (ONE, TWO) if number % 2 else (TWO, ONE):
            processes = [world.serve()]
            if name == TWO:
                processes.append(world.serve(second))
            stack = world.fed_stack("pair", processes, name=name)
            try:
                with world.seat(stack, seats=world.size.fanout_seats) as generator:
                    _cost(world, stack, generator)
                    if roomy:
                        _pace(world, stack, generator)
            finally:
                stack.stop()
        if not world.may_repeat(number + 1, began, 0.15):
            break


def _cost(world: World, stack: Stack, generator: Generator) -> None:
    full(generator.run("closed 5 20 2"), of=stack.name)
    before = stack.cpu_seconds()
    heard = full(
        generator.run(
            f"closed {world.size.fanout_posts} {world.size.fanout_gap_ms} "
            f"{world.size.fanout_seconds}"
        ),
        of=stack.name,
    )
    used = stack.cpu_seconds() - before
    world.results.add(COST, stack.name, used * 1e6 / heard.deliveries, "µs")
    world.results.add_busy(COST, heard.busy)


def _pace(world: World, stack: Stack, generator: Generator) -> None:
    heard = full(generator.run(f"answers {AHEAD} {world.size.fanout_seconds}"), of=stack.name)
    world.results.add(PACE, stack.name, heard.deliveries / heard.delivering_seconds, "/s")
    world.results.add_busy(PACE, heard.busy)
