"""What views share: who asks, and where to go next."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from hall.errors import Code, Refusal
from members.models import Person

SENIOR_COOKIE = "hall_senior"


def signed_in(request: HttpRequest) -> Person:
    """The person who asks; Refusal `sign_in` for a stranger."""
    if not isinstance(request.user, Person):
        raise Refusal(Code.SIGN_IN)
    return request.user


def words_asked(request: HttpRequest) -> str:
    """What the address asks to be looked for: one line, without the NUL that PostgreSQL refuses."""
    return " ".join(request.GET.get("q", "").replace("\0", "").split())


def whole_number(text: str, *, digits: int = 9) -> int:
    """What a text says where it is the number of something; else 0, which nothing has.

    Of more `digits` it is none; a database takes 18 in an id.
    """
    return int(text) if text.isdecimal() and len(text) <= digits else 0


def onward(request: HttpRequest, default: str) -> str:
    """The address of this hall that the request wants to go on to, or `default`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=settings.HALL_SECURE
    )
    return wanted if safe else default
