"""Where a plan's last item ends and signature, links and footer begin."""

import re
from collections.abc import Sequence
from itertools import pairwise

from consultations.intake.plan import Complaint
from consultations.intake.reading import Line
from consultations.intake.sentences import is_running_text

_FOOTER = re.compile(r"版权所有|copyright|all rights reserved|©|ICP备|公网安备", re.IGNORECASE)
_LABEL = re.compile(r"[（(【]?([^：:，。]{2,10})[：:]")


def label_of(text: str) -> str:
    """What stands before the colon in a line such as 责任单位：提案委; empty in any other."""
    match = _LABEL.match(text)
    return match[1] if match else ""


def widest_gap(lines: Sequence[Line]) -> int:
    """The most blank lines in a row between two lines of text."""
    filled = [at for at, line in enumerate(lines) if line.text]
    return max((after - before - 1 for before, after in pairwise(filled)), default=0)


def find_end(
    lines: Sequence[Line], *, usual_gap: int, labels: frozenset[str]
) -> tuple[int, list[Complaint]]:
    """The index in ``lines`` (the last item's own, its numbered line first) at which the plan
    ends, and a complaint if it cannot be told whether text behind that index belongs to it.

    The plan ends at the first line that is not running text, not a row of a table, not headed by
    a label that earlier items use, and not itself the heading of a paragraph right below it.
    """
    for at, line in enumerate(lines):
        if at == 0 or not line.text:
            continue
        gap = _blank_before(lines, at)
        if _FOOTER.search(line.text):
            return at, []
        if _belongs(line, labels):
            continue
        if gap > usual_gap:
            return at, []
        following = next((i for i in range(at + 1, len(lines)) if lines[i].text), None)
        if following is None:
            return at, []
        if _belongs(lines[following], labels) and not (
            _FOOTER.search(lines[following].text) or _blank_before(lines, following) > usual_gap
        ):
            continue
        return at, _lost_text(lines, at, usual_gap)
    return len(lines), []


def _belongs(line: Line, labels: frozenset[str]) -> bool:
    bracketed = line.text.startswith(("（", "(")) and line.text.endswith(("）", ")"))
    return (
        line.cell
        or bool(line.label)
        or is_running_text(line.text)
        or bracketed
        or (label_of(line.text) in labels)
    )


def _blank_before(lines: Sequence[Line], at: int) -> int:
    count = 0
    while at - count - 1 >= 0 and not lines[at - count - 1].text:
        count += 1
    return count


def _lost_text(lines: Sequence[Line], end: int, usual_gap: int) -> list[Complaint]:
    for at in range(end + 1, len(lines)):
        line = lines[at]
        if _FOOTER.search(line.text) or (line.text and _blank_before(lines, at) > usual_gap):
            return []
        if is_running_text(line.text):
            shown = lines[end].text[:15]
            message = f"从“{shown}”起像是页脚，但第 {line.number} 行又有正文，分不清是否属于要点。"
            return [Complaint(lines[end].number, message)]
    return []
