"""Two wordings of a text: which are of one kin, and which words changed; bounded in length."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"[A-Za-z0-9]+|.", re.DOTALL)
_SENTENCE = re.compile(r"[^。！？；!?;]*[。！？；!?;]*")
_TOO_SHORT = 2  # a run of fewer letters between two changes is read as part of the change
_ALIKE = 0.4  # texts less alike than this are shown as one gone and one new
_NEAREST = 3  # so many are looked at closely
_RARE = 30  # a pair of letters that more texts have than this tells little of any of them
# Letters of one text times letters of the other: what is larger is compared more roughly.
_CLOSELY = 300 * 300
_BY_LETTER = 1000 * 1000


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed ("same"), is "new", or "gone"."""

    kind: str
    text: str


class Kin:
    """Texts, looked up by another wording of one of them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._pairs = [_pairs(text) for text in texts]
        self._where: dict[str, list[int]] = defaultdict(list)
        for at, pairs in enumerate(self._pairs):
            for pair in pairs:
                self._where[pair].append(at)

    def nearest(self, text: str, first: int) -> int | None:
        """Which of the texts from `first` on is most like this one; None where none is alike."""
        pairs = _pairs(text)
        best, most = None, 0.0
        for at in sorted(self._some(pairs, first)):
            alike = self._alike(at, text, pairs)
            if alike > most:
                best, most = at, alike
        return best if most >= _ALIKE else None

    def _some(self, pairs: Counter[str], first: int) -> list[int]:
        rest = range(first, len(self._texts))
        if len(rest) <= _NEAREST:
            return list(rest)
        shared: Counter[int] = Counter()
        for pair in pairs:
            where = self._where.get(pair, ())
            if len(where) <= _RARE:
                shared.update(at for at in where if at >= first)
        # What stands next is always looked at.
        return [first, *(at for at, _count in shared.most_common(_NEAREST) if at != first)]

    def _alike(self, at: int, text: str, pairs: Counter[str]) -> float:
        other = self._texts[at]
        if len(other) * len(text) > _CLOSELY:
            total = self._pairs[at].total() + pairs.total()
            return 2 * (self._pairs[at] & pairs).total() / total
        matcher = SequenceMatcher(None, other, text)
        if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < _ALIKE:
            return 0.0
        return matcher.ratio()


def _pairs(text: str) -> Counter[str]:
    """Each letter with the one after it; a single letter by itself."""
    return Counter(text[at : at + 2] for at in range(max(1, len(text) - 1)))


def word_changes(old: str, new: str) -> list[Piece]:
    """Letter by letter in Chinese, by whole words and figures elsewhere.

    A long text sentence by sentence, and by letter where a few of them changed.
    """
    if len(old) * len(new) <= _BY_LETTER:
        return _by_letter(old, new)
    before, after = _SENTENCE.findall(old), _SENTENCE.findall(new)
    found: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after).get_opcodes():
        gone, fresh = "".join(before[a:b]), "".join(after[c:d])
        if kind == "equal":
            found += _changed("", "", fresh)
        elif gone and fresh and len(gone) * len(fresh) <= _BY_LETTER:
            found += _by_letter(gone, fresh)
        else:
            found += _changed(gone, fresh)
    return list(_joined(found))


def _by_letter(old: str, new: str) -> list[Piece]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    opcodes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    found: list[Piece] = []
    gone = fresh = ""
    for at, (kind, a, b, c, d) in enumerate(opcodes):
        inside = 0 < at < len(opcodes) - 1
        if kind == "equal" and not (inside and d - c < _TOO_SHORT):
            found += _changed(gone, fresh, "".join(after[c:d]))
            gone = fresh = ""
        else:
            gone += "".join(before[a:b])
            fresh += "".join(after[c:d])
    return [*found, *_changed(gone, fresh)]


def _changed(gone: str, fresh: str, same: str = "") -> list[Piece]:
    pieces = (("gone", gone), ("new", fresh), ("same", same))
    return [Piece(kind, text) for kind, text in pieces if text]


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Neighbours that stayed, as one."""
    same = ""
    for piece in pieces:
        if piece.kind == "same":
            same += piece.text
            continue
        if same:
            yield Piece("same", same)
            same = ""
        yield piece
    if same:
        yield Piece("same", same)
