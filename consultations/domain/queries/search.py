"""Searching: what was found for a visitor, counted by kind, a page at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import overload

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from consultations.domain.search import OUTCOME_IS_PUBLIC, matches
from consultations.domain.search_words import Segment, Term, excerpt, line_of, marked, terms_of
from consultations.models import (
    SearchEntry,
    SearchKind,
    Stage,
    Topic,
    TopicStatus,
    WorkItem,
    WorkSection,
)
from members.access import Visitor, allowed
from members.roles import Permission

MAX_QUERY = 80
MAX_TERMS = 8


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a thing stands: in which consultation or plan, and how far it has come.

    `plan_id` is there of a section, which is read on its plan's page.
    """

    within: str = ""
    state: str = ""
    state_label: str = ""
    plan_id: int | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found. Its words come in pieces, what matches apart from the rest.

    `number` is an opinion's, a sentence's, a section's or an item's; `line` is the first line of
    the text that matches, of minutes the paragraph, 0 where only the title does.
    """

    kind: str
    kind_label: str
    object_id: int
    number: int
    line: int
    consultation_id: int | None
    where: Whereabouts
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
    kind asked for. Titles that match come first, then the newest. Of a long query the first 80
    characters and eight terms are looked for: `shortened` says that something was left out.
    """

    def __init__(self, visitor: Visitor, query: str, kind: str = "") -> None:
        terms = terms_of(query[:MAX_QUERY])
        self.terms: tuple[Term, ...] = terms[:MAX_TERMS]
        self.shortened = len(query) > MAX_QUERY or len(terms) > MAX_TERMS
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
        ordered = rows.select_related("consultation").order_by(in_title, "-at", "-pk")
        entries = list(ordered[wanted])
        places = _places(entries)
        return [self._hit(entry, places[entry.kind, entry.object_id]) for entry in entries]

    def _hit(self, entry: SearchEntry, where: Whereabouts) -> Hit:
        line = line_of(entry.text, self.terms)
        text = entry.text
        if entry.kind == SearchKind.MINUTES and line:
            text = text.split("\n")[line - 1]
        return Hit(
            kind=entry.kind,
            kind_label=entry.get_kind_display(),
            object_id=entry.object_id,
            number=entry.number,
            line=line,
            consultation_id=entry.consultation_id,
            where=where,
            title=marked(entry.title, self.terms),
            excerpt=excerpt(text, self.terms),
            at=entry.at,
        )


def search(visitor: Visitor, query: str, kind: str = "") -> Found:
    """What the visitor may read that has all the words of `query`, of one kind or of all.

    Two queries with one page read, one more each where topics, sections or items are on it; one
    where nothing is found, none where nothing can be looked for.
    """
    return Found(visitor, query, kind)


def _readable(visitor: Visitor) -> QuerySet[SearchEntry]:
    """What can be opened: a stranger reads opinions only once the outcome is published."""
    rows = SearchEntry.objects.filter(Q(consultation=None) | ~Q(consultation__stage=Stage.DRAFT))
    if allowed(visitor, Permission.ROOM_ENTER):
        return rows
    published = Q(consultation__stage__in=OUTCOME_IS_PUBLIC)
    return rows.filter(~Q(kind=SearchKind.OPINION) | published)


def _places(entries: Iterable[SearchEntry]) -> dict[tuple[str, int], Whereabouts]:
    """Where each of these stands, by kind and id. At most three queries."""
    places = {(entry.kind, entry.object_id): _consulted(entry) for entry in entries}

    def wanted(kind: SearchKind) -> list[int]:
        return [pk for of_kind, pk in places if of_kind == kind]

    if ids := wanted(SearchKind.TOPIC):
        for pk, status in Topic.objects.filter(pk__in=ids).values_list("pk", "status"):
            label = str(TopicStatus(status).label)
            places[SearchKind.TOPIC, pk] = Whereabouts(state=status, state_label=label)
    if ids := wanted(SearchKind.SECTION):
        for section in WorkSection.objects.filter(pk__in=ids).select_related("plan"):
            where = Whereabouts(within=section.plan.title, plan_id=section.plan_id)
            places[SearchKind.SECTION, section.pk] = where
    if ids := wanted(SearchKind.ITEM):
        items = WorkItem.objects.filter(pk__in=ids).values_list("pk", "section__plan__title")
        for pk, title in items:
            places[SearchKind.ITEM, pk] = Whereabouts(within=title)
    return places


def _consulted(entry: SearchEntry) -> Whereabouts:
    held = entry.consultation
    if held is None:
        return Whereabouts()
    within = "" if entry.kind == SearchKind.CONSULTATION else held.title
    return Whereabouts(within, held.stage, held.get_stage_display())


def _counts(rows: QuerySet[SearchEntry] | None) -> tuple[KindCount, ...]:
    if rows is None:
        return ()
    counted = dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))
    return tuple(
        KindCount(kind, str(SearchKind(kind).label), counted[kind])
        for kind in SearchKind.values
        if kind in counted
    )
