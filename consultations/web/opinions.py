"""The page of one opinion, and the record of what was done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from consultations.domain.queries.opinion import opinion_page
from consultations.domain.queries.record import record_page
from members.requests import whole_number


@require_safe
def opinion(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    page = opinion_page(request.user, pk, number)
    context = {"page": page, "consultation": page.consultation}
    return render(request, "reviews/opinion.html", context)


@require_safe
def record(request: HttpRequest, pk: int, seq: int = 1) -> HttpResponse:
    """The record around event `seq`; the field on the page leads there by `?n=`."""
    if asked := whole_number(request.GET.get("n", "")):
        return redirect(f"{reverse('record', args=[pk, asked])}#r{asked}")
    page = record_page(request.user, pk, seq)
    context = {"page": page, "consultation": page.consultation}
    return render(request, "reviews/record.html", context)
