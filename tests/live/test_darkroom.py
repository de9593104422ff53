"""Pictures of a room: shared for a second, and never older than was asked for."""

import asyncio
from dataclasses import dataclass
from typing import Any

from consultations.live.snapshots import Darkroom


@dataclass(frozen=True)
class Taken:
    """As much of a picture as a darkroom looks at."""

    made_at: float


class Camera:
    """Takes pictures that are finished when the test says so."""

    def __init__(self) -> None:
        self.begun: list[asyncio.Future[None]] = []
        self.another = asyncio.Event()

    async def take(self) -> Any:
        loop = asyncio.get_running_loop()
        made_at, finished = loop.time(), loop.create_future()
        self.begun.append(finished)
        self.another.set()
        await finished
        return Taken(made_at)


async def test_who_come_together_share_a_picture() -> None:
    camera = Camera()
    darkroom = Darkroom(camera.take)
    asked = [asyncio.ensure_future(darkroom.newest()) for _reader in range(3)]
    await camera.another.wait()
    camera.begun[0].set_result(None)
    assert len({await one for one in asked}) == 1
    assert await darkroom.newest() is await asked[0]


async def test_picture_begun_too_early_is_not_given_to_who_needs_a_later_one() -> None:
    camera = Camera()
    darkroom = Darkroom(camera.take)
    early = asyncio.ensure_future(darkroom.newest())
    await camera.another.wait()
    camera.another.clear()
    needed_from = asyncio.get_running_loop().time()
    late = asyncio.ensure_future(darkroom.newest(not_before=needed_from))
    camera.begun[0].set_result(None)
    assert (await early).made_at < needed_from
    async with asyncio.timeout(5):
        await camera.another.wait()
    camera.begun[1].set_result(None)
    assert (await late).made_at >= needed_from
