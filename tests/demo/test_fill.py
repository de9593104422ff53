"""The demo hall is complete, and its archive is a real one."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from consultations.archiving.verify import verify_archive
from consultations.demo.fill import fill_hall, hall_is_empty
from consultations.demo.review import arrange_years
from consultations.domain import opinion_map, queries
from consultations.domain.archives import archive_file
from consultations.domain.outcome_view import outcome
from consultations.domain.speaking_list import floor_card
from consultations.domain.working_days import work_calendar
from consultations.models import (
    Archive,
    Consultation,
    Opinion,
    OpinionState,
    PaperKind,
    PaperNumber,
    Stage,
    Stance,
    StudioQuestion,
    Topic,
    WorkItem,
    WorkPlan,
)
from members.models import DutyEvent, LiaisonGroup, Person
from members.roles import Role


@pytest.fixture
def demo(db: None, settings: Any, tmp_path: Path) -> None:
    settings.HALL_ARCHIVES = tmp_path / "archives"
    settings.HALL_KEYS = tmp_path / "keys"
    assert hall_is_empty()
    fill_hall()


@pytest.mark.usefixtures("demo")
def test_fill_hall_tells_the_whole_story() -> None:
    assert not hall_is_empty()
    assert list(Consultation.objects.order_by("stage").values_list("stage", flat=True)) == sorted(
        Stage.values
    )
    assert LiaisonGroup.objects.count() == 3
    assert set(Person.objects.values_list("role", flat=True)) == set(Role.values)
    assert (WorkPlan.objects.get().year, WorkItem.objects.count()) == (2026, 18)
    assert all(c.work_items.exists() for c in Consultation.objects.all())

    found = queries.search(AnonymousUser(), "排涝", "topic")[0:1]
    assert [hit.at for hit in found] == [Topic.objects.get(pk=found[0].object_id).created_at]

    live = Consultation.objects.get(stage=Stage.LIVE)
    assert live.opinions.count() == 44
    held = live.opinions.filter(state=OpinionState.HELD)
    assert {opinion.author.role for opinion in held} == {Role.RESIDENT}
    assert held.count() == 2
    entered = live.opinions.filter(origin="desk").order_by("number")
    assert [one.author.alias for one in entered] == ["周阿婆", "欧阳某某"]
    assert [one.corrections.count() for one in entered] == [1, 0]
    assert live.check_ins.count() == 2
    assert Stance.objects.filter(opinion__consultation=live).count() > 300

    floor = floor_card(live)
    assert (len(floor["waiting"]), floor["now"]) == (3, None)
    assert live.answer_requests.filter(answer=None).count() == 1

    sealed = Consultation.objects.get(stage=Stage.SEALED)
    assert (sealed.clauses.count(), sealed.dissent_notes.count()) == (4, 1)
    assert Opinion.objects.filter(consultation=sealed, state=OpinionState.HIDDEN).count() == 1
    assert [call.is_open for call in (*queries.calls(), *queries.closed_calls())] == [True, False]
    assert Topic.objects.exclude(call=None).count() == 2
    assert StudioQuestion.objects.count() == 4
    assert StudioQuestion.objects.exclude(answered_at=None).count() == 2
    assert DutyEvent.objects.filter(person__alias="吴志强", kind="moderated").exists()


@pytest.mark.usefixtures("demo")
def test_fill_hall_seals_an_archive_that_verifies_with_its_documents() -> None:
    archive = Archive.objects.get()
    path = archive_file(archive)
    report = verify_archive(path, trusted=[archive.key_id])
    assert (report.problems, report.warnings, report.events) == ([], [], archive.event_count)
    with zipfile.ZipFile(path) as bag:
        names = {name.partition("/")[2] for name in bag.namelist()}
    assert {"data/records.jsonl", "data/minutes.docx", "data/minutes.pdf"} < names


@pytest.mark.usefixtures("demo")
def test_demo_papers_bear_their_numbers() -> None:
    sealed = Consultation.objects.filter(stage=Stage.SEALED)
    numbers = PaperNumber.objects.filter(consultation__in=sealed, kind=PaperKind.MINUTES)
    assert sorted(numbers.values_list("number", flat=True)) == list(range(1, len(sealed) + 1))


@pytest.mark.usefixtures("demo")
def test_demo_review_is_confirmed_signed_and_objected_to() -> None:
    review = Consultation.objects.get(stage=Stage.REVIEW)
    found = outcome(review)
    assert review.objections_until is not None
    assert review.objections_until >= timezone.localdate()
    assert [clause.confirmations for clause in found.clauses] == [(5, 0, 0), (4, 1, 0)]
    assert len(found.signatures) == 3
    assert [(one.passage, one.verdict) for one in found.objections] == [
        ("一家装要两千多", "explained")
    ]


@pytest.mark.usefixtures("demo")
def test_demo_map_shows_two_groups_and_what_divides_them() -> None:
    live = Consultation.objects.get(stage=Stage.LIVE)
    opinion_map.refresh(live.pk)
    view = opinion_map.map_of(live, AnonymousUser())
    assert [group.letter for group in view.groups] == ["A", "B"]
    assert view.uniting
    assert [len(one.groups) for one in view.dividing] == [2] * len(view.dividing) != []


@pytest.mark.django_db
def test_demo_reaches_into_years_that_nobody_has_announced(settings: Any, tmp_path: Path) -> None:
    settings.HALL_DATA = tmp_path
    with time_machine.travel(datetime(2041, 12, 20, 3, tzinfo=UTC), tick=False):
        arrange_years()
    found = {one.year: one.source for one in work_calendar().arrangements}
    assert set(found) == {2025, 2026, 2041, 2042}
    assert found[2042].startswith("演示数据")
