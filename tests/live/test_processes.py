"""Two processes of one installation: PostgreSQL holds the log, Redis rings the bells."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from tests.live.client import Client, visit
from tests.live.conftest import Scene, scene_in
from tests.live.halls import LiveHall, metrics
from tests.support.hall_server import HallInstallation
from tests.support.postgres_server import empty_database
from tests.support.processes import wait_until
from tests.support.redis_server import RedisServer, start_redis

SOCKETS = 20
POSTS = 200


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with start_redis() as server:
        yield server


@pytest.fixture(scope="module")
def hall(
    redis: RedisServer, postgres_server_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveHall]:
    with empty_database(postgres_server_url) as url:
        folder: Path = tmp_path_factory.mktemp("two-processes")
        hall = LiveHall(HallInstallation(folder, database_url=url, redis_url=redis.url))
        try:
            hall.start()
            hall.start()
            yield hall
        finally:
            hall.close()


@asynccontextmanager
async def everyone_in(hall: LiveHall, scene: Scene) -> AsyncIterator[list[Client]]:
    """All people of the scene, in turn at the one process and at the other."""
    async with AsyncExitStack() as stack:
        urls = [process.socket_url for process in hall.hall.processes]
        clients = await asyncio.gather(
            *(
                stack.enter_async_context(
                    visit(urls[index % len(urls)], scene.room, person["session"])
                )
                for index, person in enumerate(scene.people)
            )
        )
        yield list(clients)


async def test_posts_of_many_are_in_one_order_everywhere(hall: LiveHall) -> None:
    scene = scene_in(hall, residents=SOCKETS)
    keys = {str(uuid.uuid4()) for _ in range(POSTS)}
    waiting = sorted(keys)

    async def speak(client: Client) -> None:
        while waiting:
            key = waiting.pop()
            receipt = await client.post(f"意见 {key}", key=key)
            assert (await client.post(f"意见 {key}", key=key)) == receipt

    async with everyone_in(hall, scene) as clients:
        await asyncio.gather(*map(speak, clients))
        stored = scene.clerk.opinions_of(room=scene.room)
        log = scene.clerk.check_log(room=scene.room)
        assert {row["key"] for row in stored} == keys
        assert [row["number"] for row in stored] == list(range(1, POSTS + 1))
        assert log["seqs"] == list(range(1, log["head"] + 1))
        assert log["broken"] == []
        expected = [(row["number"], row["text"]) for row in stored]
        for client in clients:
            await client.until(lambda c=client: c.view.head == log["head"], what="the head")
            assert client.view.gaps == []
            pushed = [event["seq"] for event in client.events()]
            assert pushed == list(range(pushed[0], log["head"] + 1))
            cards = client.view.opinions
            assert [(card["number"], card["text"]) for card in cards] == expected


async def test_tallies_and_presence_are_the_same_everywhere(hall: LiveHall) -> None:
    scene = scene_in(hall, residents=4)
    async with everyone_in(hall, scene) as clients:
        number = (await clients[0].post("两边都能看到。"))["number"]
        for client in clients:
            await client.event("opinion.posted")
        await asyncio.gather(
            *(client.call("stance.take", number=number, value=1) for client in clients)
        )
        for client in clients:
            card = client.view.card(number)
            await client.until(lambda c=card: c["agree"] == 4, what="four stances")
            await client.until(
                lambda c=client: (
                    c.news("presence") and c.news("presence")[-1]["by_identity"] == {"resident": 4}
                ),
                what="four people",
            )


async def test_stance_reaches_whoever_has_only_just_come(hall: LiveHall) -> None:
    scene = scene_in(hall, residents=2)
    here, there = (process.socket_url for process in hall.hall.processes)
    first, second = (person["session"] for person in scene.people)
    async with visit(here, scene.room, first) as speaker:
        number = (await speaker.post("刚进来的人也要看到表态。"))["number"]
        async with visit(there, scene.room, second) as listener:
            await speaker.call("stance.take", number=number, value=1)
            await listener.until(lambda: listener.view.card(number)["agree"] == 1)


async def test_own_stance_reaches_ones_socket_at_the_other_process(hall: LiveHall) -> None:
    scene = scene_in(hall, residents=1)
    session = scene.people[0]["session"]
    here, there = (process.socket_url for process in hall.hall.processes)
    async with (
        visit(here, scene.room, session) as phone,
        visit(there, scene.room, session) as desk,
    ):
        number = (await phone.post("下班时间的公交加一班。"))["number"]
        await desk.event("opinion.posted")
        await phone.call("stance.take", number=number, value=1)
        await desk.until(lambda: desk.view.card(number)["mine"] == 1, what="the stance")


async def test_posts_go_on_without_redis(hall: LiveHall, redis: RedisServer) -> None:
    scene = scene_in(hall, residents=2)
    async with everyone_in(hall, scene) as (speaker, listener):
        redis.kill()
        for text in ("没有门铃的一条。", "再来一条。"):
            await speaker.post(text)
        await listener.until(lambda: len(listener.view.opinions) == 2, seconds=20)
        redis.start()
        await asyncio.to_thread(
            wait_until,
            lambda: all("hall_layer_healthy 1.0" in metrics(p.url) for p in hall.hall.processes),
            seconds=20,
            what="no bells",
        )
        await speaker.post("门铃又响了。")
        await listener.until(lambda: len(listener.view.opinions) == 3, seconds=20)
        assert listener.view.gaps == []


async def test_killed_process_is_forgotten_and_its_people_come_back(hall: LiveHall) -> None:
    scene = scene_in(hall, residents=2)
    first, second = hall.hall.processes
    here, there = (person["session"] for person in scene.people)
    async with visit(first.socket_url, scene.room, here) as staying:
        async with visit(second.socket_url, scene.room, there) as leaving:
            await staying.until(
                lambda: staying.news("presence") and staying.news("presence")[-1]["count"] == 2
            )
            second.kill()
            await leaving.closed()
        await staying.until(
            lambda: staying.news("presence")[-1]["count"] == 1, what="the truth", seconds=30
        )
        async with visit(first.socket_url, scene.room, there) as back:
            assert back.view.head == staying.view.head
