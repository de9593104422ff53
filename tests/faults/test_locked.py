"""A database that answers nothing instead of failing: somebody holds a table for themselves."""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.error import HTTPError

import psycopg
import pytest

from tests.faults.conftest import MakeGround
from tests.faults.halls import Victim
from tests.faults.oracle import judge
from tests.faults.people import Person
from tests.faults.work import Posting, all_caught_up, in_room, new_text

BUSY_SECONDS = 15.0
BACK_SECONDS = 15.0
SIGNED_OUT_SECONDS = 8.0
EXIT_SECONDS = 10.0
FEWEST = 14
NONE_LEFT_SECONDS = 30.0
ROUNDS = [
    pytest.param(1, id="once", marks=pytest.mark.reduced),
    pytest.param(5, id="five-times", marks=pytest.mark.faults),
]


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Nobody else reads or writes the log meanwhile, as while `VACUUM FULL` goes over it."""
    with psycopg.connect(url) as held:
        held.execute("LOCK TABLE consultations_roomevent IN ACCESS EXCLUSIVE MODE")
        yield


async def _ask_for_record(victim: Victim, room: int, person: Person) -> asyncio.StreamWriter:
    """Ask for a page that reads the log, and wait for no answer."""
    _reader, writer = await asyncio.open_connection("127.0.0.1", victim.port)
    request = f"GET /consultations/{room}/record/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    writer.write(f"{request}Cookie: sessionid={person.session}\r\n\r\n".encode())
    await writer.drain()
    return writer


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_locked_log_is_told_and_holds_up_no_end(
    rounds: int, make_ground: MakeGround, postgres_url: str, say: Callable[[str], None]
) -> None:
    ground = make_ground(people=5 + rounds, database_url=postgres_url)
    victim = ground.victim
    await victim.start_soon()
    told, signed_out, back, exits = [], [], [], []
    leaving = ground.people[5:]
    async with (
        in_room([ground.moderator, *ground.people[:5]], victim.address, ground.room) as clients,
        in_room(leaving, victim.address, ground.room) as goers,
    ):
        poster = clients[1]
        for goer in goers:
            posting = Posting(clients[1:4])
            done = len(poster.posts)
            await poster.until(
                lambda done=done: len(poster.posts) >= done + 5,  # type: ignore[misc]
                seconds=20,
                what="posts",
            )
            with locked(postgres_url):
                began = time.monotonic()
                await ground.witness.ask("sign_out", session=goer.person.session)
                await goer.until(
                    lambda goer=goer: goer.ended == 4001,  # type: ignore[misc]
                    seconds=SIGNED_OUT_SECONDS,
                    what="out",
                )
                signed_out.append(time.monotonic() - began)
                await poster.until(
                    lambda: "busy" in poster.posts[-1].refused,
                    seconds=BUSY_SECONDS,
                    what="a clear error",
                )
                told.append(time.monotonic() - began)
            released = time.monotonic()
            await poster.until(
                lambda since=released: poster.posts[-1].acknowledged_at > since,  # type: ignore[misc]
                seconds=BACK_SECONDS,
                what="acknowledged again",
            )
            back.append(time.monotonic() - released)
            with locked(postgres_url):
                page = await _ask_for_record(victim, ground.room, ground.moderator)
                await asyncio.sleep(1)  # into the lock, all of them
                asked = time.monotonic()
                victim.process.send(signal.SIGTERM)
                await victim.dead(seconds=EXIT_SECONDS)
                exits.append(time.monotonic() - asked)
                page.close()
            await victim.start_soon()
            await all_caught_up(clients, seconds=40)
            await posting.finish()
            await judge(ground, clients)
        refused = {code for each in clients for post in each.posts for code in post.refused}
    say(
        f"locked log, {rounds} rounds: told busy after {max(told):.1f} s, signed out after "
        f"{max(signed_out):.1f} s, back {max(back):.1f} s after the lock, exit after "
        f"{max(exits):.1f} s at most"
    )
    assert refused == {"busy"}
    assert ground.failures() == []


async def _refused(victim: Victim, person: Person) -> HTTPError:
    """Open a page until there is no connection left for it; returns what is answered then."""
    while True:
        try:
            await asyncio.to_thread(victim.get, "/consultations/", person=person)
        except HTTPError as refused:
            return refused


async def test_page_without_a_connection_says_when_to_come_again(
    make_ground: MakeGround, postgres_url: str
) -> None:
    """As many pages wait for the log as there are connections for pages."""
    settings = {"HALL_DB_POOL": str(FEWEST)}
    ground = make_ground(people=2, database_url=postgres_url, settings=settings)
    victim = ground.victim
    await victim.start_soon()
    async with in_room([ground.moderator, *ground.people], victim.address, ground.room) as clients:
        with locked(postgres_url):
            held = [
                await _ask_for_record(victim, ground.room, ground.moderator) for _page in range(4)
            ]
            async with asyncio.timeout(NONE_LEFT_SECONDS):
                refused = await _refused(victim, ground.moderator)
            with refused as page:
                assert (page.code, page.headers["Retry-After"]) == (503, "10")
                assert "议事厅一时忙不过来" in page.read().decode()
            # The room does not wait for what pages wait for.
            await clients[0].call("room.departments", again=False)
        await clients[1].post(new_text())
        for page in held:
            page.close()
        await judge(ground, clients)
