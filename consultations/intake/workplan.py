"""The yearly work plan: a document's bytes in, its numbered sections and items out.

The reading goes by the form of such documents, not by the words of any one site: a title that
names a year, numbered sections, numbered items, and running text between them. What stands above
the title or below the last item is not read.
"""

from collections.abc import Sequence
from datetime import date

from consultations.intake.ending import find_end, label_of, widest_gap
from consultations.intake.masthead import Title, find_published, find_title, split_preamble
from consultations.intake.numbering import read_marker
from consultations.intake.outline import Entry, Section, divide, outermost
from consultations.intake.plan import (
    Complaint,
    ParsedItem,
    ParsedSection,
    ParsedWorkPlan,
    WorkPlanUnreadable,
)
from consultations.intake.reading import Line, read_lines
from consultations.intake.sentences import first_sentence, is_running_text
from consultations.intake.sequence import Numbered, check_items, check_sections

__all__ = [
    "Complaint",
    "ParsedItem",
    "ParsedSection",
    "ParsedWorkPlan",
    "WorkPlanUnreadable",
    "read_workplan",
]

LONGEST_TITLE = 200


def read_workplan(data: bytes, *, filename: str = "") -> ParsedWorkPlan:
    """Read a plan from plain text (UTF-8, GB18030, UTF-16 with BOM) or from a .docx file.

    ``filename`` only helps to word a refusal. Raises ``WorkPlanUnreadable`` with every complaint
    found: a plan is read whole or not at all.
    """
    lines = read_lines(data, filename=filename)
    markers = [read_marker(line) for line in lines]
    first = next((at for at, marker in enumerate(markers) if marker and not marker.weak), None)
    title = find_title(lines, len(lines) if first is None else first)
    complaints: list[Complaint] = []
    if title is None:
        message = "没有找到标题：应有一行写明年份，并以“工作要点”（或计划、安排等）结尾。"
        complaints.append(Complaint(None, message))
    start = title.after if title else 0
    body = _without_contents(lines[start:])
    top = outermost([read_marker(line) for line in body])
    if top is None:
        message = "没有找到带编号的部分和条目，例如“一、……”和“1.……”。"
        raise WorkPlanUnreadable([*complaints, Complaint(None, message)])
    before, sections = divide(body, top)
    below, more = _cut_ending(body, sections)
    complaints += more + _check(sections)
    labels, preamble = split_preamble(before)
    published_on, more = find_published(lines[:start], labels, below)
    complaints += more
    if title is None or complaints:
        raise WorkPlanUnreadable(complaints)
    return _assemble(title, published_on, preamble, sections)


def _without_contents(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines without a table of contents (目录), which would number every section twice."""
    filled = [at for at, line in enumerate(lines) if line.text]
    head = next((at for at in filled if "".join(lines[at].text.split()) in ("目录", "目次")), None)
    if head is None:
        return lines
    numbered = [(at, marker) for at in filled if at > head and (marker := read_marker(lines[at]))]
    if not numbered:
        return lines
    first = numbered[0][1]
    for at, marker in numbered[1:]:
        if (marker.style, marker.number) == (first.style, first.number):
            return _from_text(lines, head, at)
    return lines


def _from_text(lines: Sequence[Line], head: int, section: int) -> Sequence[Line]:
    """Without what stands from ``head`` up to the first running text before ``section``."""
    for at in range(head, section):
        if is_running_text(lines[at].text):
            return [*lines[:head], *lines[at:]]
    return [*lines[:head], *lines[section:]]


def _cut_ending(
    body: Sequence[Line], sections: Sequence[Section]
) -> tuple[list[Line], list[Complaint]]:
    """Take what stands below the plan out of its last item, and return it."""
    if not sections or not sections[-1].items:
        return [], []
    last = sections[-1].items[-1]
    items = [item for section in sections for item in section.items]
    labels = frozenset(
        label
        for item in items[:-1]
        for line in item.lines
        if not is_running_text(line.text) and (label := label_of(line.text))
    )
    upto = next(at for at, line in enumerate(body) if line is last.line)
    since = next(at for at, line in enumerate(body) if line is sections[0].head.line)
    own = [last.line, *last.lines]
    gap = widest_gap(body[since : upto + 1])
    end, complaints = find_end(own, usual_gap=gap, labels=labels)
    below = own[end:]
    last.lines[:] = own[1:end]
    return below, complaints


def _check(sections: Sequence[Section]) -> list[Complaint]:
    if not any(section.items for section in sections):
        first = sections[0].head
        message = f"全文只有一级编号（如 {_shown(first)}），分不出部分和条目。"
        return [Complaint(first.line.number, message)]
    complaints = check_sections([_numbered(section.head) for section in sections])
    complaints += check_items(
        [[_numbered(item) for item in each.items] for each in sections],
        from_the_first=sections[0].head.marker.number == 1,
    )
    for section in sections:
        if not section.items:
            message = f"这一部分（{_shown(section.head)}）下面没有带编号的条目。"
            complaints.append(Complaint(section.head.line.number, message))
        for entry in (section.head, *section.items):
            title = _split(entry)[0]
            if not title.strip("：:；;"):
                complaints.append(Complaint(entry.line.number, "只有编号，没有内容。"))
            elif len(title) > LONGEST_TITLE:
                message = f"标题（第一句）超过 {LONGEST_TITLE} 字：{_shown(entry)}"
                complaints.append(Complaint(entry.line.number, message))
    return complaints


def _numbered(entry: Entry) -> Numbered:
    return Numbered(entry.marker.number, _shown(entry), entry.line.number)


def _shown(entry: Entry) -> str:
    text = entry.line.label + entry.line.text
    return f"“{text[:15]}…”" if len(text) > 15 else f"“{text}”"


def _split(entry: Entry) -> tuple[str, str]:
    """(first sentence, all that follows it, one paragraph a line) of a numbered paragraph."""
    paragraphs = [entry.marker.rest, *(line.label + line.text for line in entry.lines)]
    filled = [paragraph for paragraph in paragraphs if paragraph]
    if not filled:
        return "", ""
    title, rest = first_sentence(filled[0])
    return title, "\n".join([rest, *filled[1:]] if rest else filled[1:])


def _assemble(
    title: Title, published_on: date | None, preamble: Sequence[Line], sections: Sequence[Section]
) -> ParsedWorkPlan:
    return ParsedWorkPlan(
        title=title.text,
        year=title.year,
        issuer=title.issuer,
        published_on=published_on,
        preamble="\n".join(line.label + line.text for line in preamble),
        sections=tuple(_section(section) for section in sections),
    )


def _section(section: Section) -> ParsedSection:
    title, lead = _split(section.head)
    items = tuple(
        ParsedItem(entry.marker.number, *_split(entry), subsection=entry.subsection)
        for entry in section.items
    )
    return ParsedSection(section.head.marker.number, title.rstrip("：:；;"), items, lead)
