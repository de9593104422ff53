"""A person's notices, and their count on every page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_POST, require_safe

from consultations.domain import queries
from consultations.domain.notices import read_notices
from members.models import Person
from members.requests import signed_in


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    found = queries.notices(signed_in(request))
    newest = max((notice.id for notice in found if notice.unread), default=0)
    return render(request, "members/notices.html", {"notices": found, "newest": newest})


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    up_to = request.POST.get("up_to", "")
    if up_to.isdecimal() and len(up_to) <= 18:
        read_notices(signed_in(request), up_to=int(up_to))
    return redirect("notices")


def count(request: HttpRequest) -> dict[str, Any]:
    """`unread_notices` for templates: asked of the database only where it is shown."""

    def unread() -> int:
        person = getattr(request, "user", None)
        return queries.unread_notices(person) if isinstance(person, Person) else 0

    return {"unread_notices": SimpleLazyObject(unread)}
