"""What every template may know of people."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from members.access import allowed
from members.people import demo_people
from members.requests import SENIOR_COOKIE
from members.roles import Permission


def people(request: HttpRequest) -> dict[str, Any]:
    """`senior_view`: large type, by this device's choice or else the person's."""
    visitor = getattr(request, "user", None)
    chosen = request.COOKIES.get(SENIOR_COOKIE)
    remembered = bool(getattr(visitor, "senior_view", False))
    return {
        "senior_view": chosen == "1" if chosen in {"0", "1"} else remembered,
        "may_manage_people": visitor is not None and allowed(visitor, Permission.PEOPLE_MANAGE),
        "demo_people": SimpleLazyObject(demo_people) if settings.HALL_DEMO else [],
    }
