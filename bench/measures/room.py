"""A thousand people in one room: what each takes, what the room costs at rest, how soon they read.

`websockets.broadcast` is put through the same; it keeps nobody's session and logs nothing.
"""

import time

from bench.generator import Generator, full
from bench.machine import cpu_seconds, resident_kb
from bench.stacks import Stack
from bench.world import World

LATENCY = "post_to_screen_p99_ms"
MIDDLE = "post_to_screen_p50_ms"
MEMORY = "memory_per_seat_kb"
IDLE = "idle_room_cpu_percent"
POSTS_A_SECOND = 10


def run(world: World) -> None:
    names = ("hall", "websockets.broadcast")
    stacks = [stack for stack in (_start(world, name) for name in names) if stack is not None]
    try:
        seated = [(stack, _fill(world, stack)) for stack in stacks]
        began = time.monotonic()
        for number in range(world.size.room_rounds):
            if not world.may_repeat(number, began, 0.25):
                break
            for stack, generator in seated if number % 2 else reversed(seated):
                _listen(world, stack, generator)
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


def _fill(world: World, stack: Stack) -> Generator:
    """All seats taken, and what they cost at rest, window by window.

    What the first arrivals set in motion is not counted as theirs.
    """
    with world.seat(stack, seats=20) as first:
        full(first.run("closed 5 20 2"), of=stack.name)
    before = resident_kb(stack.pids[0])
    generator = world.seat(stack, seats=world.size.room_seats)
    generator.run(f"idle {world.size.settle_seconds}")  # let the arrivals' news settle
    for _window in range(world.size.windows):
        _rest(world, stack, generator, before)
    return generator


def _rest(world: World, stack: Stack, generator: Generator, before: float) -> None:
    """One window: CPU of a room where nobody speaks, and the memory at its end."""
    used = cpu_seconds(stack.pids)
    heard = generator.run(f"idle {world.size.window_seconds}")
    used = cpu_seconds(stack.pids) - used
    world.results.add(IDLE, stack.name, 100 * used / heard.seconds, "%")
    grown = resident_kb(stack.pids[0]) - before
    world.results.add(MEMORY, stack.name, grown / world.size.room_seats, "KiB")


def _listen(world: World, stack: Stack, generator: Generator) -> None:
    seconds = world.size.room_seconds
    posts = int(seconds * POSTS_A_SECOND)
    heard = full(
        generator.run(f"open {posts} {1000 / POSTS_A_SECOND} {seconds + 1}"), of=stack.name
    )
    if heard.to_screen_ms is not None:
        world.results.add(LATENCY, stack.name, heard.to_screen_ms["p99"], "ms")
        world.results.add(MIDDLE, stack.name, heard.to_screen_ms["p50"], "ms")
    world.results.add_busy(LATENCY, heard.busy)
