"""Large documents, made beside the request: start, look how far it is, fetch.

One file at a time in each process, in threads that end with it. How far a job is stands in the
database, so that any page, also a reloaded one, can tell; its file lies below `HALL_DATA/exports`.
"""

import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.domain.queries.papers import plan_consultations
from consultations.exports import ExportFile, check_format, export_paper
from consultations.exports.bundle import bundle
from consultations.exports.names import file_name
from consultations.exports.published import publish
from consultations.models import (
    Archive,
    Consultation,
    ExportJob,
    ExportState,
    Opinion,
    PaperKind,
)
from hall.errors import Code, Refusal
from members.access import Visitor, require
from members.models import Person
from members.roles import Permission

logger = logging.getLogger(__name__)

LARGE = 600  # opinions: from here on Word or PDF takes longer than a page should
KEPT = timedelta(hours=6)
LEFT_BEHIND = timedelta(minutes=5)
BEAT = 20.0  # seconds after which a waiting job is touched again
ZIP = "zip"
_OPEN = (ExportState.WAITING, ExportState.RUNNING)
_one_at_a_time = threading.Semaphore(1)


def is_large(consultation: Consultation) -> bool:
    """Whether its documents are better made in the background. One query."""
    return Opinion.objects.filter(consultation=consultation).order_by()[:LARGE].count() >= LARGE


def start_export(consultation: Consultation, *, kind: PaperKind, fmt: str, by: Person) -> ExportJob:
    """Begin to make the document; asked again meanwhile, the job that is under way.

    Jobs and files older than six hours go on this occasion.

    Raises:
        Refusal: `forbidden`, `not_found` (also for a format that the document does not come in).
    """
    require(by, Permission.OUTCOME_EXPORT, consultation)
    check_format(kind, fmt)
    return _start(person=by, consultation=consultation, kind=kind, format=fmt)


def start_bundle(consultation: Consultation, *, by: Person) -> ExportJob:
    """Begin to make the zip of all documents; see `start_export`.

    Raises:
        Refusal: `forbidden`, `not_found`.
    """
    require(by, Permission.OUTCOME_EXPORT, consultation)
    return _start(person=by, consultation=consultation, format=ZIP)


def start_year(plan_id: int, *, by: Person) -> ExportJob:
    """Begin to make the zip of all documents of a plan's consultations; see `start_export`.

    Raises:
        Refusal: `forbidden`, `not_found`.
    """
    plan, _found = plan_consultations(by, plan_id)
    return _start(person=by, plan=plan, format=ZIP)


def start_public(archive: Archive, fmt: str) -> ExportJob:
    """Begin to make the published outcome of an archive: one job for all who ask, and anyone's.

    Raises:
        Refusal: `not_found` for an unknown format.
    """
    check_format(PaperKind.CONSENSUS, fmt)
    return _start(consultation=archive.consultation, kind=PaperKind.CONSENSUS, format=fmt)


def _start(**what: Any) -> ExportJob:
    sweep()
    now = timezone.now()
    try:
        with transaction.atomic():
            job = ExportJob.objects.create(**what, created_at=now, touched_at=now)
    except IntegrityError:
        # The one that stood in the way may be over by now: then it has just been made.
        return ExportJob.objects.filter(**{"person": None, **what}).latest("created_at")
    transaction.on_commit(lambda: _begin(job.pk))
    return job


def find_export(job_id: uuid.UUID, *, by: Visitor) -> ExportJob:
    """The person's own job, or anyone's, as it stands; one that was left behind has failed.

    Raises:
        Refusal: `sign_in`, `not_found`.
    """
    rows = ExportJob.objects.select_related("consultation__archive", "plan")
    job = rows.filter(pk=job_id).first()
    if job is None or job.person_id not in {None, by.pk}:
        raise Refusal(Code.NOT_FOUND if by.is_authenticated else Code.SIGN_IN)
    if job.state in _OPEN and job.touched_at < timezone.now() - LEFT_BEHIND:
        _fail(job.pk, _("生成时中断了，请再试一次。"))
        job.refresh_from_db()
    return job


def export_file(job: ExportJob) -> Path:
    """Where the finished file lies.

    Raises:
        Refusal: `wrong_state` while it is being made, `not_found` once it is gone.
    """
    if job.state != ExportState.DONE:
        raise Refusal(Code.WRONG_STATE, _("文件还没有生成好。"))
    path = _folder() / str(job.pk)
    if not path.is_file():
        raise Refusal(Code.NOT_FOUND, _("文件已经清理，请重新生成。"))
    return path


