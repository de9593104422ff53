"""What a person said, and what became of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from consultations.domain.passages import naming, passages
from consultations.domain.queries.answers import AnswerLine, answers_to
from consultations.domain.queries.consultation import PUBLISHED
from consultations.domain.stages import Act, acts_open
from consultations.domain.stances import counted
from consultations.models import (
    ConsensusClause,
    DissentNote,
    Minutes,
    Opinion,
    OpinionState,
    RoomEvent,
    Stage,
)
from members.models import Person


@dataclass(frozen=True, slots=True)
class Citation:
    """A published sentence that rests on the opinion; `dissent` tells a note from a clause."""

    dissent: bool
    position: int
    text: str


@dataclass(frozen=True, slots=True)
class OwnOpinion:
    """An opinion of the person's own, and what became of it.

    `minutes_paragraph` is the first paragraph of the published minutes that names it, and
    `merged_into` the number of the opinion that it was merged into; 0 for none. What rests on that
    one rests on it. `answers` are what departments said to it, or are asked to. `may_resend` tells
    whether the room still takes it, should it have been returned.
    """

    consultation_id: int
    consultation: str
    stage_label: str
    archive_number: int | None
    number: int
    kind_label: str
    text: str
    created_at: datetime
    hidden: bool
    held: bool
    returned: bool
    hide_reason: str
    may_resend: bool
    answered: bool
    answers: tuple[AnswerLine, ...]
    agree: int
    disagree: int
    passed: int
    citations: tuple[Citation, ...]
    minutes_paragraph: int
    receipt: str
    erased: bool
    merged_into: int


def room_takes(opinion: Opinion, stage: Stage) -> bool:
    """Whether what was said could be said in a room of this stage."""
    return Act(opinion.kind) in acts_open(stage)


def own_opinions(person: Person) -> QuerySet[Opinion]:
    """All that the person said, the newest first; for `own_opinion_lines`."""
    posted = RoomEvent.objects.filter(
        consultation=OuterRef("consultation"), seq=OuterRef("posted_seq")
    )
    own = (
        Opinion.objects.filter(author=person)
        .select_related("consultation__archive", "merged_into")
        .annotate(posted_digest=Subquery(posted.values("digest")))
    )
    return own.order_by("-created_at", "-pk")


def own_opinion_lines(opinions: Sequence[Opinion]) -> tuple[OwnOpinion, ...]:
    """What became of these, which come from `own_opinions`. A constant number of queries."""
    ids = [opinion.pk for opinion in opinions]
    figures = counted(ids)
    answers = answers_to(ids)
    ids += [opinion.merged_into_id for opinion in opinions if opinion.merged_into_id]
    cited: dict[int, list[Citation]] = defaultdict(list)
    _collect(ConsensusClause.objects.all(), ids, cited, dissent=False)
    _collect(DissentNote.objects.all(), ids, cited, dissent=True)
    paragraphs = _paragraphs(opinions)
    return tuple(
        _own(
            opinion,
            figures.get(opinion.pk, (0, 0, 0)),
            _citations(opinion, cited),
            answers.get(opinion.pk, ()),
            paragraphs.get(opinion.pk, 0),
        )
        for opinion in opinions
    )


def _collect(
    sentences: QuerySet[ConsensusClause] | QuerySet[DissentNote],
    opinion_ids: list[int],
    cited: dict[int, list[Citation]],
    *,
    dissent: bool,
) -> None:
    published = sentences.filter(evidence__in=opinion_ids, consultation__stage__in=PUBLISHED)
    rows = published.order_by("position").values_list("evidence", "position", "text")
    for opinion_id, position, text in rows:
        cited[opinion_id].append(Citation(dissent, position, text))


def _citations(opinion: Opinion, cited: Mapping[int, list[Citation]]) -> tuple[Citation, ...]:
    """What rests on the opinion, or on the one that it was merged into, each sentence once."""
    own = (opinion.merged_into_id, opinion.pk)
    return tuple(dict.fromkeys(one for pk in own if pk for one in cited.get(pk, ())))


def _paragraphs(opinions: Sequence[Opinion]) -> dict[int, int]:
    """Where published minutes name these opinions first, by primary key. One query."""
    last = Minutes.objects.filter(consultation=OuterRef("consultation")).order_by("-version")
    rows = Minutes.objects.filter(
        consultation__in={opinion.consultation_id for opinion in opinions},
        consultation__stage__in=PUBLISHED,
        pk=Subquery(last.values("pk")[:1]),
    )
    newest = {pk: passages(body) for pk, body in rows.values_list("consultation_id", "body")}
    found = {}
    for opinion in opinions:
        numbers = [one.number for one in (opinion, opinion.merged_into) if one]
        named = naming(newest.get(opinion.consultation_id, ()), *numbers)
        if named:
            found[opinion.pk] = named[0].number
    return found


def _own(
    opinion: Opinion,
    figures: tuple[int, int, int],
    citations: tuple[Citation, ...],
    answers: tuple[AnswerLine, ...],
    minutes_paragraph: int,
) -> OwnOpinion:
    digest = opinion.posted_digest  # type: ignore[attr-defined] # annotated by own_opinions
    consultation = opinion.consultation
    archive = getattr(consultation, "archive", None)
    agree, disagree, passed = figures
    return OwnOpinion(
        consultation_id=consultation.pk,
        consultation=consultation.title,
        stage_label=consultation.get_stage_display(),
        archive_number=archive.number if archive else None,
        number=opinion.number,
        kind_label=opinion.get_kind_display(),
        text=opinion.text,
        created_at=opinion.created_at,
        hidden=opinion.state == OpinionState.HIDDEN,
        held=opinion.state == OpinionState.HELD,
        returned=opinion.state == OpinionState.RETURNED,
        hide_reason=opinion.state_reason,
        may_resend=room_takes(opinion, Stage(consultation.stage)),
        answered=opinion.answered_at is not None,
        answers=answers,
        agree=agree,
        disagree=disagree,
        passed=passed,
        citations=citations,
        minutes_paragraph=minutes_paragraph,
        receipt=f"{consultation.pk}:{opinion.posted_seq}:{digest}" if digest else "",
        erased=opinion.state == OpinionState.ERASED,
        merged_into=opinion.merged_into.number if opinion.merged_into else 0,
    )
