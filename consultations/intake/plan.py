"""What the reading of a work plan gives: the plan, or the complaints about it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

MOST_COMPLAINTS = 50


@dataclass(frozen=True, slots=True)
class ParsedItem:
    """One numbered item. ``title`` is its first sentence without the closing 。; ``body`` is what
    follows it, paragraphs separated by a newline. ``subsection`` is the heading, if any, that
    stands between the section and the item; it is not part of the JSON form."""

    number: int
    title: str
    body: str
    subsection: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {"number": self.number, "title": self.title, "body": self.body}


@dataclass(frozen=True, slots=True)
class ParsedSection:
    """One section with its items in document order. ``lead`` is the text between the section's
    heading and its first item; it is not part of the JSON form."""

    number: int
    title: str
    items: tuple[ParsedItem, ...]
    lead: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "title": self.title,
            "items": [item.as_dict() for item in self.items],
        }


@dataclass(frozen=True, slots=True)
class ParsedWorkPlan:
    """A whole plan. ``issuer`` is empty when the title names none, ``preamble`` when there is
    none; ``published_on`` is None when the document gives no date. Section numbers run 1…n; item
    numbers run 1…n over the whole plan, or 1…n anew in each section."""

    title: str
    year: int
    issuer: str
    published_on: date | None
    preamble: str
    sections: tuple[ParsedSection, ...]

    def as_dict(self) -> dict[str, Any]:
        """The plan in JSON's own types; the date as ``YYYY-MM-DD`` or None."""
        return {
            "title": self.title,
            "year": self.year,
            "issuer": self.issuer,
            "published_on": self.published_on.isoformat() if self.published_on else None,
            "preamble": self.preamble,
            "sections": [section.as_dict() for section in self.sections],
        }

    def as_json(self) -> str:
        """``as_dict`` as indented JSON, Chinese unescaped."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong with the document. ``line`` counts from 1 (in a Word file: paragraphs) and
    is None when the complaint is about the file as a whole."""

    line: int | None
    message: str

    def __str__(self) -> str:
        return self.message if self.line is None else f"第 {self.line} 行：{self.message}"


class WorkPlanUnreadable(Exception):
    """The document was refused as a whole. ``complaints`` holds every reason in line order, at
    least one and at most ``MOST_COMPLAINTS`` and a last one that counts the rest."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        found = sorted(complaints, key=lambda complaint: complaint.line or 0)
        if len(found) > MOST_COMPLAINTS:
            rest = len(found) - MOST_COMPLAINTS
            found = [*found[:MOST_COMPLAINTS], Complaint(None, f"另有 {rest} 处问题没有列出。")]
        self.complaints: tuple[Complaint, ...] = tuple(found)
        super().__init__("\n".join(str(complaint) for complaint in found))
