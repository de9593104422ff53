"""The opinion map in the room: told while stances come, and never in anybody's way."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from itertools import pairwise
from statistics import median
from typing import Any

import orjson
import psutil
import pytest

from tests.live.client import Client, visit
from tests.live.conftest import Scene, scene_in
from tests.live.halls import LiveHall
from tests.support.hall_server import HallInstallation

PEOPLE = 17
OPINIONS = 8
COMMON = 1
LONGER_THAN_A_MAP = 5.0
UNHURRIED = {"HALL_COMMAND_RATE": "1000"}
CAMPS = (range(9), range(9, PEOPLE))


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHall]:
    hall = LiveHall(HallInstallation(tmp_path_factory.mktemp("map"), settings=UNHURRIED))
    try:
        hall.start()
        yield hall
        assert "Traceback" not in hall.log, hall.log
    finally:
        hall.close()


@asynccontextmanager
async def everyone_in(scene: Scene) -> AsyncIterator[list[Client]]:
    async with AsyncExitStack() as stack:
        yield list(
            await asyncio.gather(
                *(
                    stack.enter_async_context(visit(scene.url, scene.room, person["session"]))
                    for person in scene.people
                )
            )
        )


def leaning(person: int, number: int) -> int:
    """Two camps: all agree with opinion 1, and on the others the camps are opposed."""
    if number == COMMON:
        return 1
    return 1 if (person in CAMPS[0]) == (number % 2 == 0) else -1


async def take_all(clients: list[Client], numbers: range) -> None:
    async def take(person: int, client: Client) -> None:
        for number in numbers:
            await client.call("stance.take", number=number, value=leaning(person, number))

    await asyncio.gather(*(take(person, client) for person, client in enumerate(clients)))


def more_than(client: Client, now: str, told: int) -> bool:
    return len(client.news(now)) > told


async def map_when(client: Client, holds: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """Ask for the map on each news of it, until it is as wanted."""
    told = 0
    while not holds(answer := await client.call("room.map")):
        await client.until(partial(more_than, client, "map", told), what="news of a map")
        told = len(client.news("map"))
    return answer


def map_process(hall: LiveHall) -> psutil.Process:
    """The process that computes the maps of this hall."""
    pid = hall.hall.processes[0].pid
    (found,) = (
        child
        for child in psutil.Process(pid).children(recursive=True)
        if "consultations.analysis.worker" in " ".join(child.cmdline())
    )
    return found


async def test_map_comes_while_stances_come(hall: LiveHall) -> None:
    scene = scene_in(hall, residents=PEOPLE)
    async with everyone_in(scene) as clients:
        for number in range(1, OPINIONS + 1):
            await clients[0].post(f"第{number}条意见。")
        early = await clients[0].call("room.map")
        assert early["map"]["status"] != "ready"
        assert early["map"]["dots"] == early["map"]["groups"] == []
        assert early["you"] is None

        await take_all(clients, range(1, 4))
        too_early = await map_when(clients[0], lambda told: told["map"]["status"] == "too_early")
        assert too_early["map"]["missing"] == (
            "现在下结论还太早：只有 3 条意见有人表态，至少要 7 条。"
        )
        assert too_early["you"]["sentence"] == "您已对 3 条意见表态，再表 4 条就能分到组里。"
        assert too_early["you"]["place"] is None

        await take_all(clients, range(4, OPINIONS + 1))
        everything = PEOPLE * OPINIONS
        ready = await map_when(clients[0], lambda told: told["map"]["stances"] == everything)
        other = await clients[-1].call("room.map")
        news = clients[0].news("map")

    assert ready["map"]["status"] == "ready"
    assert sorted(group["size"] for group in ready["map"]["groups"]) == [8, 9]
    assert sum(people for _x, _y, _slot, people in ready["map"]["dots"]) == PEOPLE
    assert [(one["number"], one["share"]["percent"]) for one in ready["map"]["uniting"]] == [
        (COMMON, 100)
    ]
    # Six are told of, the widest gap first.
    assert [one["number"] for one in ready["map"]["dividing"]] == [2, 3, 4, 5, 6, 7]
    assert {ready["you"]["letter"], other["you"]["letter"]} == {"A", "B"}
    assert ready["map"] == other["map"]
    assert {tuple(frame) for frame in news} == {("now", "at", "status", "people", "groups")}
    assert news[-1] | {"at": ""} == {
        "now": "map",
        "at": "",
        "status": "ready",
        "people": PEOPLE,
        "groups": 2,
    }
    shared = orjson.dumps([ready["map"], news]).decode()
    for person in scene.people:
        assert person["name"] not in shared


async def test_a_hidden_opinion_leaves_the_map_at_once(hall: LiveHall) -> None:
    scene = scene_in(hall, residents=PEOPLE)
    async with everyone_in(scene) as clients:
        for number in range(1, OPINIONS + 1):
            await clients[0].post(f"第{number}条意见。")
        await take_all(clients, range(1, OPINIONS + 1))
        await map_when(clients[0], lambda told: told["map"]["uniting"])
        async with visit(scene.url, scene.room, scene.moderator["session"]) as moderating:
            await moderating.call("opinion.hide", number=COMMON, reason="与本场无关")
            await clients[0].event("opinion.hidden")
            assert "第1条意见" not in orjson.dumps(await clients[0].call("room.map")).decode()
            gone = await map_when(clients[0], lambda told: told["map"]["opinions"] == 7)
            assert gone["map"]["uniting"] == []
            await moderating.call("opinion.restore", number=COMMON)
            back = await map_when(clients[0], lambda told: told["map"]["opinions"] == 8)
    assert [one["text"] for one in back["map"]["uniting"]] == ["第1条意见。"]


async def test_map_has_the_words_as_they_were_corrected(hall: LiveHall) -> None:
    scene = scene_in(hall, residents=PEOPLE)
    async with (
        everyone_in(scene) as clients,
        visit(scene.url, scene.room, scene.moderator["session"]) as desk,
    ):
        attendee = (await desk.call("desk.check_in", name="赵大妈"))["key"]
        said = {"attendee": attendee, "kind": "opinion", "text": "赵大妈家的电话要公开。"}
        await desk.call("desk.post", **said)
        for number in range(2, OPINIONS + 1):
            await clients[0].post(f"第{number}条意见。")
        await take_all(clients, range(1, OPINIONS + 1))
        await map_when(clients[0], lambda told: told["map"]["uniting"])
        await desk.call("desk.correct", number=COMMON, text="社区的电话要公开。")
        await clients[0].event("opinion.corrected")
        shown = await clients[0].call("room.map")
    assert [one["text"] for one in shown["map"]["uniting"]] == ["社区的电话要公开。"]


async def test_room_goes_on_while_the_map_hangs_and_the_map_after_its_process_dies(
    hall: LiveHall,
) -> None:
    scene = scene_in(hall, residents=2)
    async with everyone_in(scene) as clients:
        number = (await clients[0].post("先有一条意见。"))["number"]
        await clients[0].call("stance.take", number=number, value=1)
        await clients[0].until(lambda: clients[0].news("map"), what="the first map")

        process = map_process(hall)
        process.send_signal(signal.SIGSTOP)
        await clients[1].call("stance.take", number=number, value=-1)
        try:
            took, began = [], time.monotonic()
            while (asked := time.monotonic()) - began < LONGER_THAN_A_MAP:
                await clients[0].post("图还没有算完，话照说。")
                took.append(time.monotonic() - asked)
            stuck = await clients[0].call("room.map")
            assert (stuck["map"]["people"], len(clients[0].news("map"))) == (1, 1)
            assert median(took) < 1.0
        finally:
            process.send_signal(signal.SIGKILL)
        recovered = await map_when(clients[0], lambda told: told["map"]["people"] == 2)
        assert recovered["map"]["status"] != "ready"
        assert map_process(hall).pid != process.pid
    assert "the map's process was gone and is started again" in hall.log


async def test_map_is_told_at_most_every_three_seconds(hall: LiveHall) -> None:
    scene = scene_in(hall, residents=1)
    async with everyone_in(scene) as (client,):
        for number in range(1, 61):
            await client.post(f"第{number}条意见。")
        number = 0
        while len(client.news("map")) < 4:
            # Each time another opinion: the same stances as before would be the same map.
            number += 1
            told = len(client.news("tally"))
            await client.call("stance.take", number=number, value=1)
            await client.until(partial(more_than, client, "tally", told), what="a tally")
    # The first may have waited for the map's process to start.
    drawn = [datetime.fromisoformat(frame["at"]) for frame in client.news("map")[1:]]
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(drawn)]
    assert min(gaps) > 2.0
