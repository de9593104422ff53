"""What a consultation came to, as files to hand on.

A `Dossier` is made from the outcome, and from the record where a document needs it; a face
(`papers.FACES`) lays it out as a `Document`; the writers turn a document (Word, PDF, Markdown) or
the dossier itself (workbook, JSON) into bytes. They read nothing else: the same outcome and number
give the same file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from consultations.domain.outcome_parts import Outcome
from consultations.domain.outcome_view import outcome
from consultations.domain.paper_templates import template_of, templates_in_use
from consultations.domain.papers import issued_number, issued_numbers
from consultations.domain.record_view import Record, record_of
from consultations.exports.blocks import Document
from consultations.exports.data import write_data
from consultations.exports.dossier import (
    DOCUMENTS_ARE_IN,
    Dossier,
    Paper,
    make_dossier,
    opened_for,
)
from consultations.exports.names import file_name
from consultations.exports.papers import FACES
from consultations.exports.pdf import write_pdf
from consultations.exports.sheet import write_sheet, write_tables
from consultations.exports.templates import write_word_as
from consultations.exports.text import write_text
from consultations.exports.word import write_word
from consultations.models import Consultation, PaperKind, PaperNumber
from hall.errors import Code, Refusal
from hall.words import own_language

__all__ = [
    "FACES",
    "FORMATS",
    "ExportFile",
    "Readings",
    "check_format",
    "export",
    "export_paper",
    "export_read",
    "read_all",
]


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A finished file; `name` is safe on every system."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Format:
    content_type: str
    write: Callable[[Dossier], bytes]


@dataclass(frozen=True, slots=True)
class Readings:
    """What all documents of one consultation are made of; numbers and templates by kind."""

    dossier: Dossier
    numbers: Mapping[str, PaperNumber]
    templates: Mapping[str, bytes]


def _document(dossier: Dossier) -> Document:
    return FACES[dossier.paper.kind].build(dossier)


def _workbook(dossier: Dossier) -> bytes:
    if dossier.paper.kind == PaperKind.CONSENSUS:
        return write_sheet(dossier)
    return write_tables(dossier, _document(dossier))


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS: dict[str, Format] = {
    "docx": Format(
        f"{_OFFICE}.wordprocessingml.document", lambda dossier: write_word(_document(dossier))
    ),
    "pdf": Format(
        "application/pdf",
        lambda dossier: write_pdf(_document(dossier), folders=settings.HALL_FONTS),
    ),
    "xlsx": Format(f"{_OFFICE}.spreadsheetml.sheet", _workbook),
    "json": Format("application/json", write_data),
    "md": Format("text/markdown; charset=utf-8", lambda dossier: write_text(_document(dossier))),
}


@own_language()
@override(DOCUMENTS_ARE_IN)
def export_paper(
    consultation: Consultation,
    kind: PaperKind,
    fmt: str,
    *,
    progress: Callable[[int], None] = lambda _percent: None,
) -> ExportFile:
    """One document of `consultation` as it stands, under the number that it was given, if any.

    `fmt` is one of `FACES[kind].formats`. Who may have it is asked by the caller. A constant number
    of queries; 0.05-1 s of one core for a usual consultation. `progress` is told per cents: when
    it begins, when record and outcome have been read, and when the file is written.

    Raises:
        Refusal: `not_found` for an unknown format; `wrong_state` for a PDF without Chinese fonts.
    """
    check_format(kind, fmt)
    progress(5)
    paper = paper_of(kind, issued_number(consultation, kind))
    template = template_of(kind) if fmt == "docx" else None
    record = record_of(consultation) if FACES[kind].records else None
    progress(20)
    found = outcome(consultation)
    progress(35)
    made = export(found, fmt, paper=paper, record=record, template=template)
    progress(95)
    return made


@own_language()
def read_all(consultation: Consultation) -> Readings:
    """Read what all documents of `consultation` are made of, in a constant number of queries."""
    return Readings(
        dossier=make_dossier(outcome(consultation), record=record_of(consultation)),
        numbers=issued_numbers(consultation),
        templates=templates_in_use(),
    )


@own_language()
@override(DOCUMENTS_ARE_IN)
def export_read(read: Readings, kind: PaperKind, fmt: str) -> ExportFile:
    """One document as `export_paper` makes it, from what has been read. No query.

    Raises:
        Refusal: see `export_paper`.
    """
    record = read.dossier.record if FACES[kind].records else Record()
    dossier = opened_for(read.dossier, paper_of(kind, read.numbers.get(kind)), record)
    return _write(dossier, fmt, read.templates.get(kind) if fmt == "docx" else None)


@override(DOCUMENTS_ARE_IN)
def export(
    found: Outcome,
    fmt: str,
    *,
    paper: Paper | None = None,
    record: Record | None = None,
    template: bytes | None = None,
) -> ExportFile:
    """Like `export_paper`, from what is at hand; by default the consensus summary. No query."""
    paper = paper or Paper()
    check_format(paper.kind, fmt)
    return _write(make_dossier(found, paper=paper, record=record), fmt, template)


def _write(dossier: Dossier, fmt: str, template: bytes | None) -> ExportFile:
    form = check_format(dossier.paper.kind, fmt)
    data = form.write(dossier) if template is None else write_word_as(template, dossier)
    return ExportFile(name=_name(dossier, fmt), content_type=form.content_type, data=data)


def paper_of(kind: PaperKind, number: PaperNumber | None) -> Paper:
    """The document as it goes out: under its number, to whom the settings say."""
    return Paper(
        kind=kind,
        number=number.text if number else "",
        issued_at=number.issued_at if number else None,
        addressee=settings.HALL_ADDRESSEES[kind],
        copies=settings.HALL_COPIES[kind],
    )


def _name(dossier: Dossier, fmt: str) -> str:
    paper = dossier.paper
    values = {
        "title": dossier.title,
        "committee": dossier.committee,
        "date": dossier.date,
        "paper": str(paper.kind.label),
        "number": paper.number,
    }
    consensus = paper.kind == PaperKind.CONSENSUS
    pattern = settings.HALL_SUMMARY_NAME if consensus else settings.HALL_PAPER_NAME
    return file_name(pattern, values, fmt)


def check_format(kind: PaperKind, fmt: str) -> Format:
    """The format, if the document comes in it.

    Raises:
        Refusal: `not_found`.
    """
    known = FACES[kind].formats
    if fmt not in known:
        sentence = _("没有“%(format)s”这种格式，可用的有：%(known)s。")
        values = {"format": fmt, "known": "、".join(known)}
        raise Refusal(Code.NOT_FOUND, sentence % values, field="format")
    return FORMATS[fmt]
