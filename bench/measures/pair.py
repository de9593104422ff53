"""Two processes of the hall in place of one, for the same room and the same people."""

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
            at_two.run(f"idle {world.size.settle_seconds}")  # let the arrivals' news settle
            for stack, generator in both:
                full(generator.run("closed 5 20 2"), of=stack.name)
            for number, order in world.rounds(both, at_most=world.size.pair_rounds, share=0.15):
                for stack, generator in order:
                    _cost(world, stack, generator, number)
                    if roomy:
                        _pace(world, stack, generator, number)
    finally:
        for process in (second, feeder):
            process.kill()


def _cost(world: World, stack: Stack, generator: Generator, number: int) -> None:
    before = stack.cpu_seconds()
    heard = full(
        generator.run(
            f"closed {world.size.fanout_posts} {world.size.fanout_gap_ms} "
            f"{world.size.fanout_seconds}"
        ),
        of=stack.name,
    )
    used = stack.cpu_seconds() - before
    world.results.add(COST, stack.name, used * 1e6 / heard.deliveries, "µs", number=number)
    world.results.add_busy(COST, generator=heard.busy, core=heard.core_busy)


def _pace(world: World, stack: Stack, generator: Generator, number: int) -> None:
    heard = full(generator.run(f"answers {AHEAD} {world.size.fanout_seconds}"), of=stack.name)
    pace = heard.deliveries / heard.delivering_seconds
    world.results.add(PACE, stack.name, pace, "/s", number=number)
    world.results.add_busy(PACE, generator=heard.busy, core=heard.core_busy)
