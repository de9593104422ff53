"""Fills a Word template that staff uploaded: names are looked up, rows repeated, nothing is run."""

import copy
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from docx.opc.oxml import serialize_part_xml

from consultations.exports.blocks import Document, Table
from consultations.exports.placeholders import BODY, Values
from consultations.exports.word import write_block
from consultations.exports.wordxml import add, element, text_run
from consultations.intake.wordtemplate import (
    FILLED,
    PLACEHOLDER,
    W,
    WordTemplate,
    own_texts,
    parse,
)

_BORDERS = ("top", "left", "bottom", "right", "insideH", "insideV")


def fill_template(template: WordTemplate, document: Document, values: Values) -> bytes:
    """The template with its placeholders filled; one that has no value becomes empty.

    A paragraph `{{正文}}` becomes the document's body in that paragraph's look. A table row with
    placeholders of a list (`{{共识.内容}}`) is repeated for each of its entries, and goes where
    there are none. What is filled in is never looked at again: braces in it stay as they were
    written. The same template and values give the same bytes.
    """
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in template.parts.items():
            if FILLED.fullmatch(name):
                root = parse(content)
                _fill_part(root, document, values)
                content = serialize_part_xml(root)  # noqa: PLW2901 (the part as it is now)
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(member, content)
    return packed.getvalue()


def _fill_part(root: Any, document: Document, values: Values) -> None:
    """Rows are repeated while they are empty: so every paragraph listed here is the template's."""
    entries = _repeat_rows(root, values)
    for paragraph in list(root.iter(f"{W}p")):
        alone = PLACEHOLDER.fullmatch(_own_text(paragraph).strip())
        if alone and alone[1] == BODY:
            _put_body(paragraph, document)
        else:
            _fill(paragraph, {**values.single, **entries.get(paragraph, {})})


def _own_text(paragraph: Any) -> str:
    return "".join(piece.text or "" for piece in own_texts(paragraph))


def _repeat_rows(root: Any, values: Values) -> dict[Any, Mapping[str, str]]:
    """The paragraphs of repeated rows, each with what its row is filled with, by placeholder."""
    entries: dict[Any, Mapping[str, str]] = {}
    for row in list(root.iter(f"{W}tr")):
        text = "".join(piece.text or "" for piece in row.iter(f"{W}t"))
        named = (name.partition(".")[0] for name in PLACEHOLDER.findall(text) if "." in name)
        if name := next((name for name in named if name in values.lists), ""):
            entries |= _repeat(row, name, values.lists[name])
    return entries


def _repeat(
    row: Any, name: str, entries: Sequence[Mapping[str, str]]
) -> Iterator[tuple[Any, Mapping[str, str]]]:
    at = row
    for entry in entries:
        made = copy.deepcopy(row)
        own = {f"{name}.{key}": value for key, value in entry.items()}
        yield from ((paragraph, own) for paragraph in made.iter(f"{W}p"))
        at.addnext(made)
        at = made
    table = row.getparent()
    table.remove(row)
    if not table.findall(f"{W}tr"):
        # A table needs a row, and a cell of a table a paragraph after it.
        table.addnext(element("p"))
        table.getparent().remove(table)


def _put_body(paragraph: Any, document: Document) -> None:
    holder = element("body")
    for block in document.blocks:
        write_block(holder, block)
        if isinstance(block, Table):
            add(holder, "p")
    for made in holder:
        _in_the_look_of(made, paragraph)
        paragraph.addprevious(made)
    paragraph.getparent().remove(paragraph)


def _in_the_look_of(made: Any, model: Any) -> None:
    """Our styles are not in the template: paragraphs take the model's look, headings are bold."""
    if made.tag == f"{W}tbl":
        properties = made.find(f"{W}tblPr")
        style = properties.find(f"{W}tblStyle")
        borders = element("tblBorders")
        for side in _BORDERS:
            add(borders, side, val="single", sz=4, space=0, color="auto")
        properties.remove(style)
        properties.find(f"{W}jc").addnext(borders)
        for paragraph in made.iter(f"{W}p"):
            properties = paragraph.find(f"{W}pPr")
            properties.remove(properties.find(f"{W}pStyle"))
            add_indent = element("ind", firstLineChars=0, firstLine=0)
            place = properties.find(f"{W}jc")
            if place is None:
                properties.append(add_indent)
            else:
                place.addprevious(add_indent)
        return
    own = made.find(f"{W}pPr")
    style = own.find(f"{W}pStyle").get(f"{W}val") if own is not None else ""
    if own is not None:
        made.remove(own)
    look = model.find(f"{W}pPr")
    if look is not None:
        made.insert(0, copy.deepcopy(look))
    manner = model.find(f".//{W}r/{W}rPr")
    for run in made.iter(f"{W}r"):
        _manner(run, manner, bold=style.startswith(("Heading", "Title", "AnnexMark")))


def _manner(run: Any, model: Any, *, bold: bool) -> None:
    own = run.find(f"{W}rPr")
    strong = bold or (own is not None and own.find(f"{W}b") is not None)
    if own is not None:
        run.remove(own)
    look = copy.deepcopy(model) if model is not None else element("rPr")
    if strong and look.find(f"{W}b") is None:
        place = look.find(f"{W}rFonts")
        made = element("b")
        if place is None:
            look.insert(0, made)
        else:
            place.addnext(made)
    run.insert(0, look)


def _fill(paragraph: Any, values: Mapping[str, str]) -> None:
    """Replace the placeholders of one paragraph, from the last to the first."""
    pieces = own_texts(paragraph)
    whole = "".join(piece.text or "" for piece in pieces)
    for found in reversed(list(PLACEHOLDER.finditer(whole))):
        _replace(pieces, found.start(), found.end(), values.get(found[1], ""))
    for piece in pieces:
        if "\n" in (piece.text or ""):
            _broken(piece)


def _replace(pieces: list[Any], start: int, end: int, value: str) -> None:
    at = 0
    target = None
    for piece in pieces:
        text = piece.text or ""
        first, last = max(start - at, 0), min(end - at, len(text))
        if first < last:
            if target is None:
                target = piece
                piece.text = text[:first] + value + text[last:]
            else:
                piece.text = text[:first] + text[last:]
            piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        at += len(text)


def _broken(piece: Any) -> None:
    """The run of `piece` with line breaks where its text has line feeds."""
    holder = element("p")
    text_run(holder, piece.text)
    for made in list(holder[0]):
        piece.addprevious(made)
    piece.text = ""
