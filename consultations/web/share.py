"""Sharing a consultation: its calendar entry, and the way to it as a QR code."""

import io

import segno
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from consultations.domain import queries
from consultations.exports.calendar import calendar_file
from consultations.exports.names import file_name
from consultations.models import Stage
from consultations.web.downloads import named

_OVER = frozenset({Stage.SUMMARISING, Stage.REVIEW, Stage.SEALED, Stage.CANCELLED})


def room_address(request: HttpRequest, consultation_id: int) -> str:
    """The room's absolute address, as it is shared."""
    return request.build_absolute_uri(reverse("room", args=[consultation_id]))


def shared_address(request: HttpRequest, consultation_id: int, stage: str) -> str:
    """What is shared of a consultation: its room, and once that is over the page with what came of
    it, which is read without signing in."""
    if stage in _OVER:
        return request.build_absolute_uri(reverse("consultation", args=[consultation_id]))
    return room_address(request, consultation_id)


@require_safe
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    entry = queries.calendar_entry(request.user, pk)
    file = calendar_file(
        entry,
        address=request.build_absolute_uri(reverse("consultation", args=[pk])),
        host=request.get_host().partition(":")[0],
        written_at=timezone.now(),
    )
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    named(response, file_name("{title}", {"title": entry.line.title}, "ics"))
    return response


@require_safe
def qr(request: HttpRequest, pk: int) -> HttpResponse:
    """The shared address, black on white with its quiet zone whatever the page's colours are."""
    consultation = queries.find_consultation(request.user, pk)
    return qr_drawing(shared_address(request, pk, consultation.stage))


def qr_drawing(address: str, *, error: str = "m") -> HttpResponse:
    """The address as an SVG drawing, black on white with its quiet zone.

    `error` is segno's level of correction: at "l" a long address has fewer and larger squares.
    """
    drawing = io.BytesIO()
    code = segno.make(address, error=error, micro=False)
    code.save(
        drawing,
        kind="svg",
        border=4,
        dark="#000",
        light="#fff",
        omitsize=True,
        svgns=True,
        svgclass=None,
        lineclass=None,
    )
    return HttpResponse(drawing.getvalue(), content_type="image/svg+xml")
