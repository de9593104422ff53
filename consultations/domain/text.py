"""Plain text from people, made safe to store, show and print."""

import re
import unicodedata

from hall.errors import Code, Refusal

MAX_COMBINING_MARKS = 8

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNWANTED = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufff9-\ufffb\ud800-\udfff{_BIDI}]")
_BLANK_LINES = re.compile(r"\n[ \t\u3000]*(?:\n[ \t\u3000]*){2,}")


def plain_text(text: str, *, max_length: int, field: str = "text") -> str:
    """`text` in NFC without control and bidi characters, at most 8 combining marks a base.

    Line ends become \\n, and runs of blank lines one. The length limit is in characters, after
    cleaning.

    Raises:
        Refusal: `empty` if nothing visible is left, `too_long` beyond `max_length`.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", _UNWANTED.sub("", text))
    text = _BLANK_LINES.sub("\n\n", _without_heaped_marks(text)).strip()
    if not any(_is_visible(character) for character in text):
        raise Refusal(Code.EMPTY, field=field)
    if len(text) > max_length:
        raise Refusal(
            Code.TOO_LONG, f"内容太长:最多 {max_length} 字,现在 {len(text)} 字。", field=field
        )
    return text


def plain_line(text: str, *, max_length: int, field: str) -> str:
    """Like `plain_text`, on one line."""
    return plain_text(" ".join(text.split()), max_length=max_length, field=field)


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS"


def _without_heaped_marks(text: str) -> str:
    kept: list[str] = []
    heaped = 0
    for character in text:
        heaped = heaped + 1 if unicodedata.combining(character) else 0
        if heaped <= MAX_COMBINING_MARKS:
            kept.append(character)
    return "".join(kept)
