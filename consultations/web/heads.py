"""The signed heads of a room's log: for anyone to keep, and to hold against the archive later."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consultations.archiving.canonical import timestamp
from consultations.domain import heads, queries
from consultations.web.downloads import named

PAGE = 50


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    consultation = queries.find_consultation(request.user, pk)
    found = Paginator(heads.head_lines(consultation), PAGE)
    context = {"consultation": consultation, "page": found.get_page(request.GET.get("page"))}
    return render(request, "verify/heads.html", context)


@require_safe
def as_json(request: HttpRequest, pk: int) -> HttpResponse:
    """What `verify.py --heads` takes."""
    consultation = queries.find_consultation(request.user, pk)
    response = JsonResponse(heads.heads_file(consultation))
    named(response, f"heads-{pk}.json")
    return response


@require_safe
def as_text(request: HttpRequest, pk: int) -> HttpResponse:
    """One line a head, the latest first: when, how many events, chain, tree, key."""
    lines = heads.head_lines(queries.find_consultation(request.user, pk))
    text = "".join(
        f"{timestamp(line.at)} {line.count} {line.chain_head} {line.merkle_root} {line.key_id}\n"
        for line in lines
    )
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
