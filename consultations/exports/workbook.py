"""An XLSX workbook in the hall's look: sheets of texts and numbers, ready to print."""

from collections.abc import Iterable, Sequence
from datetime import UTC
from io import BytesIO

import xlsxwriter

from consultations.exports.dossier import Dossier

MAX_CELL = 32_767  # what a cell can hold, in UTF-16 units
_CUT = "…（全文见其他格式）"
_LINE = 15  # points, of 11 pt type
_HIGHEST = 409  # points: the highest row there is

Value = str | int
Columns = Sequence[tuple[str, int]]


class Workbook:
    """Sheets are added one by one. Texts are written as texts: none is ever a formula or a link."""

    def __init__(self, dossier: Dossier, *, title: str, footer: str) -> None:
        self._packed = BytesIO()
        self._book = xlsxwriter.Workbook(
            self._packed, {"in_memory": True, "strings_to_formulas": False}
        )
        self._book.set_properties(
            {
                "title": title[:255],
                "author": dossier.committee[:255],
                "subject": dossier.outcome.topic[:255],
                "created": dossier.dated.astimezone(UTC).replace(tzinfo=None, microsecond=0),
            }
        )
        self._footer = f"&L{_for_header(footer)}&R第 &P 页，共 &N 页"
        text = {"font_name": "宋体", "font_size": 11, "valign": "top", "border": 1}
        self._head = self._book.add_format(
            {**text, "bold": True, "align": "center", "bg_color": "#E7ECEF", "text_wrap": True}
        )
        self._text = self._book.add_format({**text, "text_wrap": True, "num_format": "@"})
        self._number = self._book.add_format({**text, "align": "center"})

    def add(self, name: str, columns: Columns, rows: Iterable[Sequence[Value]]) -> None:
        """Add a sheet; `columns` are labels with their widths in characters."""
        sheet = self._book.add_worksheet(name)
        for at, (label, width) in enumerate(columns):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, label, self._head)
        last = 0
        for last, row in enumerate(rows, start=1):
            sheet.set_row(last, _height(row, columns))
            for at, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(last, at, value, self._number)
                else:
                    sheet.write_string(last, at, _fitting(value), self._text)
        sheet.freeze_panes(1, 0)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.8)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(self._footer)
        sheet.print_area(0, 0, last, len(columns) - 1)

    def packed(self) -> bytes:
        """The file; no sheet can be added afterwards."""
        self._book.close()
        return self._packed.getvalue()


def _fitting(text: str) -> str:
    units = len(text.encode("utf-16-le")) // 2
    if units <= MAX_CELL:
        return text
    room = (MAX_CELL - len(_CUT)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + _CUT


def _height(row: Sequence[Value], columns: Columns) -> int:
    """High enough for the longest cell; not every program finds the height by itself."""
    lines = 1
    for value, (_label, width) in zip(row, columns, strict=True):
        if isinstance(value, str):
            each = max(1, int(width / 2.2))
            lines = max(lines, sum(len(line) // each + 1 for line in value.split("\n")))
    return min(_HIGHEST, lines * _LINE + 3)


def _for_header(text: str) -> str:
    """& begins a code in headers and footers; they hold 255 characters."""
    return " ".join(text.split())[:90].replace("&", "&&")
