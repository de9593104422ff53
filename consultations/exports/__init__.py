"""What a consultation came to, as files to hand on.

A `Dossier` is made from the outcome; a face (`summary`) lays it out as a `Document`; the writers
turn a document (Word, PDF, Markdown) or the dossier itself (workbook, JSON) into bytes. They read
nothing else: the same outcome gives the same file.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from consultations.domain.outcome_parts import Outcome
from consultations.domain.outcome_view import outcome
from consultations.exports.data import write_data
from consultations.exports.dossier import Dossier, make_dossier
from consultations.exports.names import file_name
from consultations.exports.pdf import write_pdf
from consultations.exports.sheet import write_sheet
from consultations.exports.summary import summary
from consultations.exports.text import write_text
from consultations.exports.word import write_word
from consultations.models import Consultation
from hall.errors import Code, Refusal

__all__ = ["FORMATS", "ExportFile", "export", "export_outcome"]


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


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS: dict[str, Format] = {
    "docx": Format(
        f"{_OFFICE}.wordprocessingml.document", lambda dossier: write_word(summary(dossier))
    ),
    "pdf": Format(
        "application/pdf",
        lambda dossier: write_pdf(summary(dossier), folders=settings.HALL_FONTS),
    ),
    "xlsx": Format(f"{_OFFICE}.spreadsheetml.sheet", write_sheet),
    "json": Format("application/json", write_data),
    "md": Format("text/markdown; charset=utf-8", lambda dossier: write_text(summary(dossier))),
}


def export_outcome(consultation: Consultation, fmt: str) -> ExportFile:
    """The consensus summary of `consultation` as it stands, with evidence, dissent and minutes.

    `fmt` is a key of `FORMATS`. Who may have it is asked by the caller. A constant number of
    queries; 0.05-1 s of one core for a usual consultation.

    Raises:
        Refusal: `not_found` for an unknown format; `wrong_state` for a PDF without Chinese fonts.
    """
    _format(fmt)
    return export(outcome(consultation), fmt)


def export(found: Outcome, fmt: str) -> ExportFile:
    """Like `export_outcome`, from an outcome at hand. No query."""
    form = _format(fmt)
    dossier = make_dossier(found)
    values = {"title": dossier.title, "committee": dossier.committee, "date": dossier.date}
    return ExportFile(
        name=file_name(settings.HALL_SUMMARY_NAME, values, fmt),
        content_type=form.content_type,
        data=form.write(dossier),
    )


def _format(fmt: str) -> Format:
    form = FORMATS.get(fmt)
    if form is None:
        sentence = _("没有“%(format)s”这种格式，可用的有：%(known)s。")
        values = {"format": fmt, "known": "、".join(FORMATS)}
        raise Refusal(Code.NOT_FOUND, sentence % values, field="format")
    return form
