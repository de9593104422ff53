"""What every template may know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def hall(request: HttpRequest) -> dict[str, Any]:
    return {"hall_name": settings.HALL_NAME, "committee": settings.HALL_COMMITTEE}
