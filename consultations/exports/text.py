"""Any document as Markdown (CommonMark with tables)."""

import re
from collections.abc import Iterator

from consultations.exports.blocks import (
    Annex,
    Block,
    Document,
    Heading,
    Paragraph,
    Run,
    Style,
    Table,
)

# Every ASCII punctuation mark that can begin, end or be part of markup anywhere in a line.
_MARKUP = re.compile(r"([\\`*_\[\]<>&|~#!$^{}@])")
_AT_START = re.compile(r"^([-+=:.)])|^(\d{1,9})([.)])")
_ADDRESS = re.compile(r"(https?|ftp|mailto|xmpp)(:)|(www)(\.)", re.IGNORECASE)
_INDENT = "   "


def write_text(document: Document) -> bytes:
    """The document in UTF-8. Text in it is escaped, so that none of it becomes markup."""
    parts = ["# " + _one_line("".join(document.title))]
    if document.head:
        head = document.head
        named = (head.banner, head.number, head.left, head.right)
        parts.insert(0, "\\\n".join(_one_line(part) for part in named if part))
    if document.subtitle:
        parts.append(_lines(document.subtitle))
    parts += [_block(block) for block in document.blocks]
    if document.imprint:
        foot = document.imprint
        copies = f"抄送：{foot.copies.rstrip('。')}。" if foot.copies else ""
        lines = (copies, f"{foot.issuer}　{foot.date}")
        parts += ["---", "\\\n".join(_one_line(line) for line in lines if line)]
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def escape(text: str) -> str:
    """One line of text as Markdown that shows just this text."""
    escaped = _ADDRESS.sub(r"\1\3\\\2\4", _MARKUP.sub(r"\\\1", text.strip(" \t")))
    return _AT_START.sub(_escaped_start, escaped)


def _escaped_start(found: re.Match[str]) -> str:
    return f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}"


def _lines(text: str) -> str:
    return "\\\n".join(escape(line) for line in text.split("\n") if line.strip())


def _one_line(text: str) -> str:
    return escape(" ".join(text.split()))


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return "#" * (block.level + 1) + " " + _one_line("".join(run.text for run in block.runs))
    if isinstance(block, Annex):
        return f"---\n\n## {_one_line(block.mark)}　{_one_line(block.title)}"
    if isinstance(block, Table):
        return "\n".join(_table(block))
    return _paragraph(block)


def _paragraph(paragraph: Paragraph) -> str:
    text = _runs(paragraph.runs)
    if paragraph.style == Style.QUOTE:
        prefix = "> " * max(1, paragraph.depth)
        return "\n".join(prefix + line for line in text.split("\n"))
    if paragraph.style == Style.ITEM:
        indent = _INDENT * (paragraph.depth - 1)
        marker = paragraph.marker if paragraph.marker.endswith(".") else "-"
        first = f"{indent}{marker.ljust(2)} " if paragraph.marker else f"{indent}{_INDENT}"
        rest = "\n" + indent + _INDENT
        return first + rest.join(text.split("\n"))
    return text


def _runs(runs: tuple[Run, ...]) -> str:
    written = ""
    for run in runs:
        text = _run(run)
        # Two marks that touch would be read as one: an empty character keeps them apart.
        written += f"&#8203;{text}" if written.endswith("*") and text.startswith("*") else text
    return written


def _run(run: Run) -> str:
    body = run.text.strip()
    if not body:
        return _edge(run.text)
    before = _edge(run.text[: len(run.text) - len(run.text.lstrip())])
    after = _edge(run.text[len(run.text.rstrip()) :])
    text = _marked(body, "**" * run.strong + "*" * run.em)
    if run.href:
        text = f"[{text}](<{_address(run.href)}>)"
    return f"{before}{text}{after}"


def _marked(text: str, mark: str) -> str:
    """`text` between marks. CommonMark ignores a mark between punctuation and a Chinese letter,
    so punctuation at the ends stays outside."""
    inner = re.search(r"\w(.*\w)?", text, re.DOTALL) if mark else None
    if inner is None:
        return _lines(text)
    start, end = inner.span()
    return f"{_lines(text[:start])}{mark}{_lines(inner[0])}{mark}{_lines(text[end:])}"


def _edge(space: str) -> str:
    return "\\\n" if "\n" in space else space[:1]


def _address(href: str) -> str:
    return re.sub(r"[<>\\\s]", lambda found: "".join(f"%{b:02X}" for b in found[0].encode()), href)


def _table(table: Table) -> Iterator[str]:
    yield "| " + " | ".join(_one_line(column.label) for column in table.columns) + " |"
    yield "|" + "|".join(":-:" if c.align == "center" else "---" for c in table.columns) + "|"
    for row in table.rows:
        cells = ("<br>".join(_one_line(line) for line in cell if line.strip()) for cell in row)
        yield "| " + " | ".join(cells) + " |"
