"""The official documents of a consultation: the list, a number, a file, all of them in a zip."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from consultations.domain import queries
from consultations.domain.papers import issue_number
from consultations.domain.queries.papers import PaperLine, paper_desk
from consultations.exports.jobs import is_large, start_bundle, start_export, start_year
from consultations.models import PaperKind
from consultations.web import downloads
from hall.errors import Refusal
from members.access import allowed
from members.requests import signed_in
from members.roles import Permission

PURPOSES = {
    PaperKind.MINUTES: gettext_lazy("会议怎么开的、议定了什么，发给参会各方。"),
    PaperKind.CONSENSUS: gettext_lazy("逐条列出共识和分歧，附依据的意见和纪要。"),
    PaperKind.REPORT: gettext_lazy("报送党委、政府：情况、主要意见、共识和建议。"),
    PaperKind.OPINION_REPORT: gettext_lazy("一事一报：反映的情况和有关建议。"),
    PaperKind.SPEECHES: gettext_lazy("会前会上每一条发言，按议程排列。"),
    PaperKind.ATTENDANCE: gettext_lazy("席位、到会时间和方式，留有签名处。"),
    PaperKind.ASSIGNMENT: gettext_lazy("把共识里的建议交给承办单位办理。"),
}


@dataclass(frozen=True, slots=True)
class Row:
    paper: PaperLine
    purpose: str
    choices: tuple[downloads.Choice, ...]


@require_safe
def papers(request: HttpRequest, pk: int) -> HttpResponse:
    desk = paper_desk(signed_in(request), pk)
    large = is_large(desk.consultation)
    context = {
        "desk": desk,
        "consultation": desk.consultation,
        "rows": [
            Row(paper, str(PURPOSES[paper.kind]), downloads.choices(paper.kind, large=large))
            for paper in desk.papers
        ],
        "large": large,
        "may_change_templates": allowed(request.user, Permission.TEMPLATE_CHANGE),
    }
    return render(request, "papers/list.html", context)


def kind_of(word: str) -> PaperKind:
    if word not in PaperKind.values:
        raise Http404
    return PaperKind(word)


@require_safe
def download(request: HttpRequest, pk: int, kind: str, fmt: str) -> HttpResponse:
    person = signed_in(request)
    consultation = queries.find_consultation(person, pk)
    return downloads.document(consultation, fmt, kind_of(kind), by=person)


@require_POST
def make(request: HttpRequest, pk: int, kind: str, fmt: str) -> HttpResponse:
    """Begin to make a large document; its own page tells how far it is."""
    person = signed_in(request)
    consultation = queries.find_consultation(person, pk)
    job = start_export(consultation, kind=kind_of(kind), fmt=fmt, by=person)
    return redirect("export_job", job.pk)


@require_POST
def number(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    person = signed_in(request)
    consultation = queries.find_consultation(person, pk)
    try:
        issued = issue_number(consultation, kind=kind_of(kind), by=person)
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("文号：%(number)s。") % {"number": issued.text})
    return redirect("papers", pk)


@require_POST
def everything(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin to make the zip of all documents."""
    person = signed_in(request)
    consultation = queries.find_consultation(person, pk)
    return redirect("export_job", start_bundle(consultation, by=person).pk)


@require_POST
def year(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin to make the zip of a plan's documents."""
    return redirect("export_job", start_year(pk, by=signed_in(request)).pk)
