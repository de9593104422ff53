"""Word's automatic numbering (w:numPr): which number Word shows before a paragraph.

The number is not in the text: it follows from the list definition, the level, and how many
paragraphs of that list came before (ECMA-376 part 1, 17.9).
"""

import re
from collections import defaultdict
from typing import Any, NamedTuple

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

_LEVELS = 9
_VAL = qn("w:val")
_HAN_DIGITS = "〇一二三四五六七八九"
_HAN_FORMATS = {
    "chineseCounting",
    "chineseCountingThousand",
    "ideographDigital",
    "ideographTraditional",
    "japaneseCounting",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "taiwaneseDigital",
    "koreanDigital2",
}
_CIRCLED_FORMATS = {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"}
_DECIMAL_FORMATS = {
    "decimal",
    "decimalZero",
    "decimalFullWidth",
    "decimalFullWidth2",
    "decimalHalfWidth",
    "decimalEnclosedFullstop",
}
_LETTERS = {"lowerLetter": "a", "upperLetter": "A"}
_DEPTH = 20  # styles may be based on styles without end


class _Level(NamedTuple):
    format: str
    text: str
    start: int


class Numberer:
    """Counts along one document: ``label_of`` must be asked once for each paragraph, in order."""

    def __init__(self, document: WordDocument) -> None:
        self._styles = {
            style.element.get(qn("w:styleId")): style.element for style in document.styles
        }
        self._abstract: dict[str, Any] = {}
        self._lists: dict[str, Any] = {}
        # Relationship, not document.part.numbering_part: that would add one where none is.
        for relation in document.part.rels.values():
            if relation.reltype == RELATIONSHIP_TYPE.NUMBERING:
                root: Any = relation.target_part.element
                for node in root.iterchildren(qn("w:abstractNum")):
                    self._abstract[node.get(qn("w:abstractNumId"))] = node
                for node in root.iterchildren(qn("w:num")):
                    self._lists[node.get(qn("w:numId"))] = node
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._restarted: set[tuple[str, int]] = set()

    def label_of(self, paragraph: Any) -> str:
        """What Word prints before the paragraph (``一、``, ``（二）``, ``3.``); empty when it is
        not numbered, or only with a bullet."""
        list_id, depth = self._list_of(paragraph)
        list_node = self._lists.get(list_id)
        if list_node is None:
            return ""
        abstract = self._abstract_of(list_node)
        if abstract is None:
            return ""
        levels = {at: self._level(list_node, abstract, at) for at in range(depth + 1)}
        counts = self._counts[abstract.get(qn("w:abstractNumId"))]
        level = levels[depth]
        if level is None:
            return ""
        if (list_id, depth) not in self._restarted:
            self._restarted.add((list_id, depth))
            if _start_override(list_node, depth) is not None:
                counts.pop(depth, None)
        counts[depth] = counts[depth] + 1 if depth in counts else level.start
        for deeper in range(depth + 1, _LEVELS):
            counts.pop(deeper, None)
        return self._render(level, levels, counts)

    @staticmethod
    def _render(level: _Level, levels: dict[int, "_Level | None"], counts: dict[int, int]) -> str:
        if level.format in ("bullet", "none"):
            return ""

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            shown = levels.get(at)
            return _shown(shown.format, counts.get(at, shown.start)) if shown else ""

        return re.sub(r"%([1-9])", number, level.text).strip()

    def _list_of(self, paragraph: Any) -> tuple[str, int]:
        """(list id, level from 0) by the paragraph itself, else by its style; ("", 0) if none."""
        properties = paragraph.find(qn("w:pPr"))
        style = _val(properties, "w:pStyle")
        nodes = [properties]
        for _ in range(_DEPTH):
            node = self._styles.get(style)
            if node is None:
                break
            nodes.append(node.find(qn("w:pPr")))
            style = _val(node, "w:basedOn")
        list_id = depth = ""
        for node in nodes:
            numbering = node.find(qn("w:numPr")) if node is not None else None
            list_id = list_id or _val(numbering, "w:numId")
            depth = depth or _val(numbering, "w:ilvl")
        return list_id, min(int(depth or 0), _LEVELS - 1)

    def _abstract_of(self, list_node: Any) -> Any:
        for _ in range(_DEPTH):
            abstract = self._abstract.get(_val(list_node, "w:abstractNumId"))
            linked = self._styles.get(_val(abstract, "w:numStyleLink"))
            properties = linked.find(qn("w:pPr")) if linked is not None else None
            numbering = properties.find(qn("w:numPr")) if properties is not None else None
            list_node = self._lists.get(_val(numbering, "w:numId"))
            if list_node is None:
                return abstract
        return None

    @staticmethod
    def _level(list_node: Any, abstract: Any, depth: int) -> "_Level | None":
        node = _child(abstract, "w:lvl", depth)
        override = _child(list_node, "w:lvlOverride", depth)
        if override is not None and (own := override.find(qn("w:lvl"))) is not None:
            node = own
        if node is None:
            return None
        start = _start_override(list_node, depth) or _val(node, "w:start") or "1"
        return _Level(_val(node, "w:numFmt") or "decimal", _val(node, "w:lvlText"), int(start))


def _val(parent: Any, tag: str) -> str:
    """The w:val of the child ``tag``, empty where parent, child or value is missing."""
    child = parent.find(qn(tag)) if parent is not None else None
    return (child.get(_VAL) or "") if child is not None else ""


def _child(parent: Any, tag: str, depth: int) -> Any:
    for child in parent.iterchildren(qn(tag)):
        if child.get(qn("w:ilvl")) == str(depth):
            return child
    return None


def _start_override(list_node: Any, depth: int) -> str | None:
    override = _child(list_node, "w:lvlOverride", depth)
    return _val(override, "w:startOverride") or None


def _shown(form: str, number: int) -> str:
    if form in _HAN_FORMATS:
        return _han(number)
    if form in _CIRCLED_FORMATS and 1 <= number <= 20:
        return chr(ord("①") + number - 1)
    if form == "decimalEnclosedParen":
        return f"（{number}）"
    if form in _DECIMAL_FORMATS or form in _CIRCLED_FORMATS:
        return str(number)
    if form in _LETTERS and 1 <= number <= 26:
        return chr(ord(_LETTERS[form]) + number - 1)
    return ""


def _han(number: int) -> str:
    if number >= 100:
        return "".join(_HAN_DIGITS[int(digit)] for digit in str(number))
    tens, units = divmod(number, 10)
    shown = _HAN_DIGITS[units] if units or not tens else ""
    return ("" if tens < 2 else _HAN_DIGITS[tens]) + ("十" if tens else "") + shown
