"""Calls for topics, as the topics' page and the front page show them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from consultations.domain.calls import open_calls, past_calls, today
from consultations.models import TopicCall, TopicStatus
from hall.errors import Code, Refusal


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call; `days_left` is 0 on its last day, and less when that is over.

    `topics` counts what was proposed for it and can be read, merged ones too. `closed_at` is set
    where it was ended before its day.
    """

    id: int
    title: str
    text: str
    closes_on: date
    closed_at: datetime | None
    days_left: int
    topics: int

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.days_left >= 0


def calls() -> tuple[CallLine, ...]:
    """The open calls, the one that closes first at the head. One query."""
    return _lines(open_calls())


def closed_calls() -> tuple[CallLine, ...]:
    """The calls that are over, the latest first. One query."""
    return _lines(past_calls())


def call_line(call: TopicCall) -> CallLine:
    """The one call, for the page of what came for it. One query."""
    return _lines(TopicCall.objects.filter(pk=call.pk))[0]


def find_call(call_id: int) -> TopicCall:
    """The call itself, for a verb to act on; `Refusal` `not_found` without one."""
    call = TopicCall.objects.filter(pk=call_id).first()
    if call is None:
        raise Refusal(Code.NOT_FOUND)
    return call


def _lines(rows: QuerySet[TopicCall]) -> tuple[CallLine, ...]:
    readable = Q(topics__hidden_reason="") & ~Q(topics__status=TopicStatus.WITHDRAWN)
    return tuple(_line(row) for row in rows.annotate(found=Count("topics", filter=readable)))


def _line(row: Any) -> CallLine:
    return CallLine(
        id=row.pk,
        title=row.title,
        text=row.text,
        closes_on=row.closes_on,
        closed_at=row.closed_at,
        days_left=(row.closes_on - today()).days,
        topics=row.found,
    )
