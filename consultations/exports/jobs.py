"""Large documents, made beside the request: start, look how far it is, fetch.

One at a time in each process, in a thread that ends with it. How far a job is stands in the
database, so that any page, also a reloaded one, can tell; its file lies below `HALL_DATA/exports`.
"""

import logging
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.exports import ExportFile, check_format, export_paper
from consultations.models import (
    Consultation,
    ExportJob,
    ExportState,
    Opinion,
    PaperKind,
)
from hall.errors import Code, Refusal
from members.access import require
from members.models import Person
from members.roles import Permission

logger = logging.getLogger(__name__)

LARGE = 600  # opinions: from here on Word or PDF takes longer than a page should
KEPT = timedelta(hours=6)
LEFT_BEHIND = timedelta(minutes=5)
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
    sweep()
    now = timezone.now()
    mine = {"person": by, "consultation": consultation, "kind": kind, "format": fmt}
    try:
        with transaction.atomic():
            job = ExportJob.objects.create(**mine, created_at=now, touched_at=now)
    except IntegrityError:
        return ExportJob.objects.filter(**mine, state__in=_OPEN).latest("created_at")
    transaction.on_commit(lambda: _begin(job.pk))
    return job


def find_export(job_id: uuid.UUID, *, by: Person) -> ExportJob:
    """The person's own job, as it stands; one that its process left behind has failed.

    Raises:
        Refusal: `not_found`.
    """
    job = ExportJob.objects.select_related("consultation").filter(pk=job_id, person=by).first()
    if job is None:
        raise Refusal(Code.NOT_FOUND)
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
    """Make a waiting job's document. Whatever happens, the job ends in a state that says so."""
    job = ExportJob.objects.select_related("consultation__topic").get(pk=job_id)
    try:
        require(job.person, Permission.OUTCOME_EXPORT, job.consultation)
        made = export_paper(
            job.consultation, PaperKind(job.kind), job.format, progress=_teller(job_id)
        )
        _keep(job_id, made)
    except Refusal as refusal:
        _fail(job_id, refusal.message)
    except Exception:
        logger.exception("export %s failed", job_id)
        _fail(job_id, _("生成时出了错，请再试一次；仍然不行，请告诉管理员。"))


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
        with _one_at_a_time:
            run_export(job_id)
    finally:
        connection.close()


def _teller(job_id: uuid.UUID) -> Callable[[int], None]:
    def tell(percent: int) -> None:
        _job(job_id).update(state=ExportState.RUNNING, done=percent, touched_at=timezone.now())

    return tell


def _keep(job_id: uuid.UUID, made: ExportFile) -> None:
    _folder().mkdir(parents=True, exist_ok=True)
    path = _folder() / str(job_id)
    part = path.with_suffix(".part")
    part.write_bytes(made.data)
    part.replace(path)
    _job(job_id).update(
        state=ExportState.DONE,
        done=100,
        name=made.name,
        size=len(made.data),
        touched_at=timezone.now(),
    )


def _fail(job_id: uuid.UUID, why: str) -> None:
    _job(job_id).update(state=ExportState.FAILED, complaint=why[:300], touched_at=timezone.now())


def _job(job_id: uuid.UUID) -> QuerySet[ExportJob]:
    return ExportJob.objects.filter(pk=job_id, state__in=_OPEN)


def _folder() -> Path:
    return Path(settings.HALL_DATA) / "exports"
