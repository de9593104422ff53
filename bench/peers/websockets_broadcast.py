"""websockets.broadcast: what anybody sends goes to everybody. PORT as the one argument."""

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve

CLIENTS: set[ServerConnection] = set()


async def attend(client: ServerConnection) -> None:
    CLIENTS.add(client)
    try:
        async for text in client:
            broadcast(CLIENTS, text)
    finally:
        CLIENTS.discard(client)


async def main() -> None:
    # Without compression, as the hall and the other peers are.
    async with serve(attend, "127.0.0.1", int(sys.argv[1]), compression=None, backlog=2048) as door:
        await door.serve_forever()


asyncio.run(main())
