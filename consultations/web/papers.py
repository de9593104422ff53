"""The official documents of a consultation: the list, a number, a file, all of them in a zip."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from consultations.domain import queries
from consultations.domain.papers import issue_number
from consultations.domain.queries.papers import (
    PaperLine,
    paper_desk,
    plan_consultations,
)
from consultations.exports import FACES
from consultations.exports.bundle import bundle
from consultations.exports.jobs import is_large, start_export
from consultations.exports.names import file_name
from consultations.models import PaperKind
from consultations.web import downloads
from hall.errors import Refusal
from members.access import allowed, require
from members.requests import signed_in
from members.roles import Permission

FORMAT_LABELS = {
    "docx": "Word",
    "pdf": "PDF",
    "xlsx": "Excel",
    "json": "JSON",
    "md": gettext_lazy("纯文本"),
}
PURPOSES = {
    PaperKind.MINUTES: gettext_lazy("会议怎么开的、议定了什么，发给参会各方。"),
    PaperKind.CONSENSUS: gettext_lazy("逐条列出共识和分歧，附依据的意见和纪要。"),
    PaperKind.REPORT: gettext_lazy("报送党委、政府：情况、主要意见、共识和建议。"),
    PaperKind.OPINION_REPORT: gettext_lazy("一事一报：反映的情况和有关建议。"),
    PaperKind.SPEECHES: gettext_lazy("会前会上每一条发言，按议程排列。"),
    PaperKind.ATTENDANCE: gettext_lazy("席位、到会时间和方式，留有签名处。"),
    PaperKind.ASSIGNMENT: gettext_lazy("把共识里的建议交给承办单位办理。"),
}
_SLOW = frozenset({"docx", "pdf"})


@dataclass(frozen=True, slots=True)
class Choice:
    """A format to take a document in; `slow` ones are made in the background."""

    fmt: str
    label: str
    slow: bool


@dataclass(frozen=True, slots=True)
class Row:
    paper: PaperLine
    purpose: str
    choices: tuple[Choice, ...]


@require_safe
def papers(request: HttpRequest, pk: int) -> HttpResponse:
    desk = paper_desk(signed_in(request), pk)
    large = is_large(desk.consultation)
    context = {
        "desk": desk,
        "consultation": desk.consultation,
        "rows": [_row(paper, large) for paper in desk.papers],
        "large": large,
        "may_change_templates": allowed(request.user, Permission.TEMPLATE_CHANGE),
    }
    return render(request, "papers/list.html", context)


def _row(paper: PaperLine, large: bool) -> Row:
    return Row(paper, str(PURPOSES[paper.kind]), _choices(paper.kind, large))


def _choices(kind: PaperKind, large: bool) -> tuple[Choice, ...]:
    return tuple(
        Choice(fmt, str(FORMAT_LABELS[fmt]), large and fmt in _SLOW) for fmt in FACES[kind].formats
    )


def kind_of(word: str) -> PaperKind:
    if word not in PaperKind.values:
        raise Http404
    return PaperKind(word)


@require_safe
def download(request: HttpRequest, pk: int, kind: str, fmt: str) -> HttpResponse:
    consultation = queries.find_consultation(request.user, pk)
    require(request.user, Permission.OUTCOME_EXPORT, consultation)
    return downloads.document(consultation, fmt, kind_of(kind))


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


@require_safe
def everything(request: HttpRequest, pk: int) -> HttpResponseBase:
    consultation = queries.find_consultation(request.user, pk)
    require(request.user, Permission.OUTCOME_EXPORT, consultation)
    name = file_name(_("{title}全部公文"), {"title": consultation.title}, "zip")
    return _streamed(bundle([consultation]), name)


@require_safe
def year(request: HttpRequest, pk: int) -> HttpResponseBase:
    plan, found = plan_consultations(request.user, pk)
    name = file_name(_("{title}协商公文"), {"title": plan.title}, "zip")
    return _streamed(bundle(found, folders=True), name)


def _streamed(pieces: Iterator[bytes], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_stepped(pieces), content_type="application/zip")
    downloads.named(response, name)
    return response


async def _stepped(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each piece made in a thread when it is its turn: nothing else waits for it."""
    step = sync_to_async(_next)
    while (piece := await step(pieces)) is not None:
        yield piece


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)
