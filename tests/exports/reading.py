"""Reads finished files back, as the programs that open them do."""

import json
import zipfile
from io import BytesIO
from typing import Any

import docx
from docx.oxml import parse_xml
from markdown_it import MarkdownIt
from pypdf import PdfReader

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def word_lines(data: bytes) -> list[str]:
    """All paragraphs of a DOCX in order, those in tables too."""
    body = docx.Document(BytesIO(data)).element.body
    return [_words(paragraph) for paragraph in body.iter(f"{W}p")]


def _words(paragraph: Any) -> str:
    parts = {f"{W}t": lambda e: e.text or "", f"{W}br": lambda _e: "\n", f"{W}tab": lambda _e: "\t"}
    return "".join(parts[e.tag](e) for e in paragraph.iter() if e.tag in parts)


def word_part(data: bytes, name: str) -> Any:
    with zipfile.ZipFile(BytesIO(data)) as file:
        return parse_xml(file.read(name))


def pdf_text(data: bytes) -> str:
    """What can be copied out of the pages, without white space."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(data)).pages)


def sheets(data: bytes) -> dict[str, list[list[str | int]]]:
    """The cells of each sheet by its name; fails on a formula or a link."""
    with zipfile.ZipFile(BytesIO(data)) as file:
        shared = [
            "".join(text.text or "" for text in item.iter(f"{S}t"))
            for item in parse_xml(file.read("xl/sharedStrings.xml"))
        ]
        book = parse_xml(file.read("xl/workbook.xml"))
        names = [sheet.attrib["name"] for sheet in book.iter(f"{S}sheet")]
        read = {}
        for at, name in enumerate(names, start=1):
            sheet = parse_xml(file.read(f"xl/worksheets/sheet{at}.xml"))
            assert not list(sheet.iter(f"{S}f"))
            assert not list(sheet.iter(f"{S}hyperlink"))
            read[name] = [[_cell(c, shared) for c in row] for row in sheet.iter(f"{S}row")]
    return read


def _cell(cell: Any, shared: list[str]) -> str | int:
    value = int(cell.findtext(f"{S}v") or 0)
    return shared[value] if cell.get("t") == "s" else value


def markdown_text(data: bytes) -> str:
    """What a reader sees of a Markdown file, without white space; no raw HTML may be in it."""
    tokens = MarkdownIt("commonmark").enable("table").parse(data.decode())
    seen: list[str] = []
    for token in tokens:
        assert token.type not in {"html_block", "code_block", "fence"}, token.content
        for inner in token.children or []:
            if inner.type == "html_inline":
                assert inner.content == "<br>"
            elif inner.type in {"text", "text_special"}:
                seen.append(inner.content)
    return squeezed("".join(seen))


def squeezed(text: str) -> str:
    return "".join(text.split()).replace("\u200b", "")


def json_value(data: bytes) -> Any:
    return json.loads(data)
