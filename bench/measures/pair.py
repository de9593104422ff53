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
    first = world.standing()
    second = world.serve(world.cores.others[0] if roomy else world.cores.server)
    feeder = world.feeder()
    one = world.fed_stack("one", [first], feeder, name=ONE)
    two = world.fed_stack("two", [first, second], feeder, name=TWO)
    try:
        seats = world.size.pair_seats
        with world.seat(one, seats=seats) as at_one, world.seat(two, seats=seats) as at_two:
            both = [(one, at_one), (two, at_two)]
            for stack, generator in both:
                full(generator.run("closed 5 20 2"), of=stack.name)
            began = time.monotonic()
            for number in range(world.size.pair_rounds):
                if not world.may_repeat(number, began, 0.15):
                    break
                for stack, generator in both if number % 2 else reversed(both):
                    _cost(world, stack, generator)
                    if roomy:
                        _pace(world, stack, generator)
    finally:
        for process in (second, feeder):
            process.kill()


def _cost(world: World, stack: Stack, generator: Generator) -> None:
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
