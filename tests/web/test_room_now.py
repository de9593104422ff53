"""What the room's page says without a script: how long there still is, and what can be done now."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.domain.agenda import move_agenda
from consultations.domain.posting_rules import RulesDraft, mute_person, set_posting
from consultations.models import Consultation, Stage
from consultations.web.room_now import length
from members.models import Person
from members.roles import SeatRole
from tests.factories import make_consultation, make_person, moderator_of, seated
from tests.web.conftest import As

pytestmark = pytest.mark.django_db


def page_of(visit: As, room: Consultation, person: Person) -> str:
    return visit(person).get(reverse("room", args=[room.pk])).content.decode()


def begun(minutes_ago: int, *, lasting: int) -> Consultation:
    """A live room, before any step of its agenda runs."""
    start = timezone.now() - timedelta(minutes=minutes_ago)
    return make_consultation(
        Stage.LIVE, starts_at=start, ends_at=start + timedelta(minutes=lasting), opened_at=start
    )


@pytest.mark.parametrize(
    ("lasting", "words"),
    [
        (timedelta(seconds=10), "1 分钟"),
        (timedelta(minutes=59), "59 分钟"),
        (timedelta(minutes=200), "3 小时 20 分钟"),
        (timedelta(hours=3), "3 小时"),
        (timedelta(days=3, hours=2), "3 天"),
    ],
)
def test_length_is_spoken(lasting: timedelta, words: str) -> None:
    assert length(lasting) == words


def test_page_says_how_long_the_room_has(visit: As) -> None:
    person = make_person()
    assert "还剩 1 小时 20 分钟" in page_of(visit, begun(10, lasting=90), person)
    assert "已超时 5 分钟" in page_of(visit, begun(95, lasting=90), person)
    start = timezone.now() + timedelta(hours=3)
    soon = make_consultation(Stage.COLLECTING, starts_at=start, ends_at=start + timedelta(hours=2))
    assert "距开始还有 3 小时" in page_of(visit, soon, person)
    assert "room-facts__left" not in page_of(visit, make_consultation(Stage.REVIEW), person)


def test_page_says_how_long_the_running_step_has(visit: As) -> None:
    room = begun(10, lasting=90)
    move_agenda(room, to=3, by=moderator_of(room))
    minutes = room.agenda.get(position=3).minutes
    assert f"还剩 {length(timedelta(minutes=minutes))}" in page_of(visit, room, make_person())


def test_page_says_what_can_be_done(visit: As) -> None:
    room = begun(10, lasting=90)
    assert "现在您可以：提意见、提建议、提问题" in page_of(visit, room, make_person())
    observer = page_of(visit, room, seated(room, SeatRole.OBSERVER))
    assert "您在旁听席：可以看，不能发言。" in observer
    assert "<textarea" not in observer


def test_page_says_why_nothing_can_be_done(visit: As) -> None:
    room = begun(10, lasting=90)
    person = seated(room)
    moderator = moderator_of(room)
    mute_person(room, person_id=person.pk, minutes=10, reason="请先听别人说完", by=moderator)
    muted = page_of(visit, room, person)
    assert "主持人请您暂停发言到 " in muted
    assert "理由：请先听别人说完" in muted
    assert "现在您可以" in page_of(visit, room, make_person())
    set_posting(room, draft=RulesDraft(closed=True), by=moderator)
    assert "主持人已暂停大家发言，请稍候。" in page_of(visit, room, make_person())
    over = make_consultation(Stage.SEALED)
    assert "本场已经归档，可以查看，不再发言。" in page_of(visit, over, person)
