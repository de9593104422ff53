"""One opinion, and all that came to rest on it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from consultations.domain.opinion_parts import Evidence
from consultations.domain.outcome_evidence import evidence_of
from consultations.domain.outcome_view import newest_minutes
from consultations.domain.passages import Passage, naming, passages
from consultations.domain.queries.answers import AnswerLine, answers_to
from consultations.domain.queries.consultation import PUBLISHED, find_consultation
from consultations.domain.queries.own_opinions import room_takes
from consultations.domain.standings import Standing, standings
from consultations.models import (
    UNPUBLISHED,
    ConsensusClause,
    Consultation,
    DissentNote,
    Opinion,
    OpinionCorrection,
    OpinionState,
    Origin,
    RoomEvent,
    Stage,
)
from hall.errors import Code, Refusal
from members.access import Visitor, allowed, require
from members.models import Person
from members.roles import Permission


@dataclass(frozen=True, slots=True)
class CitingSentence:
    """A sentence of the outcome that rests on the opinion."""

    position: int
    text: str


@dataclass(frozen=True, slots=True)
class OpinionPage:
    """One opinion as a visitor sees it.

    `seq` is the event that brought it before everyone: of what was held, the approval's.
    `evidence` has the text for whoever may read it: everyone what is public, the author and the
    moderators whatever was not erased; `own` tells the author. `hide_reason` is why others do not
    see it, for those two; of what was returned, `may_resend` tells its author whether the room
    still takes it.
    `merged_into` is the number of the opinion that it was merged into, 0 for none; what came of
    that one came of it. `answers` are what departments said to it, or are asked to.
    `clauses`, `dissent` and `minutes` (paragraphs that name it) are empty until the outcome is
    published, but for those who write it.
    """

    consultation: Consultation
    evidence: Evidence
    standing: Standing
    at: datetime
    seq: int
    state: OpinionState
    own: bool
    hide_reason: str
    may_resend: bool
    answered: bool
    answers: tuple[AnswerLine, ...]
    merged_into: int
    reply_to: int | None
    replies: tuple[int, ...]
    clauses: tuple[CitingSentence, ...]
    dissent: tuple[CitingSentence, ...]
    minutes: tuple[Passage, ...]
    is_published: bool
    corrections: tuple[OpinionCorrection, ...]

    @property
    def erased(self) -> bool:
        return self.state == OpinionState.ERASED

    @property
    def hidden(self) -> bool:
        return self.state == OpinionState.HIDDEN

    @property
    def held(self) -> bool:
        return self.state == OpinionState.HELD

    @property
    def returned(self) -> bool:
        return self.state == OpinionState.RETURNED

    @property
    def is_cited(self) -> bool:
        return bool(self.clauses or self.dissent or self.minutes)


def opinion_page(visitor: Visitor, consultation_id: int, number: int) -> OpinionPage:
    """The page of one opinion. Everyone may read it once the outcome is published; before that,
    whoever may enter the room.

    Raises:
        Refusal: `not_found`, `sign_in`, `forbidden`.
    """
    found = find_consultation(visitor, consultation_id)
    published = found.stage in PUBLISHED
    if not published:
        require(visitor, Permission.ROOM_ENTER, found)
    opinions = Opinion.objects.select_related("author", "reply_to", "merged_into")
    opinion = opinions.filter(consultation=found, number=number).first()
    moderates = allowed(visitor, Permission.OPINION_MODERATE, found)
    own = isinstance(visitor, Person) and opinion is not None and opinion.author_id == visitor.pk
    if opinion is None or (opinion.state in UNPUBLISHED and not (own or moderates)):
        raise Refusal(Code.NOT_FOUND)
    knows = own or moderates
    evidence = evidence_of([opinion])[opinion.pk]
    if knows and opinion.state != OpinionState.ERASED:
        evidence = replace(evidence, text=opinion.text)
    reads = published or allowed(visitor, Permission.OUTCOME_WRITE, found)
    newest = newest_minutes(found) if reads else None
    one = [opinion, opinion.merged_into] if opinion.merged_into else [opinion]
    return OpinionPage(
        consultation=found,
        evidence=evidence,
        standing=standings(found.pk, [number])[number],
        at=opinion.created_at,
        seq=_public_seq(opinion),
        state=OpinionState(opinion.state),
        own=own,
        hide_reason=opinion.state_reason if knows else "",
        may_resend=own and room_takes(opinion, Stage(found.stage)),
        answered=opinion.answered_at is not None,
        reply_to=opinion.reply_to.number if opinion.reply_to else None,
        replies=tuple(
            opinion.replies.filter(state=OpinionState.VISIBLE)
            .order_by("number")
            .values_list("number", flat=True)
        ),
        answers=answers_to([opinion.pk]).get(opinion.pk, ()),
        merged_into=opinion.merged_into.number if opinion.merged_into else 0,
        clauses=_citing(ConsensusClause, one) if reads else (),
        dissent=_citing(DissentNote, one) if reads else (),
        minutes=naming(passages(newest.body), *(each.number for each in one)) if newest else (),
        is_published=published,
        corrections=_corrections(opinion) if evidence.text else (),
    )


def _corrections(opinion: Opinion) -> tuple[OpinionCorrection, ...]:
    """What the desk has put right, the first time first. One query, none for what was typed."""
    if opinion.origin != Origin.DESK:
        return ()
    return tuple(opinion.corrections.select_related("by").order_by("pk"))


def _public_seq(opinion: Opinion) -> int:
    """One query for what a moderator decided on, none for what was public from the start."""
    if opinion.decided_by_id is None:
        return opinion.posted_seq
    decided = RoomEvent.objects.filter(
        consultation=opinion.consultation_id, type="opinion.approved", seq__gt=opinion.posted_seq
    )
    told = decided.filter(Q(body__number=opinion.number) | Q(erasure__opinion=opinion))
    return told.values_list("seq", flat=True).first() or opinion.posted_seq


def _citing(
    model: type[ConsensusClause] | type[DissentNote], opinions: Iterable[Opinion]
) -> tuple[CitingSentence, ...]:
    sentences = model._default_manager.filter(evidence__in=opinions).order_by("position").distinct()
    return tuple(CitingSentence(one.position, one.text) for one in sentences)
