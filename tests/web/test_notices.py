"""A notice leads to what it tells of, or to what is nearest to that, and is read by that."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from icalendar import Calendar

from consultations.domain.consultations import move_stage
from consultations.domain.opinions import hide_opinion
from consultations.domain.seats import assign_seat
from consultations.domain.topics import accept_topic
from consultations.models import Consultation, Notice, Stage, Topic, TopicStatus
from consultations.web.notices import PAGE
from members.models import Person
from members.roles import Role, SeatRole
from tests.domain.test_plan_notices import edit
from tests.factories import (
    STARTS_AT,
    bring_to_review,
    make_consultation,
    make_opinion,
    make_person,
    make_topic,
    moderator_of,
    seated,
)
from tests.web.conftest import As
from tests.web.test_query_counts import _same

pytestmark = pytest.mark.django_db


def newest(person: Person) -> Notice:
    return Notice.objects.filter(person=person).latest("pk")


def announced() -> tuple[Consultation, Person]:
    room = make_consultation(Stage.DRAFT, venue="文化站")
    moderator_of(room)
    person = seated(room)
    move_stage(room, to=Stage.ANNOUNCED, by=room.prepared_by)
    return room, person


def follow(visit: As, person: Person) -> tuple[str, str]:
    """Where the newest notice leads, and the page there."""
    browser = visit(person)
    response = browser.get(reverse("notice", args=[newest(person).pk]))
    assert response.status_code == 302
    page = browser.get(response["Location"])
    assert page.status_code == 200
    return response["Location"], page.content.decode()


def accepted(person: Person, reason: str = "") -> Topic:
    """A topic of the person's, of which they are told that it was accepted."""
    topic = make_topic(status=TopicStatus.PROPOSED, proposed_by=person)
    return accept_topic(topic, by=make_person(Role.STAFF), reason=reason)


def test_following_marks_it_and_no_other_as_read(visit: As) -> None:
    person = make_person()
    accepted(person)
    topic = accepted(person)
    assert follow(visit, person)[0] == reverse("topic", args=[topic.pk])
    unread = Notice.objects.filter(person=person, read_at=None)
    assert list(unread) == [Notice.objects.filter(person=person).earliest("pk")]


def test_notice_is_ones_own(visit: As) -> None:
    _room, person = announced()
    url = reverse("notice", args=[newest(person).pk])
    assert visit(make_person()).get(url).status_code == 404
    assert visit(None).get(url)["Location"].startswith(reverse("account_login"))
    assert visit(person).post(url).status_code == 405
    assert newest(person).read_at is None


def test_moved_consultation_is_told_with_both_times_on_the_page(visit: As) -> None:
    room, person = announced()
    later = STARTS_AT + timedelta(days=1)
    edit(room, starts_at=later, ends_at=later + timedelta(hours=2), venue="镇政府三楼")
    page = strip_tags(visit(person).get(reverse("notices")).content.decode())
    assert "协商会的时间或地点改了" in page
    assert "原定：5月12日（周二）09:00—11:00，文化站" in page
    assert "改为：5月13日（周三）09:00—11:00，镇政府三楼" in page
    assert "更新日历" in page
    assert follow(visit, person)[0] == reverse("consultation", args=[room.pk])


def test_seat_is_told_with_its_role_time_and_place(visit: As) -> None:
    room = make_consultation(Stage.ANNOUNCED, venue="")
    person = make_person(Role.MEMBER)
    assign_seat(room, person=person, role=SeatRole.RECORDER, by=room.prepared_by)
    page = strip_tags(visit(person).get(reverse("notices")).content.decode())
    assert "给您安排了席位" in page
    assert "席位：记录员" in page
    assert "时间地点：5月12日（周二）09:00—11:00，线上" in page


def test_withdrawn_announcement_leads_to_what_happened(visit: As) -> None:
    room, person = announced()
    move_stage(room, to=Stage.DRAFT, by=room.prepared_by, reason="场地有变")
    for notice in Notice.objects.filter(person=person):
        response = visit(person).get(reverse("notice", args=[notice.pk]), follow=True)
        assert response.redirect_chain[-1][0] == reverse("notices")
        page = response.content.decode()
        assert "的公告已撤回，正在重新准备" in page
        assert "场地有变" in page
        assert "从日历中划去" in page
    assert follow(visit, moderator_of(room))[0] == reverse("consultation", args=[room.pk])


def test_calendar_strikes_out_what_is_withdrawn_as_it_was_known(visit: As) -> None:
    room, person = announced()
    calendar = reverse("consultation_calendar", args=[room.pk])
    (first,) = Calendar.from_ical(visit(person).get(calendar).content).walk("VEVENT")
    move_stage(room, to=Stage.DRAFT, by=room.prepared_by, reason="场地有变")
    edit(room, venue="别处", starts_at=STARTS_AT - timedelta(days=3))
    for who in (person, moderator_of(room), room.prepared_by):
        (event,) = Calendar.from_ical(visit(who).get(calendar).content).walk("VEVENT")
        assert (event["uid"], event["status"]) == (first["uid"], "CANCELLED")
        assert event["sequence"] > first["sequence"]
        assert event.decoded("last-modified") >= first.decoded("last-modified")
    (event,) = Calendar.from_ical(visit(person).get(calendar).content).walk("VEVENT")
    assert (event.decoded("dtstart"), event["location"]) == (STARTS_AT, "文化站")
    assert visit(make_person()).get(calendar).status_code == 404
    assert visit(None).get(calendar).status_code == 404


def test_cancelled_consultation_can_be_struck_out_of_the_calendar(visit: As) -> None:
    room, person = announced()
    move_stage(room, to=Stage.CANCELLED, by=room.prepared_by, reason="暴雨")
    for url in (reverse("notices"), reverse("consultation", args=[room.pk])):
        assert "从日历中划去" in visit(person).get(url).content.decode()


def test_closed_target_leads_to_its_consultation_with_a_sentence(visit: As) -> None:
    room = bring_to_review(make_consultation(Stage.LIVE))
    author = room.opinions.get(number=1).author
    Notice.objects.filter(person=author).exclude(kind="to_confirm").delete()
    assert follow(visit, author)[0] == reverse("confirm", args=[room.pk])
    move_stage(room, to=Stage.SUMMARISING, by=room.prepared_by, reason="补充")
    where, page = follow(visit, author)
    assert where == reverse("consultation", args=[room.pk])
    assert "通知里说的那一页现在打不开" in page


def test_hidden_opinion_is_still_its_authors_to_look_at(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    opinion = make_opinion(room)
    hide_opinion(room, number=1, reason="先核实", by=moderator_of(room))
    assert follow(visit, opinion.author)[0] == reverse("opinion", args=[room.pk, 1])


def test_older_notices_are_on_further_pages(visit: As) -> None:
    person = make_person()
    for n in range(PAGE + 1):
        accepted(person, f"理由{n}。")
    first, second = (
        visit(person).get(f"{reverse('notices')}?page={n}").content.decode() for n in (1, 2)
    )
    assert "理由0。" not in first
    assert "第 1 页，共 2 页" in first
    assert "理由0。" in second
    assert f'value="{newest(person).pk}"' in second


def test_page_of_notices_costs_the_same_however_many(visit: As) -> None:
    person = make_person()
    _same(visit, person, reverse("notices"), lambda: accepted(person))
