"""Filling an empty hall with the demo county, through the same verbs that people use."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from consultations.demo.asking import ask_members
from consultations.demo.calling import call_for_topics
from consultations.demo.history import History
from consultations.demo.people import fill_people
from consultations.demo.review import arrange_years
from consultations.domain.search import reindex
from consultations.domain.workplan import import_workplan
from consultations.intake.workplan import read_workplan
from consultations.models import WorkItem
from members.models import Person

DATA = Path(__file__).parent
MORNING = timedelta(hours=9, minutes=30)
LIVE_SINCE = timedelta(minutes=70)


def hall_is_empty() -> bool:
    return not Person.objects.exists()


@transaction.atomic
def fill_hall() -> None:
    """Create the people, the work plan and a consultation in each stage. All or nothing."""
    arrange_years()
    people = fill_people(read("people.toml"))
    plan = DATA / "workplan.txt"
    imported = import_workplan(read_workplan(plan.read_bytes(), filename=plan.name), by=None)
    items = {item.number: item for item in WorkItem.objects.filter(section__plan=imported.plan)}
    sessions = [read(f"consultations/{path.name}") for path in _session_files()]
    for session in sorted(sessions, key=_starts):
        History(session, starts=_starts(session), people=people, items=items).happen()
    ask_members(read("questions.toml")["questions"], people)
    call_for_topics(read("calls.toml")["calls"], people)
    reindex()  # the demo's past was dated after it had been indexed


def _session_files() -> list[Path]:
    return sorted((DATA / "consultations").glob("*.toml"))


def read(name: str) -> dict[str, Any]:
    """One of the demo's files."""
    with (DATA / name).open("rb") as file:
        return tomllib.load(file)


def _starts(session: dict[str, Any]) -> datetime:
    now = timezone.localtime()
    if session["starts"] == "live":
        return now - LIVE_SINCE
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=session["starts"]) + MORNING
