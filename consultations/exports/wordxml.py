"""WordprocessingML in small: elements, paragraphs and runs, in linear time."""

import re
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml.ns import nsmap, qn
from lxml import etree

from consultations.exports.blocks import Run

KAITI = "楷体_GB2312"
_BREAKS = re.compile("(\n|\t)")
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def add(parent: Any, tag: str, **attributes: str | int) -> Any:
    """A new last child `w:tag` of `parent`; attributes are in the w namespace."""
    named = {_w(name): str(value) for name, value in attributes.items()}
    return etree.SubElement(parent, _w(tag), named)


def element(tag: str, **attributes: str | int) -> Any:
    """An element `w:tag` without a parent.

    It and all in it are lxml's own, not python-docx's, whose classes cost ten times as much.
    """
    named = {_w(name): str(value) for name, value in attributes.items()}
    return etree.Element(_w(tag), named, nsmap={"w": nsmap["w"]})


@cache
def _w(name: str) -> str:
    tag: str = qn(f"w:{name}")
    return tag


def fonts(properties: Any, family: str) -> None:
    """Set `family` for all scripts: Word picks by script, and without eastAsia takes its own."""
    add(properties, "rFonts", ascii=family, hAnsi=family, eastAsia=family, cs=family)


def paragraph(parent: Any, style: str, *, keep: bool = False) -> Any:
    """An empty paragraph; `keep` holds it on the page of the next one."""
    made = add(parent, "p")
    properties = add(made, "pPr")
    add(properties, "pStyle", val=style)
    if keep:
        add(properties, "keepNext")
    return made


def text_run(parent: Any, text: str, *, strong: bool = False, em: bool = False) -> None:
    """A run; line feeds become breaks, tabs tabs."""
    made = add(parent, "r")
    if strong or em:
        properties = add(made, "rPr")
        if em:
            fonts(properties, KAITI)
        if strong:
            add(properties, "b")
            add(properties, "bCs")
    for part in _BREAKS.split(text) if "\n" in text or "\t" in text else (text,):
        if part == "\n":
            add(made, "br")
        elif part == "\t":
            add(made, "tab")
        elif part:
            child = add(made, "t")
            child.text = part
            child.set(_XML_SPACE, "preserve")


def text_run_xml(lines: tuple[str, ...]) -> str:
    """The same run as `text_run` makes of the lines, as text for `parsed`."""
    pieces = ["<w:r>"]
    for part in _BREAKS.split("\n".join(lines)):
        if part == "\n":
            pieces.append("<w:br/>")
        elif part == "\t":
            pieces.append("<w:tab/>")
        elif part:
            pieces.append(f'<w:t xml:space="preserve">{escape(part)}</w:t>')
    pieces.append("</w:r>")
    return "".join(pieces)


def parsed(xml: str) -> Any:
    """An element from markup of our own making; its prefix w is declared in it."""
    return etree.fromstring(xml)


def runs(parent: Any, these: tuple[Run, ...]) -> None:
    """Runs in a row. A link's address follows it in brackets: paper cannot be clicked."""
    for run in these:
        shown = f"{run.text}（{run.href}）" if run.href and run.href != run.text else run.text
        text_run(parent, shown, strong=run.strong, em=run.em)


def page_number(parent: Any) -> None:
    """— 1 —"""
    text_run(parent, "— ")
    for kind in ("begin", "", "separate", "1", "end"):
        made = add(parent, "r")
        if kind == "":
            child = add(made, "instrText")
            child.text = " PAGE "
            child.set(_XML_SPACE, "preserve")
        elif kind == "1":
            add(made, "t").text = "1"
        else:
            add(made, "fldChar", fldCharType=kind)
    text_run(parent, " —")
