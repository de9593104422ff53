"""WordprocessingML in small: elements, paragraphs and runs, in linear time."""

import re
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from consultations.exports.blocks import Run

KAITI = "楷体_GB2312"
_BREAKS = re.compile("(\n|\t)")
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def add(parent: Any, tag: str, **attributes: str | int) -> Any:
    """A new last child `w:tag` of `parent`; attributes are in the w namespace."""
    child = parent.makeelement(qn(f"w:{tag}"))
    for name, value in attributes.items():
        child.set(qn(f"w:{name}"), str(value))
    parent.append(child)
    return child


def element(tag: str, **attributes: str | int) -> Any:
    """An element `w:tag` without a parent."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def fonts(properties: Any, family: str) -> None:
    """Set `family` for all scripts: Word picks by script, and without eastAsia takes its own."""
    add(properties, "rFonts", ascii=family, hAnsi=family, eastAsia=family, cs=family)


def paragraph(parent: Any, style: str) -> Any:
    made = add(parent, "p")
    add(add(made, "pPr"), "pStyle", val=style)
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
