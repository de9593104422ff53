"""What our own server adds: bounds on what a client may owe and ask, and an orderly end."""

import asyncio
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest
from websockets.exceptions import ConnectionClosed

from tests.live.client import Refused, slow_reader, visit
from tests.live.conftest import scene_in
from tests.live.halls import LiveHall, metrics
from tests.support.figures import figure_in
from tests.support.hall_server import ROOT, HallInstallation


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHall]:
    hall = LiveHall(
        HallInstallation(
            tmp_path_factory.mktemp("launcher"),
            settings={"HALL_COMMAND_RATE": "100", "HALL_SOCKETS_PER_PERSON": "8"},
        )
    )
    try:
        hall.start()
        yield hall
    finally:
        hall.close()


CUTS = 'hall_cuts_total{code="4008"}'


def figure(url: str, name: str) -> float:
    return figure_in(metrics(url), name)


async def test_reader_that_does_not_read_is_cut_and_may_resume(hall: LiveHall) -> None:
    scene = scene_in(hall, residents=2)
    speaker, sleeper = (person["session"] for person in scene.people)
    async with visit(hall.url, scene.room, speaker) as speaking:
        slow, greeting = await slow_reader(hall.url, scene.room, sleeper)
        key = str(uuid.uuid4())
        epoch, head = greeting["epoch"], greeting["head"]
        await slow.send(json.dumps({"do": "room.since", "key": key, "seq": head, "epoch": epoch}))
        await slow.recv()
        slow.transport.pause_reading()
        cuts = figure(hall.hall.processes[0].url, CUTS)
        while figure(hall.hall.processes[0].url, CUTS) == cuts:
            await asyncio.gather(*(speaking.post("慢" * 1000) for _post in range(20)))
        slow.transport.resume_reading()
        seen = [head]
        with pytest.raises(ConnectionClosed):
            async for text in slow:
                frame = json.loads(text)
                if "seq" in frame:
                    seen.append(frame["seq"])
        assert slow.close_code == 4008
        assert seen == list(range(head, seen[-1] + 1))
        async with visit(hall.url, scene.room, sleeper) as back:
            missed = await back.catch_up(seq=seen[-1], epoch=epoch)
            assert missed["events"][0]["seq"] == seen[-1] + 1
            assert missed["head"] >= speaking.view.head


async def test_snapshot_may_be_larger_than_what_may_be_owed(hall: LiveHall) -> None:
    scene = scene_in(hall, residents=1)
    texts = ["长" * 1000] * 150
    scene.clerk.post_many(room=scene.room, person=scene.moderator["id"], texts=texts)
    async with visit(hall.url, scene.room, scene.people[0]["session"]) as client:
        assert len(client.view.opinions) == 150
        assert len(json.dumps(client.view.snapshot, ensure_ascii=False).encode()) > 256 * 1024


async def test_who_took_a_large_snapshot_may_owe_no_more_than_others(hall: LiveHall) -> None:
    scene = scene_in(hall, residents=2)
    speaker, sleeper = (person["session"] for person in scene.people)
    texts = ["长" * 1000] * 150
    scene.clerk.post_many(room=scene.room, person=scene.moderator["id"], texts=texts)
    url = hall.hall.processes[0].url
    async with visit(hall.url, scene.room, speaker) as speaking:
        slow, greeting = await slow_reader(hall.url, scene.room, sleeper)
        since = {"do": "room.since", "key": str(uuid.uuid4()), "seq": 0, "epoch": ""}
        await slow.send(json.dumps(since))
        while "snapshot" not in await slow.recv():
            pass
        slow.transport.pause_reading()
        most, cuts = 0.0, figure(url, CUTS)
        while figure(url, CUTS) == cuts:
            await asyncio.gather(*(speaking.post("慢" * 1000) for _post in range(5)))
            most = max(most, figure(url, "hall_bytes_owed"))
        slow.transport.abort()
    assert greeting["epoch"] == speaking.view.epoch
    assert 0 < most <= 256 * 1024 + 5 * 4096  # looked at after each five posts


async def test_flood_is_refused_then_cut(hall: LiveHall) -> None:
    scene = scene_in(hall, residents=2)
    async with (
        visit(hall.url, scene.room, scene.people[0]["session"]) as flooding,
        visit(hall.url, scene.room, scene.people[1]["session"]) as other,
    ):
        began = time.monotonic()
        frame = json.dumps({"do": "nothing", "key": str(uuid.uuid4())})
        try:
            for _frame in range(20_000):
                await flooding.socket.send(frame)
                await asyncio.sleep(0)  # to read what is said meanwhile: sending alone never yields
        except Exception as error:
            assert "4009" in str(error)
        assert await flooding.closed() == 4009
        assert time.monotonic() - began < 20
        assert any(f.get("error", {}).get("code") == "too_many" for f in flooding.frames)
        await other.post("别人照常发言。")


async def test_one_person_has_so_many_sockets_and_no_more(hall: LiveHall) -> None:
    scene = scene_in(hall, residents=1)
    session = scene.people[0]["session"]
    async with AsyncExitStack() as stack:
        for _socket in range(8):
            await stack.enter_async_context(visit(hall.url, scene.room, session))
        async with visit(hall.url, scene.room, session, greeted=False) as ninth:
            assert await ninth.closed() == 4009
    async with visit(hall.url, scene.room, session) as client:
        await client.post("关掉几个就又能进来。")


async def test_sigterm_finishes_what_is_in_flight(tmp_path_factory: pytest.TempPathFactory) -> None:
    hall = LiveHall(HallInstallation(tmp_path_factory.mktemp("drain")))
    try:
        process = hall.start()
        scene = scene_in(hall, residents=6)
        acknowledged: list[str] = []
        busy = asyncio.Event()

        async def speak(session: str) -> int | None:
            async with visit(hall.url, scene.room, session) as client:
                try:
                    while True:
                        key = str(uuid.uuid4())
                        await client.post("关门之前。", key=key)
                        acknowledged.append(key)
                        if len(acknowledged) == 30:
                            busy.set()
                except (ConnectionError, Refused):
                    pass
                except Exception as error:
                    assert "4012" in str(error)
                return await client.closed()

        speakers = [asyncio.create_task(speak(person["session"])) for person in scene.people]
        await busy.wait()
        began = time.monotonic()
        await asyncio.to_thread(process.stop, seconds=12)
        assert time.monotonic() - began < 10
        assert await asyncio.gather(*speakers) == [4012] * 6
        stored = {row["key"] for row in scene.clerk.opinions_of(room=scene.room)}
        assert set(acknowledged) <= stored
        assert "Traceback" not in process.log
    finally:
        hall.close()


def test_port_in_use_is_one_sentence(hall: LiveHall) -> None:
    environment = {**hall.hall.environment, "PORT": str(hall.hall.processes[0].port)}
    done = run_serve(hall, environment)
    assert done.returncode == 2
    assert done.stderr.strip().count("\n") == 0
    assert "已被占用" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"HOST": "192.0.2.1"}, "不是这台机器的地址"),
        ({"DATABASE_URL": "sqlite:////proc/none/hall.sqlite3"}, "数据库连接不上"),
        ({"PORT": "eight"}, "PORT"),
    ],
)
def test_wrong_settings_are_one_sentence(
    hall: LiveHall, changed: dict[str, str], words: str
) -> None:
    done = run_serve(hall, {**hall.hall.environment, "PORT": "0", **changed})
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert words in done.stderr


def run_serve(hall: LiveHall, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "serve"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
