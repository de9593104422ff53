"""The load generator against a server of a few lines: it counts what was really delivered."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import pytest
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed

from bench.generator import Generator, LoadError, Talk, full
from bench.machine import core_ticks, pinned
from tests.support.processes import free_port

SEATS = 20
CORE = min(os.sched_getaffinity(0))


@asynccontextmanager
async def echoing(
    port: int,
    *,
    greet: bool = False,
    forget_every: int = 0,
    heard_one: asyncio.Event | None = None,
) -> AsyncIterator[None]:
    """Everything to everyone; every `forget_every`th message reaches nobody.

    With `greet` it says hello first, and welcomes whoever wants to join. `heard_one` is set with
    the first message.
    """
    clients: set[ServerConnection] = set()
    heard = 0

    async def attend(client: ServerConnection) -> None:
        clients.add(client)
        if greet:
            await client.send("hello")
        with suppress(ConnectionClosed):
            await listen(client)
        clients.discard(client)

    async def listen(client: ServerConnection) -> None:
        nonlocal heard
        async for text in client:
            heard += 1
            if heard_one:
                heard_one.set()
            if text == "join":
                await client.send("welcome")
            elif text.startswith('{"key"'):
                await client.send(text.replace('"key"', '"re"', 1).replace("}", ',"ok":{}}'))
            elif not forget_every or heard % forget_every:
                broadcast(clients, text)

    async with serve(attend, "127.0.0.1", port, compression=None):
        yield


@contextmanager
def somebody_else(core: int) -> Iterator[None]:
    """Who takes all of the core that others leave."""
    other = subprocess.Popen(pinned([sys.executable, "-c", "while True: pass"], [core]))
    try:
        yield
    finally:
        other.kill()
        other.wait()


async def phase(generator: Generator, command: str):
    return await asyncio.to_thread(generator.run, command)


@asynccontextmanager
async def seated(program, talk: Talk, **options) -> AsyncIterator[Generator]:
    port = free_port()
    async with echoing(port, **options):
        generator = Generator(program, talk, ports=[port], seats=SEATS, core=CORE, patience=10)
        try:
            await asyncio.to_thread(generator.connect)
            yield generator
        finally:
            await asyncio.to_thread(generator.close)


async def test_every_post_is_counted_on_every_screen(program):
    async with seated(program, Talk("/", "%M%P", pad=305)) as generator:
        heard = full(await phase(generator, "closed 10 1 5"), of="echo")
        assert (heard.posts, heard.deliveries, heard.messages) == (10, 10 * SEATS, 10 * SEATS)
        assert heard.bytes == 10 * SEATS * (325 + 4)
        assert heard.to_screen_ms is not None
        assert heard.to_screen_ms["count"] == 10 * SEATS
        assert heard.to_screen_ms["p50"] <= heard.to_screen_ms["p99"] <= heard.to_screen_ms["max"]


async def test_posts_in_the_open_come_at_their_rate(program):
    async with seated(program, Talk("/", "%M")) as generator:
        heard = full(await phase(generator, "open 10 20 5"), of="echo")
        assert heard.posts == 10
        assert heard.seconds >= 9 * 0.020


async def test_a_seat_says_what_it_is_told_before_it_counts_as_taken(program):
    talk = Talk("/", "%M", on=(("hello", "join"),), seated="welcome")
    async with seated(program, talk, greet=True) as generator:
        heard = full(await phase(generator, "closed 2 1 5"), of="echo")
        assert heard.deliveries == heard.messages == 2 * SEATS


async def test_a_seat_that_is_not_welcomed_is_not_taken(program):
    talk = Talk("/", "%M", on=(("hello", "let me in"),), seated="welcome")
    port = free_port()
    async with echoing(port, greet=True):
        generator = Generator(program, talk, ports=[port], seats=SEATS, core=CORE)
        with pytest.raises(LoadError, match=f"0 of {SEATS} seats were taken"):
            await asyncio.to_thread(generator.connect, seconds=0.3)
        await asyncio.to_thread(generator.close)


async def test_answers_are_counted_by_their_key(program):
    async with seated(program, Talk("/", '{"key":"%K"}')) as generator:
        heard = await phase(generator, "answers 2 2")
        assert heard.refused == 0
        assert heard.answered == heard.posts > 2 * SEATS


async def test_a_core_that_somebody_else_fills_is_said_to_be_full(program):
    async with seated(program, Talk("/", "%M")) as generator:
        with somebody_else(CORE):
            heard = await phase(generator, "idle 1")
        assert heard.busy < 0.2
        assert heard.core_busy > 0.8


async def test_posting_ends_when_told_to(program):
    posting = asyncio.Event()
    async with seated(program, Talk("/", "%M"), heard_one=posting) as generator:
        generator.tell("open 100000 5 60")
        await asyncio.wait_for(posting.wait(), 10)
        generator.tell("stop")
        heard = full(await asyncio.to_thread(generator.heard), of="echo")
        assert 1 <= heard.posts < 10_000


async def test_a_server_that_loses_a_post_is_found_out(program):
    async with seated(program, Talk("/", "%M"), forget_every=3) as generator:
        heard = await phase(generator, "open 6 5 5")
        assert heard.deliveries == 4 * SEATS
        with pytest.raises(LoadError, match=f"{4 * SEATS} of {6 * SEATS} deliveries of 6 posts"):
            full(heard, of="lossy")


def test_a_core_that_is_not_there_is_said_so():
    with pytest.raises(RuntimeError, match="does not know core 9999"):
        core_ticks(9999)


async def test_nobody_at_the_door_is_said_so(program):
    generator = Generator(program, Talk("/", "%M"), ports=[free_port()], seats=2, core=CORE)
    try:
        with pytest.raises(LoadError, match="0 of 2 seats were taken, 2 sockets were closed"):
            await asyncio.to_thread(generator.connect)
    finally:
        generator.close()
