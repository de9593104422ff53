"""The public page of an archive, and what can be taken away from it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consultations.domain import queries
from consultations.domain.archives import archive_file
from consultations.exports.jobs import is_large
from consultations.models import PaperKind
from consultations.web import downloads
from members.access import allowed, require
from members.roles import Permission


@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    archive = queries.find_archive(number)
    context = {
        "page": queries.archive_page(number),
        "choices": downloads.choices(PaperKind.CONSENSUS, large=is_large(archive.consultation)),
        "may_take_bag": allowed(request.user, Permission.OUTCOME_EXPORT, archive.consultation),
    }
    return render(request, "consultations/archive.html", context)


@require_safe
def export(request: HttpRequest, number: int, fmt: str) -> HttpResponse:
    """What is published may be taken away by anyone."""
    return downloads.outcome_of(queries.find_archive(number), fmt)


@require_safe
def public_bag(_request: HttpRequest, number: int) -> HttpResponse:
    """The archive as everyone may have it, checked by the same program as the complete one."""
    archive = queries.find_archive(number)
    name = _("归档%(number)s号（公开版）.zip") % {"number": archive.number}
    return downloads.bag(archive_file(archive, public=True), name)


@require_safe
def bag(request: HttpRequest, number: int) -> HttpResponse:
    """The whole record. It has in it what moderators hid: it is for those who may export."""
    archive = queries.find_archive(number)
    require(request.user, Permission.OUTCOME_EXPORT, archive.consultation)
    name = _("归档%(number)s号.zip") % {"number": archive.number}
    return downloads.bag(archive_file(archive), name)
