"""A document that is being made: its page, how far it is, the file."""

import uuid

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.exports import FORMATS
from consultations.exports.jobs import ZIP, export_file, find_export
from consultations.models import ExportJob, ExportState
from consultations.web.downloads import named

CONTENT_TYPES = {fmt: form.content_type for fmt, form in FORMATS.items()} | {ZIP: "application/zip"}


@never_cache
@require_safe
def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Asks again by itself until it is over; without JavaScript the page reloads itself."""
    job = find_export(pk, by=request.user)
    running = job.state in {ExportState.WAITING, ExportState.RUNNING}
    back, again = _ways(job)
    context = {"job": job, "running": running, "back": back, "again": again}
    return render(request, "papers/job.html", context)


def _ways(job: ExportJob) -> tuple[str, str]:
    """Where one came from, and where the same is asked for once more."""
    if job.plan_id is not None:
        return reverse("plan", args=[job.plan_id]), reverse("plan_papers_zip", args=[job.plan_id])
    if job.person_id is None and job.consultation is not None:
        number = job.consultation.archive.number
        return reverse("archive", args=[number]), reverse(
            "archive_export", args=[number, job.format]
        )
    papers = reverse("papers", args=[job.consultation_id])
    if not job.kind:
        return papers, reverse("papers_zip", args=[job.consultation_id])
    return papers, reverse("paper_make", args=[job.consultation_id, job.kind, job.format])


@never_cache
@require_safe
def state(request: HttpRequest, pk: uuid.UUID) -> JsonResponse:
    job = find_export(pk, by=request.user)
    return JsonResponse({"state": job.state, "label": job.label, "done": job.done})


@require_safe
def file(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    job = find_export(pk, by=request.user)
    path = export_file(job)
    response = FileResponse(path.open("rb"), content_type=CONTENT_TYPES[job.format])
    named(response, job.name)
    return response
