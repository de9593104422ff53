"""A person's notices, and their count on every page."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consultations.domain import queries
from consultations.domain.notices import read_notice, read_notices
from consultations.domain.queries.notices import NoticeLine
from consultations.domain.queries.opinion import opinion_page
from consultations.domain.queries.reviews import confirmation_desk, minutes_page
from consultations.models import NoticeKind
from hall.errors import Refusal
from members.access import require
from members.models import Person
from members.requests import signed_in, whole_number
from members.roles import Permission

PAGE = 30


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    page = Paginator(queries.notices(person), PAGE).get_page(request.GET.get("page"))
    found = queries.notice_lines(list(page.object_list))
    context = {"page": page, "notices": found, "newest": queries.newest_unread(person)}
    return render(request, "members/notices.html", context)


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read and go to what it tells of, or to what is nearest to that."""
    person = signed_in(request)
    found = queries.find_notice(person, pk)
    read_notice(person, pk)
    for at, (way, look) in enumerate(_ways(found, person)):
        try:
            look()
        except Refusal:
            continue
        if at:
            messages.info(request, _("通知里说的那一页现在打不开，这是它所在的协商会。"))
        return redirect(way)
    messages.info(request, _closed(found))
    return redirect("notices")


def _ways(found: NoticeLine, person: Person) -> Iterator[tuple[str, Callable[[], object]]]:
    """Addresses that the notice may lead to, the best first; each with what refuses the closed."""
    if found.topic_id:
        topic = found.topic_id
        yield reverse("topic", args=[topic]), lambda: queries.topic_page(topic, person)
    if found.question_id and found.member_id:
        question, member = found.question_id, found.member_id
        yield (
            reverse("studio_question", args=[question]),
            lambda: (queries.find_member(member), queries.find_question(question, person)),
        )
    if found.consultation_id:
        yield from _ways_to_consultation(found, found.consultation_id, person)


def _ways_to_consultation(
    found: NoticeLine, pk: int, person: Person
) -> Iterator[tuple[str, Callable[[], object]]]:
    number = found.number
    if found.kind in (NoticeKind.TO_CONFIRM, NoticeKind.CONFIRM_CLAUSES):
        yield reverse("confirm", args=[pk]), lambda: confirmation_desk(person, pk)
    elif found.kind in (NoticeKind.OBJECTED, NoticeKind.OBJECTION_ANSWER):
        yield f"{reverse('minutes', args=[pk])}#objections", lambda: minutes_page(person, pk)
    elif found.kind == NoticeKind.ERASURE_ASKED:
        yield reverse("erasures", args=[pk]), lambda: require(person, Permission.OPINION_ERASE)
    elif found.in_room:
        room = f"{reverse('room', args=[pk])}#opinion-{number}"
        yield room, lambda: opinion_page(person, pk, number)
    elif number:
        yield reverse("opinion", args=[pk, number]), lambda: opinion_page(person, pk, number)
    yield reverse("consultation", args=[pk]), lambda: queries.find_consultation(person, pk)


def _closed(found: NoticeLine) -> str:
    if found.consultation_id:
        sentence = _("“%(title)s”的公告已撤回，正在重新准备；再公告以后就能打开。")
        return sentence % {"title": found.title}
    return _("通知里说的那一页现在打不开了。")


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    up_to = whole_number(request.POST.get("up_to", ""), digits=18)
    read_notices(signed_in(request), up_to=up_to)
    return redirect("notices")


def count(request: HttpRequest) -> dict[str, Any]:
    """`unread_notices` for templates: asked of the database only where it is shown."""

    def unread() -> int:
        person = getattr(request, "user", None)
        return queries.unread_notices(person) if isinstance(person, Person) else 0

    return {"unread_notices": SimpleLazyObject(unread)}
