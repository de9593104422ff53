"""The paragraphs of rich text: as plain text to quote, numbered, compared version by version.

A paragraph is whatever an opening block tag begins, counted from 1 in the order of the tags. One
that only holds other paragraphs has no text of its own.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape

from consultations.domain.wordings import Kin, Piece, word_changes

_TAG = re.compile(r"<(/?)([a-z0-9]+)(?: [^>]*)?/?>", re.IGNORECASE)
BLOCKS = frozenset({"p", "li", "h3", "h4", "blockquote"})
# “意见 17” names an opinion, “意见 17 条” counts them. Minutes are Chinese, whoever reads them.
CITED = re.compile(r"(意见|建议|提问|回复)[ \u00a0]?(\d{1,6})(?!\d|[ \u00a0]*[条个人次])")
_BREAK = "<br>"
_LETTER = re.compile(rf"{_BREAK}|&#?\w+;|.", re.DOTALL)

Span = tuple[int, int]  # from which letter of a text, up to before which


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph with text; `number` counts the block tags, `tag` is the one that began it."""

    number: int
    tag: str
    text: str


def passages(body: str) -> tuple[Passage, ...]:
    """The paragraphs of clean rich text that have text, in their order."""
    joined = [
        (tag, " ".join("".join(_plain(raw) for raw, _at in pieces).split()))
        for tag, pieces in _blocks(body)
    ]
    return tuple(Passage(number, tag, text) for number, (tag, text) in enumerate(joined, 1) if text)


def cited_in(text: str) -> set[int]:
    """The numbers of the opinions that a text names."""
    return {int(match[2]) for match in CITED.finditer(text)}


def naming(found: Iterable[Passage], *numbers: int) -> tuple[Passage, ...]:
    """The paragraphs that name one of these opinions."""
    return tuple(one for one in found if not cited_in(one.text).isdisjoint(numbers))


def without(body: str, spans: Callable[[Passage], Iterable[Span]], instead: str) -> str:
    """The same rich text with `instead` (escaped) in the place of each span of a paragraph's text.

    All tags stay but line breaks within a span, so that paragraphs keep their numbers.
    """
    edits: dict[tuple[int, int], str] = {}
    for number, (tag, pieces) in enumerate(_blocks(body), 1):
        letters = list(_letters(pieces))
        passage = Passage(number, tag, "".join(letter for letter, _where in letters))
        for start, end in spans(passage) if passage.text else ():
            places = [where for _letter, where in letters[start:end]]
            edits |= dict.fromkeys(places, "") | {places[0]: instead}
    parts, last = [], 0
    for (start, end), words in sorted(edits.items()):
        parts += [body[last:start], words]
        last = end
    return "".join([*parts, body[last:]])


def _letters(pieces: Iterable[tuple[str, int]]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each letter of a paragraph's text, and from where to where it stands in the rich text."""
    space: tuple[int, int] | None = None
    begun = False
    for raw, at in pieces:
        for match in _LETTER.finditer(raw):
            where = (at + match.start(), at + match.end())
            for letter in _plain(match[0]):
                if letter.isspace():
                    space = space or where
                    continue
                if space and begun:
                    yield " ", space
                space, begun = None, True
                yield letter, where


def _plain(raw: str) -> str:
    return " " if raw == _BREAK else unescape(raw)


def _blocks(body: str) -> list[tuple[str, list[tuple[str, int]]]]:
    """The tag of each paragraph, and the pieces of its text, as they stand there, with where.

    A line break is a piece of its own.
    """
    blocks: list[tuple[str, list[tuple[str, int]]]] = []
    open_blocks: list[int] = []
    for tag, closing, text, at in _pieces(body):
        if text:
            if not open_blocks:
                blocks.append(("p", []))
                open_blocks.append(len(blocks) - 1)
            blocks[open_blocks[-1]][1].append((text, at))
        elif tag == "br" and open_blocks:
            blocks[open_blocks[-1]][1].append((_BREAK, at))
        elif tag in BLOCKS and not closing:
            blocks.append((tag, []))
            open_blocks.append(len(blocks) - 1)
        elif tag in BLOCKS and open_blocks:
            open_blocks.pop()
    return blocks


def _pieces(body: str) -> Iterator[tuple[str, bool, str, int]]:
    """(tag, closing, "", where) of each tag and ("", False, text, where) of what stands between."""
    last = 0
    for match in _TAG.finditer(body):
        if match.start() > last:
            yield "", False, body[last : match.start()], last
        yield match[2].lower(), bool(match[1]), "", match.start()
        last = match.end()
    if last < len(body):
        yield "", False, body[last:], last


def annotated(body: str, link: Callable[[str], str]) -> str:
    """The same rich text with `id="p<number>"` on each paragraph; `link` may rewrite the texts.

    `link` is given escaped text outside of links, and returns markup.
    """
    parts: list[str] = []
    number = last = anchors = 0
    for match in _TAG.finditer(body):
        text = body[last : match.start()]
        parts.append(text if anchors else link(text))
        last = match.end()
        closing, tag = bool(match[1]), match[2].lower()
        if tag == "a":
            anchors += -1 if closing else 1
        if tag in BLOCKS and not closing:
            number += 1
            parts.append(f'<{tag} id="p{number}">')
        else:
            parts.append(match[0])
    parts.append(link(body[last:]))
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class ChangedPassage:
    """One paragraph of a comparison: "same", "changed", "new" or "gone" as a whole."""

    kind: str
    tag: str
    pieces: tuple[Piece, ...]


def compare(old: str, new: str) -> tuple[ChangedPassage, ...]:
    """What became of each paragraph from one version of rich text to another, word by word.

    Work grows with the length of both, not with their product, also where nothing was kept.
    """
    before, after = passages(old), passages(new)
    matcher = SequenceMatcher(None, [one.text for one in before], [one.text for one in after])
    found: list[ChangedPassage] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            found += [_whole("same", one) for one in after[c:d]]
        else:
            found += _replaced(before[a:b], after[c:d])
    return tuple(found)


def _replaced(before: tuple[Passage, ...], after: tuple[Passage, ...]) -> Iterator[ChangedPassage]:
    """Paragraphs of one place: those that are alike are paired in their order."""
    kin = Kin([one.text for one in before])
    first = 0  # of those before that have not been told of
    for one in after:
        at = kin.nearest(one.text, first)
        if at is None:
            yield _whole("new", one)
            continue
        for old in before[first:at]:
            yield _whole("gone", old)
        pieces = tuple(word_changes(before[at].text, one.text))
        yield ChangedPassage("changed", one.tag, pieces)
        first = at + 1
    for old in before[first:]:
        yield _whole("gone", old)


def _whole(kind: str, one: Passage) -> ChangedPassage:
    return ChangedPassage(kind, one.tag, (Piece(kind, one.text),))
