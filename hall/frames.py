"""Frames straight to the transport, and a bound on what a client may owe.

The ASGI extension `scope["extensions"]["hall.frames"]` is a `FrameWriter`. Daphne's own way, a
coroutine, autobahn's framing and a turn of the reactor for each frame, costs four to eight times
as much as the `send()` that it ends in.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from twisted.internet import tcp

if TYPE_CHECKING:
    from hall.sockets import HallSocket

OWED_LIMIT = 256 * 1024
TOO_SLOW = 4008


def owed_by(transport: Any) -> int:
    """Bytes that wait in Twisted's buffer. May be asked from any thread, at any time."""
    if not isinstance(transport, tcp.Connection):
        return 0
    owed: int = len(transport.dataBuffer) - transport.offset + transport._tempDataLen
    return owed


class FrameWriter:
    """Writes frames to one client, and never waits for it.

    Frames come as they stand on the wire: unmasked, and several of them joined where they belong
    together. False says that nothing more can be written: the client is gone or has been cut.
    """

    __slots__ = ("_may_owe", "_protocol", "_send", "_transport", "ready")

    def __init__(self, protocol: "HallSocket") -> None:
        self._protocol = protocol
        self._transport = protocol.transport
        self._send = protocol.transport.socket.send
        self._may_owe = OWED_LIMIT
        # Open, and nothing waits in Twisted's buffer: so far as is known without looking there.
        self.ready = False

    def write(self, wire: bytes) -> bool:
        """Write; a client that owes more than 256 KiB by then is cut with 4008."""
        if not (self.ready or self._is_ready()):
            return self._queue(wire)
        try:
            # The kernel usually takes it all, and Twisted need not know.
            sent = self._send(wire)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.ready = False
            self._protocol.dropConnection(abort=True)
            return False
        return sent == len(wire) or self._queue(wire[sent:])

    def write_to_all(self, sockets: "Iterable[FrameWriter]", wire: bytes) -> "list[FrameWriter]":
        """Write the same to many, as `write` does; returns those for whom it is False.

        The kernel usually takes it all. A call for each that only asks for that would cost a
        tenth of it again.
        """
        length = len(wire)
        gone = []
        for socket in sockets:
            sent = 0
            try:
                if socket.ready and (sent := socket._send(wire)) == length:
                    continue
            except OSError:
                pass  # `write` meets the same, and knows what is to be done
            if not socket.write(wire[sent:]):
                gone.append(socket)
        return gone

    def answer(self, wire: bytes) -> bool:
        """Write what the client asked for, however large; it must have taken what came before."""
        if self.owed > OWED_LIMIT:
            self.close(TOO_SLOW)
            return False
        self._is_ready()
        self._may_owe = OWED_LIMIT + len(wire)
        written = self.write(wire)
        if self.ready:
            self._may_owe = OWED_LIMIT
        return written

    def _is_ready(self) -> bool:
        protocol = self._protocol
        self.ready = protocol.state == protocol.STATE_OPEN and not protocol.owed
        if self.ready:
            self._may_owe = OWED_LIMIT
        return self.ready

    def _queue(self, wire: bytes) -> bool:
        """Let Twisted send it when the kernel takes more, or cut the client."""
        self.ready = False
        if self._protocol.state != self._protocol.STATE_OPEN:
            return False
        self._transport.write(wire)
        if self.owed > self._may_owe:
            self.close(TOO_SLOW)
            return False
        return True

    @property
    def owed(self) -> int:
        """Bytes that the kernel has not taken from us yet."""
        return self._protocol.owed

    def close(self, code: int) -> None:
        """Close with this code. What was written before goes out first."""
        protocol = self._protocol
        if protocol.state == protocol.STATE_OPEN:
            protocol.sendClose(int(code))  # autobahn takes no subclass of it
