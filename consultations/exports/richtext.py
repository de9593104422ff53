"""Reads the allowed rich text (see `hall.richtext`) into blocks.

Unknown tags are read through: their text stays, their manner is lost. Nothing is ever executed
or passed on as markup.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from consultations.exports.blocks import Block, Heading, Paragraph, Run, Style
from consultations.exports.words import clean

_BREAKING = {"p", "ul", "ol", "li", "blockquote", "h3", "h4"}
_BULLETS = "•◦▪"
_SPACES = re.compile(r"[ \t\n]+")


@dataclass(slots=True)
class _List:
    ordered: bool
    count: int = 0

    def marker(self, depth: int) -> str:
        if self.ordered:
            return f"{self.count}."
        return _BULLETS[(depth - 1) % len(_BULLETS)]


@dataclass(slots=True)
class _Manner:
    strong: int = 0
    em: int = 0
    hrefs: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._runs: list[Run] = []
        self._manner = _Manner()
        self._lists: list[_List] = []
        self._marker = ""
        self._quotes = 0
        self._heading = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKING:
            self._end_block()
        if tag == "br":
            self._break()
        elif tag in {"strong", "b"}:
            self._manner.strong += 1
        elif tag in {"em", "i"}:
            self._manner.em += 1
        elif tag == "a":
            href = dict(attrs).get("href") or ""
            self._manner.hrefs.append(href if href.startswith("https://") else "")
        else:
            self._open_block(tag)

    def _break(self) -> None:
        """A new paragraph of the same kind: it is indented as official documents want it."""
        if self._heading:
            self._runs.append(Run(" "))
        else:
            self._end_block()

    def _open_block(self, tag: str) -> None:
        if tag in {"ul", "ol"}:
            self._lists.append(_List(ordered=tag == "ol"))
        elif tag == "li":
            if not self._lists:
                self._lists.append(_List(ordered=False))
            self._lists[-1].count += 1
            self._marker = self._lists[-1].marker(len(self._lists))
        elif tag == "blockquote":
            self._quotes += 1
        elif tag in {"h3", "h4"}:
            self._heading = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKING:
            self._end_block()
        if tag in {"strong", "b"}:
            self._manner.strong = max(0, self._manner.strong - 1)
        elif tag in {"em", "i"}:
            self._manner.em = max(0, self._manner.em - 1)
        elif tag == "a" and self._manner.hrefs:
            self._manner.hrefs.pop()
        elif tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        elif tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        elif tag in {"h3", "h4"}:
            self._heading = ""

    def handle_data(self, data: str) -> None:
        # White space between blocks is the markup's layout, not text.
        text = _SPACES.sub(" ", data)
        if not text.strip() and not self._runs:
            return
        self._runs.append(
            Run(
                text,
                strong=self._manner.strong > 0,
                em=self._manner.em > 0,
                href=self._manner.hrefs[-1] if self._manner.hrefs else "",
            )
        )

    def close(self) -> None:
        super().close()
        self._end_block()

    def _end_block(self) -> None:
        runs = _trimmed(self._runs)
        self._runs = []
        if runs:
            self.blocks.append(self._block(runs))
            self._marker = ""

    def _block(self, runs: tuple[Run, ...]) -> Block:
        if self._heading:
            return Heading(1 if self._heading == "h3" else 2, runs)
        if self._lists:
            return Paragraph(runs, Style.ITEM, self._marker, len(self._lists))
        if self._quotes:
            return Paragraph(runs, Style.QUOTE, depth=self._quotes)
        return Paragraph(runs)


def read_rich_text(html: str) -> tuple[Block, ...]:
    """The blocks of `html`; h3 becomes a heading of level 1, h4 of level 2. Linear in its length.

    An item after the first paragraph of its list item has no marker.
    """
    reader = _Reader()
    reader.feed(clean(html))
    reader.close()
    return tuple(reader.blocks)


def _trimmed(runs: list[Run]) -> tuple[Run, ...]:
    """Without white space and line breaks at both ends; neighbours in one manner joined."""
    joined: list[Run] = []
    for run in runs:
        if joined and _manner(joined[-1]) == _manner(run):
            joined[-1] = Run(joined[-1].text + run.text, run.strong, run.em, run.href)
        else:
            joined.append(run)
    while joined and not joined[0].text.strip():
        joined.pop(0)
    while joined and not joined[-1].text.strip():
        joined.pop()
    if joined:
        first = joined[0]
        joined[0] = Run(first.text.lstrip(), first.strong, first.em, first.href)
        last = joined[-1]
        joined[-1] = Run(last.text.rstrip(), last.strong, last.em, last.href)
    return tuple(joined)


def _manner(run: Run) -> tuple[bool, bool, str]:
    return run.strong, run.em, run.href
