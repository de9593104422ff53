"""What people do in a room while something goes wrong, and the figures that come of it."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from tests.faults.client import RoomClient
from tests.faults.people import Declined, Person

_texts = itertools.count(1)


def new_text() -> str:
    """A text that nobody has said before."""
    return f"第{next(_texts)}条:楼道的灯坏了很久,请一起修。"


@asynccontextmanager
async def in_room(
    people: Sequence[Person], address: str, room: int, *, silence: float = 40.0
) -> AsyncIterator[list[RoomClient]]:
    """These people's tabs, all of them greeted and caught up."""
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(RoomClient(person, address, room, silence=silence))
            for person in people
        ]
        await all_caught_up(clients)
        yield clients


async def all_caught_up(clients: Sequence[RoomClient], *, seconds: float = 20.0) -> None:
    await asyncio.gather(
        *(
            client.until(
                lambda client=client: client.greeted and client.view.ready,  # type: ignore[misc]
                seconds=seconds,
                what="coming in",
            )
            for client in clients
        )
    )


class Posting:
    """These clients post, one after the other each, until `finish`; then each ends its last post.

    `every` is the pause between two posts of one client, in seconds: as many as a socket may send.
    """

    def __init__(self, clients: Sequence[RoomClient], *, every: float = 0.04) -> None:
        self.clients = clients
        self.every = every
        self._over = False
        self._tasks = [asyncio.create_task(self._post(client)) for client in clients]

    async def _post(self, client: RoomClient) -> None:
        while not self._over:
            await client.post(new_text())
            await asyncio.sleep(self.every)

    async def finish(self, *, seconds: float = 40.0) -> None:
        """Return once every post that was begun has been acknowledged."""
        self._over = True
        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(*self._tasks)
        finally:
            for task in self._tasks:
                task.cancel()

    async def stop(self) -> None:
        """Give up at once, acknowledged or not."""
        for task in self._tasks:
            task.cancel()
        with suppress(asyncio.CancelledError, Declined):
            await asyncio.gather(*self._tasks)


def p95(seconds: Sequence[float]) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
