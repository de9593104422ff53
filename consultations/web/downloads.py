"""Handing out files under their Chinese names."""

from pathlib import Path

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from consultations.exports import FORMATS, export_outcome
from consultations.models import Consultation

__all__ = ["FORMATS", "bag", "document", "named"]


def document(consultation: Consultation, fmt: str) -> HttpResponse:
    """The outcome as a document; 404 for a format that there is not.

    Raises:
        Refusal: where the document cannot be made here, with what is missing.
    """
    if fmt not in FORMATS:
        raise Http404
    file = export_outcome(consultation, fmt)
    response = HttpResponse(file.data, content_type=file.content_type)
    named(response, file.name)
    return response


def bag(path: Path, name: str) -> HttpResponse:
    """An archive's zip."""
    response = HttpResponse(path.read_bytes(), content_type="application/zip")
    named(response, name)
    return response


def named(response: HttpResponse, name: str) -> None:
    """Name the file by RFC 5987, and keep a browser from showing it as a page."""
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
