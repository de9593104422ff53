"""Where a Chinese sentence ends, and whether a line is running text at all."""

import re

_OPENING = "“‘「『《〈（(【〔["
_CLOSING = "”’」』》〉）)】〕]"
_PAIRS = dict(zip(_CLOSING, _OPENING, strict=True))
_STOPS = "。！？!?"
_CLOSERS = r"[”’」』》）)】〕\"]*$"
_FULL_STOP = re.compile(rf"[。！？!?…]{_CLOSERS}")
_HALF_STOP = re.compile(rf"[；;：:]{_CLOSERS}")

# Labels (来源：, 分享到：) end in a colon as well; what leads on to a list is longer than they are.
_SHORTEST_HALF_STOP = 12
_SHORTEST_PROSE = 60


def first_sentence(text: str) -> tuple[str, str]:
    """Split ``text`` after its first sentence: (sentence without its closing 。, the rest).

    A stop inside quotes or brackets does not end the sentence. Where a quote is never closed, the
    first stop of all ends it. Text without a stop is one sentence.
    """
    end = _sentence_end(text)
    if end is None:
        end = next((at + 1 for at, char in enumerate(text) if char in _STOPS), len(text))
    return text[:end].strip().removesuffix("。").rstrip(), text[end:].strip()


def _sentence_end(text: str) -> int | None:
    """The index behind the first stop outside every quote and bracket, if there is one."""
    open_marks: list[str] = []
    for at, char in enumerate(text):
        if char == '"':
            if open_marks and open_marks[-1] == '"':
                open_marks.pop()
            else:
                open_marks.append('"')
        elif char in _OPENING:
            open_marks.append(char)
        elif char in _CLOSING:
            if open_marks and open_marks[-1] == _PAIRS[char]:
                open_marks.pop()
        elif char in _STOPS and not open_marks:
            return at + 1
    return None if open_marks else len(text)


def is_running_text(line: str) -> bool:
    """Whether the line reads as part of a text rather than as a heading, a link or a label."""
    if _FULL_STOP.search(line):
        return True
    if _HALF_STOP.search(line):
        return len(line) >= _SHORTEST_HALF_STOP
    return len(line) >= _SHORTEST_PROSE and bool(re.search("[，、；,]", line))
