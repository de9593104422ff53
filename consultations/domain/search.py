"""The search index: what the verbs write into it, and what it finds.

A verb that makes something public, changes it or takes it back calls the function here that says
so, within its own transaction. Each costs a constant number of queries.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from html import unescape

from django.db import connection, transaction
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from django.utils.html import strip_tags

from consultations.domain.passages import passages
from consultations.domain.rows import Statement
from consultations.domain.search_words import Term, index_words
from consultations.models import (
    ConsensusClause,
    Consultation,
    DissentNote,
    Opinion,
    OpinionState,
    SearchEntry,
    SearchKind,
    Stage,
    Topic,
    TopicStatus,
    WorkItem,
    WorkPlan,
    WorkSection,
)

OUTCOME_IS_PUBLIC = frozenset({Stage.REVIEW, Stage.SEALED})
_OUTCOME = (SearchKind.CLAUSE, SearchKind.DISSENT, SearchKind.MINUTES)
_KEPT = ("consultation", "number", "title", "text", "title_words", "text_words", "at")
_BATCH = 500
_INDEX_POSTED = """
WITH posted (number, words) AS (VALUES {places})
INSERT INTO consultations_searchentry
    (kind, object_id, consultation_id, number, title, text, title_words, text_words, at)
SELECT 'opinion', o.id, o.consultation_id, o.number, '', o.text, '', posted.words, o.created_at
FROM posted
JOIN consultations_opinion o ON o.consultation_id = %s AND o.number = posted.number
"""


def matches(terms: Collection[Term], *, title_only: bool = False) -> RawSQL:
    """A condition on `SearchEntry` that all terms are in it, or in its title. Uses the index."""
    if connection.vendor == "sqlite":
        phrases = (f'"{" ".join(term.tokens)}"{"*" * term.open_ended}' for term in terms)
        query = " AND ".join(phrases)
        sql = (
            "consultations_searchentry.id IN (SELECT rowid FROM consultations_searchindex"
            " WHERE consultations_searchindex MATCH %s)"
        )
        parameter = f"title_words : ({query})" if title_only else query
    else:
        weight = "A" if title_only else ""
        parameter = " & ".join(f"({_postgresql_phrase(term, weight)})" for term in terms)
        sql = "consultations_searchentry.words @@ %s::tsquery"
    return RawSQL(sql, [parameter], output_field=BooleanField())  # noqa: S611 (tokens are ours)


def _postgresql_phrase(term: Term, weight: str) -> str:
    last = len(term.tokens) - 1
    marks = [weight + "*" * (term.open_ended and at == last) for at in range(last + 1)]
    return " <-> ".join(
        f"'{token}'{':' + mark if mark else ''}"
        for token, mark in zip(term.tokens, marks, strict=True)
    )


def index_topic(topic: Topic) -> None:
    """The topic is there, or has changed: find of it what everyone may know.

    One that was merged into another, withdrawn or hidden is not found.
    """
    if topic.is_public and topic.status != TopicStatus.MERGED:
        _save([_topic_entry(topic)])
    else:
        SearchEntry.objects.filter(kind=SearchKind.TOPIC, object_id=topic.pk).delete()


def index_consultation(consultation: Consultation) -> None:
    """The consultation was announced, changed or moved on: find of it what everyone may know.

    A draft is not found, its outcome only while published, its opinions as they were indexed.
    """
    if consultation.stage == Stage.DRAFT:
        SearchEntry.objects.filter(consultation=consultation).delete()
        return
    _save([_consultation_entry(consultation)])
    SearchEntry.objects.filter(consultation=consultation, kind__in=_OUTCOME).delete()
    if consultation.stage in OUTCOME_IS_PUBLIC:
        _save([*_sentence_entries(consultation), *_minutes_entries(consultation)])


def indexing_posted(consultation_id: int, texts: Mapping[int, str]) -> Statement:
    """The statement that lets the room's new opinions be found; `texts` are theirs, by number.

    They were posted just now, in this transaction, and nobody has indexed them before.
    """
    places = ", ".join(["(%s, %s)"] * len(texts))
    words = [value for number, text in texts.items() for value in (number, index_words(text))]
    return _INDEX_POSTED.format(places=places), [*words, consultation_id]


def index_opinions(consultation: Consultation, opinions: Iterable[Opinion]) -> None:
    """These opinions were brought back: everyone can read them."""
    _save([_opinion_entry(consultation, opinion) for opinion in opinions])


def forget_opinion(opinion: Opinion) -> None:
    """The opinion was hidden."""
    SearchEntry.objects.filter(kind=SearchKind.OPINION, object_id=opinion.pk).delete()


def forget_erased(opinion: Opinion) -> None:
    """The opinion's text was taken out of it and of the minutes by law: nothing finds it any more.

    Costs as much as the whole index is large.
    """
    forget_opinion(opinion)
    if opinion.consultation.stage in OUTCOME_IS_PUBLIC:
        _save(_minutes_entries(opinion.consultation))
    _drop_remains()


def index_plan(plan: WorkPlan) -> None:
    """The plan was imported: find it, its sections and items, and none that are gone."""
    for kind, rows in ((SearchKind.SECTION, WorkSection), (SearchKind.ITEM, WorkItem)):
        there = rows._default_manager.values_list("pk", flat=True)
        SearchEntry.objects.filter(kind=kind).exclude(object_id__in=there).delete()
    sections = plan.sections.all()
    items = WorkItem.objects.filter(section__plan=plan)
    _save(
        [
            _entry(SearchKind.PLAN, plan.pk, plan.title, plan.preamble, plan.imported_at),
            *(_plan_part(SearchKind.SECTION, plan, each) for each in sections),
            *(_plan_part(SearchKind.ITEM, plan, each, each.body) for each in items),
        ]
    )


@transaction.atomic
def reindex() -> int:
    """Write the whole index anew from what is public now; returns how many entries it has."""
    SearchEntry.objects.all().delete()
    gone = [TopicStatus.MERGED, TopicStatus.WITHDRAWN]
    for topic in Topic.objects.filter(hidden_reason="").exclude(status__in=gone).iterator(_BATCH):
        _save([_topic_entry(topic)])
    for plan in WorkPlan.objects.all():
        index_plan(plan)
    for consultation in Consultation.objects.exclude(stage=Stage.DRAFT):
        index_consultation(consultation)
        visible = consultation.opinions.filter(state=OpinionState.VISIBLE)
        index_opinions(consultation, visible.iterator(_BATCH))
    _drop_remains()
    return SearchEntry.objects.count()


def _drop_remains() -> None:
    """SQLite's index keeps the words of what was removed from it until its parts are merged."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
            cursor.execute(
                "INSERT INTO consultations_searchindex (consultations_searchindex)"
                " VALUES ('optimize')"
            )


