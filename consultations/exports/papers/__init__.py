"""The official documents of a consultation: each a face of the one dossier."""

from collections.abc import Callable
from dataclasses import dataclass

from consultations.exports.blocks import Document
from consultations.exports.dossier import Dossier
from consultations.exports.papers.assignment import assignment
from consultations.exports.papers.attendance import attendance
from consultations.exports.papers.minutes import minutes
from consultations.exports.papers.opinion_report import opinion_report
from consultations.exports.papers.report import report
from consultations.exports.papers.speeches import speeches
from consultations.exports.summary import summary
from consultations.models import PaperKind

__all__ = ["FACES", "Face"]

WRITTEN = ("docx", "pdf", "json", "md")


@dataclass(frozen=True, slots=True)
class Face:
    """How a dossier becomes one document. `records` says whether it needs the whole record."""

    build: Callable[[Dossier], Document]
    records: bool = True
    tables: bool = False

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats that it comes in; a workbook only where there are tables."""
        return ("docx", "pdf", "xlsx", "json", "md") if self.tables else WRITTEN


FACES: dict[PaperKind, Face] = {
    PaperKind.MINUTES: Face(minutes),
    PaperKind.CONSENSUS: Face(summary, records=False, tables=True),
    PaperKind.REPORT: Face(report),
    PaperKind.OPINION_REPORT: Face(opinion_report),
    PaperKind.SPEECHES: Face(speeches, tables=True),
    PaperKind.ATTENDANCE: Face(attendance, tables=True),
    PaperKind.ASSIGNMENT: Face(assignment, tables=True),
}
