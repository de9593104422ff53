"""A read plan carried through the confirmation page and back, signed."""

from datetime import date
from typing import Any

from django.core import signing

from consultations.intake.plan import ParsedItem, ParsedSection, ParsedWorkPlan

_SALT = "plan-import"
_AN_HOUR = 60 * 60


def pack(parsed: ParsedWorkPlan) -> str:
    """The plan as text that only this hall can have written."""
    return signing.dumps(parsed.as_dict(), salt=_SALT, compress=True)


def unpack(token: str) -> ParsedWorkPlan:
    """The plan that `pack` was given, within the hour.

    Raises:
        BadSignature: if the text was changed, or is too old.
    """
    found: dict[str, Any] = signing.loads(token, salt=_SALT, max_age=_AN_HOUR)
    published = found["published_on"]
    return ParsedWorkPlan(
        title=found["title"],
        year=found["year"],
        issuer=found["issuer"],
        published_on=date.fromisoformat(published) if published else None,
        preamble=found["preamble"],
        sections=tuple(_section(section) for section in found["sections"]),
    )


def _section(found: dict[str, Any]) -> ParsedSection:
    items = tuple(ParsedItem(**item) for item in found["items"])
    return ParsedSection(number=found["number"], title=found["title"], items=items)
