"""The front page, and one's own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consultations.domain import queries
from members.requests import signed_in


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"page": queries.front_page(request.user)})


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    return render(request, "members/me.html", {"page": queries.my_page(signed_in(request))})
