"""Whether the numbers of sections and items run 1…n: gaps, repeats and disorder by line."""

from collections.abc import Sequence
from typing import NamedTuple

from consultations.intake.plan import Complaint


class Numbered(NamedTuple):
    """A number, how the document writes the heading it stands at, and the line."""

    number: int
    shown: str
    line: int


def check_sections(sections: Sequence[Numbered]) -> list[Complaint]:
    """Complaints about sections not numbered 1…n, one for each wrong place."""
    return _check("部分", sections)


def check_items(
    sections: Sequence[Sequence[Numbered]], *, from_the_first: bool = True
) -> list[Complaint]:
    """Complaints about items, given by section, that run 1…n neither over the whole plan nor
    anew in each section; against whichever of the two the document follows more closely.

    Without ``from_the_first`` the first sections are known to be missing, and what number the
    items begin with is no fault of its own.
    """
    filled = [section for section in sections if section]
    due = 1 if from_the_first or not filled else filled[0][0].number
    anew = [
        complaint
        for at, section in enumerate(filled)
        for complaint in _check("条目", section, due if at == 0 else 1)
    ]
    through = _check("条目", [item for section in filled for item in section], due)
    if len(anew) == len(through):
        return anew if len(filled) > 1 and filled[1][0].number == 1 else through
    return min(anew, through, key=len)


def _check(noun: str, run: Sequence[Numbered], due: int = 1) -> list[Complaint]:
    complaints = []
    present = {entry.number for entry in run}
    seen: dict[int, int] = {}
    repeated = False
    for number, shown, line in run:
        if number in seen:
            message = f"{noun}编号 {number} 重复（{shown}），第 {seen[number]} 行已经用过。"
            complaints.append(Complaint(line, message))
            repeated = True
            continue
        seen[number] = line
        if number < due:
            message = f"{noun}编号 {number} 次序不对（{shown}），排在了更大的编号之后。"
            complaints.append(Complaint(line, message))
            continue
        missing = [each for each in range(due, number) if each not in present]
        # A repeat is often a slip for the number that would have come: then nothing is missing.
        if missing and not (repeated and missing == [due]):
            message = f"{noun}编号跳到了 {number}（{shown}），缺少 {_listed(missing)}。"
            complaints.append(Complaint(line, message))
        due, repeated = number + 1, False
    return complaints


def _listed(numbers: list[int]) -> str:
    if len(numbers) > 3:
        return f"{numbers[0]} 至 {numbers[-1]} 之间的 {len(numbers)} 个编号"
    return "、".join(map(str, numbers))
