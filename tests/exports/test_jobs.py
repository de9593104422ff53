"""Documents made in the background: begun once, told of, fetched, and cleaned up."""

import os
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.exports import export_paper, jobs
from consultations.exports.jobs import export_file, find_export, run_export, start_export
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


def test_large_rooms_offer_word_and_pdf_in_the_background(
    room: Consultation, monkeypatch: Any
) -> None:
    client = Client()
    client.force_login(room.prepared_by)
    address = reverse("papers", args=[room.pk])
    slow = reverse("paper_make", args=[room.pk, "speeches", "pdf"])
    assert slow not in client.get(address).content.decode()
    monkeypatch.setattr(jobs, "LARGE", 1)
    page = client.get(address).content.decode()
    assert slow in page
    assert reverse("paper", args=[room.pk, "speeches", "json"]) in page
