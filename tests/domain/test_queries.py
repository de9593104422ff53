"""What pages read: whom they show what, and that more rows cost no more queries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.domain import queries
from consultations.domain.archives import seal
from consultations.domain.consultations import move_stage
from consultations.domain.opinion_parts import IdentityTally
from consultations.domain.opinions import hide_opinion
from consultations.domain.queries.own_opinions import Citation
from consultations.domain.queries.person import MyPage
from consultations.domain.session_parts import IdentityCount
from consultations.models import Consultation, Stage, StanceValue, TopicStatus, WorkItem
from hall.errors import Code, Refusal
from members.access import Visitor
from members.models import Person
from members.roles import Permission, Role, SeatRole
from tests.factories import (
    STARTS_AT,
    bring_to_review,
    make_clause,
    make_consultation,
    make_dissent,
    make_duty_event,
    make_item,
    make_minutes,
    make_opinion,
    make_person,
    make_plan,
    make_section,
    make_stance,
    make_topic,
    seated,
)

pytestmark = pytest.mark.django_db
STRANGER = AnonymousUser()
OPEN = [stage for stage in Stage if stage != Stage.DRAFT]


def cost(read: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries_made:
        read()
    return len(queries_made)


def code_of(read: Callable[..., Any], *args: Any) -> Code:
    with pytest.raises(Refusal) as refused:
        read(*args)
    return refused.value.code


def sealed_room(item: WorkItem | None = None, author: Person | None = None) -> Consultation:
    """A sealed consultation with two cited opinions, one of them with a dissent note."""
    room = make_consultation(Stage.LIVE, work_items=[item or make_item()])
    seated(room, SeatRole.MODERATOR, Role.MEMBER, first_seen_at=STARTS_AT)
    staff = room.prepared_by
    first, second = make_opinion(room, author and _seat(room, author)), make_opinion(room)
    make_stance(first)
    make_stance(first, value=StanceValue.DISAGREE)
    make_clause(room, first)
    make_dissent(room, second)
    make_minutes(room)
    for stage in (Stage.SUMMARISING, Stage.REVIEW):
        move_stage(room, to=stage, by=staff)
    seal(room, by=staff)
    return Consultation.objects.get(pk=room.pk)


def _seat(room: Consultation, person: Person) -> Person:
    room.seats.create(person=person, role=SeatRole.PARTICIPANT, identity=person.role)
    return person


def _whole(page: MyPage) -> list[Any]:
    return [page.topics[:], list(page.duty)]


def test_lists_cost_the_same_with_one_row_and_with_three() -> None:
    plan = make_plan()
    section, person, staff = make_section(plan), make_person(), make_person(Role.STAFF)

    def add() -> None:
        item = make_item(section)
        for stage in (Stage.ANNOUNCED, Stage.LIVE, Stage.SUMMARISING):
            room = make_consultation(stage, work_items=[item])
            _seat(room, person)
        sealed_room(item, person)
        make_topic(proposed_by=person)
        make_duty_event(person)
        make_plan(year=2020)

    every = queries.TopicFilter()
    reads: dict[str, Callable[[], Any]] = {
        "front": lambda: queries.front_page(person),
        "consultations": lambda: queries.consultations(staff)[:],
        "plans": lambda: queries.plans()[:],
        "plan": lambda: queries.plan_page(plan.pk, staff),
        "topics": lambda: queries.listed_topics(staff, every)[:],
        "me": lambda: _whole(queries.my_page(person)),
        "choices": queries.work_item_choices,
    }
    add()
    one = {name: cost(read) for name, read in reads.items()}
    add()
    add()
    assert {name: cost(read) for name, read in reads.items()} == one
    assert one["consultations"] == one["plans"] == one["topics"] == 1
    assert one["plan"] <= 4
    assert one["front"] <= 7


def test_one_consultation_costs_the_same_with_one_row_and_with_three() -> None:
    item = make_item()
    room = make_consultation(Stage.LIVE, work_items=[item])
    staff = room.prepared_by

    def add() -> None:
        opinion = make_opinion(room)
        make_stance(opinion)
        make_clause(room, opinion)
        make_dissent(room, opinion)
        make_minutes(room, f"<p>{opinion.number}</p>")
        seated(room, SeatRole.MODERATOR)
        make_person()
        room.work_items.add(make_item())
        sealed_room(item)

    reads: dict[str, Callable[[], Any]] = {
        "page": lambda: queries.consultation_page(staff, room.pk),
        "outcome": lambda: queries.outcome(Consultation.objects.get(pk=room.pk)),
        "outcome desk": lambda: queries.outcome_desk(staff, room.pk),
        "seat desk": lambda: queries.seat_desk(staff, room.pk),
        "preparation desk": lambda: queries.preparation_desk(staff, room.pk),
        "item": lambda: queries.item_page(item.pk),
        "topic": lambda: queries.topic_page(room.topic_id, staff),
        "archive": lambda: queries.archive_page(1),
    }
    add()
    one = {name: cost(read) for name, read in reads.items()}
    add()
    add()
    assert {name: cost(read) for name, read in reads.items()} == one
    assert max(one.values()) <= 37


def test_front_page_sorts_by_what_goes_on() -> None:
    rooms = {
        stage: make_consultation(stage)
        for stage in Stage
        if stage not in {Stage.SEALED, Stage.CANCELLED}
    }
    last = sealed_room()
    page = queries.front_page(make_person(Role.STAFF))
    assert [line.id for line in page.live] == [rooms[Stage.LIVE].pk]
    assert {line.id for line in page.coming} == {
        rooms[Stage.ANNOUNCED].pk,
        rooms[Stage.COLLECTING].pk,
    }
    assert {line.id for line in page.concluding} == {
        rooms[Stage.SUMMARISING].pk,
        rooms[Stage.REVIEW].pk,
    }
    (recent,) = page.recent
    assert (recent.consultation.id, recent.consultation.archive_number, recent.clauses) == (
        last.pk,
        1,
        ("优先更换地下管网。",),
    )
    assert page.plan is not None


def test_lines_count_what_can_be_read(live_room: Consultation) -> None:
    moderator = seated(live_room, SeatRole.MODERATOR)
    for _ in range(3):
        make_opinion(live_room)
    hide_opinion(live_room, number=2, reason="广告", by=moderator)
    (line,) = queries.consultations(STRANGER)
    assert (line.opinions, line.seats, line.archive_number) == (2, 5, None)


@pytest.mark.parametrize("role", [None, *Role])
def test_drafts_are_known_to_those_who_prepare(role: Role | None) -> None:
    draft, public = make_consultation(), make_consultation(Stage.ANNOUNCED)
    visitor: Visitor = STRANGER if role is None else make_person(role)
    knows = role in {Role.STAFF, Role.ADMIN}
    listed = {line.id for line in queries.consultations(visitor)}
    assert listed == ({draft.pk, public.pk} if knows else {public.pk})
    assert draft.is_known_to(visitor) == knows
    if knows:
        assert queries.find_consultation(visitor, draft.pk) == draft
    else:
        for read in (queries.find_consultation, queries.consultation_page):
            assert code_of(read, visitor, draft.pk) == Code.NOT_FOUND


@pytest.mark.parametrize("role", list(SeatRole))
def test_drafts_are_known_to_the_seats_that_prepare(role: SeatRole) -> None:
    draft = make_consultation()
    person = seated(draft, role)
    listed = [line.id for line in queries.consultations(person)]
    assert (listed == [draft.pk]) == draft.is_known_to(person)
    assert (listed == [draft.pk]) == (role in {SeatRole.MODERATOR, SeatRole.RECORDER})


def test_pages_of_what_is_not_there_are_not_found() -> None:
    assert code_of(queries.plan_page, 999_999) == Code.NOT_FOUND
    assert code_of(queries.item_page, 999_999) == Code.NOT_FOUND
    assert code_of(queries.topic_page, 999_999, STRANGER) == Code.NOT_FOUND
    assert code_of(queries.consultation_page, STRANGER, 999_999) == Code.NOT_FOUND
    assert code_of(queries.archive_page, 999_999) == Code.NOT_FOUND


def test_plan_page_tells_which_items_have_nothing_yet() -> None:
    plan = make_plan()
    first, second = make_section(plan), make_section(plan)
    held, called_off, drafted, none = (make_item(s) for s in (first, first, second, second))
    live = make_consultation(Stage.LIVE, work_items=[held])
    later = make_consultation(Stage.ANNOUNCED, work_items=[held, called_off])
    Consultation.objects.filter(pk=later.pk).update(stage=Stage.CANCELLED, cancel_reason="天气")
    make_consultation(Stage.DRAFT, work_items=[drafted])
    page = queries.plan_page(plan.pk)
    assert [[item.id for item in section.items] for section in page.sections] == [
        [held.pk, called_off.pk],
        [drafted.pk, none.pk],
    ]
    linked = {item.id: {line.id for line in item.consultations} for item in page.items}
    assert linked == {
        held.pk: {live.pk, later.pk},
        called_off.pk: {later.pk},
        drafted.pk: set(),
        none.pk: set(),
    }
    assert [item.id for item in page.without] == [called_off.pk, drafted.pk, none.pk]
    (line,) = [line for line in queries.plans() if line.id == plan.pk]
    assert (line.items, line.consulted) == (4, 1)


def test_item_page_links_the_archive() -> None:
    item = make_item()
    room = sealed_room(item)
    make_consultation(Stage.DRAFT, work_items=[item])
    page = queries.item_page(item.pk)
    assert [line.id for line in page.consultations] == [room.pk]
    (archived,) = page.archives
    assert (archived.consultation_id, archived.archive.number) == (room.pk, 1)
    assert [clause.numbers for clause in archived.clauses] == [(1,)]


def test_topics_show_a_proposer_their_own() -> None:
    person = make_person()
    own, other = make_topic(proposed_by=person), make_topic()
    make_consultation(Stage.DRAFT, topic=own)
    make_consultation(Stage.ANNOUNCED, topic=own)
    every = queries.listed_topics(STRANGER, queries.TopicFilter())
    assert {line.id for line in every} == {own.pk, other.pk}
    (line,) = queries.my_page(person).topics
    assert (line.id, line.consultations) == (own.pk, 1)


def test_topic_page_offers_what_the_visitor_may_do() -> None:
    person, staff = make_person(), make_person(Role.STAFF)
    topic = make_topic(proposed_by=person, status=TopicStatus.PROPOSED)

    def flags(visitor: Visitor) -> tuple[bool, bool, bool]:
        page = queries.topic_page(topic.pk, visitor)
        return page.may_edit, page.may_decide, page.may_consult

    assert flags(STRANGER) == (False, False, False)
    assert flags(person) == (True, False, False)
    assert flags(staff) == (True, True, False)
    topic.status = TopicStatus.ACCEPTED
    topic.save()
    assert (flags(person), flags(staff)) == ((False, False, False), (True, True, True))


@pytest.mark.parametrize("stage", OPEN)
def test_consultation_page_shows_the_outcome_from_review_on(stage: Stage) -> None:
    room = make_consultation(stage)
    page = queries.consultation_page(STRANGER, room.pk)
    assert (page.outcome is not None) == (stage in {Stage.REVIEW, Stage.SEALED})
    assert (page.permissions, page.seat) == (frozenset(), None)


def test_consultation_page_tells_the_way_it_came(reviewed: Consultation) -> None:
    staff = reviewed.prepared_by
    page = queries.consultation_page(staff, reviewed.pk)
    assert [(line.from_label, line.to_label, line.by) for line in page.history] == [
        ("协商进行中", "梳理共识", staff.alias),
        ("梳理共识", "公示确认", staff.alias),
    ]
    assert Permission.CONSULTATION_SEAL in page.permissions


def test_my_page_tells_what_became_of_each_opinion() -> None:
    person = make_person()
    room = sealed_room(author=person)
    draft = make_consultation(Stage.LIVE)
    not_yet = make_opinion(draft, _seat(draft, person), text="还在谈。")
    make_clause(draft, not_yet)
    moderator = seated(draft, SeatRole.MODERATOR)
    hide_opinion(draft, number=not_yet.number, reason="重复", by=moderator)
    later, earlier = queries.own_opinion_lines(queries.own_opinions(person))
    assert (earlier.consultation_id, earlier.archive_number, earlier.number) == (room.pk, 1, 1)
    assert (earlier.agree, earlier.disagree, earlier.passed) == (1, 1, 0)
    assert earlier.citations == (Citation(False, 1, "优先更换地下管网。"),)
    assert (later.text, later.hidden, later.hide_reason, later.citations) == (
        "还在谈。",
        True,
        "重复",
        (),
    )
    assert [line.id for line in queries.my_page(person).seated] == [draft.pk]


def test_archive_page_names_the_one_before() -> None:
    rooms = [sealed_room() for _ in range(3)]
    pages = [queries.archive_page(number) for number in (1, 2, 3)]
    assert [page.outcome.id for page in pages] == [room.pk for room in rooms]
    assert [page.previous_number for page in pages] == [None, 1, 2]
    assert pages[1].previous_digest == pages[0].archive.digest


def test_outcome_counts_by_the_identity_of_the_day() -> None:
    room = make_consultation(Stage.LIVE)
    member = seated(room, hall_role=Role.MEMBER, first_seen_at=STARTS_AT)
    resident = seated(room, first_seen_at=STARTS_AT)
    seated(room)
    opinion = make_opinion(room, member)
    make_stance(opinion, member)
    make_stance(opinion, resident, StanceValue.PASS)
    make_clause(room, opinion)
    member.role = Role.STAFF
    member.save()
    found = queries.outcome(room)
    assert (found.attendance.total, found.attendance.seated) == (2, 3)
    assert found.attendance.by_identity == (
        IdentityCount("resident", "居民", 1),
        IdentityCount("member", "政协委员", 1),
    )
    (clause,) = found.clauses
    (evidence,) = clause.evidence
    assert (evidence.identity, evidence.agree, evidence.disagree, evidence.passed) == (
        "member",
        1,
        0,
        1,
    )
    assert evidence.by_identity == (
        IdentityTally("resident", "居民", 0, 0, 1),
        IdentityTally("member", "政协委员", 1, 0, 0),
    )


def test_outcome_shows_no_hidden_text(live_room: Consultation) -> None:
    moderator = seated(live_room, SeatRole.MODERATOR)
    opinion = make_opinion(live_room, text="不当内容")
    make_clause(live_room, opinion)
    hide_opinion(live_room, number=1, reason="不当", by=moderator)
    found = queries.outcome(live_room)
    assert [one.text for clause in found.clauses for one in clause.evidence] == [""]
    assert (found.opinions.total, found.opinions.hidden) == (0, 1)


def test_desks_are_for_those_who_work_there(live_room: Consultation) -> None:
    staff, resident = live_room.prepared_by, seated(live_room)
    for desk in (queries.outcome_desk, queries.seat_desk, queries.preparation_desk):
        assert code_of(desk, STRANGER, live_room.pk) == Code.SIGN_IN
        assert code_of(desk, resident, live_room.pk) == Code.FORBIDDEN
        assert desk(staff, live_room.pk).consultation == live_room


def test_outcome_desk_offers_what_can_be_cited(live_room: Consultation) -> None:
    moderator = seated(live_room, SeatRole.MODERATOR)
    for _ in range(3):
        make_opinion(live_room)
    hide_opinion(live_room, number=2, reason="广告", by=moderator)
    make_minutes(live_room, "<p>一</p>")
    make_minutes(live_room, "<p>二</p>")
    desk = queries.outcome_desk(moderator, live_room.pk)
    assert [one.number for one in desk.citable] == [1, 3]
    assert [version.version for version in desk.versions] == [2, 1]
    assert desk.writable
    assert not queries.outcome_desk(moderator, bring_to_review(live_room).pk).writable


def test_seat_desk_offers_people_without_a_seat(live_room: Consultation) -> None:
    sitting = seated(live_room, alias="已入席")
    free, gone = make_person(), make_person(is_active=False)
    desk = queries.seat_desk(live_room.prepared_by, live_room.pk)
    offered = {candidate.id for candidate in desk.candidates}
    assert free.pk in offered
    assert not {sitting.pk, gone.pk} & offered
    assert sitting.pk in {seat.person_id for seat in desk.seats}
    assert desk.seats[0].role == SeatRole.MODERATOR


def test_newest_plan_is_first() -> None:
    for year in (2024, 2026, 2025):
        make_plan(year=year)
    assert [line.year for line in queries.plans()] == [2026, 2025, 2024]


def test_items_of_the_latest_three_years_are_offered_and_those_that_are_linked() -> None:
    items = {year: make_item(make_section(make_plan(year=year))) for year in range(2022, 2027)}
    assert [item.id for item in queries.work_item_choices()] == [
        items[year].pk for year in (2026, 2025, 2024)
    ]
    offered = queries.work_item_choices([items[2022].pk])
    assert [item.id for item in offered][-1] == items[2022].pk
    assert len(offered) == 4
