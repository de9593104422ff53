"""The topics' page shows what is asked for, and leads from there to a proposal."""

from datetime import timedelta

import pytest
from django.urls import reverse

from consultations.domain.calls import today
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
    assert "响应征集：明年商量什么" in answer.content.decode()
    assert Topic.objects.get().call == call
    assert "已收到 1 个议题" in stranger.get(topics).content.decode()

    close = reverse("topic_call_close", args=[call.pk])
    assert resident.post(close).status_code == 403
    assert "征集已结束" in staff.post(close, follow=True).content.decode()
    assert "明年商量什么" not in stranger.get(topics).content.decode()
    late = resident.post(propose, {"title": "晚了一步"})
    assert "已经截止" in late.content.decode()
    assert resident.get(f"{reverse('topic_new')}?call=999").status_code == 404
