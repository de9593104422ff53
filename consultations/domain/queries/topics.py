"""One topic: its page, and the topic itself for a verb."""

from dataclasses import dataclass
from datetime import datetime

from consultations.domain.queries.lines import ConsultationLine, known_to, lines
from consultations.domain.queries.topic_lines import (
    TopicLine,
    known_topics,
    public,
    topic_line,
    with_figures,
)
from consultations.models import Criterion, DeedKind, Topic, TopicDeed, TopicScore, TopicStatus
from hall.errors import Code, Refusal
from members.access import Visitor, allowed
from members.models import Person
from members.roles import Permission, Role

MOST_MERGEABLE = 200
_BEHIND_DOORS = frozenset({DeedKind.HIDDEN, DeedKind.RESTORED})


@dataclass(frozen=True, slots=True)
class TopicRef:
    id: int
    title: str


@dataclass(frozen=True, slots=True)
class FormerWords:
    """What a topic said before an edit; `background` is clean rich text."""

    title: str
    summary: str
    background: str


@dataclass(frozen=True, slots=True)
class DeedLine:
    """One thing that was done with the topic. `former` is what an edit has changed.

    Where that is `withheld` from the public, `former` is None for whom it is withheld from.
    """

    id: int
    label: str
    by: str
    identity_label: str
    at: datetime
    reason: str
    former: FormerWords | None
    withheld: bool


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """What one of the staff gave: value and note by each criterion, in their order."""

    by_id: int
    by: str
    lines: tuple[tuple[int, str], ...]

    @property
    def total(self) -> int:
        return sum(value for value, _note in self.lines)

    @property
    def initial(self) -> dict[str, int | str]:
        """As a form begins with: `{needed: 4, needed_note: "…", …}`."""
        named = zip(Criterion.values, self.lines, strict=True)
        return {
            name: given
            for criterion, (value, note) in named
            for name, given in ((criterion, value), (f"{criterion}_note", note))
        }


@dataclass(frozen=True, slots=True)
class TopicPage:
    """One topic; `background` is clean rich text. The flags are for showing controls.

    `supported` tells whether the visitor supports it, `fixed` that its title and summary stay
    because others do. `scores` and `mergeable` (what it could be merged into: of the latest 200,
    those with the most support first) are for those who decide, else empty. `is_merged` without
    `merged_into`: the visitor may not know of that one. `rewritten_at` is when another than the
    proposer last changed its words; `deeds` are all that the visitor may know of, in their order.
    """

    topic: TopicLine
    background: str
    consultations: tuple[ConsultationLine, ...]
    may_edit: bool
    may_decide: bool
    may_consult: bool
    may_support: bool
    may_hide: bool
    may_restore: bool
    may_withdraw: bool
    supported: bool
    fixed: bool
    is_merged: bool
    merged_into: TopicRef | None
    call: TopicRef | None
    merged: tuple[TopicRef, ...]
    mergeable: tuple[TopicRef, ...]
    scores: tuple[ScoreSheet, ...]
    deeds: tuple[DeedLine, ...]
    rewritten_at: datetime | None


