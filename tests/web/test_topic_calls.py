"""The pages of a call for topics: one click to support, a desk for staff."""

import pytest
from django.test import Client
from django.urls import reverse

from consultations.models import Topic, TopicStatus
from members.roles import Role
from tests.factories import make_person, make_topic
from tests.web.conftest import As

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic() -> Topic:
    return make_topic(title="公交站没有座位", status=TopicStatus.PROPOSED)


def text(client: Client, topic: Topic) -> str:
    return client.get(reverse("topic", args=[topic.pk])).content.decode()


def test_one_click_supports_and_one_takes_it_back(visit: As, topic: Topic) -> None:
    browser, url = visit(make_person()), reverse("topic_support", args=[topic.pk])
    assert "我也支持" in text(browser, topic)
    assert browser.post(url, {"supports": "yes"}, follow=True).status_code == 200
    shown = text(browser, topic)
    assert "您已支持" in shown
    assert '<strong class="support__count">1</strong>' in shown
    browser.post(url, {"supports": "no"})
    assert "我也支持" in text(browser, topic)
    assert topic.supports.count() == 0


def test_who_cannot_support_is_not_offered_it(visit: As, topic: Topic) -> None:
    stranger = visit(None)
    assert "登录后支持" in text(stranger, topic)
    assert "我也支持" not in text(visit(topic.proposed_by), topic)
    response = stranger.post(reverse("topic_support", args=[topic.pk]), {"supports": "yes"})
    assert response["Location"].startswith(reverse("account_login"))
    assert topic.supports.count() == 0


def test_list_by_support(visit: As, topic: Topic) -> None:
    newer = make_topic(title="路灯不亮", status=TopicStatus.PROPOSED)
    url = reverse("topic_list")
    visit(make_person()).post(reverse("topic_support", args=[topic.pk]), {"supports": "yes"})
    newest = visit(None).get(url).content.decode()
    assert newest.index(newer.title) < newest.index(topic.title)
    supported = visit(None).get(url, {"sort": "support"}).content.decode()
    assert supported.index(topic.title) < supported.index(newer.title)
    assert "1 人支持" in supported


def test_scores_are_kept_and_shown_to_staff_alone(visit: As, topic: Topic) -> None:
    staff = make_person(Role.STAFF)
    browser, url = visit(staff), reverse("topic_score", args=[topic.pk])
    filled = {"score-needed": "5", "score-wished": "4", "score-able": "3"}
    browser.post(url, {**filled, "score-wished_note": "来信三封"})
    shown = text(browser, topic)
    assert "平均 12.0 分" in shown
    assert "来信三封" in shown
    for other in (None, make_person(), make_person(Role.MEMBER)):
        seen = text(visit(other), topic)
        assert "来信三封" not in seen
        assert "评分" not in seen
    assert visit(make_person()).post(url, filled).status_code == 403
    wrong = browser.post(url, {**filled, "score-able": "9"})
    assert wrong.status_code == 422
    assert topic.scores.get(by=staff, criterion="able").value == 3


def test_merging_leads_to_the_topic_that_goes_on(visit: As, topic: Topic) -> None:
    into = make_topic(title="候车亭改造", status=TopicStatus.PROPOSED)
    browser, url = visit(make_person(Role.STAFF)), reverse("topic_merge", args=[topic.pk])
    assert browser.post(url, {"merge-into": str(into.pk)}).status_code == 422
    filled = {"merge-into": str(into.pk), "merge-reason": "说的是一件事"}
    assert visit(make_person()).post(url, filled).status_code == 403
    response = browser.post(url, filled)
    assert response["Location"] == reverse("topic", args=[into.pk])
    assert "公交站没有座位" in text(visit(None), into)
    merged = text(visit(None), topic)
    assert "说的是一件事" in merged
    assert reverse("topic", args=[into.pk]) in merged
    listed = visit(None).get(reverse("topic_list")).content.decode()
    assert topic.title not in listed
    assert (
        topic.title in visit(None).get(reverse("topic_list"), {"status": "merged"}).content.decode()
    )
