"""What a document consists of: the one form between a dossier and the writers.

A face (such as `summary`) turns a dossier into a `Document`; Word, PDF and Markdown write any
document alike. Texts are plain; a line feed in them is a line break.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


class Style(StrEnum):
    """What a paragraph is. The writers decide what it looks like."""

    BODY = "body"
    ADDRESSEE = "addressee"
    ITEM = "item"
    QUOTE = "quote"
    NOTE = "note"
    ANNEXES = "annexes"
    SIGNATURE = "signature"


LONG = 400  # rows; beyond them a table has entries


class Align(StrEnum):
    LEFT = "left"
    CENTRE = "center"


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one manner. `href` is an https address or ""."""

    text: str
    strong: bool = False
    em: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's heading; level 1 is the highest below the document's title."""

    level: Literal[1, 2, 3]
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`marker` stands before an item ("1.", "•"); `depth` counts the lists or quotes around it.

    `keep` holds it on the page of the block after it.
    """

    runs: tuple[Run, ...]
    style: Style = Style.BODY
    marker: str = ""
    depth: int = 0
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Annex:
    """Begins an annex on a new page: its mark ("附件1") and its title."""

    mark: str
    title: str


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column; `width` is in millimetres of the 156 between the margins.

    In a workbook the cells of a `count` are numbers, all others texts, whatever they look like.
    """

    label: str
    width: int
    align: Align = Align.LEFT
    count: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, a cell being its lines. The heading row is repeated on every page.

    `entries` say the same as `rows`, each as a heading line and the lines below it: PDF shows
    them in place of a long table, which takes typst four times as long and the reader a ruler.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[tuple[str, ...], ...], ...]
    entries: tuple[tuple[str, ...], ...] = ()


Block = Heading | Paragraph | Annex | Table


@dataclass(frozen=True, slots=True)
class Head:
    """版头, above the title of a document that is sent out: the red name and the line below it.

    `number` is the 文号, or ""; `left` and `right` stand on the line's own row, such as the
    issuing body and the date, or are "".
    """

    banner: str
    number: str = ""
    left: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class Imprint:
    """版记, at the foot of the last page: who gets copies ("" for nobody), who issued it, when."""

    copies: str
    issuer: str
    date: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. `title` is its lines; `name` the same in one, for the file's properties.

    A line feed in `subtitle` is a line break.
    """

    name: str
    title: tuple[str, ...]
    subtitle: str
    author: str
    subject: str
    dated: datetime
    blocks: tuple[Block, ...]
    head: Head | None = None
    imprint: Imprint | None = None


def plain(text: str) -> tuple[Run, ...]:
    """`text` as runs in the ordinary manner; none for an empty text."""
    return (Run(text),) if text else ()
