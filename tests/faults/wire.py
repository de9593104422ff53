"""WebSocket frames by hand (RFC 6455), to send what no decent client sends."""

import base64
import os
import socket
import struct
from contextlib import closing, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
CONTINUATION = 0x0
Headers = dict[str, str]
# The code of every close frame that any `RawSocket` has read, in their order.
CLOSES: list[int | None] = []


def handshake(path: str, headers: Headers) -> bytes:
    given = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
        **headers,
    }
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    masked: bool = True,
    reserved: int = 0,
    claim: int | None = None,
) -> bytes:
    """One frame; `claim` is the length that it says it has, whatever it has."""
    length = len(payload) if claim is None else claim
    mask_bit = 0x80 if masked else 0
    head = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
    if length < 126:
        head += bytes([mask_bit | length])
    elif length < 2**16:
        head += bytes([mask_bit | 126]) + struct.pack("!H", length)
    else:
        head += bytes([mask_bit | 127]) + struct.pack("!Q", length)
    if not masked:
        return head + payload
    key = os.urandom(4)
    return head + key + bytes(byte ^ key[index % 4] for index, byte in enumerate(payload))


@dataclass(frozen=True)
class Got:
    """One frame from the server."""

    fin: bool
    opcode: int
    payload: bytes

    @property
    def close_code(self) -> int | None:
        if self.opcode != CLOSE or len(self.payload) < 2:
            return None
        code: int = struct.unpack("!H", self.payload[:2])[0]
        return code


class RawSocket:
    """A blocking connection; `status` is that of the handshake's answer."""

    def __init__(
        self, address: str, path: str, headers: Headers, *, patience: float = 10.0
    ) -> None:
        host, port = address.split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=patience)
        self.buffer = b""
        self.socket.sendall(handshake(path, {"Host": address, **headers}))
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        answer, _end, self.buffer = self.buffer.partition(b"\r\n\r\n")
        self.status = int(answer.split()[1])
        self.answer = answer.decode("latin1")

    def _more(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise EOFError
        self.buffer += data

    def _take(self, length: int) -> bytes:
        while len(self.buffer) < length:
            self._more()
        taken, self.buffer = self.buffer[:length], self.buffer[length:]
        return taken

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def read(self) -> Got:
        """The next frame; EOFError or OSError where the connection is over."""
        first, second = self._take(2)
        assert not second & 0x80, "a server must not mask"
        assert not first & 0x70, "no extension was agreed on"
        length = second & 0x7F
        if length == 126:
            length = struct.unpack("!H", self._take(2))[0]
        elif length == 127:
            length = struct.unpack("!Q", self._take(8))[0]
        got = Got(bool(first & 0x80), first & 0x0F, self._take(length))
        if got.opcode == CLOSE:
            CLOSES.append(got.close_code)
        return got

    def until(self, opcode: int) -> Got:
        """The next frame of this kind; what comes before it is passed over."""
        while (got := self.read()).opcode != opcode:
            if got.opcode == CLOSE:
                raise AssertionError(f"closed with {got.close_code} instead")
        return got

    def closed_with(self) -> int | None:
        """Read on to the end; the close frame's code, or None where there was none."""
        code = None
        try:
            while True:
                got = self.read()
                if got.opcode == CLOSE:
                    code = got.close_code
                    self.send(frame(CLOSE, got.payload))
        except (EOFError, ConnectionError, BrokenPipeError):
            return code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Read what has come already, so that no close goes unseen, and let go."""
        with closing(self.socket), suppress(OSError, EOFError):
            self.socket.setblocking(False)
            while self.status == 101:
                self.read()
