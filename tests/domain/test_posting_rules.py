"""Slow mode, closing and mutes: who has to wait, how long, and who never does."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from consultations.domain.consultations import create_consultation, edit_consultation
from consultations.domain.deliveries import Viewer
from consultations.domain.posting_rules import (
    RulesDraft,
    mute_person,
    set_posting,
    unmute_person,
)
from consultations.domain.room_queries import room_state
from consultations.models import Admission, Consultation, Kind, RoomEvent, Stage
from hall.errors import Code, Refusal
from members.access import permissions_of
from members.models import Person
from members.roles import Role, SeatRole
from tests.factories import (
    AGENDA,
    STARTS_AT,
    make_item,
    make_opinion,
    make_person,
    make_stance,
    make_topic,
    moderator_of,
    seated,
)
from tests.support.seen import snapshot

pytestmark = pytest.mark.django_db


def may(room: Consultation, person: Person) -> list[str]:
    granted = permissions_of(person, room)
    viewer = Viewer(person.pk, "opinion.moderate" in granted)
    found: list[str] = snapshot(room.pk, viewer=viewer, permissions=granted)["may"]
    return found


def refusal_of(room: Consultation, author: Person) -> Refusal:
    with pytest.raises(Refusal) as refused:
        make_opinion(room, author)
    return refused.value


def test_slow_room_lets_each_person_post_once_in_its_time(live_room: Consultation) -> None:
    set_posting(live_room, draft=RulesDraft(slow_seconds=30), by=moderator_of(live_room))
    one, other = seated(live_room), seated(live_room)
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        make_opinion(live_room, one)
        make_opinion(live_room, other)
    with time_machine.travel(start + timedelta(seconds=18), tick=False):
        refused = refusal_of(live_room, one)
        assert refused.code == Code.TOO_SOON
        assert refused.message == "现在是慢速发言，每人 30 秒一条。请再等 12 秒。"
        assert "opinion" in may(live_room, one)
    with time_machine.travel(start + timedelta(seconds=30), tick=False):
        make_opinion(live_room, one)


@pytest.mark.parametrize("hours", [-1, 1])
def test_nobody_waits_in_a_slow_room_for_a_clock_that_was_set(
    live_room: Consultation, hours: int
) -> None:
    set_posting(live_room, draft=RulesDraft(slow_seconds=30), by=moderator_of(live_room))
    author, start = seated(live_room), timezone.now()
    with time_machine.travel(start, tick=False):
        make_opinion(live_room, author)
    with time_machine.travel(start - timedelta(seconds=5), tick=False):  # of another machine
        assert refusal_of(live_room, author).message.endswith("请再等 30 秒。")
    with time_machine.travel(start + timedelta(hours=hours), tick=False):
        make_opinion(live_room, author)


def test_those_who_run_the_room_are_never_slowed_or_closed_out(live_room: Consultation) -> None:
    by = moderator_of(live_room)
    set_posting(live_room, draft=RulesDraft(slow_seconds=600, closed=True), by=by)
    for person in (
        by,
        seated(live_room, SeatRole.RECORDER),
        seated(live_room, hall_role=Role.STAFF),
    ):
        make_opinion(live_room, person)
        make_opinion(live_room, person)
        assert "opinion" in may(live_room, person)


def test_closed_room_takes_stances_and_no_posts(live_room: Consultation) -> None:
    author = seated(live_room)
    opinion = make_opinion(live_room, author)
    set_posting(live_room, draft=RulesDraft(closed=True), by=moderator_of(live_room))
    assert refusal_of(live_room, author).code == Code.POSTING_CLOSED
    make_stance(opinion, author)
    assert not set(may(live_room, author)) & {"opinion", "suggestion", "question", "reply"}
    assert "stance" in may(live_room, author)
    set_posting(live_room, draft=RulesDraft(closed=False), by=moderator_of(live_room))
    make_opinion(live_room, author)


def test_setting_what_is_so_already_logs_nothing(live_room: Consultation) -> None:
    by = moderator_of(live_room)
    event = set_posting(live_room, draft=RulesDraft(slow_seconds=15), by=by)
    assert event is not None
    assert event.body == {"holds_residents": False, "slow_seconds": 15, "closed": False}
    assert set_posting(live_room, draft=RulesDraft(slow_seconds=15), by=by) is None
    assert RoomEvent.objects.filter(consultation=live_room, type="posting.set").count() == 1


@pytest.mark.parametrize("seconds", [-1, 601])
def test_slow_has_bounds(live_room: Consultation, seconds: int) -> None:
    with pytest.raises(Refusal) as refused:
        set_posting(live_room, draft=RulesDraft(slow_seconds=seconds), by=moderator_of(live_room))
    assert refused.value.code == Code.INVALID


def test_muted_person_reads_why_and_may_do_all_else(live_room: Consultation) -> None:
    by, person = moderator_of(live_room), seated(live_room)
    opinion = make_opinion(live_room)
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        mute_person(live_room, person_id=person.pk, minutes=10, reason="请先听别人说", by=by)
        refused = refusal_of(live_room, person)
        assert refused.code == Code.MUTED
        assert "请先听别人说" in refused.message
        make_stance(opinion, person)
        assert may(live_room, person) == ["stance", "hand", "vote"]
        assert room_state(live_room.pk).silenced.is_for(person.pk)
    with time_machine.travel(start + timedelta(minutes=10), tick=False):
        make_opinion(live_room, person)
        assert "opinion" in may(live_room, person)


def test_mute_is_known_to_the_person_and_moderators_alone(live_room: Consultation) -> None:
    by, person = moderator_of(live_room), seated(live_room)
    mute_person(live_room, person_id=person.pk, minutes=10, reason="偏题", by=by)

    def mutes(reader: Person) -> list[object]:
        granted = permissions_of(reader, live_room)
        viewer = Viewer(reader.pk, "opinion.moderate" in granted)
        found: list[object] = snapshot(live_room.pk, viewer=viewer, permissions=granted)["mutes"]
        return found

    assert [len(mutes(who)) for who in (person, by, seated(live_room))] == [1, 1, 0]
    event = RoomEvent.objects.get(consultation=live_room, type="person.muted")
    assert event.audience == f"person:{person.pk}"


def test_muting_again_replaces_and_lifting_ends_it(live_room: Consultation) -> None:
    by, person = moderator_of(live_room), seated(live_room)
    mute_person(live_room, person_id=person.pk, minutes=5, reason="偏题", by=by)
    mute_person(live_room, person_id=person.pk, minutes=30, reason="仍然偏题", by=by)
    assert "仍然偏题" in refusal_of(live_room, person).message
    unmute_person(live_room, person_id=person.pk, by=by)
    make_opinion(live_room, person)
    with pytest.raises(Refusal) as refused:
        unmute_person(live_room, person_id=person.pk, by=by)
    assert refused.value.code == Code.WRONG_STATE


def test_who_runs_the_room_cannot_be_muted(live_room: Consultation) -> None:
    by = moderator_of(live_room)
    for person in (by, seated(live_room, SeatRole.RECORDER)):
        with pytest.raises(Refusal) as refused:
            mute_person(live_room, person_id=person.pk, minutes=5, reason="偏题", by=by)
        assert refused.value.code == Code.WRONG_STATE
    with pytest.raises(Refusal) as refused:
        mute_person(live_room, person_id=10**9, minutes=5, reason="偏题", by=by)
    assert refused.value.code == Code.NOT_FOUND


def test_only_moderators_set_rules_and_mute(live_room: Consultation) -> None:
    person, other = seated(live_room), seated(live_room)
    for verb in (
        lambda: set_posting(live_room, draft=RulesDraft(closed=True), by=person),
        lambda: mute_person(live_room, person_id=other.pk, minutes=5, reason="吵", by=person),
        lambda: unmute_person(live_room, person_id=other.pk, by=person),
    ):
        with pytest.raises(Refusal) as refused:
            verb()
        assert refused.value.code == Code.FORBIDDEN


def preparation(**changed: Any) -> dict[str, Any]:
    return {
        "title": "菜场改造协商会",
        "question": "摊位怎样安排？",
        "kind": Kind.COMMUNITY,
        "starts_at": STARTS_AT,
        "ends_at": STARTS_AT + timedelta(hours=2),
        "admission": Admission.OPEN,
        "venue": "",
        "work_items": [make_item()],
        "agenda": AGENDA,
        **changed,
    }


def test_preparation_says_whether_residents_are_held(db: None) -> None:
    staff = make_person(Role.STAFF)
    given = preparation()
    room = create_consultation(make_topic(), by=staff, **given, holds_residents=True)
    assert Consultation.objects.get(pk=room.pk).holds_residents
    edit_consultation(room, by=staff, **given)
    assert Consultation.objects.get(pk=room.pk).holds_residents
    edit_consultation(room, by=staff, **given, holds_residents=False)
    assert not Consultation.objects.get(pk=room.pk).holds_residents
    assert not RoomEvent.objects.filter(consultation=room).exists()
    Consultation.objects.filter(pk=room.pk).update(stage=Stage.COLLECTING)
    edit_consultation(room, by=staff, **given, holds_residents=True)
    types = RoomEvent.objects.filter(consultation=room).values_list("type", flat=True)
    assert list(types) == ["posting.set", "consultation.changed"]
