"""The search page."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consultations.domain import queries

PAGE = 20


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What was found for `q`, all of it or of one `kind`."""
    asked = " ".join(request.GET.get("q", "").replace("\0", "").split())
    found = queries.search(request.user, asked, request.GET.get("kind", ""))
    kept = {"q": asked, "kind": found.kind}
    context = {
        "asked": asked,
        "found": found,
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "query": urlencode({name: value for name, value in kept.items() if value}),
    }
    return render(request, "search/page.html", context)
