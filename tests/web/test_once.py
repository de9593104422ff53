"""A form that is sent twice is done once, and the second one is led to where the first one led."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from consultations.domain.calls import today
from consultations.domain.consultations import move_stage
from consultations.models import (
    ConsensusClause,
    Consultation,
    Erasure,
    Minutes,
    MinutesObjection,
    PaperTemplate,
    Stage,
    StageChange,
    Topic,
    TopicCall,
)
from members.models import Person, SentForm
from tests.factories import STARTS_AT, make_clause, seated
from tests.web.addresses import all_pages
from tests.web.conftest import As, Hall

pytestmark = pytest.mark.django_db

_FORM = re.compile(r'<form\b([^>]*method="post"[^>]*)>(.*?)</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')
AGAIN = "刚才已经提交过"

# Forms whose second sending is the same by itself, and why.
SAME_BY_ITSELF = {
    # sets something, to what it is already
    *("profile", "welcome", "senior_view", "set_language", "notices_read", "person"),
    *("topic_edit", "topic_score", "topic_support", "confirm"),
    *("minutes_sign", "seat_assign", "seat_remove", "consultation_stage", "topic_withhold"),
    *("paper_template_reset", "paper_template_drop", "holidays"),
    *("paper_template_upload", "plan_import", "demo_sign_in", "check_in_now"),
    # has a key of its own, which is kept with what it makes
    *("topic_new", "studio_ask", "room_post", "room_vote"),
    # the number or the job that there is already
    *("paper_number", "paper_make", "papers_zip", "plan_papers_zip"),
    # says that it is done, and does nothing
    *("studio_answer", "studio_report", "studio_keep", "erasure_decide", "screen_end"),
    # tells a secret that is told once: another one, which runs out by itself
    *("screen_invite", "screen_open_here", "screen_code"),
    *("account_login", "account_logout", "account_change_phone"),
}


def forms(page: str, address: str) -> dict[str, list[dict[str, str]]]:
    """What the page's forms send by themselves, by the name of the view that they are for."""
    found: dict[str, list[dict[str, str]]] = {}
    for opening, inside in _FORM.findall(page):
        action = re.search(r'action="([^"]*)"', opening)
        name = resolve(urlsplit((action and action[1]) or address).path).view_name
        found.setdefault(name, []).append(dict(_HIDDEN.findall(inside)))
    return found


def twice(
    browser: Client, page: str, name: str, at: list[Any] | None = None, **filled: Any
) -> tuple[Any, Any]:
    """Open the page, fill in its form for that view, and send it twice."""
    hidden = forms(browser.get(page).content.decode(), page)[name][-1]
    assert hidden["once"]
    address = reverse(name, args=at or [])
    data = {**hidden, **{key.replace("__", "-"): value for key, value in filled.items()}}
    return browser.post(address, data), browser.post(address, data)


def same(sent: tuple[Any, Any]) -> bool:
    """Whether both were led to the same page."""
    assert [each.status_code for each in sent] == [302, 302]
    return bool(sent[0]["Location"] == sent[1]["Location"])


def summarised(hall: Hall) -> Consultation:
    """A consultation with one opinion, whose outcome is being written."""
    room = hall.by_stage[Stage.LIVE]
    move_stage(room, to=Stage.SUMMARISING, by=hall["staff"])
    return room


def test_every_form_is_done_once_or_is_the_same_by_itself(hall: Hall, visit: As) -> None:
    unguarded = set()
    for who in ("admin", "moderator", "resident"):
        browser = visit(hall[who])
        for address in all_pages(hall):
            page = browser.get(address)
            if page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
                continue
            for name, sent in forms(page.content.decode(), address).items():
                if name not in SAME_BY_ITSELF and not all("once" in each for each in sent):
                    unguarded.add(name)
    assert not unguarded


def test_consultation_is_arranged_once(hall: Hall, visit: As) -> None:
    page = reverse("consultation_new", args=[hall.topic.pk])
    filled = {
        "title": "夜间开放协商会",
        "question": "开到几点？",
        "kind": "thematic",
        "starts_at": "2026-05-12T09:00",
        "ends_at": "2026-05-12T11:00",
        "admission": "open",
        "agenda__0__kind": "briefing",
        "agenda__0__title": "情况通报",
        "agenda__0__minutes": "10",
        "agenda__TOTAL_FORMS": "1",
    }
    before, browser = Consultation.objects.count(), visit(hall["staff"])
    sent = twice(browser, page, "consultation_new", [hall.topic.pk], **filled)
    assert same(sent)
    assert Consultation.objects.count() == before + 1
    assert AGAIN in browser.get(sent[1]["Location"]).content.decode()
    # The same page with other words, as after the back button, is another form.
    hidden = SentForm.objects.get()
    other = {key.replace("__", "-"): value for key, value in filled.items()}
    other |= {"title": "第二场", "once": str(hidden.key), "agenda-INITIAL_FORMS": "0"}
    browser.post(page, other)
    assert Consultation.objects.count() == before + 2


def test_refused_form_has_not_been_sent(hall: Hall, visit: As) -> None:
    browser, page = visit(hall["staff"]), reverse("topic_call_new")
    key = forms(browser.get(page).content.decode(), page)["topic_call_new"][0]["once"]
    filled = {"title": "明年商量什么", "text": "想听身边的事。", "once": key}
    yesterday = (today() - timedelta(days=1)).isoformat()
    for _time in range(2):
        refused = browser.post(page, {**filled, "closes_on": yesterday})
        assert refused.status_code == 422
        assert "截止日期不能早于今天" in refused.content.decode()
    assert not SentForm.objects.exists()


