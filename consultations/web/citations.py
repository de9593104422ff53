"""Links in the minutes: from an opinion's or an event's number to where it can be read."""

import re
from collections.abc import Callable

from django.urls import reverse
from django.utils.html import format_html

from consultations.domain.passages import CITED

_RECORD = re.compile(r"(记录)[ \u00a0]?(\d{1,9})(?!\d)")


def linked(consultation_id: int) -> Callable[[str], str]:
    """A function from escaped text to markup in which “意见 17” and “记录 45” are links."""

    def opinion(match: re.Match[str]) -> str:
        address = reverse("opinion", args=[consultation_id, int(match[2])])
        return format_html('<a href="{}">{} {}</a>', address, match[1], match[2])

    def event(match: re.Match[str]) -> str:
        address = reverse("record", args=[consultation_id, int(match[2])])
        return format_html('<a href="{}#r{}">{} {}</a>', address, match[2], match[1], match[2])

    return lambda text: _RECORD.sub(event, CITED.sub(opinion, text))
