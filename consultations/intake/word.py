"""The paragraphs of a .docx file as lines, with the numbers that Word itself puts before them."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from consultations.intake.reading import DAMAGED, Line, clean, refuse
from consultations.intake.wordnumbers import Numberer

MOST_UNPACKED = 200 * 1024 * 1024

_TEXT = {qn("w:t")}
_BREAKS = {qn("w:br"), qn("w:cr")}
_SPACES = {qn("w:tab"): "\t", qn("w:noBreakHyphen"): "-"}
# Struck-out text, text boxes (which Word stores twice), pronunciation over characters.
_LEFT_OUT = {
    qn("w:del"),
    qn("w:moveFrom"),
    qn("w:pPr"),
    qn("w:rt"),
    qn("w:drawing"),
    qn("w:pict"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent",
}
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
# Wrappers (content controls, tracked insertions) around paragraphs, rows or cells.
_WRAPPERS = {
    qn("w:sdt"),
    qn("w:sdtContent"),
    qn("w:customXml"),
    qn("w:ins"),
    qn("w:moveTo"),
    qn("w:smartTag"),
}


def read_word(data: bytes) -> list[Line]:
    """Every paragraph of the body in order, numbered from 1; a row of a table that has more than
    one filled cell is one line. Tracked changes are read as accepted. Raises
    ``WorkPlanUnreadable`` when the file is damaged or unpacks to more than ``MOST_UNPACKED``."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        if sum(entry.file_size for entry in package.infolist()) > MOST_UNPACKED:
            raise refuse("文件太大：解压后超出限度。")
    try:
        document = Document(BytesIO(data))
        numberer = Numberer(document)
        texts = [
            text for block in _blocks(document.element.body) for text in _read(block, numberer)
        ]
    # A damaged package fails in whatever part is damaged: zlib, lxml, KeyError, AttributeError …
    except Exception as error:
        raise refuse(f"Word 文档{DAMAGED}") from error
    return [
        Line(at, clean(text), label if at_break == 0 else "", cell)
        for at, (paragraph, label, cell) in enumerate(texts, 1)
        for at_break, text in enumerate(paragraph.split("\n"))
    ]


def _blocks(parent: Any) -> Iterator[Any]:
    for child in parent.iterchildren():
        if child.tag in (_PARAGRAPH, _TABLE):
            yield child
        elif child.tag in _WRAPPERS:
            yield from _blocks(child)


def _read(block: Any, numberer: Numberer) -> Iterator[tuple[str, str, bool]]:
    """(text, label, is a table row) of a paragraph or of every row of a table."""
    if block.tag == _PARAGRAPH:
        text = _text_of(block)
        yield text, numberer.label_of(block) if clean(text) else "", False
        return
    for row in _within(block, _ROW):
        cells = [list(_blocks(cell)) for cell in _within(row, _CELL)]
        filled = [cell for cell in cells if any(clean(_flat(inner)) for inner in cell)]
        if len(filled) == 1:
            for inner in filled[0]:
                yield from _read(inner, numberer)
        elif filled:
            yield " | ".join(clean(" ".join(map(_flat, cell))) for cell in filled), "", True


def _within(parent: Any, tag: str) -> Iterator[Any]:
    for child in parent.iterchildren():
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _within(child, tag)


def _flat(block: Any) -> str:
    paragraphs = [block] if block.tag == _PARAGRAPH else block.iter(_PARAGRAPH)
    return " ".join(_text_of(paragraph).replace("\n", " ") for paragraph in paragraphs)


def _text_of(node: Any) -> str:
    parts: list[str] = []
    for child in node.iterchildren():
        if child.tag in _TEXT:
            parts.append(child.text or "")
        elif child.tag in _BREAKS:
            parts.append("\n")
        elif child.tag in _SPACES:
            parts.append(_SPACES[child.tag])
        elif child.tag not in _LEFT_OUT:
            parts.append(_text_of(child))
    return "".join(parts)
