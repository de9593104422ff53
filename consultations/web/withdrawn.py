"""A calm page where there was something that everyone could read, and that was taken back."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from consultations.domain.queries.withdrawn import (
    Withdrawal,
    withdrawn_consultation,
    withdrawn_topic,
)
from hall.errors import Code, Refusal

Look = Callable[[int], Withdrawal | None]
# What lies below an address of these is gone with it.
_LOOKS: dict[str, tuple[str, Look]] = {
    "consultations/<int:pk>/": ("consultation", withdrawn_consultation),
    "rooms/<int:pk>/": ("consultation", withdrawn_consultation),
    "topics/<int:pk>/": ("topic", withdrawn_topic),
}


class WithdrawnMiddleware:
    """Say of what was taken back when and why, to those who may not know of it any more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal) or error.code != Code.NOT_FOUND:
            return None
        if request.method not in {"GET", "HEAD"} or not request.accepts("text/html"):
            return None
        match = request.resolver_match
        for start, (what, look) in _LOOKS.items():
            if match and match.route.startswith(start) and (found := look(match.kwargs["pk"])):
                context = {"what": what, "withdrawal": found}
                return render(request, "withdrawn.html", context, status=error.status)
        return None
