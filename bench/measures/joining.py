"""Everybody comes at once: to a room with a snapshot of 200 opinions, beside a bare accept."""

from bench.generator import Generator, LoadError, Talk
from bench.install import PEERS
from bench.machine import pinned
from bench.stacks import Stack, answers
from bench.world import World
from tests.support.processes import ServerProcess, free_port

SECONDS = "join_storm_s"
SEATED = "join_storm_seated_percent"
POSTS = "join_storm_post_p95_ms"
BARE = "bare-accept"
NEWCOMERS = "hall"
RETURNING = "hall-returning"
SPEAKING = 20


def run(world: World) -> None:
    """Each round: a bare accept, and the hall; now the one first, now the other."""
    storms = (_at_a_bare_accept, _at_the_hall)
    for number, order in world.rounds(storms, at_most=world.size.join_rounds, share=0.25):
        for storm in order:
            storm(world, number)


def _at_a_bare_accept(world: World, number: int) -> None:
    bare = _bare(world)
    try:
        _storm(world, bare, number)
    finally:
        bare.stop()


def _at_the_hall(world: World, number: int) -> None:
    """Newcomers to a fresh room, then the same people again.

    Newcomers get a seat and are announced to all; those who return, as after a restart, have one.
    """
    for name in (NEWCOMERS,) if world.size.quick else (NEWCOMERS, RETURNING):
        stack = world.hall_stack(f"storm-{number}", [world.standing()], name=name)
        _storm_among_speakers(world, stack, number)


def _bare(world: World) -> Stack:
    port = free_port()
    server = ServerProcess(
        pinned([world.python, PEERS / "bare_accept.py", str(port)], [world.cores.server]),
        log=world.folder / "bare-accept.log",
        environment=world.hall.environment,
    )
    server.start(answers=lambda: answers(port))
    talk = Talk(path="/", post="%M", seated='"in"')
    return Stack(BARE, talk, [port], [server.pid], cookies=world.cookies, servers=[server])


def _storm(world: World, stack: Stack, number: int) -> None:
    people = world.size.join_people
    with stack.generator(world.tools, world.cores, seats=people, connecting=0) as generator:
        heard = generator.run(f"connect {world.size.join_seconds}")
        seated = 100 * heard.taken / people
        world.results.add(SEATED, stack.name, seated, "%", number=number)
        if heard.taken == people:
            world.results.add(SECONDS, stack.name, heard.seconds, "s", number=number)
        else:
            world.results.note(
                f"{stack.name}: {heard.taken} of {people} people were seated after "
                f"{heard.seconds:.0f} s, and {heard.gone} sockets were closed."
            )
        world.results.add_busy(SECONDS, generator=heard.busy, core=heard.core_busy)


def _storm_among_speakers(world: World, stack: Stack, number: int) -> None:
    """The same while a few who are in already go on posting, two posts a second."""
    with Generator(
        world.tools.load,
        stack.talk,
        ports=stack.ports,
        seats=SPEAKING,
        core=world.cores.others[0],
        cookies=world.speakers,
    ) as speakers:
        speakers.connect()
        speakers.tell(f"open 1000 500 {world.size.join_seconds + 10}")
        _storm(world, stack, number)
        speakers.tell("stop")
        heard = speakers.heard()
        if heard.deliveries < heard.expected or heard.to_screen_ms is None:
            raise LoadError(f"{stack.name}: the room did not deliver while people came in")
        world.results.add(POSTS, stack.name, heard.to_screen_ms["p95"], "ms", number=number)
