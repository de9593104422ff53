"""Links in the minutes: from an opinion, an event or an item of a plan to where it can be read."""

import re
from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils.html import escape, format_html

from consultations.domain.outcome_parts import LinkedItem
from consultations.domain.passages import CITED

_RECORD = re.compile(r"(记录)[ \u00a0]?(\d{1,9})(?!\d)")


def linked(consultation_id: int, items: Iterable[LinkedItem]) -> Callable[[str], str]:
    """A function from escaped text to markup: “意见 17”, “记录 45” and “《要点》第 7 条” are links.

    `items` are those that the consultation belongs to.
    """

    def opinion(match: re.Match[str]) -> str:
        address = reverse("opinion", args=[consultation_id, int(match[2])])
        return format_html('<a href="{}">{} {}</a>', address, match[1], match[2])

    def event(match: re.Match[str]) -> str:
        address = reverse("record", args=[consultation_id, int(match[2])])
        return format_html('<a href="{}#r{}">{} {}</a>', address, match[2], match[1], match[2])

    of_plans = {
        str(escape(f"《{one.plan_title}》第 {one.number} 条")): reverse("work_item", args=[one.id])
        for one in items
    }

    def item(match: re.Match[str]) -> str:
        # What matched is escaped already, and so is an address.
        return f'<a href="{of_plans[match[0]]}">{match[0]}</a>'

    named = re.compile("|".join(map(re.escape, of_plans)) or r"(?!)")
    return lambda text: named.sub(item, _RECORD.sub(event, CITED.sub(opinion, text)))
