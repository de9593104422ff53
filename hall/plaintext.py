"""Plain text from people, made safe to store, show and print."""

import re
import unicodedata

from django.utils.translation import gettext as _

from hall.errors import Code, Refusal

MAX_COMBINING_MARKS = 8

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNWANTED = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f{_BIDI}]"
)
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n[ \t\u3000]*(?:\n[ \t\u3000]*){2,}")
_WITHIN = str.maketrans("“”", "‘’")
# Letters and symbols by category, yet nothing to see: Hangul fillers and the empty Braille cell.
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def plain_text(text: str, *, max_length: int, field: str = "text") -> str:
    """`text` in NFC without control and bidi characters, at most 8 combining marks a base.

    Line ends become \\n, and runs of blank lines one. The length limit is in characters, after
    cleaning. What was cleaned once stays as it is.

    Raises:
        Refusal: `empty` if nothing visible is left, `too_long` beyond `max_length`.
    """
    return _checked(_BLANK_LINES.sub("\n\n", legible(text)).strip(), max_length, field)


def plain_line(text: str, *, max_length: int, field: str) -> str:
    """Like `plain_text`, on one line with single spaces."""
    return _checked(" ".join(legible(text).split()), max_length, field)


def optional_line(text: str, *, max_length: int, field: str) -> str:
    """Like `plain_line`, but "" where there is nothing to see."""
    return plain_line(text, max_length=max_length, field=field) if _is_visible(text) else ""


def folded(text: str) -> str:
    """What is left of a name to tell it from others by: letters and digits in one form alone.

    Full width or half, upper case or lower, spaces, points and what cannot be seen make no
    difference. "" where there is no letter or digit.
    """
    return "".join(
        character
        for character in unicodedata.normalize("NFKC", text).casefold()
        if unicodedata.category(character)[0] in "LN" and character not in _BLANK_LETTERS
    )


def quoted(text: str) -> str:
    """`text` in Chinese quotation marks; those within it become single ones (GB/T 15834)."""
    return f"“{text.translate(_WITHIN)}”"


def reorders(text: str) -> bool:
    """Whether `text` carries controls that show its letters in another order than they have."""
    return _REORDERING.search(text) is not None


def legible(text: str) -> str:
    """`text` in NFC, without what cannot be seen and with at most 8 combining marks a base.

    Line ends become \\n. Nothing else changes, so that markup stays what it was.
    """
    text = _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))
    return _without_heaped_marks(unicodedata.normalize("NFC", text))


def _checked(text: str, max_length: int, field: str) -> str:
    if not _is_visible(text):
        raise Refusal(Code.EMPTY, field=field)
    if len(text) > max_length:
        sentence = _("内容太长：最多 %(most)s 字，现在 %(now)s 字。")
        raise Refusal(Code.TOO_LONG, sentence % {"most": max_length, "now": len(text)}, field=field)
    return text


def _is_visible(text: str) -> bool:
    return any(
        unicodedata.category(character)[0] in "LNPS" and character not in _BLANK_LETTERS
        for character in text
    )


def _without_heaped_marks(text: str) -> str:
    kept: list[str] = []
    heaped = 0
    for character in text:
        heaped = heaped + 1 if unicodedata.category(character)[0] == "M" else 0
        if heaped <= MAX_COMBINING_MARKS:
            kept.append(character)
    return "".join(kept)
