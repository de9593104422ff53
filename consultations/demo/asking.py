"""What the demo's residents have asked members, and what these answered."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from consultations.domain import clock
from consultations.domain.studios import answer_question, ask_member
from members.models import Person

_NAMES = uuid.UUID("5b0d6f52-6a2f-4c5e-9f4c-3f0f2a5c7e10")


def ask_members(entries: list[dict[str, Any]], people: Mapping[str, Person]) -> None:
    """Ask what the entries say, and answer `hours` later where they have an answer."""
    for entry in entries:
        asked_at = timezone.now() - timedelta(days=entry["days"])
        member = people[entry["to"]]
        with clock.at(asked_at):
            key = uuid.uuid5(_NAMES, entry["text"])
            question = ask_member(member, by=people[entry["by"]], key=key, text=entry["text"])
        if answer := entry.get("answer"):
            with clock.at(asked_at + timedelta(hours=entry["hours"])):
                answer_question(question, by=member, text=answer)
