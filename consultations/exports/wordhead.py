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
    """A frame at the bottom of the text area of the last page, wherever the text has ended."""
    lines = [f"　{imprint.issuer}\t{imprint.date}　"]
    if imprint.copies:
        lines.insert(0, f"　抄送：{imprint.copies.rstrip('。')}。")
    for line in lines:
        made = paragraph(body, "Imprint")
        # On the paragraph, not in its style: LibreOffice takes no frame from a style.
        add(
            made[0],
            "framePr",
            w=TEXT_WIDTH,
            wrap="notBeside",
            vAnchor="margin",
            hAnchor="margin",
            xAlign="left",
            yAlign="bottom",
        )
        text_run(made, line)
    paragraph(body, "End")  # what the frame is anchored to