def test_call_is_opened_once_whoever_else_sends_the_same(hall: Hall, visit: As) -> None:
    page = reverse("topic_call_new")
    filled = {"title": "明年商量什么", "text": "想听身边的事。", "closes_on": today().isoformat()}
    assert same(twice(visit(hall["staff"]), page, "topic_call_new", **filled))
    assert TopicCall.objects.count() == 1
    other = {**filled, "once": str(SentForm.objects.get().key)}
    visit(hall["admin"]).post(page, other)
    assert TopicCall.objects.count() == 2


def test_what_was_sent_is_forgotten_after_a_day(hall: Hall, visit: As) -> None:
    page, staff = reverse("topic_call_new"), visit(hall["staff"])
    filled = {"title": "明年商量什么", "text": "想听身边的事。", "closes_on": today().isoformat()}
    twice(staff, page, "topic_call_new", **filled)
    SentForm.objects.update(sent_at=timezone.now() - timedelta(days=2))
    twice(staff, page, "topic_call_new", **filled)
    assert SentForm.objects.count() == 1


def test_topic_is_decided_once(hall: Hall, visit: As) -> None:
    page = reverse("topic", args=[hall.proposed.pk])
    filled = {"decision": "accept", "reason": "群众所盼"}
    assert same(twice(visit(hall["staff"]), page, "topic_decision", [hall.proposed.pk], **filled))
    assert Topic.objects.get(pk=hall.proposed.pk).deeds.count() == 1


def test_clause_and_minutes_are_written_once(hall: Hall, visit: As) -> None:
    room, browser = summarised(hall), visit(hall["moderator"])
    page, minutes = reverse("outcome_edit", args=[room.pk]), {"body": "<p>开了会。</p>"}
    clause = {"text": "先改东片。", "evidence": "1"}
    assert same(twice(browser, page, "outcome_write", [room.pk, "clause"], **clause))
    assert ConsensusClause.objects.filter(consultation=room).count() == 1
    assert same(twice(browser, page, "outcome_minutes", [room.pk], **minutes))
    assert Minutes.objects.filter(consultation=room).count() == 1


def test_clause_is_moved_once(hall: Hall, visit: As) -> None:
    room, browser = summarised(hall), visit(hall["moderator"])
    for text in ("甲", "乙"):
        make_clause(room, room.opinions.get(), text)
    page = reverse("outcome_edit", args=[room.pk])
    assert same(twice(browser, page, "outcome_move", [room.pk, "clause"]))
    assert [each.text for each in room.clauses.order_by("position")] == ["乙", "甲"]


def test_objection_is_made_and_answered_once(hall: Hall, visit: As) -> None:
    room = hall.by_stage[Stage.REVIEW]
    attendee = seated(room, first_seen_at=STARTS_AT)
    page, words = reverse("minutes", args=[room.pk]), {"paragraph": "1", "text": "应写明时间。"}
    assert same(twice(visit(attendee), page, "minutes_object", [room.pk], **words))
    assert MinutesObjection.objects.count() == 1
    answer = {"verdict": "accepted", "answer": "已补上。"}
    assert same(twice(visit(hall["moderator"]), page, "minutes_answer", [room.pk, 1], **answer))


def test_erasure_is_asked_for_once(hall: Hall, visit: As) -> None:
    room = hall.by_stage[Stage.LIVE]
    page = reverse("erasures", args=[room.pk])
    filled = {"number": "1", "basis": "某法院裁定", "reason": "当事人申请"}
    assert same(twice(visit(hall["staff"]), page, "erasures", [room.pk], **filled))
    assert Erasure.objects.count() == 1


def test_former_template_is_taken_up_once(hall: Hall, visit: As) -> None:
    """Twice would be back again."""
    for state, name in (("used", "乙.docx"), ("former", "甲.docx")):
        fields = {"file": b"-", "uploaded_by": hall["staff"], "uploaded_at": timezone.now()}
        PaperTemplate.objects.create(kind="report", state=state, name=name, **fields)
    browser, page = visit(hall["staff"]), reverse("paper_templates")
    assert same(twice(browser, page, "paper_template_use", ["report", "former"]))
    assert PaperTemplate.objects.get(state="used").name == "甲.docx"


def test_person_is_entered_once(hall: Hall, visit: As) -> None:
    filled = {"phone": "139 0013 9000", "alias": "孙委员"}
    assert same(twice(visit(hall["admin"]), reverse("people"), "person_add", **filled))
    assert Person.objects.filter(phone="+8613900139000").count() == 1


@pytest.mark.parametrize(
    ("origin", "to", "who"),
    [(Stage.ANNOUNCED, Stage.COLLECTING, "staff"), (Stage.REVIEW, Stage.SEALED, "staff")],
)
def test_stage_is_moved_once(hall: Hall, visit: As, origin: Stage, to: Stage, who: str) -> None:
    room, browser = hall.by_stage[origin], visit(hall[who])
    address = reverse("consultation_stage", args=[room.pk])
    sent = [browser.post(address, {"to": to.value}) for _time in range(2)]
    assert StageChange.objects.filter(consultation=room, to_stage=to).count() == 1
    page = browser.get(sent[1]["Location"]).content.decode()
    assert "不能" not in re.sub(r"<[^>]+>", "", page).partition("跳到正文")[2][:400]
    assert f"现在是“{to.label}”" in page or to == Stage.SEALED
