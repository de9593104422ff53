"""The topics' page shows what is asked for, and leads from there to a proposal."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from consultations.domain.calls import close_call, open_call, today
from consultations.domain.topics import propose_topic
from consultations.models import Topic, TopicCall
from members.roles import Role
from tests.factories import make_person
from tests.web.conftest import As

pytestmark = pytest.mark.django_db


def test_call_leads_from_staff_to_residents_and_back(visit: As) -> None:
    staff, resident, stranger = visit(make_person(Role.STAFF)), visit(make_person()), visit(None)
    topics, new = reverse("topic_list"), reverse("topic_call_new")
    assert "发起征集" in staff.get(topics).content.decode()
    assert "正在征集" not in stranger.get(topics).content.decode()
    assert resident.get(new).status_code == 403

    fields = {"title": "明年商量什么", "text": "想听身边的事。", "closes_on": "2020-01-01"}
    refused = staff.post(new, fields)
    assert refused.status_code == 422
    assert "截止日期不能早于今天" in refused.content.decode()
    fields["closes_on"] = (today() + timedelta(days=3)).isoformat()
    assert "征集已发起" in staff.post(new, fields, follow=True).content.decode()

    call = TopicCall.objects.get()
    page = stranger.get(topics).content.decode()
    assert "还有 3 天" in page
    assert "提前结束" not in page
    propose = f"{reverse('topic_new')}?call={call.pk}"
    assert propose in page
    assert "响应征集：明年商量什么" in resident.get(propose).content.decode()
    answer = resident.post(propose, {"title": "楼道里没有扶手"}, follow=True)
    assert f"{topics}?call={call.pk}" in answer.content.decode()
    assert Topic.objects.get().call == call
    assert "已收到 1 个议题" in stranger.get(topics).content.decode()

    close = reverse("topic_call_close", args=[call.pk])
    assert resident.post(close).status_code == 403
    assert "征集已结束" in staff.post(close, follow=True).content.decode()
    page = stranger.get(topics).content.decode()
    assert "正在征集" not in page
    assert "已结束的征集（1）" in page
    late = resident.post(propose, {"title": "晚了一步"})
    assert "已经截止" in late.content.decode()
    assert resident.get(f"{reverse('topic_new')}?call=999").status_code == 404


def test_call_leads_to_what_came_for_it_and_back_after_its_end(visit: As) -> None:
    staff, stranger = make_person(Role.STAFF), visit(None)
    call = open_call(by=staff, title="明年商量什么", text="想听身边的事。", closes_on=today())
    topic = propose_topic(by=make_person(), title="楼道里没有扶手", call=call)
    propose_topic(by=make_person(), title="不响应征集的事")
    mine = f"{reverse('topic_list')}?call={call.pk}"
    for page in (reverse("topic_list"), reverse("home"), reverse("topic", args=[topic.pk])):
        assert f'href="{mine}"' in stranger.get(page).content.decode()
    for _turn in ("open", "closed"):
        page = stranger.get(mine).content.decode()
        assert "楼道里没有扶手" in page
        assert "不响应征集的事" not in page
        assert "已收到 1 个议题" in page
        if call.closed_at is None:
            assert "我来提一个" in page
            warned = visit(staff).get(reverse("topic_list")).content.decode()
            assert "不能重新打开" in warned
            close_call(call, by=staff)
    assert "征集已结束" in page
    assert "我来提一个" not in page
    assert f'href="{mine}"' in stranger.get(reverse("topic_list")).content.decode()
    assert "明年商量什么" not in stranger.get(reverse("home")).content.decode()
    assert stranger.get(reverse("topic_list"), {"call": "999"}).status_code == 404
    assert stranger.get(reverse("topic_list"), {"call": "x"}).status_code == 200


def test_call_whose_day_is_over_is_listed_with_that_day(visit: As) -> None:
    call = open_call(by=make_person(Role.STAFF), title="去年的", text="x", closes_on=today())
    TopicCall.objects.filter(pk=call.pk).update(closes_on=date(2020, 5, 4))
    for query in ({}, {"call": str(call.pk)}):
        page = visit(None).get(reverse("topic_list"), query).content.decode()
        assert "2020年5月4日截止" in page


def test_front_page_says_what_is_asked_for_and_until_when(visit: As) -> None:
    closes = today() + timedelta(days=2)
    call = open_call(by=make_person(Role.STAFF), title="明年商量什么", text="x", closes_on=closes)
    page = visit(None).get(reverse("home")).content.decode()
    assert "还有 2 天" in page
    assert f"{reverse('topic_new')}?call={call.pk}" in page
    assert "提前结束" not in visit(make_person(Role.STAFF)).get(reverse("home")).content.decode()


def test_call_without_topics_asks_for_the_first_one_while_it_is_open(visit: As) -> None:
    staff = make_person(Role.STAFF)
    call = open_call(by=staff, title="明年商量什么", text="想听身边的事。", closes_on=today())
    page = f"{reverse('topic_list')}?call={call.pk}"
    assert "您可以第一个提" in visit(None).get(page).content.decode()
    close_call(call, by=staff)
    assert "征集期间没有人提出议题" in visit(None).get(page).content.decode()
