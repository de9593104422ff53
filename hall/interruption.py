"""Ctrl-C before the command that was asked for is there to end in order."""

import signal
from types import FrameType

_heard = False


def heed() -> None:
    """Raise KeyboardInterrupt at Ctrl-C, as Python does, and remember it.

    One that falls into a finalizer or a callback is lost there: whoever goes on to serve asks
    `was_heard`.
    """
    signal.signal(signal.SIGINT, _hear)


def was_heard() -> bool:
    return _heard


def _hear(_number: int, _frame: FrameType | None) -> None:
    global _heard  # noqa: PLW0603
    _heard = True
    raise KeyboardInterrupt
