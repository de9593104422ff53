"""HTTP requests of our Daphne: bounded before they are read, as nobody has signed in by then.

And their answers: a slow line gets all of a large one.
"""

from operator import itemgetter
from typing import Any
from weakref import WeakSet

from daphne.http_protocol import HTTPFactory, WebRequest
from twisted.web.http import HTTPChannel

from hall.frames import owed_by

# Above what any form takes (a work plan of 10 MiB), with what stands around a file in a form.
BODY_LIMIT = 13 * 1024 * 1024
# What all clients together may leave lying here of their answers: who takes nothing has to go then.
UNTAKEN_LIMIT = 256 * 1024 * 1024
# Daphne would have every link of a page begin with the first; there are no subprotocols to choose
# from; and of both it takes ASCII alone.
UNHEARD = (b"Daphne-Root-Path", b"Sec-WebSocket-Protocol")


class HallRequest(WebRequest):  # type: ignore[misc]
    """One request. A body beyond 13 MiB is answered with 413, one in a WebSocket's handshake with
    400, and the connection is over: nothing more of it is read or kept."""

    _received = 0
    _refused = False

    def gotLength(self, length: int | None) -> None:  # noqa: N802 (Twisted's name)
        """Before the body: `length` as announced, None where it comes in chunks."""
        super().gotLength(length)
        if length != 0 and self.requestHeaders.hasHeader(b"Upgrade"):
            self._refuse(b"400 Bad Request")
        elif length is not None and length > BODY_LIMIT:
            self._refuse(b"413 Content Too Large")

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        if self._refused:
            return
        self._received += len(data)
        if self._received > BODY_LIMIT:
            self._refuse(b"413 Content Too Large")
        else:
            super().handleContentChunk(data)

    def process(self) -> Any:
        if self._refused:
            return None
        for name in UNHEARD:
            self.requestHeaders.removeHeader(name)
        return super().process()

    def _refuse(self, status: bytes) -> None:
        self._refused = True
        head = b"HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n" % status
        self.channel.transport.write(head)
        self.channel.loseConnection()


class HallChannel(HTTPChannel):
    """A client's connection. It ends after a minute in which the client asked for nothing, and took
    nothing of what waits for it.

    Twisted sees the asking alone: a download that took 75 s was cut off there.
    """

    _left = _left_lately = 0

    def requestDone(self, request: Any) -> None:  # noqa: N802 (Twisted's name)
        super().requestDone(request)  # type: ignore[no-untyped-call]
        if not self.persistent:  # it ends when all is taken: who takes nothing is not waited for
            self._wait(self._savedTimeOut)

    def timeoutConnection(self) -> None:  # noqa: N802
        before, self._left = self._left, owed_by(self.transport)
        if self._left != before:
            self._wait(self.timeOut)
        else:
            super().timeoutConnection()  # type: ignore[no-untyped-call]

    def look(self) -> tuple[bool, int]:
        """Whether nothing was taken since the last look, and how much waits for the client."""
        is_http = getattr(self.transport, "protocol", None) is self  # and has become no WebSocket
        left = owed_by(self.transport) if is_http else 0
        before, self._left_lately = self._left_lately, left
        return left >= before, left

    def _wait(self, seconds: float | None) -> None:
        self.setTimeout(seconds)  # type: ignore[no-untyped-call]


class RequestFactory(HTTPFactory):  # type: ignore[misc]
    protocol = HallChannel

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self._channels: WeakSet[HallChannel] = WeakSet()

    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = HallRequest
        self._channels.add(protocol)
        return protocol

    def check_untaken(self) -> None:
        """Called by the server every two seconds: where too much lies here, drop those who take
        nothing, and who has the most first."""
        looked_at = [(*channel.look(), channel) for channel in self._channels]
        untaken = sum(left for _stands, left, _channel in looked_at)
        for _stands, left, channel in sorted(looked_at, key=itemgetter(0, 1), reverse=True):
            if untaken <= UNTAKEN_LIMIT:
                return
            if left:
                untaken -= left
                channel.forceAbortClient()  # type: ignore[no-untyped-call]
