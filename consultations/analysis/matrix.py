"""Stances as a sparse matrix of people × opinions.

A stance is +1 (agree), -1 (disagree) or 0 (pass); a cell without a stance is *unseen*, which is
something else than a pass. Ids are kept in ascending order, so that the order in which stances are
handed over never changes a figure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MAX_STANCES = 2_000_000
MAX_PEOPLE = 100_000
MAX_OPINIONS = 5_000


class AnalysisRefused(ValueError):
    """The input is wrong and no figure is computed from it.

    ``code`` is stable and meant for programs; the message says what is wrong, and where.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class NotEnough(Exception):
    """The input is sound, but too little of it is there to say anything. ``code`` says what."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, eq=False)
class Stances:
    """Stances in the order of their arrival, one entry a stance in each of the three arrays.

    ``roll`` and ``agenda`` are the ids of all people and all opinions that exist, also of those
    without a stance; left out, they are the ids that occur. ``moderated`` are the opinions that
    were moderated out.
    """

    people: Ints
    opinions: Ints
    values: NDArray[np.int8]
    roll: Ints | None = None
    agenda: Ints | None = None
    moderated: frozenset[int] = frozenset()

    @classmethod
    def from_arrays(
        cls,
        people: Any,
        opinions: Any,
        values: Any,
        *,
        roll: Iterable[int] | None = None,
        agenda: Iterable[int] | None = None,
        moderated: Iterable[int] = (),
    ) -> Self:
        """Three sequences of equal length (arrays are not copied where they fit already).

        Raises AnalysisRefused: ``bad_id`` (not a 64-bit integer), ``bad_value`` (NaN, or none of
        -1, 0, 1), ``unequal_lengths``, ``too_large``.
        """
        who, what = _ids(people, "person"), _ids(opinions, "opinion")
        if not len(who) == len(what) == len(values):
            raise AnalysisRefused("unequal_lengths", f"{len(who)}, {len(what)}, {len(values)}")
        if len(who) > MAX_STANCES:
            raise AnalysisRefused("too_large", f"{len(who)} stances, at most {MAX_STANCES}")
        return cls(
            who,
            what,
            _values(values),
            None if roll is None else _ids(list(roll), "person"),
            None if agenda is None else _ids(list(agenda), "opinion"),
            frozenset(_ids(list(moderated), "opinion").tolist()),
        )

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[tuple[int, int, int]],
        *,
        roll: Iterable[int] | None = None,
        agenda: Iterable[int] | None = None,
        moderated: Iterable[int] = (),
    ) -> Self:
        """Rows of (person, opinion, value), the earliest first. Raises as `from_arrays`."""
        columns: tuple[Sequence[Any], ...] = tuple(zip(*rows, strict=True)) or ((), (), ())
        if len(columns) != 3:
            raise AnalysisRefused("bad_row", "a row is (person, opinion, value)")
        return cls.from_arrays(*columns, roll=roll, agenda=agenda, moderated=moderated)


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """n people × m opinions in compressed rows; one entry a stance that holds.

    ``rows``, ``cols`` and ``values`` are sorted by row, then by column; ``people`` (n) and
    ``opinions`` (m) are the ids in ascending order; ``moderated`` (m) marks opinions moderated out,
    whose raw stances are still here. ``listed_people`` and ``listed_opinions`` are the places of
    the ids in the order of the roll and the agenda, for whoever wants them in that order.
    """

    people: Ints
    opinions: Ints
    rows: Ints
    cols: Ints
    values: NDArray[np.int8]
    moderated: Bools
    listed_people: Ints
    listed_opinions: Ints

    @property
    def shape(self) -> tuple[int, int]:
        """(n people, m opinions)."""
        return len(self.people), len(self.opinions)

    def seen_by_person(self) -> Ints:
        """How many opinions each person took a stance on, shape (n,)."""
        return np.bincount(self.rows, minlength=len(self.people))

    def counts(self, member: Bools | None = None) -> tuple[Ints, Ints, Ints]:
        """Agrees, disagrees and seen (agree + disagree + pass) of each opinion, each (m,).

        ``member`` (n,) limits the count to some of the people. Raw stances: opinions moderated out
        are counted like the others.
        """
        m = len(self.opinions)
        cols, values = self.cols, self.values
        if member is not None:
            chosen = member[self.rows]
            cols, values = cols[chosen], values[chosen]
        # One pass over the stances: three bins an opinion, for disagree, pass and agree.
        bins = np.bincount(cols * 3 + (values + 1), minlength=3 * m).reshape(m, 3)
        return bins[:, 2], bins[:, 0], bins.sum(axis=1)


def build_matrix(stances: Stances) -> Matrix:
    """The matrix in which a person's last stance on an opinion holds.

    Raises AnalysisRefused: ``unknown_person`` or ``unknown_opinion`` (an id that is not on the roll
    or the agenda, where one is given), ``too_large``.
    """
    people, rows = _rank(stances.people, stances.roll, "person")
    opinions, cols = _rank(stances.opinions, stances.agenda, "opinion")
    for count, most, what in (
        (len(people), MAX_PEOPLE, "people"),
        (len(opinions), MAX_OPINIONS, "opinions"),
    ):
        if count > most:
            raise AnalysisRefused("too_large", f"{count} {what}, at most {most}")
    known = set(opinions.tolist())
    if stances.agenda is not None and not stances.moderated <= known:
        raise _unknown("opinion", sorted(stances.moderated - known))

    order = _order(rows, cols)
    cells = rows[order] * len(opinions) + cols[order]
    holds = np.ones(len(cells), dtype=np.bool_)
    holds[:-1] = cells[1:] != cells[:-1]
    kept = order[holds]
    moderated = np.isin(opinions, np.array(sorted(stances.moderated), dtype=np.int64))
    return Matrix(
        people,
        opinions,
        rows[kept],
        cols[kept],
        stances.values[kept],
        moderated,
        _listed(people, stances.roll),
        _listed(opinions, stances.agenda),
    )


def _ids(ids: Any, what: str) -> Ints:
    try:
        array = np.asarray(ids)
    except (ValueError, OverflowError) as error:
        raise AnalysisRefused("bad_id", f"a {what} id is not an integer") from error
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu" or array.dtype == np.uint64:
        raise AnalysisRefused("bad_id", f"a {what} id is not an integer")
    return array.astype(np.int64, copy=False)


def _values(values: Any) -> NDArray[np.int8]:
    array = np.asarray(values)
    if array.size == 0:
        return np.zeros(0, dtype=np.int8)
    if array.ndim != 1 or array.dtype.kind not in "iuf":
        raise AnalysisRefused("bad_value", "a stance is -1, 0 or 1")
    wrong = np.flatnonzero((array != 0) & (array != 1) & (array != -1))
    if wrong.size:
        raise AnalysisRefused("bad_value", f"stance {wrong[0]} is {array[wrong[0]]}, not -1, 0, 1")
    return array.astype(np.int8, copy=False)


def _order(rows: Ints, cols: Ints) -> Ints:
    """By row, then by column; within a cell the stances stay in the order of their arrival."""
    order = np.arange(len(rows))
    for places in (cols, rows):
        # numpy sorts 16-bit integers by radix, several times faster than wider ones.
        narrow = places.size and places.max() < 2**16
        keys = places[order].astype(np.uint16) if narrow else places[order]
        order = order[np.argsort(keys, kind="stable")]
    return order


def _rank(ids: Ints, known: Ints | None, what: str) -> tuple[Ints, Ints]:
    """The distinct ids in ascending order, and the place of each entry's id among them."""
    source = ids if known is None else known
    if not source.size:
        if ids.size:
            raise _unknown(what, np.unique(ids).tolist())
        return source, np.zeros(0, dtype=np.int64)
    first, last = int(source.min()), int(source.max())
    if known is not None and ids.size and not first <= ids.min() <= ids.max() <= last:
        raise _unknown(what, np.unique(ids[(ids < first) | (ids > last)]).tolist())
    if last - first < 16 * (len(ids) + len(source)):
        # Ids close together, as a database hands them out: a table is faster than a search.
        present = np.zeros(last - first + 1, dtype=np.bool_)
        present[source - first] = True
        distinct = np.flatnonzero(present) + first
        places = (np.cumsum(present) - 1)[ids - first]
    else:
        distinct = np.unique(source)
        places = np.searchsorted(distinct, ids)
    strange = distinct[places] != ids
    if strange.any():
        raise _unknown(what, np.unique(ids[strange]).tolist())
    return distinct, places


def _listed(distinct: Ints, known: Ints | None) -> Ints:
    if known is None:
        return np.arange(len(distinct))
    _ids_again, first = np.unique(known, return_index=True)
    return np.argsort(first, kind="stable")


def _unknown(what: str, ids: list[int]) -> AnalysisRefused:
    shown = ", ".join(map(str, ids[:5])) + (", …" if len(ids) > 5 else "")
    return AnalysisRefused(f"unknown_{what}", f"{len(ids)} unknown {what} id(s): {shown}")
