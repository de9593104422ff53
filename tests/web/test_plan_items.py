"""From an item of a plan to a consultation on it: the item goes along."""

import re

import pytest
from django.urls import reverse

from consultations.models import Topic
from members.roles import Role
from tests.factories import make_item, make_person
from tests.web.conftest import As

pytestmark = pytest.mark.django_db


def test_item_goes_along_to_the_consultation(visit: As) -> None:
    item = make_item(title="围绕城乡供水一体化开展协商")
    office = visit(make_person(Role.STAFF))
    begin = f"{reverse('topic_new')}?item={item.pk}"
    assert f'href="{begin}"' in office.get(reverse("work_item", args=[item.pk])).content.decode()
    form = office.get(begin).content.decode()
    assert f'value="{item.title}"' in form
    assert f"对应《{item.section.plan.title}》第 {item.number} 项。" in form
    assert f'href="{reverse("work_item", args=[item.pk])}">{item.title}</a>' in form
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    done = office.post(begin, {**fields, "title": "先改哪里的管网"})
    topic = Topic.objects.get()
    assert done["Location"] == f"{reverse('topic', args=[topic.pk])}?item={item.pk}"
    arrange = f"{reverse('consultation_new', args=[topic.pk])}?item={item.pk}"
    assert f'href="{arrange}"' in office.get(done["Location"]).content.decode()
    chosen = re.findall(
        r'name="work_items" value="(\d+)"[^>]* checked', office.get(arrange).content.decode()
    )
    assert chosen == [str(item.pk)]


def test_item_that_never_was_is_not_found(visit: As) -> None:
    browser = visit(make_person())
    assert browser.get(reverse("topic_new"), {"item": "999"}).status_code == 404
    for nothing in ("", "x", "-1", "9" * 30):
        assert browser.get(reverse("topic_new"), {"item": nothing}).status_code == 200
