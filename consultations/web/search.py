"""The search page."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from consultations.domain import queries
from consultations.domain.queries.search import Hit
from consultations.models import SearchKind, Stage
from members.requests import words_asked

PAGE = 20
_IN_THE_ROOM = frozenset({Stage.COLLECTING, Stage.LIVE})
_PAGES: dict[SearchKind, tuple[str, Callable[[Hit], str]]] = {
    SearchKind.CONSULTATION: ("consultation", lambda hit: ""),
    SearchKind.TOPIC: ("topic", lambda hit: ""),
    SearchKind.OPINION: ("room", lambda hit: f"#opinion-{hit.number}"),
    SearchKind.CLAUSE: ("consultation", lambda hit: f"#clause-{hit.number}"),
    SearchKind.DISSENT: ("consultation", lambda hit: f"#dissent-{hit.number}"),
    SearchKind.MINUTES: ("minutes", lambda hit: f"#p{hit.line}" if hit.line else ""),
    SearchKind.PLAN: ("plan", lambda hit: "#preamble" if hit.line else ""),
    SearchKind.SECTION: ("plan", lambda hit: f"#section-{hit.number}"),
    SearchKind.ITEM: ("work_item", lambda hit: ""),
}


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What was found for `q`, all of it or of one `kind`."""
    asked = words_asked(request)
    found = queries.search(request.user, asked, request.GET.get("kind", ""))
    kept = {"q": asked, "kind": found.kind}
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "found": found,
        "page": page,
        "rows": [(hit, address_of(hit)) for hit in page],
        "query": urlencode({name: value for name, value in kept.items() if value}),
    }
    return render(request, "search/page.html", context)


def address_of(hit: Hit) -> str:
    """Where the words of the hit can be read: the very opinion, sentence or paragraph."""
    if hit.kind == SearchKind.OPINION and hit.where.state not in _IN_THE_ROOM:
        return reverse("opinion", args=[hit.consultation_id, hit.number])
    page, fragment = _PAGES[SearchKind(hit.kind)]
    whose = hit.consultation_id or hit.where.plan_id or hit.object_id
    return reverse(page, args=[whose]) + fragment(hit)
