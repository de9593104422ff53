"""Lists of any length, read by the page."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar, overload

from django.db.models import QuerySet

Line = TypeVar("Line")


class Listed(Sequence[Line]):
    """A list for a paginator: counted in one query, and read only where it is shown.

    `read` turns the rows of a page into its lines. `bare` are the same rows without what only the
    lines need; they are what is counted.
    """

    def __init__(
        self,
        rows: QuerySet[Any],
        read: Callable[[list[Any]], Iterable[Line]],
        *,
        bare: QuerySet[Any] | None = None,
    ) -> None:
        self._rows = rows
        self._read = read
        self._bare = rows if bare is None else bare

    @cached_property
    def _count(self) -> int:
        return self._bare.count()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Line]:
        return iter(self[:])

    @overload
    def __getitem__(self, wanted: int) -> Line: ...

    @overload
    def __getitem__(self, wanted: slice) -> Sequence[Line]: ...

    def __getitem__(self, wanted: int | slice) -> Line | Sequence[Line]:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        return tuple(self._read(list(self._rows[wanted])))
