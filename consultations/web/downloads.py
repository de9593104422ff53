"""Handing out files under their Chinese names."""

from dataclasses import dataclass
from pathlib import Path

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy

from consultations.exports import FACES, ExportFile, export_paper
from consultations.exports.jobs import is_large, start_export, start_public
from consultations.exports.published import publish, published
from consultations.models import Archive, Consultation, PaperKind
from members.access import require
from members.models import Person
from members.roles import Permission

FORMAT_LABELS = {
    "docx": "Word",
    "pdf": "PDF",
    "xlsx": "Excel",
    "json": "JSON",
    "md": gettext_lazy("纯文本"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A format to take a document in; `slow` ones are made in the background."""

    fmt: str
    label: str
    slow: bool

    @property
    def usual(self) -> bool:
        """Whether people work with it; the others are for programs."""
        return self.fmt not in {"json", "md"}


def choices(kind: PaperKind, *, large: bool) -> tuple[Choice, ...]:
    """The formats that the document comes in, for a consultation that is large or not."""
    return tuple(Choice(fmt, str(FORMAT_LABELS[fmt]), large) for fmt in FACES[kind].formats)


def document(consultation: Consultation, fmt: str, kind: PaperKind, *, by: Person) -> HttpResponse:
    """The document; of a large consultation the page that tells how far it is.

    Raises:
        Refusal: `forbidden`, `not_found`; where it cannot be made here, with what is missing.
    """
    require(by, Permission.OUTCOME_EXPORT, consultation)
    if fmt not in FACES[kind].formats:
        raise Http404
    if is_large(consultation):
        return redirect("export_job", start_export(consultation, kind=kind, fmt=fmt, by=by).pk)
    return _handed(export_paper(consultation, kind, fmt))


def outcome_of(archive: Archive, fmt: str) -> HttpResponse:
    """The published outcome: what was made before, what is small enough, or the job's page."""
    if fmt not in FACES[PaperKind.CONSENSUS].formats:
        raise Http404
    kept = published(archive, fmt)
    if kept is None and is_large(archive.consultation):
        return redirect("export_job", start_public(archive, fmt).pk)
    return _handed(kept or publish(archive, fmt))


def _handed(file: ExportFile) -> HttpResponse:
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
