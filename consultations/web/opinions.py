"""The page of one opinion, and the record of what was done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from consultations.domain.queries.opinion import opinion_page
from consultations.domain.queries.record import record_page


@require_safe
def opinion(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    page = opinion_page(request.user, pk, number)
    context = {"page": page, "consultation": page.consultation}
    return render(request, "reviews/opinion.html", context)


@require_safe
def record(request: HttpRequest, pk: int, seq: int = 1) -> HttpResponse:
    """The record around event `seq`; the field on the page leads there by `?n=`."""
    asked = request.GET.get("n", "")
    if asked.isdecimal() and len(asked) < 10:
        return redirect(f"{reverse('record', args=[pk, int(asked)])}#r{int(asked)}")
    page = record_page(request.user, pk, seq)
    context = {"page": page, "consultation": page.consultation}
    return render(request, "reviews/record.html", context)
