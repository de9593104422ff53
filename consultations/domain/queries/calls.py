"""Calls for topics, as the topics' page shows them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from consultations.domain.calls import open_calls, today
from consultations.models import TopicCall
from hall.errors import Code, Refusal


@dataclass(frozen=True, slots=True)
class CallLine:
    """An open call; `days_left` is 0 on its last day, `topics` counts what was proposed for it."""

    id: int
    title: str
    text: str
    closes_on: date
    days_left: int
    topics: int


def calls() -> tuple[CallLine, ...]:
    """The open calls, the one that closes first at the head. One query."""
    return tuple(
        CallLine(
            id=call.pk,
            title=call.title,
            text=call.text,
            closes_on=call.closes_on,
            days_left=(call.closes_on - today()).days,
            topics=call.found,
        )
        for call in open_calls().annotate(found=Count("topics"))
    )


def find_call(call_id: int) -> TopicCall:
    """The call itself, for a verb to act on; `Refusal` `not_found` without one."""
    call = TopicCall.objects.filter(pk=call_id).first()
    if call is None:
        raise Refusal(Code.NOT_FOUND)
    return call
