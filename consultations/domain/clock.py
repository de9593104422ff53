"""What time it is for the domain's verbs."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """The present moment, or the one that `at` tells. Always aware."""
    return _told.get() or timezone.now()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within, verbs happen at `moment`: for entering what happened before the hall had it."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)
