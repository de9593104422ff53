"""Handing out files under their Chinese names."""

from pathlib import Path

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from consultations.models import Consultation

FORMATS = ("docx", "pdf", "xlsx", "json", "md")


def document(consultation: Consultation, fmt: str) -> HttpResponse:
    """The outcome as a document; 404 for a format that there is not.

    Raises:
        Refusal: where the document cannot be made here, with what is missing.
    """
    if fmt not in FORMATS:
        raise Http404
    # Word, PDF and spreadsheet writers are large: a hall that exports nothing never loads them.
    from consultations.exports import export_outcome

    file = export_outcome(consultation, fmt)
    response = HttpResponse(file.data, content_type=file.content_type)
    _named(response, file.name)
    return response


def bag(path: Path, name: str) -> FileResponse:
    """An archive's zip."""
    response = FileResponse(path.open("rb"), content_type="application/zip")
    _named(response, name)
    return response


def _named(response: HttpResponseBase, name: str) -> None:
    """Name the file by RFC 5987, and keep a browser from showing it as a page."""
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
