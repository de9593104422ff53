"""Nobody is left before a blank page: not after a refused form, nor after signing in on the way."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from consultations.domain.check_ins import check_in_token
from consultations.models import Stage, StudioQuestion
from members.roles import Role
from tests.factories import make_person
from tests.web.conftest import As, Hall

pytestmark = pytest.mark.django_db

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def patterns(within: Any = None) -> Iterator[URLPattern]:
    for each in (within or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each)
        else:
            yield each


def all_addresses(hall: Hall) -> list[str]:
    """Every address of the hall, with something of the hall's own in it."""
    room = hall.by_stage[Stage.LIVE].pk
    known = {
        "number": 1,
        "seq": 1,
        "erasure_id": 1,
        "screen_id": 1,
        "name": "resident",
        "kind": "minutes",
        "fmt": "md",
        "what": "clause",
        "state": "draft",
        "token": check_in_token(room),
    }
    by_start = {"topics/": hall.topic.pk, "plans/": hall.item.section.plan_id}
    by_start |= {"items/": hall.item.pk, "members/": hall["member"].pk, "exports/": uuid4()}
    by_start |= {"topics/calls/": 1, "people/": hall["member"].pk, "questions/": 1}
    made = []
    for pattern in patterns():
        route = str(pattern.pattern)
        start = max((one for one in by_start if route.startswith(one)), key=len, default="")
        wanted = {**known, "pk": by_start.get(start, room)}
        names = pattern.pattern.converters
        made.append(reverse(str(pattern.name), kwargs={name: wanted[name] for name in names}))
    return made


@pytest.mark.parametrize("who", ["admin", "resident", "stranger"])
def test_no_address_answers_a_browser_with_nothing(hall: Hall, visit: As, who: str) -> None:
    browser = visit(hall[who] if who != "stranger" else None)
    formed = 0
    for address in all_addresses(hall):
        page: Any = browser.get(address, follow=True, headers=BROWSER)
        assert page.status_code != 405, address
        assert page.content or "html" not in page["Content-Type"], address
        formed += bool(page.redirect_chain)
    assert formed > 40


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/members/{member}/ask/?page=2", "/members/{member}/?page=2"),
        ("/topics/{topic}/decision/", "/topics/{topic}/"),
        ("/topics/{topic}/scores/", "/topics/{topic}/"),
        ("/topics/calls/1/close/", "/topics/"),
        ("/consultations/{room}/outcome/clause/write/", "/consultations/{room}/outcome/"),
        ("/consultations/{room}/minutes/objections/1/", "/consultations/{room}/minutes/"),
        ("/consultations/{room}/seats/assign/", "/consultations/{room}/seats/"),
        ("/papers/templates/minutes/use/draft/", "/papers/templates/"),
        ("/rooms/{room}/post/", "/rooms/{room}/"),
        ("/people/new/", "/people/"),
        ("/me/notices/read/", "/me/notices/"),
    ],
)
def test_address_of_a_form_leads_to_its_page(
    hall: Hall, visit: As, address: str, page: str
) -> None:
    names = {
        "member": hall["member"].pk,
        "topic": hall.topic.pk,
        "room": hall.by_stage[Stage.LIVE].pk,
    }
    answer = visit(hall["admin"]).get(address.format(**names), headers=BROWSER)
    if answer.status_code == 302 and answer["Location"] != page.format(**names):
        answer = visit(hall["admin"]).get(answer["Location"], headers=BROWSER)
    assert answer["Location"] == page.format(**names)


def test_signing_in_after_a_form_leads_to_its_page(hall: Hall) -> None:
    """The session had ended: a question to a member, and a decision on a topic."""
    asked = Client().post(reverse("studio_ask", args=[hall["member"].pk]), {"text": "何时修？"})
    assert asked.status_code == 302
    assert asked["Location"].startswith(reverse("account_login") + "?next=/members/")
    decided = Client().post(reverse("topic_decision", args=[hall.topic.pk]), headers=BROWSER)
    assert decided.status_code == 401
    onward = f"?next=/topics/{hall.topic.pk}/decision/".replace("/", "%2F")
    assert f'href="{reverse("account_login")}{onward}"' in decided.content.decode()


@pytest.mark.parametrize("who", ["resident", "stranger"])
@pytest.mark.parametrize("stage", [Stage.SUMMARISING, Stage.SEALED])
def test_words_that_came_too_late_stay_in_sight(
    hall: Hall, visit: As, stage: Stage, who: str
) -> None:
    """The form was opened while the discussion was on, and the browser runs no script."""
    address = reverse("room_post", args=[hall.by_stage[stage].pk])
    said = {"key": str(uuid4()), "kind": "opinion", "text": "路灯<坏>了三个月。"}
    answer = visit(None if who == "stranger" else hall[who]).post(address, said, headers=BROWSER)
    page = answer.content.decode()
    assert answer.status_code == (401 if who == "stranger" else 422)
    assert re.search(r'<textarea id="unsent"[^>]*readonly>路灯&lt;坏&gt;了三个月。<', page)
    if who == "resident":
        assert 'role="alert"' in page
        room = reverse("room", args=[hall.by_stage[stage].pk])
        assert "没有发出" not in visit(hall[who]).get(room).content.decode()


def test_switches_on_a_refused_form_lead_to_its_page(hall: Hall, visit: As) -> None:
    browser = visit(hall["resident"])
    address = reverse("studio_ask", args=[hall["member"].pk])
    refused = browser.post(address, {"key": str(uuid4()), "text": ""}, headers=BROWSER)
    assert refused.status_code == 422
    assert f'name="next" value="{address}"' in refused.content.decode()
    for name, choice in (("senior_view", {"senior": "1"}), ("set_language", {"language": "en"})):
        done: Any = browser.post(reverse(name), {"next": address, **choice}, follow=True)
        assert done.status_code == 200
        assert done.redirect_chain[-1][0] == reverse("studio", args=[hall["member"].pk])
    assert browser.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_form_at_a_page_that_takes_none_is_told_so(hall: Hall, visit: As) -> None:
    address = reverse("topic_list")
    answer = visit(make_person(Role.STAFF)).post(address, headers=BROWSER)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    page = answer.content.decode()
    assert "这个页面不接受提交" in page
    assert f'href="{address}">打开这个页面' in page


def test_what_is_no_page_keeps_its_plain_answer(hall: Hall, visit: As) -> None:
    room = hall.by_stage[Stage.LIVE].pk
    answer = visit(None).get(
        reverse("room_post", args=[room]), headers={"Accept": "application/json"}
    )
    assert (answer.status_code, answer.content) == (405, b"")


def test_question_has_an_address_of_its_own(hall: Hall, visit: As) -> None:
    browser, member = visit(hall["resident"]), hall["member"]
    browser.post(
        reverse("studio_ask", args=[member.pk]), {"key": str(uuid4()), "text": "路灯何时修？"}
    )
    question = StudioQuestion.objects.get()
    done: Any = browser.get(reverse("studio_answer", args=[question.pk]), follow=True)
    assert done.redirect_chain[-1][0] == (
        f"{reverse('studio', args=[member.pk])}#question-{question.pk}"
    )
