"""Handing out files under their Chinese names."""

import logging
from pathlib import Path

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from consultations.domain.outcome_parts import Outcome
from consultations.exports import FORMATS, export, export_outcome
from consultations.models import Consultation
from hall.errors import Refusal

__all__ = ["FORMATS", "archive_documents", "bag", "document"]

logger = logging.getLogger(__name__)


def archive_documents(found: Outcome) -> dict[str, bytes]:
    """What is sealed into the archive beside the log. A hall without fonts seals without PDF."""
    files = {"minutes.docx": export(found, "docx").data}
    try:
        files["minutes.pdf"] = export(found, "pdf").data
    except Refusal as refusal:
        logger.warning("sealed without a PDF: %s", refusal.message)
    return files


def document(consultation: Consultation, fmt: str) -> HttpResponse:
    """The outcome as a document; 404 for a format that there is not.

    Raises:
        Refusal: where the document cannot be made here, with what is missing.
    """
    if fmt not in FORMATS:
        raise Http404
    file = export_outcome(consultation, fmt)
    response = HttpResponse(file.data, content_type=file.content_type)
    _named(response, file.name)
    return response


def bag(path: Path, name: str) -> HttpResponse:
    """An archive's zip."""
    response = HttpResponse(path.read_bytes(), content_type="application/zip")
    _named(response, name)
    return response


def _named(response: HttpResponse, name: str) -> None:
    """Name the file by RFC 5987, and keep a browser from showing it as a page."""
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
