"""Who came to the place without a phone, and what they said there."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from consultations.domain.check_ins import DeskArrival, check_in_at_desk
from consultations.domain.corrections import correct_opinion
from consultations.domain.desk import enter_opinion
from consultations.models import Consultation, OpinionKind
from members.models import Person


def tell_desk(
    consultation: Consultation,
    said: Iterable[Mapping[str, Any]],
    *,
    recorder: Person,
    key: Callable[[], UUID],
) -> None:
    """Check each in, enter what they said, and put right what was entered wrong."""
    for one in said:
        arrival = DeskArrival(key=key(), name=one["name"], alias=one["alias"])
        entry = check_in_at_desk(consultation, arrival=arrival, by=recorder)
        receipt = enter_opinion(
            consultation,
            attendee=entry.key,
            key=key(),
            kind=OpinionKind(one["kind"]),
            text=one["text"],
            by=recorder,
        )
        if text := one.get("corrected"):
            correct_opinion(consultation, number=receipt.number, text=text, key=key(), by=recorder)
