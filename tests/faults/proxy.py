"""A small TCP proxy that does to connections what networks do to them.

`cut` resets the connections, `stall` leaves them open and carries nothing any more (half-open),
`trickle` lets one byte a second through; connections made later are carried as ever. `delay`
holds everything back for a while. Connections go to the upstreams in turn, past those that refuse.
"""

import asyncio
import socket
import struct
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

CHUNK = 16 * 1024
RESET = struct.pack("ii", 1, 0)


class Pipe:
    """One connection through the proxy."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.client, self.server = client, server
        self.open = asyncio.Event()
        self.open.set()
        self.trickles = False

    def cut(self) -> None:
        """Reset both ends, as a router does that has lost its table."""
        for writer in (self.client, self.server):
            held: socket.socket | None = writer.get_extra_info("socket")
            if held is not None:
                with suppress(OSError):
                    held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()

    def stall(self) -> None:
        """Carry nothing from now on, and tell nobody."""
        self.open.clear()


class Proxy:
    """Listens on a port of 127.0.0.1.

    `delay` is in seconds for each way; `buffer` bounds what the kernel takes from the hall while
    nobody reads, in bytes.
    """

    def __init__(self, *upstreams: int, delay: float = 0.0, buffer: int | None = None) -> None:
        self.upstreams: Sequence[int] = upstreams
        self.delay = delay
        self.buffer = buffer
        self.pipes: list[Pipe] = []
        self.accepted = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        assert self._server is not None
        return f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        for pipe in tuple(self.pipes):
            pipe.cut()

    def stall(self) -> None:
        """Half-open all present connections; new ones are carried."""
        for pipe in self.pipes:
            pipe.stall()

    def resume(self) -> None:
        for pipe in self.pipes:
            pipe.open.set()

    def trickle(self) -> None:
        for pipe in self.pipes:
            pipe.trickles = True

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=1024)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            reached = await self._reach()
            if reached is None:
                writer.transport.abort()
                return
            await self._carry(reader, writer, *reached)
        except asyncio.CancelledError:
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        self.accepted += 1
        for step in range(len(self.upstreams)):
            port = self.upstreams[(self.accepted + step) % len(self.upstreams)]
            held = socket.socket()
            held.setblocking(False)
            if self.buffer is not None:
                held.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.buffer)
            try:
                await asyncio.get_running_loop().sock_connect(held, ("127.0.0.1", port))
            except OSError:
                held.close()
                continue
            return await asyncio.open_connection(sock=held)
        return None

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
    ) -> None:
        pipe = Pipe(writer, far_writer)
        self.pipes.append(pipe)
        ways = [
            asyncio.create_task(self._way(pipe, reader, far_writer)),
            asyncio.create_task(self._way(pipe, far_reader, writer)),
        ]
        try:
            await asyncio.gather(*ways)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            self.pipes.remove(pipe)
            far_writer.transport.abort()

    async def _way(
        self, pipe: Pipe, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        loop = asyncio.get_running_loop()
        held: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=4096)

        async def read() -> None:
            data = b" "
            while data:
                try:
                    data = await reader.read(CHUNK)
                except OSError:
                    data = b""
                await pipe.open.wait()
                await held.put((loop.time() + self.delay, data))

        reading = asyncio.create_task(read())
        try:
            while True:
                due, data = await held.get()
                await asyncio.sleep(due - loop.time())
                if not data:
                    break
                await self._write(pipe, writer, data)
            if writer.can_write_eof():
                writer.write_eof()
        except OSError:
            pass
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _write(self, pipe: Pipe, writer: asyncio.StreamWriter, data: bytes) -> None:
        while data and pipe.trickles:
            writer.write(data[:1])
            await writer.drain()
            data = data[1:]
            await asyncio.sleep(1)
        await pipe.open.wait()
        writer.write(data)
        await writer.drain()
