"""Servers that offer nothing but ASGI's `send`: who never reads holds up nobody, and is cut."""

import asyncio
import json
import time
import uuid
from collections.abc import Iterator
from statistics import median
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from consultations.live.outlets import OWED_LIMIT, PortableOutlet
from consultations.live.protocol import Packet
from tests.live.client import slow_reader, visit
from tests.live.conftest import scene_in
from tests.live.halls import LiveHall, metrics
from tests.support.hall_server import HallInstallation


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHall]:
    settings = {"HALL_COMMAND_RATE": "1000"}
    installation = HallInstallation(tmp_path_factory.mktemp("uvicorn"), settings=settings)
    hall = LiveHall(installation, server="uvicorn")
    try:
        hall.start()
        yield hall
    finally:
        hall.close()


async def test_who_never_reads_is_cut_and_others_go_on(hall: LiveHall) -> None:
    scene = scene_in(hall, residents=3)
    speaker, listener, sleeper = (person["session"] for person in scene.people)
    async with (
        visit(hall.url, scene.room, speaker) as speaking,
        visit(hall.url, scene.room, listener) as listening,
    ):
        slow, greeting = await slow_reader(hall.url, scene.room, sleeper)
        since = {"do": "room.since", "key": str(uuid.uuid4()), "seq": 0, "epoch": ""}
        await slow.send(json.dumps(since))
        slow.transport.pause_reading()
        waited = []
        while '"4008"' not in await asyncio.to_thread(metrics, hall.hall.processes[0].url):
            began = time.monotonic()
            posted = await asyncio.gather(*(speaking.post("慢" * 1000) for _post in range(20)))
            head = max(receipt["seq"] for receipt in posted)
            await listening.until(lambda: listening.view.head >= head, what="all")  # noqa: B023
            waited.append(time.monotonic() - began)
            assert len(waited) < 300, "it owes 18 MB and has not been cut"
        assert median(waited) <= 1.0
        assert listening.view.gaps == []
        slow.transport.resume_reading()
        with pytest.raises(ConnectionClosed):
            while True:
                await slow.recv()
        assert slow.close_code == 4008
        async with visit(hall.url, scene.room, sleeper) as back:
            assert back.view.epoch == greeting["epoch"]
            assert back.view.head == speaking.view.head


async def test_what_is_owed_is_counted_in_bytes() -> None:
    """A Chinese character is three of them."""
    over = asyncio.Event()
    closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "websocket.close":
            closed.set_result(message["code"])
        else:
            await over.wait()

    outlet = PortableOutlet(send)
    frame = json.dumps({"text": "慢" * 1000}, ensure_ascii=False).encode()
    outlet.write(Packet([frame]))  # under way, and never over
    written = 0
    while outlet.write(Packet([frame])):
        written += len(frame)
    assert OWED_LIMIT - len(frame) <= written <= OWED_LIMIT
    assert await asyncio.wait_for(closed, 1) == 4008
