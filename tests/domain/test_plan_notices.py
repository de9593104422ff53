"""People learn when and where a consultation takes place, of their seats, and of its end."""

from datetime import timedelta
from typing import Any

import pytest

from consultations.domain import queries
from consultations.domain.consultations import edit_consultation, move_stage
from consultations.domain.seats import assign_seat, remove_seat
from consultations.domain.topic_calls import support_topic
from consultations.domain.topics import accept_topic
from consultations.models import Consultation, Notice, Stage, TopicStatus
from members.models import Person
from members.roles import Role, SeatRole
from tests.factories import (
    AGENDA,
    STARTS_AT,
    bring_to_review,
    make_consultation,
    make_person,
    make_seat,
    make_topic,
    seated,
)

pytestmark = pytest.mark.django_db


def kinds(person: Person) -> list[str]:
    rows = Notice.objects.filter(person=person).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def edit(room: Consultation, by: Person | None = None, **changed: Any) -> None:
    fields = {
        name: getattr(room, name)
        for name in ("title", "question", "kind", "starts_at", "ends_at", "admission", "venue")
    }
    preparation = {"work_items": list(room.work_items.all()), "agenda": AGENDA, **fields, **changed}
    edit_consultation(room, by=by or room.prepared_by, **preparation)


def with_topic_people() -> tuple[Consultation, Person, Person]:
    """A draft, and who proposed and who supported its topic."""
    topic = make_topic(status=TopicStatus.PROPOSED)
    supporter, staff = make_person(), make_person(Role.STAFF)
    support_topic(topic, by=supporter)
    accept_topic(topic, by=staff)
    Notice.objects.all().delete()
    room = make_consultation(Stage.DRAFT, topic=topic, prepared_by=staff, venue="文化站")
    seated(room, SeatRole.MODERATOR, Role.MEMBER)
    return room, topic.proposed_by, supporter


def test_announcement_reaches_the_seated_and_the_topics_people_once() -> None:
    room, proposer, supporter = with_topic_people()
    make_seat(room, proposer)
    person = seated(room)
    move_stage(room, to=Stage.ANNOUNCED, by=room.prepared_by)
    assert kinds(proposer) == ["announced"]
    assert kinds(person) == ["announced"]
    assert kinds(supporter) == ["topic_announced"]
    assert kinds(room.prepared_by) == []
    (line,) = queries.notice_lines(queries.notices(supporter))
    assert line.after is not None
    assert (line.after.starts_at, line.after.venue, line.calendar) == (STARTS_AT, "文化站", True)


@pytest.mark.parametrize("stage", [Stage.ANNOUNCED, Stage.COLLECTING])
def test_another_time_or_place_is_told_with_both(stage: Stage) -> None:
    room, proposer, supporter = with_topic_people()
    person, staff = seated(room), make_person(Role.STAFF)
    move_stage(room, to=Stage.ANNOUNCED, by=staff)
    if stage == Stage.COLLECTING:
        move_stage(room, to=stage, by=staff)
    Notice.objects.exclude(kind__in=["announced", "topic_announced"]).delete()
    later = STARTS_AT + timedelta(days=1)
    edit(room, staff, starts_at=later, ends_at=later + timedelta(hours=1), venue="镇政府三楼")
    for who in (person, proposer, supporter):
        line = queries.notice_lines(queries.notices(who))[0]
        assert (line.kind, line.calendar) == ("moved", True)
        assert line.before is not None
        assert line.after is not None
        assert (line.before.starts_at, line.before.venue) == (STARTS_AT, "文化站")
        assert (line.after.starts_at, line.after.venue) == (later, "镇政府三楼")
    assert kinds(staff) == []


def test_other_changes_and_changes_of_a_draft_are_not_told() -> None:
    room, proposer, _supporter = with_topic_people()
    person = seated(room)
    edit(room, venue="镇政府三楼")
    assert kinds(person) == []
    move_stage(room, to=Stage.ANNOUNCED, by=room.prepared_by)
    edit(room, title="换个名字", question="问法也换了？")
    assert kinds(person) == ["announced"]
    assert kinds(proposer) == ["topic_announced"]


def test_who_was_never_told_of_it_is_not_told_that_it_moved() -> None:
    room = make_consultation(Stage.ANNOUNCED)
    edit(room, venue="镇政府三楼")
    assert kinds(room.topic.proposed_by) == []


