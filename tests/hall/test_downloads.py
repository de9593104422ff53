"""Answers that take long: a slow line gets all of them, and who takes nothing is not waited for."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from twisted.internet import tcp
from twisted.internet.address import IPv4Address
from twisted.internet.task import Clock

from hall import requests
from hall.server import HallServer, reactor

CHUNK = 64 * 1024
CHUNKS = 128
MINUTE = 60.0


async def archive(scope: Any, receive: Any, send: Any) -> None:
    """More than any kernel keeps for a client that does not read."""
    assert scope["type"] == "http"
    assert (await receive())["more_body"] is False
    length = [(b"content-length", b"%d" % (CHUNK * CHUNKS))]
    await send({"type": "http.response.start", "status": 200, "headers": length})
    for number in range(1, CHUNKS + 1):
        body = {"type": "http.response.body", "body": b"x" * CHUNK}
        await send({**body, "more_body": number < CHUNKS})


class Download:
    """A client that takes when it is told to, and a server whose time passes when it is told to."""

    def __init__(self, server: HallServer, *, persistent: bool = True) -> None:
        self.server = server
        self.clock = Clock()
        with socket.create_server(("127.0.0.1", 0)) as door:
            self.client = socket.create_connection(door.getsockname())
            ours, _address = door.accept()
        for end, option in ((self.client, socket.SO_RCVBUF), (ours, socket.SO_SNDBUF)):
            end.setblocking(False)
            end.setsockopt(socket.SOL_SOCKET, option, CHUNK)
        address = IPv4Address("TCP", "127.0.0.1", 1)
        channel = self.server.http_factory.buildProtocol(address)
        channel.callLater = self.clock.callLater
        self.transport: Any = tcp.Connection(ours, channel, reactor)
        self.transport.getPeer = self.transport.getHost = lambda: address
        self.transport.connected = True
        channel.makeConnection(self.transport)
        self.transport.startReading()
        closing = "" if persistent else "Connection: close\r\n"
        self.client.sendall(f"GET / HTTP/1.1\r\nHost: hall\r\n{closing}\r\n".encode())
        self.until(lambda: channel._handlingRequest)
        self.until(lambda: channel.requests == [])

    def until(self, holds: Callable[[], Any]) -> None:
        async def wait() -> None:
            async with asyncio.timeout(10):
                while not holds():  # noqa: ASYNC110 (the network)
                    await asyncio.sleep(0)

        self.server.loop.run_until_complete(wait())

    def take(self, size: int) -> int:
        """Read so much, or all until the end; returns how much there was."""
        taken = 0

        def is_taken() -> bool:
            nonlocal taken
            try:
                found = self.client.recv(size - taken)
            except BlockingIOError:
                return False
            except ConnectionResetError:
                return True
            taken += len(found)
            return taken == size or not found

        self.until(is_taken)
        return taken

    @property
    def is_over(self) -> bool:
        return bool(self.transport.disconnected)

    def pass_minute(self) -> None:
        self.clock.advance(MINUTE)
        self.until(lambda: True)

    def close(self) -> None:
        self.client.close()
        self.until(lambda: self.is_over)


@pytest.fixture
def server() -> HallServer:
    made = HallServer(archive, host="127.0.0.1", port=0)
    made._make_factories()
    return made


@pytest.fixture(params=[True, False], ids=["persistent", "close"])
def download(request: pytest.FixtureRequest, server: HallServer) -> Iterator[Download]:
    made = Download(server, persistent=request.param)
    yield made
    made.close()


def test_slow_line_gets_all_however_long_it_takes(download: Download) -> None:
    parts = 16
    for _part in range(parts):
        assert download.take(CHUNK * CHUNKS // parts) == CHUNK * CHUNKS // parts
        download.pass_minute()


def test_who_takes_nothing_is_not_waited_for(download: Download) -> None:
    assert download.take(CHUNK) == CHUNK
    for _minute in range(10):  # what the kernel has taken late counts as taken
        download.pass_minute()
    download.until(lambda: download.is_over)
    assert download.take(CHUNK * CHUNKS) < CHUNK * (CHUNKS - 1)


def test_where_too_much_lies_here_those_go_who_take_nothing(
    server: HallServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing, taking = Download(server), Download(server)
    server.http_factory.check_untaken()
    taken = taking.take(CHUNK * 32)
    monkeypatch.setattr(requests, "UNTAKEN_LIMIT", CHUNK * CHUNKS)
    server.http_factory.check_untaken()
    standing.until(lambda: standing.is_over)
    server.http_factory.check_untaken()
    assert taken + taking.take(CHUNK * (CHUNKS - 32)) == CHUNK * CHUNKS
    for download in (standing, taking):
        download.close()
