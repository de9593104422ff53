"""Searching: what was found for a visitor, counted by kind, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import overload

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from consultations.domain.search import matches
from consultations.domain.search_words import Segment, Term, excerpt, marked, terms_of
from consultations.models import SearchEntry, SearchKind, Stage
from members.access import Visitor, allowed
from members.roles import Permission

MAX_QUERY = 80


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found. Its words come in pieces, what matches apart from the rest.

    `number` is an opinion's or a sentence's in its consultation; `archive_number` is there once
    the consultation is sealed.
    """

    kind: str
    kind_label: str
    object_id: int
    number: int
    consultation_id: int | None
    consultation: str
    archive_number: int | None
    title: tuple[Segment, ...]
    excerpt: tuple[Segment, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class KindCount:
    kind: str
    label: str
    count: int


class Found(Sequence[Hit]):
    """All hits of one search, for a paginator: counted at once, read where they are shown.

    `kinds` counts every kind that there are hits of, in a fixed order; `len` counts those of the
    kind asked for. Titles that match come first, then the newest.
    """

    def __init__(self, visitor: Visitor, query: str, kind: str = "") -> None:
        self.terms: tuple[Term, ...] = terms_of(query[:MAX_QUERY])
        self._rows = _readable(visitor).filter(matches(self.terms)) if self.terms else None
        self.kind = kind if kind in SearchKind.values else ""
        self.kinds = _counts(self._rows)
        self.total = sum(each.count for each in self.kinds)

    def __len__(self) -> int:
        if not self.kind:
            return self.total
        return next((each.count for each in self.kinds if each.kind == self.kind), 0)

    @overload
    def __getitem__(self, wanted: int) -> Hit: ...

    @overload
    def __getitem__(self, wanted: slice) -> Sequence[Hit]: ...

    def __getitem__(self, wanted: int | slice) -> Hit | Sequence[Hit]:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        if self._rows is None:
            return ()
        rows = self._rows.filter(kind=self.kind) if self.kind else self._rows
        in_title = Case(
            When(matches(self.terms, title_only=True), then=Value(0)),
            default=Value(1),
            output_field=IntegerField(),
        )
        ordered = rows.select_related("consultation__archive").order_by(in_title, "-at", "-pk")
        return [self._hit(entry) for entry in ordered[wanted]]

    def _hit(self, entry: SearchEntry) -> Hit:
        consultation = entry.consultation
        archive = getattr(consultation, "archive", None)
        return Hit(
            kind=entry.kind,
            kind_label=entry.get_kind_display(),
            object_id=entry.object_id,
            number=entry.number,
            consultation_id=entry.consultation_id,
            consultation=consultation.title if consultation else "",
            archive_number=archive.number if archive else None,
            title=marked(entry.title, self.terms),
            excerpt=excerpt(entry.text, self.terms),
            at=entry.at,
        )


def search(visitor: Visitor, query: str, kind: str = "") -> Found:
    """What the visitor may read that has all the words of `query`, of one kind or of all.

    Two queries with one page read, one where nothing can be looked for or found.
    """
    return Found(visitor, query, kind)


def _readable(visitor: Visitor) -> QuerySet[SearchEntry]:
    """What can be opened: a stranger reads opinions only once they are archived."""
    rows = SearchEntry.objects.filter(Q(consultation=None) | ~Q(consultation__stage=Stage.DRAFT))
    if allowed(visitor, Permission.ROOM_ENTER):
        return rows
    return rows.filter(~Q(kind=SearchKind.OPINION) | Q(consultation__stage=Stage.SEALED))


def _counts(rows: QuerySet[SearchEntry] | None) -> tuple[KindCount, ...]:
    if rows is None:
        return ()
    counted = dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))
    return tuple(
        KindCount(kind, str(SearchKind(kind).label), counted[kind])
        for kind in SearchKind.values
        if kind in counted
    )
