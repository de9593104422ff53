"""A small hall to walk through: people of every role, and a consultation in every stage."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from consultations.domain.archives import seal
from consultations.models import Archive, Consultation, Stage, Topic, TopicStatus, WorkItem
from members.models import Person
from members.roles import Role, SeatRole
from tests.factories import (
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
