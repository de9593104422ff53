"""A small hall to walk through: people of every role, and a consultation in every stage."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from consultations.domain.archives import seal
from consultations.domain.minutes import save_minutes
from consultations.models import Archive, Consultation, Stage, Topic, TopicStatus, WorkItem
from members.models import Person
from members.roles import Role, SeatRole
from tests.factories import (
    STARTS_AT,
    bring_to_review,
    make_consultation,
    make_item,
    make_opinion,
    make_person,
    make_seat,
    make_topic,
    seated,
)

As = Callable[[Person | None], Client]
FRIDAY = datetime(2026, 2, 13, 3, 0, tzinfo=UTC)
BODY = (
    "<h3>纪要</h3><p>会议开始。</p><p>张师傅提出先换管网（意见 1），共有意见 7 条，见记录 2。</p>"
)


@dataclass
class Hall:
    people: dict[str, Person]
    item: WorkItem
    topic: Topic
    proposed: Topic
    by_stage: dict[Stage, Consultation] = field(default_factory=dict)
    archive: Archive | None = None

    def __getitem__(self, name: str) -> Person:
        return self.people[name]


@pytest.fixture(autouse=True)
def _fresh(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Archives of the test's own, and no rate limit that an earlier test has used up."""
    settings.HALL_DATA = tmp_path
    settings.HALL_ARCHIVES = tmp_path / "archives"
    settings.HALL_KEYS = tmp_path / "keys"
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def visit() -> As:
    """A browser of this person, or of a stranger."""

    def browser(person: Person | None) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person)
        return client

    return browser


@pytest.fixture
def hall(db: None) -> Hall:
    people = {role.value: make_person(role) for role in Role}
    people["moderator"] = make_person(Role.MEMBER, alias="主持人甲")
    item = make_item()
    topic = make_topic(proposed_by=people["resident"])
    proposed = make_topic(
        title="广场舞几点结束", proposed_by=people["resident"], status=TopicStatus.PROPOSED
    )
    made = Hall(people, item, topic, proposed)
    for stage in (Stage.DRAFT, Stage.ANNOUNCED, Stage.COLLECTING, Stage.LIVE, Stage.SUMMARISING):
        made.by_stage[stage] = _consultation(made, stage)
    made.by_stage[Stage.CANCELLED] = _consultation(made, Stage.CANCELLED)
    made.by_stage[Stage.REVIEW] = bring_to_review(_consultation(made, Stage.LIVE))
    make_opinion(made.by_stage[Stage.LIVE], seated(made.by_stage[Stage.LIVE]))
    sealed = bring_to_review(_consultation(made, Stage.LIVE))
    made.archive = seal(sealed, by=people["staff"])
    made.by_stage[Stage.SEALED] = sealed
    return made


def _consultation(hall: Hall, stage: Stage) -> Consultation:
    made = make_consultation(
        stage,
        topic=hall.topic,
        prepared_by=hall["staff"],
        work_items=[hall.item],
        title=f"{stage.label}的协商会",
    )
    make_seat(made, hall["moderator"], SeatRole.MODERATOR)
    return made


@pytest.fixture
def reviewed(settings: Any) -> Consultation:
    """In review since that Friday, for five working days, with the minutes of `BODY`."""
    settings.HALL_OBJECTION_DAYS = 5
    with time_machine.travel(FRIDAY, tick=False):
        made = bring_to_review(make_consultation(Stage.LIVE))
        Consultation.objects.filter(pk=made.pk).update(stage=Stage.SUMMARISING)
        save_minutes(made, by=made.prepared_by, body=BODY)
        Consultation.objects.filter(pk=made.pk).update(stage=Stage.REVIEW)
    made.refresh_from_db()
    return made


@pytest.fixture
def attendee(reviewed: Consultation) -> Person:
    """Who was there, in the `reviewed` room."""
    return seated(reviewed, alias="张师傅", first_seen_at=STARTS_AT)
