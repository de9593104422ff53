"""What every template may know of the hall."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

_SECTIONS = {
    "consultation": "consultations",
    "room": "consultations",
    "outcome": "consultations",
    "archive": "consultations",
    "topic": "topics",
    "member": "members",
    "studio": "members",
    "plan": "plans",
    "work": "plans",
}


def hall(request: HttpRequest) -> dict[str, Any]:
    """`section` is the part of the hall that the page belongs to, for the navigation."""
    match = request.resolver_match
    first = (match.url_name or "").partition("_")[0] if match else ""
    return {
        "hall_name": settings.HALL_NAME,
        "committee": settings.HALL_COMMITTEE,
        "section": _SECTIONS.get(first, ""),
    }
