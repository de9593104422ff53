"""What one client may have the server take in at once, by the server's own hands."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.testing import StringTransport

from hall.server import HallServer
from hall.sockets import UNANSWERED_LIMIT, UNSEEN_LIMIT, HallSocket
from tests.faults.wire import TEXT, frame, handshake

MANY = 2000


class Application:
    """Lets everyone in, and takes messages when it is told to."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.may_take = asyncio.Semaphore(0)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while True:
            await self.may_take.acquire()
            self.heard.append((await receive())["text"])


class Door:
    """A server whose network is the test, with one socket that is open."""

    def __init__(self) -> None:
        self.application = Application()
        self.server = HallServer(self.application, host="127.0.0.1", port=0)
        self.server._make_factories()
        self.transport = StringTransport()
        self.transport.connected = True
        channel = self.server.http_factory.buildProtocol(IPv4Address("TCP", "127.0.0.1", 1))
        channel.makeConnection(self.transport)
        channel.dataReceived(handshake("/", {"Host": "hall", "Origin": "http://hall"}))
        self.settle()
        self.socket: HallSocket = self.transport.protocol
        assert self.socket.state == HallSocket.STATE_OPEN

    def settle(self) -> None:
        """Let everything happen that waits for nothing."""

        async def turns() -> None:
            for _turn in range(20):
                await asyncio.sleep(0)

        self.server.loop.run_until_complete(turns())

    def close(self) -> None:
        for details in self.server.connections.values():
            if "application_instance" in details:
                details["application_instance"].cancel()
        self.settle()


@pytest.fixture
def door() -> Iterator[Door]:
    opened = Door()
    yield opened
    opened.close()


def numbered(count: int) -> bytes:
    return b"".join(frame(TEXT, b"%d" % number) for number in range(count))


def test_one_read_fills_the_inbox_and_no_more_and_nothing_of_it_is_lost(door: Door) -> None:
    door.socket.dataReceived(numbered(MANY))
    assert door.socket.inbox is not None
    assert door.socket.inbox.qsize() == UNANSWERED_LIMIT
    assert door.transport.producerState == "paused"
    for _message in range(MANY):
        door.application.may_take.release()
    while len(door.application.heard) < MANY:
        before = len(door.application.heard)
        door.settle()
        assert door.socket.inbox.qsize() <= UNANSWERED_LIMIT
        assert len(door.application.heard) > before
    assert door.application.heard == [str(number) for number in range(MANY)]
    assert door.transport.producerState == "producing"


def test_what_comes_after_the_goodbye_is_looked_at_so_far_and_no_further(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = 0
    begin = HallSocket.onFrameBegin

    def count(socket: HallSocket) -> None:
        nonlocal looked_at
        looked_at += 1
        begin(socket)

    monkeypatch.setattr(HallSocket, "onFrameBegin", count)
    door.socket.dataReceived(frame(TEXT, b"{}", reserved=4))
    assert door.socket.state == HallSocket.STATE_CLOSING
    for _read in range(3):
        door.socket.dataReceived(numbered(MANY))
    assert looked_at <= UNSEEN_LIMIT + 1
    assert door.socket.data == b""
