"""`manage.py serve` with one fault built in; the product itself knows nothing of it.

    FAULT=before_commit FAULT_AFTER=7 python -m tests.faults.launcher

`FAULT` names a function below. The points of death kill the process with SIGKILL when they are
reached for the `FAULT_AFTER`th time. A name that the product no longer has fails the start.
"""

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from consultations.domain.rows import Statement
    from hall.frames import FrameWriter

AFTER = int(os.environ.get("FAULT_AFTER", "1"))
FAULTS: dict[str, Callable[[], None]] = {}


def fault(function: Callable[[], None]) -> Callable[[], None]:
    FAULTS[function.__name__] = function
    return function


class Countdown:
    """Dies at the `AFTER`th call, or is told otherwise by `signal_number`."""

    def __init__(self, signal_number: int = signal.SIGKILL) -> None:
        self.left = AFTER
        self.signal_number = signal_number

    def __call__(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), self.signal_number)


def _wrap(place: Any, name: str, *, before: Any = None, after: Any = None) -> None:
    """Call `before` or `after` with the arguments of `place.name` whenever that is called."""
    original = getattr(place, name)

    def wrapped(*arguments: Any, **named: Any) -> Any:
        if before is not None:
            before(*arguments, **named)
        result = original(*arguments, **named)
        if after is not None:
            after(*arguments, **named)
        return result

    setattr(place, name, wrapped)


@fault
def none() -> None:
    """Serve as ever."""


@fault
def before_insert() -> None:
    from consultations.domain import posting

    die = Countdown()
    _wrap(posting, "_write", before=lambda *_arguments: die())


@fault
def before_commit() -> None:
    """Written, but not committed. PostgreSQL does both in one go, and does not stop at our end."""
    from django.db import connection

    from consultations.domain import posting

    die = Countdown()
    if connection.vendor != "postgresql":
        _wrap(posting, "_write", after=lambda *_arguments: die())
        return
    run_last = posting.run_last

    def slowly(statements: "Sequence[Statement]") -> None:
        if die.left == 1:
            statements = [*statements, ("SELECT pg_sleep(1)", [])]
            threading.Timer(0.2, die).start()
        else:
            die()
        run_last(statements)

    posting.run_last = slowly


@fault
def frozen_before_insert() -> None:
    """Stands still with the room's lock in its hands, until SIGCONT; its connections stand, too."""
    from consultations.domain import posting

    countdown = Countdown(signal.SIGSTOP)

    def freeze(*_arguments: Any) -> None:
        countdown()
        if countdown.left == 0:
            time.sleep(1)  # the signal may come to another thread first

    _wrap(posting, "_write", before=freeze)


@fault
def after_commit() -> None:
    """Committed, but nobody has been told: neither the author nor the room."""
    from consultations.domain import doorbell

    die = Countdown()
    _wrap(doorbell, "ring", before=lambda *_arguments: die())


@fault
def after_ack() -> None:
    from consultations.live.attendee import Attendee

    die = Countdown()

    def look(_attendee: Any, *frames: bytes) -> None:
        if frames[0].startswith(b'{"re"') and b'"digest"' in frames[0]:
            die()

    _wrap(Attendee, "answer", after=look)


@fault
def mid_broadcast() -> None:
    """Half of the room have the event, and the others do not."""
    from hall.frames import FrameWriter

    die = Countdown()
    write_to_all = FrameWriter.write_to_all

    def halved(writer: "FrameWriter", sockets: "Iterable[FrameWriter]", wire: bytes) -> Any:
        everyone = list(sockets)
        if b'"opinion.posted"' in wire:
            if die.left == 1:
                write_to_all(writer, everyone[: len(everyone) // 2], wire)
            die()
        return write_to_all(writer, everyone, wire)

    FrameWriter.write_to_all = halved  # type: ignore[method-assign]


@fault
def impatience() -> None:
    """Who is silent for a second is asked, and has another for an answer."""
    from hall import sockets

    sockets.PING_SECONDS = sockets.PONG_SECONDS = 1


@fault
def lost_doorbells() -> None:
    """Half of what this process says to the channel layer is lost."""
    from channels_redis.pubsub import RedisPubSubLoopLayer

    chance = random.Random(AFTER)
    send = RedisPubSubLoopLayer.group_send

    async def lossy(layer: Any, group: str, message: Any) -> None:
        if chance.random() < 0.5:
            await send(layer, group, message)

    RedisPubSubLoopLayer.group_send = lossy


@fault
def full_disk() -> None:
    """The database file may not grow beyond `FAULT_AFTER` pages."""
    from django.db.backends.signals import connection_created

    def limit(connection: Any, **_named: Any) -> None:
        connection.connection.execute(f"PRAGMA max_page_count = {AFTER}")

    connection_created.connect(limit, weak=False)


@fault
def wrong_clock() -> None:
    """SIGUSR1 sets this process's clock forward by an hour, SIGUSR2 back by one."""
    offset = 0.0
    right = time.time

    def turn(number: int, _frame: Any) -> None:
        nonlocal offset
        offset += 3600 if number == signal.SIGUSR1 else -3600

    signal.signal(signal.SIGUSR1, turn)
    signal.signal(signal.SIGUSR2, turn)
    time.time = lambda: right() + offset

    import datetime

    from django.utils import timezone

    timezone.now = lambda: datetime.datetime.fromtimestamp(time.time(), datetime.UTC)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
    django.setup()
    FAULTS[os.environ.get("FAULT", "none")]()
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], "serve"])


if __name__ == "__main__":
    main()
