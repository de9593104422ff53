"""A document that is being made: its page, how far it is, the file."""

import uuid

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.exports import FORMATS
from consultations.exports.jobs import export_file, find_export
from consultations.models import ExportState
from consultations.web.downloads import named
from members.requests import signed_in


@never_cache
@require_safe
def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Asks again by itself until it is over; without JavaScript the page reloads itself."""
    job = find_export(pk, by=signed_in(request))
    running = job.state in {ExportState.WAITING, ExportState.RUNNING}
    return render(request, "papers/job.html", {"job": job, "running": running})


@never_cache
@require_safe
def state(request: HttpRequest, pk: uuid.UUID) -> JsonResponse:
    job = find_export(pk, by=signed_in(request))
    return JsonResponse({"state": job.state, "label": job.get_state_display(), "done": job.done})


@require_safe
def file(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    job = find_export(pk, by=signed_in(request))
    path = export_file(job)
    response = FileResponse(path.open("rb"), content_type=FORMATS[job.format].content_type)
    named(response, job.name)
    return response
