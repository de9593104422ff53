"""Any document as PDF/A-2u, tagged, set by typst."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any, Literal

import typst

from consultations.exports.blocks import Document, Table
from consultations.exports.fonts import Fonts, chinese_fonts

TEMPLATE = Path(__file__).with_name("document.typ")
STANDARD: Literal["a-2u"] = "a-2u"
MISSING = "〓"  # what printers set for a character that they have no type for

_HOUR = timedelta(hours=1)
_SURE = re.compile("[\n\t -~\u00b7\u2014\u2018-\u201d\u2026\u3000-\u3002\u3008-\u3011"
                   "\u4e00-\u9fff\uff01-\uff5e]")  # fmt: skip
_NOT_SHOWN = re.compile(r'the text `"(.*)"` could not be displayed|codepoint `"(.*)"`', re.DOTALL)
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}|\\([\"'\\nrt0])")
_MOST_REPAIRS = 20


def write_pdf(document: Document, *, folders: Sequence[str] = ()) -> bytes:
    """The document as PDF. The same document and fonts give the same bytes.

    A character that no installed font has is shown as 〓: PDF/A forbids unknown characters.

    Raises:
        Refusal: see `fonts.chinese_fonts`.
    """
    fonts = chinese_fonts(folders)
    head = asdict(replace(document, blocks=()))
    data = {**head, "dated": None, "blocks": [_tagged(b) for b in document.blocks]}
    data |= {"fonts": fonts.roles}
    for _attempt in range(_MOST_REPAIRS):
        try:
            return _compile(data, document, fonts)
        except typst.TypstError as error:
            unknown = _unknown(str(error.message))
            if not unknown:
                raise
        rare = {character for text in _texts(data) for character in _SURE.sub("", text)}
        hopeless = {character for character in rare if not _can_show(character, fonts)}
        data = _replaced(data, hopeless or {unknown})
    # Combinations that no font has, without end: what is not plain Chinese or ASCII goes.
    rare = {character for text in _texts(data) for character in _SURE.sub("", text)}
    return _compile(_replaced(data, rare), document, fonts)


def _tagged(block: Any) -> dict[str, Any]:
    """The block for typst; of a table that has entries these alone, without a deep copy."""
    if isinstance(block, Table):
        columns = [asdict(column) for column in block.columns]
        rows = () if block.entries else block.rows
        return {"block": "Table", "columns": columns, "rows": rows, "entries": block.entries}
    return {"block": type(block).__name__, **asdict(block)}


def _compile(data: dict[str, Any], document: Document, fonts: Fonts) -> bytes:
    zone = timezone(document.dated.utcoffset() or 0 * _HOUR)
    compiler = typst.Compiler(
        TEMPLATE.read_bytes(),
        root=TEMPLATE.parent,
        font_paths=fonts.found,
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(data, ensure_ascii=False)},
    )
    made = compiler.compile(
        format="pdf",
        pdf_standards=[STANDARD],
        pdf_tags=True,
        timestamp=document.dated.astimezone(zone).replace(microsecond=0),
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave no PDF")
    return made


def _unknown(message: str) -> str:
    """The text that typst could not show, from its message; "" where it is about another matter."""
    found = _NOT_SHOWN.search(message)
    if found is None:
        return ""
    return _ESCAPE.sub(
        lambda escape: chr(int(escape[1], 16)) if escape[1] else _plain_escape(escape[2]),
        found[1] or found[2] or "",
    )


def _plain_escape(letter: str) -> str:
    return {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}.get(letter, letter)


def _can_show(character: str, fonts: Fonts) -> bool:
    """Whether any font has it: asked of typst itself, about a millisecond each."""
    probe = typst.Compiler(
        b'#set text(font: json(bytes(sys.inputs.fonts)), lang: "zh")\n#sys.inputs.text',
        font_paths=fonts.found,
        ignore_system_fonts=True,
        sys_inputs={"text": character, "fonts": json.dumps(fonts.roles["body"])},
    )
    try:
        probe.compile(format="pdf", pdf_standards=[STANDARD], timestamp=0)
    except typst.TypstError:
        return False
    return True


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _replaced(value: Any, unknown: set[str]) -> Any:
    """The same data with every one of the texts in `unknown` replaced by 〓."""
    pattern = re.compile("|".join(re.escape(text) for text in sorted(unknown)))

    def walk(inner: Any) -> Any:
        if isinstance(inner, str):
            return pattern.sub(MISSING, inner)
        if isinstance(inner, dict):
            return {key: walk(one) for key, one in inner.items()}
        if isinstance(inner, list | tuple):
            return [walk(one) for one in inner]
        return inner

    return walk(value)
