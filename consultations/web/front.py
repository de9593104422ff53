"""The front page, and one's own."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consultations.domain import queries
from members.requests import signed_in

PAGE = 20


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"page": queries.front_page(request.user)})


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    said = _page(queries.own_opinions(person), request.GET.get("said"))
    asked = _page(queries.own_questions(person), request.GET.get("asked"))
    page = queries.my_page(person)
    context = {
        "page": page,
        "topics": _page(page.topics, request.GET.get("topics")),
        "duty": _page(page.duty, request.GET.get("duty")),
        "said": said,
        "opinions": queries.own_opinion_lines(list(said.object_list)),
        "asked": asked,
        "questions": queries.question_lines(list(asked.object_list), person),
    }
    return render(request, "members/me.html", context)


def _page(rows: Any, number: str | None) -> Page[Any]:
    return Paginator(rows, PAGE).get_page(number)