def test_seat_given_after_the_announcement_is_told() -> None:
    room = make_consultation(Stage.ANNOUNCED, venue="文化站")
    person, staff = make_person(Role.MEMBER), room.prepared_by
    assign_seat(room, person=person, role=SeatRole.PARTICIPANT, by=staff)
    assign_seat(room, person=person, role=SeatRole.PARTICIPANT, by=staff)
    assert kinds(person) == ["seated"]
    assign_seat(room, person=person, role=SeatRole.RECORDER, by=staff)
    line = queries.notice_lines(queries.notices(person))[0]
    assert (line.kind, line.seat, line.calendar) == ("seated", "记录员", True)
    assert line.after is not None
    assert (line.after.starts_at, line.after.venue) == (STARTS_AT, "文化站")
    remove_seat(room, person=person, by=staff)
    assert kinds(person) == ["seated", "seated", "unseated"]
    edit(room, venue="镇政府三楼")
    assert kinds(person) == ["seated", "seated", "unseated"]
    assign_seat(room, person=staff, role=SeatRole.OBSERVER, by=staff)
    assert kinds(staff) == []


def test_in_a_draft_only_who_sees_it_is_told_of_a_seat() -> None:
    room = make_consultation(Stage.DRAFT)
    moderator, person, staff = make_person(Role.MEMBER), make_person(), room.prepared_by
    assign_seat(room, person=moderator, role=SeatRole.MODERATOR, by=staff)
    assign_seat(room, person=person, role=SeatRole.PARTICIPANT, by=staff)
    assert (kinds(moderator), kinds(person)) == (["seated"], [])
    move_stage(room, to=Stage.ANNOUNCED, by=staff)
    assert (kinds(moderator), kinds(person)) == (["seated", "announced"], ["announced"])


def test_moderator_of_a_draft_who_is_none_any_more_is_told() -> None:
    room = make_consultation(Stage.DRAFT)
    person, staff = make_person(Role.MEMBER), room.prepared_by
    assign_seat(room, person=person, role=SeatRole.MODERATOR, by=staff)
    assign_seat(room, person=person, role=SeatRole.PARTICIPANT, by=staff)
    assert queries.notice_lines(queries.notices(person))[0].seat == "参与人"


def test_withdrawn_announcement_is_told_to_whom_it_was_made_and_so_is_its_end() -> None:
    room, proposer, supporter = with_topic_people()
    person, staff = seated(room), room.prepared_by
    move_stage(room, to=Stage.ANNOUNCED, by=staff)
    move_stage(room, to=Stage.DRAFT, by=staff, reason="场地有变")
    newcomer = seated(room)
    assert kinds(person) == ["announced", "withdrawn"]
    for who in (proposer, supporter):
        assert kinds(who) == ["topic_announced", "withdrawn"]
    line = queries.notice_lines(queries.notices(person))[0]
    assert line.before is not None
    assert (line.reason, line.before.venue, line.after) == ("场地有变", "文化站", None)
    move_stage(room, to=Stage.CANCELLED, by=staff, reason="不开了")
    assert kinds(person)[-1] == kinds(supporter)[-1] == "cancelled"
    assert kinds(newcomer) == []


def test_draft_that_nobody_was_told_of_is_cancelled_in_silence() -> None:
    room, proposer, _supporter = with_topic_people()
    person = seated(room)
    move_stage(room, to=Stage.CANCELLED, by=room.prepared_by, reason="不开了")
    assert kinds(person) == kinds(proposer) == []


def test_telling_costs_the_same_however_many_are_told(django_assert_max_num_queries: Any) -> None:
    room, _proposer, _supporter = with_topic_people()
    for _ in range(12):
        seated(room)
    with django_assert_max_num_queries(24):
        move_stage(room, to=Stage.ANNOUNCED, by=room.prepared_by)


def test_who_was_there_is_asked_to_sign_and_who_was_not_to_confirm_alone() -> None:
    room = make_consultation(Stage.LIVE)
    came, absent = seated(room, first_seen_at=STARTS_AT), seated(room)
    watching = seated(room, SeatRole.OBSERVER, first_seen_at=STARTS_AT)
    bring_to_review(room)
    assert kinds(came) == ["to_confirm"]
    assert kinds(absent) == ["confirm_clauses"]
    assert kinds(watching) == []
