"""Documents made in the background: begun once, told of, fetched, and cleaned up."""

import os
import threading
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultations.domain.outcome_view import outcome
from consultations.domain.record_view import record_of
from consultations.exports import FACES, export_paper, jobs
from consultations.exports.jobs import (
    export_file,
    find_export,
    run_export,
    start_bundle,
    start_export,
    start_year,
)
from consultations.models import Consultation, ExportJob, ExportState, PaperKind, Stage
from hall.errors import Code, Refusal
from members.models import Person
from members.roles import Role
from tests.exports.reading import word_lines
from tests.factories import make_consultation, make_opinion, make_person

K = PaperKind


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.HALL_DATA = tmp_path
    return tmp_path / "exports"


@pytest.fixture
def room(db: None) -> Consultation:
    made = make_consultation(Stage.LIVE)
    make_opinion(made)
    return made


def ended() -> None:
    """Wait for the threads that make documents."""
    for thread in threading.enumerate():
        if thread.name == "export":
            thread.join(timeout=60)
            assert not thread.is_alive()


def waiting(room: Consultation, person: Person | None = None, **fields: Any) -> ExportJob:
    now = timezone.now()
    return ExportJob.objects.create(
        **{
            "person": person or room.prepared_by,
            "consultation": room,
            "kind": K.SPEECHES,
            "format": "docx",
            "created_at": now,
            "touched_at": now,
            **fields,
        }
    )


@pytest.mark.django_db(transaction=True)
def test_a_document_is_made_beside_the_request_and_fetched(folder: Path) -> None:
    room = make_consultation(Stage.LIVE)
    make_opinion(room)
    client = Client()
    client.force_login(room.prepared_by)
    begun = client.post(reverse("paper_make", args=[room.pk, "speeches", "docx"]), follow=True)
    assert begun.status_code == 200
    ended()
    (job,) = ExportJob.objects.all()
    state = client.get(reverse("export_state", args=[job.pk])).json()
    assert (state["state"], state["done"]) == ("done", 100)
    page = client.get(reverse("export_job", args=[job.pk])).content.decode()
    address = reverse("export_file", args=[job.pk])
    assert address in page
    taken = client.get(address)
    data = b"".join(taken.streaming_content)  # type: ignore[attr-defined]
    assert data == export_paper(room, K.SPEECHES, "docx").data
    assert "attachment" in taken["Content-Disposition"]
    assert [path.name for path in folder.iterdir()] == [str(job.pk)]


def test_progress_is_told_until_it_is_done(room: Consultation, monkeypatch: Any) -> None:
    told: list[int] = []
    job = waiting(room)
    teller = jobs._teller

    def listening(job_id: Any) -> Any:
        tell = teller(job_id)

        def both(percent: int) -> None:
            tell(percent)
            told.append(ExportJob.objects.get().done)
            assert ExportJob.objects.get().state == ExportState.RUNNING

        return both

    monkeypatch.setattr(jobs, "_teller", listening)
    run_export(job.pk)
    job.refresh_from_db()
    assert told == sorted(set(told)) and told[0] > 0 and told[-1] < 100
    assert (job.state, job.done) == (ExportState.DONE, 100)
    assert word_lines(export_file(job).read_bytes())
    assert job.size == export_file(job).stat().st_size


def test_asked_again_meanwhile_it_is_the_same_job(room: Consultation) -> None:
    by = room.prepared_by
    first = start_export(room, kind=K.SPEECHES, fmt="pdf", by=by)
    assert start_export(room, kind=K.SPEECHES, fmt="pdf", by=by).pk == first.pk
    assert start_export(room, kind=K.SPEECHES, fmt="docx", by=by).pk != first.pk
    other = make_person(Role.STAFF)
    assert start_export(room, kind=K.SPEECHES, fmt="pdf", by=other).pk != first.pk


def test_only_who_may_export_begins_and_only_the_person_fetches(room: Consultation) -> None:
    with pytest.raises(Refusal) as refused:
        start_export(room, kind=K.SPEECHES, fmt="pdf", by=make_person())
    assert refused.value.code == Code.FORBIDDEN
    with pytest.raises(Refusal) as refused:
        start_export(room, kind=K.MINUTES, fmt="xlsx", by=room.prepared_by)
    assert refused.value.code == Code.NOT_FOUND
    job = waiting(room)
    for name in ("export_job", "export_state", "export_file"):
        other = Client()
        other.force_login(make_person(Role.STAFF))
        assert other.get(reverse(name, args=[job.pk])).status_code == 404, name
        assert Client().get(reverse(name, args=[job.pk])).status_code == 302, name


