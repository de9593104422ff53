"""The load generator's other end: bench/load, told what to do line by line."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.lines import Teller
from bench.machine import core_ticks, pinned


class LoadError(RuntimeError):
    """A stack did not do the work: its figures would mean nothing."""


@dataclass(frozen=True, slots=True)
class Talk:
    """How clients speak with a stack.

    `post` is the template of a post (%K key, %M marker, %P padding, %N number, %V value), `pad`
    how much padding makes the delivered frame as long as everyone's. `on` says what a seat says
    upon what; the seat is taken when `seated` was heard (None: upon the upgrade).
    """

    path: str
    post: str
    pad: int = 0
    numbers: int = 1
    on: tuple[tuple[str, str], ...] = ()
    seated: str | None = None
    engineio: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """What one phase came to. Times are in milliseconds: count, p50, p95, p99, max; or None."""

    seconds: float
    busy_seconds: float
    taken: int
    gone: int
    last_close: int
    posts: int
    deliveries: int
    expected: int
    delivering_seconds: float
    messages: int
    bytes: int
    answered: int
    refused: int
    trouble: str
    to_screen_ms: dict[str, float] | None
    to_answer_ms: dict[str, float] | None
    to_seat_ms: dict[str, float] | None
    core_busy: float
    """The share of the generator's core that was used, by whomever."""

    @property
    def busy(self) -> float:
        """The share of its core that the generator used."""
        return self.busy_seconds / self.seconds if self.seconds else 0.0


class Generator:
    """Some seats at one stack. They stay taken from `connect` to `close`, over many phases."""

    def __init__(
        self,
        program: Path,
        talk: Talk,
        *,
        ports: Iterable[int],
        seats: int,
        core: int,
        cookies: Path | None = None,
        post_port: int | None = None,
        posters: int = 0,
        connecting: int = 64,
        patience: int = 15,
    ) -> None:
        """`posters` post through `post_port`, or are the first of the seats (0: every seat posts).

        So many connect at a time (0: all at once), and so many seconds are waited for what was
        posted to arrive.
        """
        listed = list(ports)
        self.seats = seats
        self.core = core
        self._ticks: tuple[int, int] | None = None
        options = {
            "ports": ",".join(str(port) for port in listed),
            "seats": str(seats),
            "posters": str(posters),
            "connecting": str(connecting),
            "patience": str(patience),
            "path": talk.path,
            "post": talk.post,
            "pad": str(talk.pad),
            "numbers": str(talk.numbers),
            "run": secrets.token_hex(4),
        }
        if post_port is not None:
            options["post-port"] = str(post_port)
        if cookies is not None:
            options["cookies"] = str(cookies)
        command = [str(program), *(f"--{name}={value}" for name, value in options.items())]
        for needle, said in talk.on:
            command += [f"--on={needle}", f"--say={said}"]
        if talk.seated is not None:
            command.append(f"--seated={talk.seated}")
        if talk.engineio:
            command.append("--engineio")
        self._teller = Teller("the load generator", pinned(command, [core]))

    def tell(self, command: str) -> None:
        """Begin a phase; `heard` waits for its end."""
        if self._ticks is None:  # "stop" is told while a phase is under way
            self._ticks = core_ticks(self.core)
        self._teller.tell(command)

    def heard(self) -> Heard:
        """What the phase came to; NoAnswer where it does not end in two minutes."""
        found = self._teller.heard()
        return Heard(**found, core_busy=self._core_busy())

    def _core_busy(self) -> float:
        """Of the time since the phase was begun; a phase shorter than a tick counts as none."""
        assert self._ticks is not None
        (used, passed), self._ticks = self._ticks, None
        used_now, passed_now = core_ticks(self.core)
        return (used_now - used) / max(1, passed_now - passed)

    def run(self, command: str) -> Heard:
        self.tell(command)
        return self.heard()

    def connect(self, *, seconds: float = 60) -> Heard:
        """Take every seat; LoadError where some stay outside."""
        heard = self.run(f"connect {seconds}")
        if heard.taken != self.seats:
            raise LoadError(
                f"{heard.taken} of {self.seats} seats were taken, {heard.gone} sockets were "
                f"closed (last with {heard.last_close})"
            )
        return heard

    def close(self) -> None:
        self._teller.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def full(heard: Heard, *, of: str) -> Heard:
    """The same, if every post reached every seat; LoadError naming the stack otherwise."""
    if heard.deliveries < heard.expected or heard.posts == 0 or heard.gone:
        raise LoadError(
            f"{of}: {heard.deliveries} of {heard.expected} deliveries of {heard.posts} posts "
            f"arrived, {heard.gone} seats were lost (close {heard.last_close}). {heard.trouble}"
        )
    return heard