def topic_page(topic_id: int, visitor: Visitor) -> TopicPage:
    """A topic with its consultations. Constant number of queries.

    Raises:
        Refusal: `not_found`.
    """
    topic = find_topic(topic_id, visitor)
    held = lines(known_to(visitor).filter(topic=topic).order_by("-starts_at", "-id"))
    decides = allowed(visitor, Permission.TOPIC_MANAGE)
    is_open = topic.status == TopicStatus.PROPOSED
    proposed = (
        isinstance(visitor, Person) and visitor.is_active and visitor.pk == topic.proposed_by_id
    )
    going_on = topic.status not in {TopicStatus.MERGED, TopicStatus.WITHDRAWN}
    shown = not topic.hidden_reason
    prepares = allowed(visitor, Permission.CONSULTATION_PREPARE)
    known = known_topics(visitor)
    merged = known.filter(merged_into=topic).order_by("id").values_list("pk", "title")
    into = known.filter(merged=topic).values_list("pk", "title").first()
    deeds = tuple(topic.deeds.select_related("by"))
    merges = decides and going_on and shown and not held
    line = topic_line(topic)
    return TopicPage(
        topic=line,
        background=topic.background,
        consultations=held,
        may_edit=going_on and (decides or (proposed and is_open)),
        may_decide=decides and going_on,
        may_consult=prepares and shown and topic.status == TopicStatus.ACCEPTED,
        may_support=is_open and shown and visitor.pk != topic.proposed_by_id,
        may_hide=decides and topic.is_public and not held,
        may_restore=decides and not shown,
        may_withdraw=proposed and is_open and not merged,
        supported=topic.supports.filter(person=visitor.pk).exists(),
        fixed=line.supporters > 0 and not decides,
        is_merged=topic.status == TopicStatus.MERGED,
        merged_into=TopicRef(*into) if into else None,
        call=TopicRef(topic.call.pk, topic.call.title) if topic.call else None,
        merged=tuple(TopicRef(*row) for row in merged),
        mergeable=_mergeable(topic, visitor) if merges else (),
        scores=_sheets(topic) if decides else (),
        deeds=_deed_lines(deeds, sees_all=decides or proposed),
        rewritten_at=_rewritten_at(topic, deeds),
    )


def _deed_lines(deeds: tuple[TopicDeed, ...], *, sees_all: bool) -> tuple[DeedLine, ...]:
    return tuple(
        DeedLine(
            id=deed.pk,
            label=deed.get_kind_display(),
            by=deed.by.alias,
            identity_label=str(Role(deed.identity).label),
            at=deed.at,
            reason=deed.reason,
            former=_former(deed) if sees_all or not deed.withheld else None,
            withheld=deed.withheld,
        )
        for deed in deeds
        if sees_all or deed.kind not in _BEHIND_DOORS
    )


def _former(deed: TopicDeed) -> FormerWords | None:
    if deed.kind != DeedKind.EDITED:
        return None
    return FormerWords(deed.former_title, deed.former_summary, deed.former_background)


def _rewritten_at(topic: Topic, deeds: tuple[TopicDeed, ...]) -> datetime | None:
    by_others = (
        deed.at
        for deed in reversed(deeds)
        if deed.kind == DeedKind.EDITED and deed.by_id != topic.proposed_by_id
    )
    return next(by_others, None)


def _mergeable(topic: Topic, visitor: Visitor) -> tuple[TopicRef, ...]:
    standing = Topic.objects.filter(
        public(), status__in=[TopicStatus.PROPOSED, TopicStatus.ACCEPTED]
    )
    latest = with_figures(standing.exclude(pk=topic.pk), visitor).order_by("-created_at", "-id")
    rows = sorted(latest[:MOST_MERGEABLE], key=lambda row: row.supporters, reverse=True)
    return tuple(TopicRef(row.pk, row.title) for row in rows)


def _sheets(topic: Topic) -> tuple[ScoreSheet, ...]:
    given: dict[tuple[int, str], dict[str, tuple[int, str]]] = {}
    for score in TopicScore.objects.filter(topic=topic).select_related("by").order_by("pk"):
        sheet = given.setdefault((score.by_id, score.by.alias), {})
        sheet[score.criterion] = (score.value, score.note)
    return tuple(
        ScoreSheet(by_id, by, tuple(sheet[criterion] for criterion in Criterion.values))
        for (by_id, by), sheet in given.items()
    )


def find_topic(topic_id: int, visitor: Visitor) -> Topic:
    """The topic itself, for a verb to act on; `Refusal` `not_found` where it is not seen."""
    rows = with_figures(known_topics(visitor), visitor).select_related("call")
    topic: Topic | None = rows.filter(pk=topic_id).first()
    if topic is None:
        raise Refusal(Code.NOT_FOUND)
    return topic
