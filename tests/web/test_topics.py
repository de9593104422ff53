"""The pages of topics: proposing once, out of sight, other words, and the list."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultations.domain.topic_calls import ScoreDraft, score_topic, support_topic
from consultations.domain.topics import MOST_OPEN, edit_topic
from consultations.models import Criterion, Topic, TopicStatus
from consultations.web.topic_list import PAGE
from members.roles import Role
from tests.factories import make_person, make_topic
from tests.web.conftest import As

pytestmark = pytest.mark.django_db
LIST, NEW = "/topics/", "/topics/new/"


@pytest.fixture
def topic() -> Topic:
    return make_topic(title="公交站没有座位", status=TopicStatus.PROPOSED)


def at(name: str, topic: Topic) -> str:
    return reverse(name, args=[topic.pk])


def test_form_that_is_sent_twice_proposes_once(visit: As) -> None:
    browser = visit(make_person())
    form = browser.get(NEW).content.decode()
    key = re.search(r'name="key" value="([0-9a-f-]{36})"', form)
    assert key is not None
    filled = {"title": "修路", "key": key[1]}
    first, again = browser.post(NEW, filled), browser.post(NEW, filled)
    assert first["Location"] == again["Location"] == at("topic", Topic.objects.get())
    other = browser.post(NEW, {**filled, "title": "修桥"}).content.decode()
    assert "这一页已经提交过了" in other
    assert Topic.objects.count() == 1


def test_form_says_that_enough_is_waiting(visit: As) -> None:
    browser = visit(make_person())
    for n in range(MOST_OPEN):
        browser.post(NEW, {"title": f"第 {n} 件事"})
    refused = browser.post(NEW, {"title": "又一件", "background": "写了很久的话"})
    assert refused.status_code == 200
    assert "您有 5 个议题还在等结果" in refused.content.decode()
    assert "写了很久的话" in refused.content.decode()
    assert Topic.objects.count() == MOST_OPEN


def test_topic_is_hidden_and_shown_again(visit: As, topic: Topic) -> None:
    staff, stranger, own = visit(make_person(Role.STAFF)), visit(None), visit(topic.proposed_by)
    hide, restore = at("topic_hide", topic), at("topic_restore", topic)
    assert visit(make_person()).post(hide, {"hide-reason": "不妥"}).status_code == 403
    assert staff.post(hide, {"hide-reason": " "}).status_code == 422
    assert "已隐藏" in staff.post(hide, {"hide-reason": "写了电话"}, follow=True).content.decode()
    for address in (at("topic", topic), at("topic_edit", topic)):
        assert visit(make_person()).get(address).status_code == 404
    assert stranger.get(at("topic", topic)).status_code == 404
    assert visit(make_person()).post(at("topic_support", topic)).status_code == 404
    assert topic.title not in stranger.get(LIST).content.decode()
    assert topic.title in staff.get(LIST, {"status": "hidden"}).content.decode()
    for page in (at("topic", topic), reverse("me"), reverse("notices")):
        assert "写了电话" in own.get(page).content.decode()
    assert stranger.post(restore)["Location"].startswith(reverse("account_login"))
    assert "已恢复显示" in staff.post(restore, follow=True).content.decode()
    assert stranger.get(at("topic", topic)).status_code == 200


def test_proposer_withdraws(visit: As, topic: Topic) -> None:
    own, supporter = visit(topic.proposed_by), make_person()
    support_topic(topic, by=supporter)
    withdraw = at("topic_withdraw", topic)
    assert withdraw in own.get(at("topic", topic)).content.decode()
    assert withdraw not in visit(supporter).get(at("topic", topic)).content.decode()
    assert visit(supporter).post(withdraw).status_code == 403
    assert "提出人已撤回" in own.post(withdraw, follow=True).content.decode()
    assert visit(supporter).get(at("topic", topic)).status_code == 404
    told = visit(supporter).get(reverse("notices")).content.decode()
    assert "您支持的议题已由提出人撤回" in told
    assert at("topic", topic) not in told


def test_what_staff_rewrite_is_shown(visit: As, topic: Topic) -> None:
    staff = visit(make_person(Role.STAFF))
    filled = {"title": "候车亭加装座位", "reason": "说得更准"}
    staff.post(at("topic_edit", topic), filled)
    page = visit(None).get(at("topic", topic)).content.decode()
    assert "工作人员修改于" in page
    assert "公交站没有座位" in page
    assert "说得更准" in page
    staff.post(at("topic_edit", topic), {"title": "候车亭座位", "withheld": "on"})
    page = visit(None).get(at("topic", topic)).content.decode()
    assert "候车亭加装座位" not in page
    assert "原来的文字不公开" in page
    assert "候车亭加装座位" in visit(topic.proposed_by).get(at("topic", topic)).content.decode()


def test_former_words_are_withheld_afterwards(visit: As, topic: Topic) -> None:
    staff = visit(make_person(Role.STAFF))
    staff.post(at("topic_edit", topic), {"title": "候车亭加装座位"})
    withhold, edit = at("topic_withhold", topic), {"deed": str(topic.deeds.get().pk)}
    assert withhold in staff.get(at("topic", topic)).content.decode()
    own = visit(topic.proposed_by)
    assert withhold not in own.get(at("topic", topic)).content.decode()
    assert own.post(withhold, edit).status_code == 403
    for odd in ({}, {"deed": "x"}, {"deed": "999"}):
        assert staff.post(withhold, odd).status_code == 404
    assert "原来的文字不公开了" in staff.post(withhold, edit, follow=True).content.decode()
    assert topic.title not in visit(None).get(at("topic", topic)).content.decode()


def test_former_background_is_rich_and_harmless(visit: As, topic: Topic) -> None:
    staff = make_person(Role.STAFF)
    hostile = "<p>前<em>面</em></p><script>alert(1)</script>"
    edit_topic(topic, by=staff, title=topic.title, background=hostile)
    edit_topic(topic, by=staff, title=topic.title, background="<p>后</p>")
    page = visit(None).get(at("topic", topic)).content.decode()
    assert "<p>前<em>面</em></p>" in page
    assert "<script>alert" not in page


def test_supported_topic_keeps_its_title_in_its_proposers_form(visit: As, topic: Topic) -> None:
    support_topic(topic, by=make_person())
    own, edit = visit(topic.proposed_by), at("topic_edit", topic)
    assert "已经有人支持这个议题" in own.get(edit).content.decode()
    own.post(edit, {"title": "卖我的房子", "background": "共五站。"})
    topic.refresh_from_db()
    assert (topic.title, topic.background) == ("公交站没有座位", "<p>共五站。</p>")


def test_staff_list_by_score_and_by_what_they_have_not_scored(visit: As, topic: Topic) -> None:
    staff, other = make_person(Role.STAFF), make_topic(title="路灯不亮")
    score_topic(topic, by=staff, scores={each: ScoreDraft(4) for each in Criterion})
    browser = visit(staff)
    page = browser.get(LIST, {"sort": "score"}).content.decode()
    assert page.index(topic.title) < page.index(other.title)
    assert "1 人评分，平均 12.0 分" in page
    page = browser.get(LIST, {"unscored": "1"}).content.decode()
    assert topic.title not in page
    assert other.title in page
    for query in ({}, {"sort": "score"}, {"unscored": "1"}, {"status": "hidden"}):
        page = visit(make_person()).get(LIST, query).content.decode()
        assert topic.title in page
        assert "评分" not in page


def test_list_comes_by_the_page_with_its_choices_kept(visit: As) -> None:
    for n in range(PAGE + 1):
        make_topic(title=f"第 {n} 件事", status=TopicStatus.PROPOSED)
    Topic.objects.filter(title="第 0 件事").update(created_at=timezone.now() - timedelta(days=9))
    stranger = visit(None)
    with CaptureQueriesContext(connection) as made:
        first = stranger.get(LIST, {"status": "proposed"}).content.decode()
    assert len(made) <= 4
    assert "第 0 件事" not in first
    assert "?status=proposed&amp;page=2" in first
    second = stranger.get(LIST, {"status": "proposed", "page": "2"}).content.decode()
    assert "第 0 件事" in second


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.MEMBER, Role.DEPARTMENT])
def test_proposer_is_shown_with_identity(visit: As, role: Role) -> None:
    topic = make_topic(proposed_by=make_person(role))
    for page in (LIST, at("topic", topic)):
        assert str(role.label) in visit(None).get(page).content.decode()


def test_asker_is_shown_with_identity(visit: As) -> None:
    member = make_person(Role.MEMBER)
    studio = reverse("studio", args=[member.pk])
    browser = visit(make_person(Role.DEPARTMENT, alias="城管局小王"))
    key = re.search(r'name="key" value="([0-9a-f-]{36})"', browser.get(studio).content.decode())
    assert key is not None
    browser.post(reverse("studio_ask", args=[member.pk]), {"key": key[1], "text": "何时装灯？"})
    assert "城管局小王（承办单位）" in visit(None).get(studio).content.decode()
