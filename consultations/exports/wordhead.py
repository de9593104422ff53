"""版头 and 版记 in Word: what stands above the title and at the foot of the last page."""

from typing import Any

from consultations.exports.blocks import Head, Imprint
from consultations.exports.wordstyles import TEXT_WIDTH
from consultations.exports.wordxml import add, paragraph, text_run

_LARGEST = 96  # half points
_WIDTH = 860  # half points between the margins, less a little


def banner_size(text: str) -> int:
    """Half points at which the red name fills the line, and at most 48 pt."""
    return min(_LARGEST, _WIDTH // max(1, len(text)) // 2 * 2)


def write_head(body: Any, head: Head) -> None:
    made = paragraph(body, "Banner")
    size = banner_size(head.banner)
    add(made[0], "spacing", line=size * 13, lineRule="exact")
    run = add(made, "r")
    properties = add(run, "rPr")
    add(properties, "sz", val=size)
    add(properties, "szCs", val=size)
    add(run, "t").text = head.banner
    if head.number:
        text_run(paragraph(body, "Number"), head.number)
    line = paragraph(body, "HeadLine")
    text_run(line, f" {head.left}\t{head.right}" if head.left or head.right else "")


def write_imprint(body: Any, imprint: Imprint) -> None:
    """A table of its own at the bottom of the text area, wherever the text has ended."""
    table = add(body, "tbl")
    properties = add(table, "tblPr")
    add(
        properties,
        "tblpPr",
        leftFromText=0,
        rightFromText=0,
        topFromText=280,
        bottomFromText=0,
        vertAnchor="margin",
        horzAnchor="margin",
        tblpXSpec="left",
        tblpYSpec="bottom",
    )
    add(properties, "tblOverlap", val="never")
    add(properties, "tblW", w=TEXT_WIDTH, type="dxa")
    borders = add(properties, "tblBorders")
    for side, size in (("top", 8), ("bottom", 8), ("insideH", 6)):
        add(borders, side, val="single", sz=size, space=0, color="auto")
    add(properties, "tblLayout", type="fixed")
    add(add(table, "tblGrid"), "gridCol", w=TEXT_WIDTH)
    rows = [f"{imprint.issuer}\t{imprint.date}"]
    if imprint.copies:
        rows.insert(0, f"抄送：{imprint.copies.rstrip('。')}。")
    for text in rows:
        row = add(table, "tr")
        add(add(row, "trPr"), "cantSplit")
        cell = add(row, "tc")
        add(add(cell, "tcPr"), "tcW", w=TEXT_WIDTH, type="dxa")
        made = paragraph(cell, "Imprint")
        add(add(made[0], "tabs"), "tab", val="right", pos=TEXT_WIDTH - 500)
        text_run(made, text)
    paragraph(body, "TableText")  # Word wants a paragraph after a table
