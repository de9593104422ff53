"""A person's notices."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.text import Truncator

from consultations.domain.plan_notices import plan_of
from consultations.domain.queries.answers import ANSWERABLE
from consultations.models import Notice, NoticeKind, Stage
from hall.errors import Code, Refusal
from members.models import Person
from members.roles import SeatRole

EXCERPT = 30

_INVITING = frozenset({NoticeKind.ANNOUNCED, NoticeKind.TOPIC_ANNOUNCED, NoticeKind.SEATED})
_COMING = frozenset({Stage.ANNOUNCED, Stage.COLLECTING, Stage.LIVE})


@dataclass(frozen=True, slots=True)
class Plan:
    """When and where a consultation takes place; `venue` is empty where that is online alone."""

    starts_at: datetime
    ends_at: datetime
    venue: str


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice. `topic_id` or `consultation_id` is what it is about, `title` its title.

    A question to a member is named by its beginning, and found by `question_id` on the page of the
    member with `member_id`. `in_room` tells that what it asks for is done in the room, now.
    `seat` names the seat that was given. `before` is when and where what was moved or called off
    was to be, `after` what took its place; of an invitation that still holds, what it is today.
    `calendar` tells that a calendar should take the consultation in anew.
    """

    id: int
    kind: str
    label: str
    topic_id: int | None
    consultation_id: int | None
    question_id: int | None
    member_id: int | None
    title: str
    number: int
    reason: str
    at: datetime
    unread: bool
    in_room: bool
    seat: str
    before: Plan | None
    after: Plan | None
    calendar: bool


def notices(person: Person) -> QuerySet[Notice]:
    """All of the person's notices, the newest first; for `notice_lines`."""
    rows = Notice.objects.filter(person=person).select_related("topic", "consultation", "question")
    return rows.order_by("-at", "-pk")


def notice_lines(rows: QuerySet[Notice] | list[Notice]) -> tuple[NoticeLine, ...]:
    """The lines of rows that come from here. No query beyond theirs."""
    return tuple(_line(row) for row in rows)


def find_notice(person: Person, notice_id: int) -> NoticeLine:
    """One of the person's own; `Refusal` `not_found` for any other."""
    row = notices(person).filter(pk=notice_id).first()
    if row is None:
        raise Refusal(Code.NOT_FOUND)
    return _line(row)


def unread_notices(person: Person) -> int:
    """How many the person has not read. One query, by an index of the unread alone."""
    return Notice.objects.filter(person=person, read_at=None).count()


def newest_unread(person: Person) -> int:
    """The id of the last one that the person has not read, or 0. One query."""
    unread = Notice.objects.filter(person=person, read_at=None)
    return unread.aggregate(newest=Max("pk"))["newest"] or 0


def _line(row: Notice) -> NoticeLine:
    about, question, held = row.topic or row.consultation, row.question, row.consultation
    asked = Truncator(question.text).chars(EXCERPT) if question else ""
    stage = held.stage if held else None
    invites = row.kind in _INVITING and stage in _COMING
    moved = row.kind == NoticeKind.MOVED and stage in _COMING
    ended = (row.kind, stage) in {
        (NoticeKind.WITHDRAWN, Stage.DRAFT),
        (NoticeKind.CANCELLED, Stage.CANCELLED),
    }
    return NoticeLine(
        id=row.pk,
        kind=row.kind,
        label=row.get_kind_display(),
        topic_id=row.topic_id,
        consultation_id=row.consultation_id,
        question_id=row.question_id,
        member_id=question.member_id if question else None,
        title=about.title if about else asked,
        number=row.number,
        reason=row.reason,
        at=row.at,
        unread=row.read_at is None,
        in_room=row.kind == NoticeKind.ANSWER_ASKED and stage in ANSWERABLE,
        seat=str(SeatRole(row.facts["role"]).label) if "role" in row.facts else "",
        before=_plan(row.facts.get("before")),
        after=_plan(plan_of(held) if held and invites else row.facts.get("after")),
        calendar=invites or moved or ended,
    )


def _plan(kept: dict[str, Any] | None) -> Plan | None:
    if kept is None:
        return None
    starts, ends = (datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at"))
    return Plan(starts, ends, kept["venue"])
