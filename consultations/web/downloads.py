"""Handing out files under their Chinese names."""

from pathlib import Path

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from consultations.exports import FACES, FORMATS, export_paper
from consultations.models import Consultation, PaperKind

__all__ = ["FORMATS", "bag", "document", "named"]


def document(
    consultation: Consultation, fmt: str, kind: PaperKind = PaperKind.CONSENSUS
) -> HttpResponse:
    """The outcome as a document; 404 for a format that it does not come in.

    Raises:
        Refusal: where the document cannot be made here, with what is missing.
    """
    if fmt not in FACES[kind].formats:
        raise Http404
    file = export_paper(consultation, kind, fmt)
    response = HttpResponse(file.data, content_type=file.content_type)
    named(response, file.name)
    return response


def bag(path: Path, name: str) -> HttpResponse:
    """An archive's zip."""
    response = HttpResponse(path.read_bytes(), content_type="application/zip")
    named(response, name)
    return response


def named(response: HttpResponseBase, name: str) -> None:
    """Name the file by RFC 5987, and keep a browser from showing it as a page."""
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
