"""What begins at an item of a plan: its number goes along in the address, as `?item=`."""

from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from consultations.domain import queries
from consultations.models import WorkItem
from members.requests import whole_number


def asked_item_id(request: HttpRequest) -> int:
    """The id of the item that the address names, whether there is one or not; 0 for none."""
    return whole_number(request.GET.get("item", ""))


def asked_item(request: HttpRequest) -> WorkItem | None:
    """The item that the address names, if any; `Refusal` `not_found` for one that never was."""
    asked = asked_item_id(request)
    return queries.find_item(asked) if asked else None


def topic_about(item: WorkItem | None) -> dict[str, str]:
    """What a topic about the item begins with, to be rewritten by whoever proposes it."""
    if item is None:
        return {}
    said = {"plan": item.section.plan.title, "n": item.number}
    return {
        "title": Truncator(item.title).chars(80),
        "summary": _("对应《%(plan)s》第 %(n)s 项。") % said,
    }
