"""Rooms in the states that the verbs' tests begin from, and a database that can be emptied."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from consultations.models import Consultation, Stage
from members.roles import Role, SeatRole
from tests.factories import bring_to_review, make_consultation, seated


@pytest.fixture(autouse=True)
def _archive_folders(settings: Any, tmp_path: Path) -> None:
    settings.HALL_ARCHIVES = tmp_path / "archives"
    settings.HALL_KEYS = tmp_path / "keys"


@pytest.fixture
def live_room(db: None) -> Consultation:
    """A consultation that is live, with one moderator and no agenda step running."""
    consultation = make_consultation(Stage.LIVE)
    seated(consultation, SeatRole.MODERATOR, Role.MEMBER)
    return consultation


@pytest.fixture
def reviewed(live_room: Consultation) -> Consultation:
    return bring_to_review(live_room)


@pytest.fixture
def several_connections(transactional_db: None) -> Iterator[None]:
    """A database that threads see one another's commits in, and that may hold sealed rows.

    Emptying it needs the triggers gone for a moment: they refuse that, too.
    """
    yield
    sealing: list[ModuleType] = [
        import_module(f"consultations.migrations.{name}")
        for name in (
            "0002_sealed",
            "0004_ballots",
            "0007_papers",
            "0008_reviews",
            "0009_venue",
            "0012_vault",
            "0014_erasure",
        )
    ]
    sealing.append(import_module("members.migrations.0002_duty_kept"))
    with connection.schema_editor() as editor:
        for migration in sealing:
            migration.drop_triggers(apps, editor)
    call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
    with connection.schema_editor() as editor:
        for migration in sealing:
            migration.create_triggers(apps, editor)