def run_export(job_id: uuid.UUID) -> None:
    """Make what a waiting job asks for. Whatever happens, the job ends in a state that says so.

    A job whose row has gone meanwhile, as with an erasure, leaves no file.
    """
    try:
        _make(ExportJob.objects.select_related("consultation__topic", "plan").get(pk=job_id))
    except (ExportJob.DoesNotExist, _Withdrawn):
        logger.info("export %s was withdrawn", job_id)
    except Refusal as refusal:
        _fail(job_id, refusal.message)
    except Exception:
        logger.exception("export %s failed", job_id)
        _fail(job_id, _("生成时出了错，请再试一次；仍然不行，请告诉管理员。"))


class _Withdrawn(Exception):
    """The job is not there any more."""


def _make(job: ExportJob) -> None:
    if job.plan is not None:
        plan, found = plan_consultations(job.person or AnonymousUser(), job.plan.pk)
        name = file_name(_("{title}协商公文"), {"title": plan.title}, ZIP)
        _pack(job, found, name, folders=True)
        return
    consultation = job.consultation
    if consultation is None:
        raise _Withdrawn
    if job.person is None:
        with _turn(job.pk):
            made = publish(consultation.archive, job.format, progress=_teller(job.pk))
            _keep(job.pk, made)
        return
    require(job.person, Permission.OUTCOME_EXPORT, consultation)
    if not job.kind:
        name = file_name(_("{title}全部公文"), {"title": consultation.title}, ZIP)
        _pack(job, [consultation], name)
        return
    with _turn(job.pk):
        kind = PaperKind(job.kind)
        made = export_paper(consultation, kind, job.format, progress=_teller(job.pk))
        _keep(job.pk, made)


def _pack(
    job: ExportJob, consultations: list[Consultation], name: str, *, folders: bool = False
) -> None:
    """Write the zip where it will lie. Others' documents have their turn between two files."""
    with _part(job.pk) as part:
        with (
            part.open("wb") as into,
            closing(bundle(consultations, into, folders=folders)) as steps,
        ):
            while True:
                with _turn(job.pk):
                    at = next(steps, None)
                if at is None:
                    break
                _tell(job.pk, 100 * at[0] // (at[1] + 1), step=at[0], steps=at[1])
        _finish(job.pk, part, name)


def sweep() -> None:
    """Remove jobs and files older than six hours."""
    limit = timezone.now() - KEPT
    ExportJob.objects.filter(created_at__lt=limit).delete()
    if _folder().is_dir():
        for path in _folder().iterdir():
            if path.stat().st_mtime < limit.timestamp():
                path.unlink(missing_ok=True)


def _begin(job_id: uuid.UUID) -> None:
    threading.Thread(target=_in_turn, args=(job_id,), name="export", daemon=True).start()


def _in_turn(job_id: uuid.UUID) -> None:
    try:
        run_export(job_id)
    finally:
        connection.close()


@contextmanager
def _turn(job_id: uuid.UUID) -> Iterator[None]:
    """One at a time; while the job waits for it, it is seen to be alive."""
    while not _one_at_a_time.acquire(timeout=BEAT):
        if not _job(job_id).update(touched_at=timezone.now()):
            raise _Withdrawn
    try:
        yield
    finally:
        _one_at_a_time.release()


def _teller(job_id: uuid.UUID) -> Callable[[int], None]:
    return lambda percent: _tell(job_id, percent)


def _tell(job_id: uuid.UUID, percent: int, **steps: int) -> None:
    now = timezone.now()
    told = _job(job_id).update(state=ExportState.RUNNING, done=percent, touched_at=now, **steps)
    if not told:
        raise _Withdrawn


@contextmanager
def _part(job_id: uuid.UUID) -> Iterator[Path]:
    """Where the file is written until it is whole; whatever is left of it goes."""
    _folder().mkdir(parents=True, exist_ok=True)
    part = (_folder() / str(job_id)).with_suffix(".part")
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def _keep(job_id: uuid.UUID, made: ExportFile) -> None:
    with _part(job_id) as part:
        part.write_bytes(made.data)
        _finish(job_id, part, made.name)


def _finish(job_id: uuid.UUID, part: Path, name: str) -> None:
    size, path = part.stat().st_size, _folder() / str(job_id)
    part.replace(path)
    done = _job(job_id).update(
        state=ExportState.DONE, done=100, name=name, size=size, touched_at=timezone.now()
    )
    if not done:
        path.unlink()
        raise _Withdrawn


def _fail(job_id: uuid.UUID, why: str) -> None:
    _job(job_id).update(state=ExportState.FAILED, complaint=why[:300], touched_at=timezone.now())


def _job(job_id: uuid.UUID) -> QuerySet[ExportJob]:
    return ExportJob.objects.filter(pk=job_id, state__in=_OPEN)


def _folder() -> Path:
    return Path(settings.HALL_DATA) / "exports"
