"""Which numbered lines are sections, which are items, and which are text within an item."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from consultations.intake.numbering import Marker, Style, read_marker
from consultations.intake.reading import Line
from consultations.intake.sentences import is_running_text


@dataclass(slots=True)
class Entry:
    """A numbered line, ``marker``, and the lines under it (blank ones included)."""

    marker: Marker
    line: Line
    lines: list[Line] = field(default_factory=list)
    subsection: str = ""


@dataclass(slots=True)
class Section:
    """A section's own numbered line with its lead under it, and its items."""

    head: Entry
    items: list[Entry] = field(default_factory=list)


def outermost(markers: Sequence[Marker | None]) -> Style | None:
    """The style that numbers the sections; None where nothing is numbered.

    It is the outermost of the usual order, unless the document opens with number 1 of another
    style and has number 1 of that one right within it (sections 1., items （一）).
    """
    firm = [marker for marker in markers if marker and not marker.weak]
    if not firm:
        return None
    usual = min(marker.style for marker in firm)
    opening = [(marker.style is usual, marker.number) for marker in firm[:2]]
    return firm[0].style if opening == [(False, 1), (True, 1)] else usual


def divide(lines: Sequence[Line], top: Style) -> tuple[list[Line], list[Section]]:
    """(lines before the first section, the sections with their items)."""
    before: list[Line] = []
    heads: list[Entry] = []
    for line in lines:
        marker = read_marker(line)
        due = heads[-1].marker.number + 1 if heads else 1
        if marker and marker.style is top and (not marker.weak or marker.number == due):
            heads.append(Entry(marker, line))
        elif heads:
            heads[-1].lines.append(line)
        else:
            before.append(line)
    return before, _with_items(heads, top)


def _with_items(heads: list[Entry], top: Style) -> list[Section]:
    styles = [_shallowest(head.lines, top) for head in heads]
    paths = {
        style: _path([head for head, own in zip(heads, styles, strict=True) if own is style], style)
        for style in dict.fromkeys(styles)
        if style is not None
    }
    sections: list[Section] = []
    last = 0
    for head, style in zip(heads, styles, strict=True):
        section = Section(Entry(head.marker, head.line))
        if style is None:
            section.head.lines.extend(head.lines)
        else:
            last = _fill(section, head.lines, paths[style], last)
        sections.append(section)
    return sections


def _shallowest(lines: Sequence[Line], top: Style) -> Style | None:
    markers = [marker for line in lines if (marker := read_marker(line))]
    firm = [marker for marker in markers if not marker.weak] or markers
    return min((marker.style for marker in firm if marker.style is not top), default=None)


def _path(heads: Sequence[Entry], style: Style) -> list[Style]:
    """The styles from a section's own numbered lines down to the items; all but the last number
    subsections."""
    path = [style]
    while (deeper := _style_within(heads, path[-1])) is not None:
        path.append(deeper)
    return path


def _style_within(heads: Sequence[Entry], style: Style) -> Style | None:
    """The style of the items if lines numbered in ``style`` are mere headings of subsections:
    each a heading without text of its own, with numbered lines right below, and these counted
    through the section. Numbers that start anew under each heading are lists within an item."""
    firsts: list[Marker] = []
    later: list[Marker] = []
    for head in heads:
        filled = [line for line in head.lines if line.text]
        markers = [read_marker(line) for line in filled]
        entries = [at for at, marker in enumerate(markers) if marker and marker.style is style]
        for order, at in enumerate(entries):
            marker = markers[at]
            child = markers[at + 1] if at + 1 < len(markers) else None
            if marker is None or child is None or child.style <= style:
                return None
            if is_running_text(marker.rest):
                return None
            (later if order else firsts).append(child)
    styles = {child.style for child in (*firsts, *later)}
    anew = sum(child.number == 1 for child in later)
    if len(styles) != 1 or anew * 2 > len(later):
        return None
    return styles.pop()


def _fill(section: Section, lines: Sequence[Line], path: Sequence[Style], last: int) -> int:
    """Put ``lines`` into the section; ``last`` is the number of the item before, and returned."""
    subsection = ""
    for line in lines:
        marker = read_marker(line)
        due = {last + 1} if section.items else {1, last + 1}
        if marker and marker.weak and marker.number not in due:
            marker = None
        if marker and marker.style is path[-1]:
            section.items.append(Entry(marker, line, subsection=subsection))
            last = marker.number
        elif marker and marker.style in path[:-1]:
            subsection = marker.rest
        elif section.items:
            section.items[-1].lines.append(line)
        else:
            section.head.lines.append(line)
    return last
