"""Signed heads from two processes of one installation, and an erasure while people are there."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from consultations.archiving import verify
from tests.live.client import Client, visit
from tests.live.conftest import Scene, scene_in
from tests.live.halls import LiveHall, metrics
from tests.live.test_return import lasting
from tests.support.hall_server import HallInstallation
from tests.support.postgres_server import empty_database
from tests.support.processes import wait_until
from tests.support.redis_server import start_redis

SECRET = "张三家住三号楼五零二室。"
HEADS = 4


@pytest.fixture(scope="module")
def hall(postgres_server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHall]:
    with start_redis() as redis, empty_database(postgres_server_url) as url:
        folder: Path = tmp_path_factory.mktemp("vault")
        installation = HallInstallation(
            folder, database_url=url, redis_url=redis.url, settings={"HALL_HEAD_SECONDS": "1"}
        )
        hall = LiveHall(installation)
        try:
            hall.start()
            hall.start()
            yield hall
            assert "Traceback" not in hall.log, hall.log
        finally:
            hall.close()


def published(hall: LiveHall, room: int) -> list[tuple[str, str]]:
    """The heads as anyone may fetch them, without signing in."""
    address = f"{hall.hall.processes[1].url}/consultations/{room}/heads.json"
    with urlopen(address) as answer:  # noqa: S310 (an address of this machine)
        heads: list[dict[str, str]] = json.load(answer)["heads"]
    return [(each["content"], each["signature"]) for each in heads]


def signed_by(hall: LiveHall) -> list[int]:
    """How many heads each process says that it has published."""
    said = [metrics(process.url) for process in hall.hall.processes]
    found = [re.search(r"^hall_heads_signed_total (\d+)", text, re.M) for text in said]
    return [int(match.group(1)) if match else 0 for match in found]


async def test_heads_are_signed_by_one_process_each_and_kept(hall: LiveHall) -> None:
    scene = scene_in(hall)
    before = sum(signed_by(hall))
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as speaker:
        for number in range(HEADS):
            await speaker.post(f"第{number}条意见。")
            await asyncio.to_thread(
                wait_until,
                lambda least=number + 1: len(published(hall, scene.room)) >= least,
                seconds=30,
                what="a head",
            )
    heads = published(hall, scene.room)
    said: list[dict[str, Any]] = [json.loads(content) for content, _signature in heads]
    counts = [head["count"] for head in said]
    assert counts == sorted(counts)
    assert len({head["at"] for head in said}) == len(said)
    for content, signature in heads:
        public = bytes.fromhex(json.loads(content)["public_key"])
        assert verify.check_signature(public, content.encode(), bytes.fromhex(signature))[0]
    assert sum(signed_by(hall)) - before >= len(heads)


async def test_erasing_takes_the_text_from_everyone_at_once(hall: LiveHall) -> None:
    scene = scene_in(hall, residents=3)
    staff = hall.clerk.people(count=2, role="staff")
    author, reader, latecomer = (person["session"] for person in scene.people)
    urls = [process.socket_url for process in hall.hall.processes]
    async with (
        visit(urls[0], scene.room, author) as writing,
        visit(urls[1], scene.room, reader) as reading,
        visit(urls[0], scene.room, scene.moderator["session"]) as moderating,
    ):
        everyone = (writing, reading, moderating)
        await writing.post("第一条。")
        left_at, epoch = writing.view.head, writing.view.epoch
        number = (await writing.post(SECRET))["number"]
        await writing.post("附议。", kind="reply", reply_to=number)
        await writing.post("第三条。")
        for client in everyone:
            await settled(client, 4)
        arguments = ["--basis", "某某法院裁定", "--reason", "裁定"]
        people = ["--by", str(staff[0]["id"]), "--confirm", str(staff[1]["id"])]
        hall.hall.manage("erase_opinion", str(scene.room), str(number), *arguments, *people)
        for client in everyone:
            event = await client.event("opinion.erased")
            assert event["body"] == {"number": number, "basis": "某某法院裁定"}
            assert [card["number"] for card in client.view.opinions] == [1, 3, 4]
        replayed = await writing.catch_up(seq=left_at, epoch=epoch)
        assert SECRET not in json.dumps(replayed, ensure_ascii=False)
        assert {"seq": left_at + 1} in replayed["events"]
        await same_as_new(scene, writing, author)
        await same_as_new(scene, moderating, scene.moderator["session"])
        async with visit(urls[1], scene.room, latecomer) as late:
            assert SECRET not in json.dumps(late.frames, ensure_ascii=False)


async def settled(client: Client, number: int) -> None:
    await client.until(lambda: any(card["number"] == number for card in client.view.opinions))


async def same_as_new(scene: Scene, client: Client, session: str) -> None:
    """Old snapshot and events equal a new snapshot."""
    async with visit(scene.url, scene.room, session) as fresh:
        await fresh.until(lambda: fresh.view.head >= client.view.head)
        await client.until(lambda: client.view.head >= fresh.view.head)
        fresh_snapshot = lasting(fresh.view.snapshot or {})
        assert lasting(client.view.snapshot or {}) == fresh_snapshot