def test_a_right_that_was_taken_away_meanwhile_makes_no_file(
    room: Consultation, folder: Path
) -> None:
    job = waiting(room)
    Person.objects.filter(pk=job.person_id).update(role=Role.RESIDENT)
    run_export(job.pk)
    job.refresh_from_db()
    assert job.state == ExportState.FAILED
    assert not folder.exists()


def test_a_failure_says_why_and_offers_another_try(
    room: Consultation, settings: Any, tmp_path: Path
) -> None:
    settings.HALL_FONTS = [str(tmp_path)]
    job = waiting(room, format="pdf")
    run_export(job.pk)
    client = Client()
    client.force_login(room.prepared_by)
    page = client.get(reverse("export_job", args=[job.pk])).content.decode()
    assert "fonts-noto-cjk" in page
    assert reverse("paper_make", args=[room.pk, "speeches", "pdf"]) in page
    assert client.get(reverse("export_file", args=[job.pk])).status_code == 409


def test_an_unforeseen_error_ends_the_job_too(room: Consultation, monkeypatch: Any) -> None:
    def broken(*_arguments: Any, **_options: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(jobs, "export_paper", broken)
    job = waiting(room)
    run_export(job.pk)
    job.refresh_from_db()
    assert job.state == ExportState.FAILED
    assert "再试一次" in job.complaint


def test_without_javascript_the_page_reloads_itself(room: Consultation) -> None:
    job = waiting(room, state=ExportState.RUNNING, done=35)
    client = Client()
    client.force_login(room.prepared_by)
    page = client.get(reverse("export_job", args=[job.pk]))
    text = page.content.decode()
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in text
    assert 'value="35"' in text
    assert "no-store" in page["Cache-Control"]


def test_a_job_that_its_process_left_behind_has_failed(room: Consultation) -> None:
    job = waiting(room, state=ExportState.RUNNING, touched_at=timezone.now() - timedelta(minutes=6))
    assert find_export(job.pk, by=room.prepared_by).state == ExportState.FAILED
    assert start_export(room, kind=K.SPEECHES, fmt="docx", by=room.prepared_by).pk != job.pk


def test_old_jobs_and_files_go(room: Consultation, folder: Path) -> None:
    old = waiting(room, state=ExportState.DONE, created_at=timezone.now() - timedelta(hours=7))
    folder.mkdir()
    for name, hours in (("old", 7), ("new", 1)):
        (folder / name).write_bytes(b"x")
        at = time.time() - hours * 3600
        os.utime(folder / name, (at, at))
    start_export(room, kind=K.SPEECHES, fmt="docx", by=room.prepared_by)
    assert [path.name for path in folder.iterdir()] == ["new"]
    assert not ExportJob.objects.filter(pk=old.pk).exists()


def test_a_file_that_is_gone_is_said_to_be_gone(room: Consultation) -> None:
    job = waiting(room, state=ExportState.DONE, done=100, name="x.docx")
    with pytest.raises(Refusal) as refused:
        export_file(job)
    assert refused.value.code == Code.NOT_FOUND


def test_a_large_room_makes_its_documents_in_the_background_however_asked(
    room: Consultation, monkeypatch: Any
) -> None:
    client = Client()
    client.force_login(room.prepared_by)
    address = reverse("papers", args=[room.pk])
    begins = reverse("paper_make", args=[room.pk, "speeches", "pdf"])
    direct = reverse("paper", args=[room.pk, "speeches", "pdf"])
    page = client.get(address).content.decode()
    assert f'href="{direct}"' in page
    assert begins not in page
    monkeypatch.setattr(jobs, "LARGE", 1)
    page = client.get(address).content.decode()
    assert f'href="{direct}"' not in page
    assert f'action="{begins}"' in page
    for url in (direct, reverse("paper", args=[room.pk, "consensus", "pdf"])):
        answer = client.get(url)
        job = ExportJob.objects.latest("created_at")
        assert answer["Location"] == reverse("export_job", args=[job.pk])
        assert job.state == ExportState.WAITING
    assert ExportJob.objects.count() == 2


class Noticed:
    """Does something once, right after the database was told of a job as many times as said."""

    def __init__(self, act: Callable[[], object], after: int = 1) -> None:
        self.act, self.left = act, after

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        told = execute(sql, params, many, context)
        if sql.startswith('UPDATE "consultations_exportjob"'):
            self.left -= 1
            if self.left == 0:
                self.act()
        return told


def test_a_job_that_waits_for_its_turn_is_not_left_behind(
    room: Consultation, monkeypatch: Any
) -> None:
    turn = threading.Semaphore(0)  # another document is being made
    monkeypatch.setattr(jobs, "_one_at_a_time", turn)
    monkeypatch.setattr(jobs, "BEAT", 0.01)
    job = waiting(room, touched_at=timezone.now() - timedelta(minutes=6))
    seen: list[ExportJob] = []

    def look() -> None:
        seen.append(find_export(job.pk, by=room.prepared_by))
        turn.release()

    with connection.execute_wrapper(Noticed(look)):
        run_export(job.pk)
    assert seen[0].state == ExportState.WAITING
    job.refresh_from_db()
    assert job.state == ExportState.DONE


@pytest.mark.parametrize("kind", [K.SPEECHES, ""])
@pytest.mark.parametrize("after", [1, 4])
def test_a_job_that_is_taken_away_meanwhile_leaves_no_file(
    room: Consultation, folder: Path, kind: str, after: int
) -> None:
    job = waiting(room, kind=kind, format="docx" if kind else "zip")
    with connection.execute_wrapper(Noticed(ExportJob.objects.all().delete, after)):
        run_export(job.pk)
    assert not ExportJob.objects.exists()
    assert list(folder.glob("*")) == []


def test_a_zip_has_every_document_as_it_comes_alone_and_is_read_once(room: Consultation) -> None:
    job = waiting(room, kind="", format="zip")
    with CaptureQueriesContext(connection) as reading:
        outcome(room)
        record_of(room)
    with CaptureQueriesContext(connection) as making:
        run_export(job.pk)
    asked = [query for query in making if query["sql"].startswith("SELECT")]
    assert len(asked) <= len(reading) + 6  # the job, the person's right, numbers, templates
    job.refresh_from_db()
    every = [(kind, fmt) for kind, face in FACES.items() for fmt in face.formats]
    assert (job.state, job.step, job.steps) == (ExportState.DONE, len(every), len(every))
    package = zipfile.ZipFile(export_file(job))
    for kind, fmt in every:
        alone = export_paper(room, kind, fmt)
        assert package.read(f"{kind.label}/{alone.name}") == alone.data, (kind, fmt)


def test_a_zip_says_which_file_of_how_many_it_is_at(room: Consultation) -> None:
    job = waiting(room, kind="", format="zip")
    client = Client()
    client.force_login(room.prepared_by)
    state = reverse("export_state", args=[job.pk])
    told: list[dict[str, Any]] = []
    look = Noticed(lambda: None)

    def ask() -> None:
        told.append(client.get(state).json())
        look.left = 1

    look.act = ask
    with connection.execute_wrapper(look):
        run_export(job.pk)
    *running, done = told
    count = sum(len(face.formats) for face in FACES.values())
    assert [one["label"] for one in running] == [
        f"正在生成第 {min(n + 1, count)} 个文件，共 {count} 个" for n in range(1, count + 1)
    ]
    assert [one["done"] for one in running] == sorted(one["done"] for one in running)
    assert running[0]["done"] < 10
    assert 90 < running[-1]["done"] < 100
    assert (done["state"], done["done"]) == ("done", 100)


def test_one_zip_of_a_year_at_a_time_for_each_person(room: Consultation) -> None:
    plan = room.work_items.get().section.plan
    first = start_year(plan.pk, by=room.prepared_by)
    assert start_year(plan.pk, by=room.prepared_by).pk == first.pk
    assert start_year(plan.pk, by=make_person(Role.STAFF)).pk != first.pk
    assert start_bundle(room, by=room.prepared_by).pk != first.pk
    for refused in (make_person(), make_person(Role.MEMBER)):
        with pytest.raises(Refusal):
            start_year(plan.pk, by=refused)
