"""Cutting text into the words of the search index, and marking what was found.

Chinese has no spaces, so a run of it becomes overlapping pairs: 下水管道 → 下水 水管 管道 道. The
last character stands alone as well, so that every character begins some word and one character
can be looked up by prefix. Words of other scripts stay whole. Each word is written in ASCII,
characters beyond it as five hexadecimal digits: no database's own idea of a word interferes.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

MAX_WORDS = 16_000  # PostgreSQL counts places up to 16,383: beyond, no phrase would be found
EXCERPT = 120
LEAD = 30

_UNSPACED = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
)
_RUN = re.compile(rf"([{_UNSPACED}]+)|([^\W_{_UNSPACED}]+)")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for. All `tokens` have to follow one another; the last may go on."""

    text: str
    tokens: tuple[str, ...]
    open_ended: bool


def fold(text: str) -> str:
    """`text` as it is compared: full width or half, large or small makes no difference."""
    return unicodedata.normalize("NFKC", text).casefold()


def index_words(text: str) -> str:
    """The first 16,000 words of `text`, in order, separated by spaces."""
    words: list[str] = []
    for run, word in _RUN.findall(fold(text)):
        if word:
            words.append(_word(word))
        else:
            codes = [*map(_code, run), ""]
            words += [f"z{first}{second}" for first, second in pairwise(codes)]
    return " ".join(words[:MAX_WORDS])


def terms_of(query: str) -> tuple[Term, ...]:
    """What to look for, each term once; none where `query` has nothing to find."""
    terms: dict[str, Term] = {}
    for run, word in _RUN.findall(fold(query)):
        text = run or word
        if word:
            terms[text] = Term(text, (_word(word),), open_ended=True)
        elif len(run) == 1:
            terms[text] = Term(text, (_pair(run),), open_ended=True)
        else:
            pairs = tuple(_pair(run[at : at + 2]) for at in range(len(run) - 1))
            terms[text] = Term(text, pairs, open_ended=False)
    return tuple(terms.values())


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text as it was written, and whether it is what was looked for."""

    text: str
    found: bool


def marked(text: str, terms: tuple[Term, ...]) -> tuple[Segment, ...]:
    """The whole of `text` in pieces, what matches a term apart from the rest."""
    folded, origins = _fold_with_origins(text)
    segments: list[Segment] = []
    done = 0
    for match in _finder(terms).finditer(folded) if terms else ():
        start, end = origins[match.start()], origins[match.end() - 1] + 1
        if start < done:
            continue
        segments += [Segment(text[done:start], False), Segment(text[start:end], True)]
        done = end
    segments.append(Segment(text[done:], False))
    return tuple(segment for segment in segments if segment.text)


def excerpt(text: str, terms: tuple[Term, ...]) -> tuple[Segment, ...]:
    """About 120 characters of `text` around the first match, in pieces as `marked` gives them."""
    text = " ".join(text.split())
    folded, origins = _fold_with_origins(text)
    first = _finder(terms).search(folded) if terms else None
    start = max(0, origins[first.start()] - LEAD) if first else 0
    cut = text[start : start + EXCERPT]
    pieces = marked(cut, terms)
    before = (Segment("…", False),) if start else ()
    after = (Segment("…", False),) if start + EXCERPT < len(text) else ()
    return (*before, *pieces, *after)


def line_of(text: str, terms: tuple[Term, ...]) -> int:
    """The first line of `text` that matches a term, counted from 1; 0 without one."""
    finder = _finder(terms)
    lines = enumerate(text.split("\n"), 1)
    return next((number for number, line in lines if finder.search(fold(line))), 0)


def _word(word: str) -> str:
    return "w" + "".join(c if c.isascii() else _code(c) for c in word)


def _pair(characters: str) -> str:
    return "z" + "".join(map(_code, characters))


@lru_cache(16_384)
def _code(character: str) -> str:
    return f"{ord(character):05x}"


def _finder(terms: tuple[Term, ...]) -> re.Pattern[str]:
    """The longest first; a word of another script only where it begins."""
    texts = sorted((term.text for term in terms), key=len, reverse=True)
    return re.compile(
        "|".join(
            re.escape(text)
            if re.match(f"[{_UNSPACED}]", text)
            else rf"(?<![^\W_{_UNSPACED}]){re.escape(text)}"
            for text in texts
        )
    )


def _fold_with_origins(text: str) -> tuple[str, list[int]]:
    """`text` folded character by character, and for each folded one where it came from."""
    folded: list[str] = []
    origins: list[int] = []
    for at, character in enumerate(text):
        for piece in fold(character):
            folded.append(piece)
            origins.append(at)
    return "".join(folded), origins
