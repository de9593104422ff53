"""Sharing a consultation: its calendar entry, and the way to its room as a QR code."""

import io

import segno
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from consultations.domain import queries
from consultations.exports.calendar import calendar_file
from consultations.exports.names import file_name
from consultations.web.downloads import named


def room_address(request: HttpRequest, consultation_id: int) -> str:
    """The room's absolute address, as it is shared."""
    return request.build_absolute_uri(reverse("room", args=[consultation_id]))


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
    """The room's address, black on white with its quiet zone whatever the page's colours are."""
    queries.find_consultation(request.user, pk)
    return qr_drawing(room_address(request, pk))


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
