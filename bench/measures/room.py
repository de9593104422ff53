"""A thousand people in one room: what each takes, what the room costs at rest, how soon they read.

`websockets.broadcast` is put through the same; it keeps nobody's session and logs nothing.
"""

import time

from bench.generator import Generator, full
from bench.machine import resident_kb
from bench.stacks import Stack
from bench.world import World

LATENCY = "post_to_screen_p99_ms"
MIDDLE = "post_to_screen_p50_ms"
MEMORY = "memory_per_seat_kb"
IDLE = "idle_room_cpu_percent"
POSTS_A_SECOND = 10
PINGS_SECONDS = 20


def run(world: World) -> None:
    names = ("hall", "websockets.broadcast")
    stacks = [stack for stack in (_start(world, name) for name in names) if stack is not None]
    try:
        before = {stack.name: _before(world, stack) for stack in stacks}
        seated = [(stack, world.seat(stack, seats=world.size.room_seats)) for stack in stacks]
        rest(world, seated, before)
        for number, order in world.rounds(seated, at_most=world.size.room_rounds, share=0.25):
            for stack, generator in order:
                _listen(world, stack, generator, number)
        for _stack, generator in seated:
            generator.close()
    finally:
        for stack in stacks:
            if stack.name != "hall":
                stack.stop()


def _start(world: World, name: str) -> Stack | None:
    if name == "hall":
        return world.hall_stack("full", [world.standing()])
    return world.peers.start(name)


def _before(world: World, stack: Stack) -> float:
    """Memory without the thousand, who do not count for what the first arrivals set in motion."""
    with world.seat(stack, seats=20) as first:
        full(first.run("closed 5 20 2"), of=stack.name)
    return resident_kb(stack.pids[0])


def rest(world: World, seated: list[tuple[Stack, Generator]], before: dict[str, float]) -> None:
    """All rooms at rest beside each other: CPU over the whole time, memory after each window.

    People who came together are pinged together: a short window has all of that or nothing.
    """
    seconds = world.size.windows * world.size.window_seconds
    if seconds < PINGS_SECONDS:
        world.results.note(
            f"The rooms rested for {seconds:.0f} s; servers ping every {PINGS_SECONDS} s, so that "
            "the cost of it is in the figure of a room at rest, or is not."
        )
    _idle(seated, world.size.settle_seconds)  # let the arrivals' news settle
    used = {stack.name: stack.cpu_seconds() for stack, _generator in seated}
    began = time.monotonic()
    for number in range(world.size.windows):
        _idle(seated, world.size.window_seconds)
        for stack, _generator in seated:
            grown = (resident_kb(stack.pids[0]) - before[stack.name]) / world.size.room_seats
            world.results.add(MEMORY, stack.name, grown, "KiB", number=number)
    for stack, _generator in seated:
        share = (stack.cpu_seconds() - used[stack.name]) / (time.monotonic() - began)
        world.results.add(IDLE, stack.name, 100 * share, "%", number=0)


def _idle(seated: list[tuple[Stack, Generator]], seconds: float) -> None:
    for _stack, generator in seated:
        generator.tell(f"idle {seconds}")
    for _stack, generator in seated:
        generator.heard()


def _listen(world: World, stack: Stack, generator: Generator, number: int) -> None:
    seconds = world.size.room_seconds
    posts = int(seconds * POSTS_A_SECOND)
    heard = full(
        generator.run(f"open {posts} {1000 / POSTS_A_SECOND} {seconds + 1}"), of=stack.name
    )
    if heard.to_screen_ms is not None:
        world.results.add(LATENCY, stack.name, heard.to_screen_ms["p99"], "ms", number=number)
        world.results.add(MIDDLE, stack.name, heard.to_screen_ms["p50"], "ms", number=number)
    world.results.add_busy(LATENCY, generator=heard.busy, core=heard.core_busy)
