"""Any document as DOCX, after GB/T 9704-2012 (see `wordstyles`)."""

import zipfile
from collections.abc import Callable
from datetime import UTC
from io import BytesIO
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE as KIND
from docx.oxml.ns import nsmap

from consultations.exports.blocks import (
    Align,
    Annex,
    Block,
    Document,
    Heading,
    Paragraph,
    Style,
    Table,
)
from consultations.exports.wordhead import write_head, write_imprint
from consultations.exports.wordsettings import set_settings
from consultations.exports.wordstyles import (
    TEXT_WIDTH,
    font_table,
    set_page,
    set_styles,
)
from consultations.exports.wordxml import (
    add,
    element,
    page_number,
    paragraph,
    parsed,
    runs,
    text_run,
    text_run_xml,
)

_STYLES = {
    Style.BODY: "Normal",
    Style.ADDRESSEE: "Addressee",
    Style.ITEM: "Item",
    Style.QUOTE: "Quote",
    Style.NOTE: "Note",
    Style.ANNEXES: "Annexes",
    Style.SIGNATURE: "Sign",
}
_TEXT_MM = 156
_ROW = f'<w:tr xmlns:w="{nsmap["w"]}"><w:trPr><w:cantSplit/></w:trPr>'
_ROW_HEAD = _ROW.replace("</w:trPr>", "<w:tblHeader/></w:trPr>")
_KEPT = {KIND.STYLES, KIND.SETTINGS, KIND.FOOTER}


def write_word(document: Document) -> bytes:
    """The document as DOCX. The same document gives the same bytes. Linear in its length."""
    file = docx.Document()
    _drop_template_parts(file)
    set_styles(file.styles.element)
    set_settings(file.settings.element)
    _footers(file)
    section = file.element.body.sectPr
    root = element("document")
    body = add(root, "body")
    if document.head:
        write_head(body, document.head)
    for line in document.title:
        text_run(paragraph(body, "Title"), line)
    if document.subtitle:
        text_run(paragraph(body, "Subtitle"), document.subtitle)
    for block in document.blocks:
        write_block(body, block)
    if isinstance(document.blocks[-1], Table):
        paragraph(body, "End")  # Word wants a paragraph after a table
    if document.imprint:
        write_imprint(body, document.imprint)
    set_page(section)
    body.append(section)
    file.part._element = root
    _properties(file, document)
    saved = BytesIO()
    file.save(saved)
    return _settled(saved.getvalue())


def write_block(body: Any, block: Block) -> None:
    """Add one block to `body`, in the styles of `wordstyles`."""
    _WRITERS[type(block)](body, block)


def _drop_template_parts(file: Any) -> None:
    """Without python-docx's theme, thumbnail and lists: nothing of them shows through."""
    package = file.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype == KIND.THUMBNAIL:
            package.rels.pop(key)
    for key, relation in list(file.part.rels.items()):
        if relation.reltype == KIND.FONT_TABLE:
            relation.target_part._blob = font_table()
        elif relation.reltype not in _KEPT:
            file.part.rels.pop(key)


def _footers(file: Any) -> None:
    file.settings.odd_and_even_pages_header_footer = True
    section = file.sections[0]
    for footer, style in (
        (section.footer, "FooterOdd"),
        (section.even_page_footer, "FooterEven"),
    ):
        footer.is_linked_to_previous = False
        root = footer._element
        for child in list(root):
            root.remove(child)
        page_number(paragraph(root, style))


def _heading(body: Any, block: Heading) -> None:
    runs(paragraph(body, f"Heading{block.level}"), block.runs)


def _paragraph(body: Any, block: Paragraph) -> None:
    made = paragraph(body, _STYLES[block.style], keep=block.keep)
    if block.style == Style.ITEM and block.depth > 1:
        _indent(made, block.depth - 1)
    if block.style == Style.QUOTE and block.depth > 1:
        _indent(made, block.depth)
    if block.marker:
        text_run(made, block.marker if block.marker.endswith(".") else f"{block.marker} ")
    runs(made, block.runs)


def _indent(made: Any, steps: int) -> None:
    """Two characters of 16 pt from the left for each step."""
    add(made[0], "ind", leftChars=200 * steps, left=640 * steps)


def _annex(body: Any, block: Annex) -> None:
    text_run(paragraph(body, "AnnexMark"), block.mark)
    text_run(paragraph(body, "Title"), block.title)


def _table(body: Any, block: Table) -> None:
    """A table whose heading row is repeated and whose rows stay whole."""
    table = add(body, "tbl")
    properties = add(table, "tblPr")
    add(properties, "tblStyle", val="TableGrid")
    widths = [column.width * TEXT_WIDTH // _TEXT_MM for column in block.columns]
    add(properties, "tblW", w=sum(widths), type="dxa")
    add(properties, "jc", val="center")
    add(properties, "tblLayout", type="fixed")
    margins = add(properties, "tblCellMar")
    for side, width in (("top", 40), ("left", 85), ("bottom", 40), ("right", 85)):
        add(margins, side, w=width, type="dxa")
    grid = add(table, "tblGrid")
    for width in widths:
        add(grid, "gridCol", w=width)
    heads = tuple((column.label,) for column in block.columns)
    table.append(_row(block, widths, heads, head=True))
    for row in block.rows:
        table.append(_row(block, widths, row))


def _row(
    block: Table,
    widths: list[int],
    cells: tuple[tuple[str, ...], ...],
    *,
    head: bool = False,
) -> Any:
    """A row, written as text and parsed: a long table is five times as fast as by elements."""
    style = "TableHead" if head else "TableText"
    parts = [_ROW_HEAD if head else _ROW]
    for column, width, lines in zip(block.columns, widths, cells, strict=True):
        align = "" if head or column.align == Align.LEFT else f'<w:jc w:val="{column.align}"/>'
        parts.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:pPr>'
            f'<w:pStyle w:val="{style}"/>{align}</w:pPr>{text_run_xml(lines)}</w:p></w:tc>'
        )
    parts.append("</w:tr>")
    return parsed("".join(parts))


_WRITERS: dict[type[Block], Callable[[Any, Any], None]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Annex: _annex,
    Table: _table,
}


def _properties(file: Any, document: Document) -> None:
    dated = document.dated.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    core = file.core_properties
    core.title = document.name[:255]
    core.subject = document.subject[:255]
    core.author = core.last_modified_by = document.author[:255]
    core.language = "zh-CN"
    core.created = core.modified = dated
    core.comments = core.keywords = core.category = ""
    core.revision = 1


def _settled(packed: bytes) -> bytes:
    """The same package with every member's time fixed."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(packed)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return out.getvalue()