def _save(entries: list[SearchEntry]) -> None:
    SearchEntry.objects.bulk_create(
        entries,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=_KEPT,
    )


def _topic_entry(topic: Topic) -> SearchEntry:
    background = unescape(strip_tags(topic.background.replace("<", " <")))
    text = f"{topic.summary}\n{background}".strip()
    return _entry(SearchKind.TOPIC, topic.pk, topic.title, text, topic.created_at)


def _consultation_entry(consultation: Consultation) -> SearchEntry:
    return _entry(
        SearchKind.CONSULTATION,
        consultation.pk,
        consultation.title,
        consultation.question,
        consultation.starts_at,
        consultation,
    )


def _opinion_entry(consultation: Consultation, opinion: Opinion) -> SearchEntry:
    return _entry(
        SearchKind.OPINION,
        opinion.pk,
        "",
        opinion.text,
        opinion.created_at,
        consultation,
        opinion.number,
    )


def _sentence_entries(consultation: Consultation) -> list[SearchEntry]:
    sentences: list[tuple[SearchKind, ConsensusClause | DissentNote]] = [
        *((SearchKind.CLAUSE, clause) for clause in consultation.clauses.all()),
        *((SearchKind.DISSENT, note) for note in consultation.dissent_notes.all()),
    ]
    return [
        _entry(
            kind,
            sentence.pk,
            "",
            sentence.text,
            sentence.updated_at,
            consultation,
            sentence.position,
        )
        for kind, sentence in sentences
    ]


def _minutes_entries(consultation: Consultation) -> list[SearchEntry]:
    """One entry, or none where nobody has written minutes. One query."""
    newest = consultation.minutes.first()
    if newest is None:
        return []
    words = {passage.number: passage.text for passage in passages(newest.body)}
    text = "\n".join(words.get(n, "") for n in range(1, max(words, default=0) + 1))
    at = newest.created_at
    return [_entry(SearchKind.MINUTES, consultation.pk, "", text, at, consultation)]


def _plan_part(
    kind: SearchKind, plan: WorkPlan, part: WorkSection | WorkItem, text: str = ""
) -> SearchEntry:
    return _entry(kind, part.pk, part.title, text, plan.imported_at, number=part.number)


def _entry(
    kind: SearchKind,
    object_id: int,
    title: str,
    text: str,
    at: datetime,
    consultation: Consultation | None = None,
    number: int = 0,
) -> SearchEntry:
    return SearchEntry(
        kind=kind,
        object_id=object_id,
        consultation=consultation,
        number=number,
        title=title,
        text=text,
        title_words=index_words(title),
        text_words=index_words(text),
        at=at,
    )
