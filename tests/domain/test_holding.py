"""先审后发: what is held is known to its author and the moderators alone, and decided on once."""

from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps

from consultations.archiving.chain import check_chain
from consultations.domain.consultations import move_stage
from consultations.domain.deliveries import Viewer
from consultations.domain.events import room_name
from consultations.domain.holding import (
    approve_opinions,
    reconsider_opinion,
    return_opinions,
    take_back_approvals,
)
from consultations.domain.listing import Only, Order, Wanted, listed
from consultations.domain.log import chained_events
from consultations.domain.opinions import hide_opinion, mark_answered, pin_opinion
from consultations.domain.outcome_view import opinion_totals
from consultations.domain.posting import post_opinion
from consultations.domain.posting_rules import RulesDraft, set_posting
from consultations.domain.queries import search
from consultations.domain.room_queries import deliveries_since, opinions_before
from consultations.domain.search import reindex
from consultations.models import (
    Consultation,
    Notice,
    NoticeKind,
    Opinion,
    OpinionKind,
    OpinionState,
    RoomEvent,
    SearchEntry,
    Stage,
)
from hall.errors import Code, Refusal
from members.access import permissions_of
from members.models import Person
from members.roles import Role, SeatRole
from tests.factories import (
    make_clause,
    make_minutes,
    make_opinion,
    make_person,
    make_stance,
    moderator_of,
    seated,
)
from tests.support.seen import snapshot

pytestmark = pytest.mark.django_db

WORDS = "三号楼的水管昨晚又爆了。"


@pytest.fixture
def room(live_room: Consultation) -> Consultation:
    """A live room that holds what residents say."""
    draft = RulesDraft(holds_residents=True)
    set_posting(live_room, draft=draft, by=moderator_of(live_room))
    return live_room


@pytest.fixture
def held(room: Consultation) -> Opinion:
    return make_opinion(room, text=WORDS)


def seen_by(room: Consultation, person: Person) -> dict[int, dict[str, object]]:
    granted = permissions_of(person, room)
    viewer = Viewer(person.pk, "opinion.moderate" in granted)
    shown = snapshot(room.pk, viewer=viewer, permissions=granted)
    return {card["number"]: card for card in shown["opinions"]}


def frames_for(room: Consultation, person: Person) -> bytes:
    viewer = Viewer(person.pk, "opinion.moderate" in permissions_of(person, room))
    return b"".join(d.frame_for(viewer) for d in deliveries_since(room.pk, 0, limit=100))


def test_residents_are_held_and_others_are_not(room: Consultation) -> None:
    assert make_opinion(room).state == OpinionState.HELD
    for role in (Role.MEMBER, Role.DEPARTMENT, Role.STAFF):
        assert make_opinion(room, seated(room, hall_role=role)).state == OpinionState.VISIBLE
    recorder = seated(room, SeatRole.RECORDER)
    assert make_opinion(room, recorder).state == OpinionState.VISIBLE


def test_held_opinion_is_for_its_author_and_moderators_alone(
    room: Consultation, held: Opinion
) -> None:
    bystander, moderator = seated(room), moderator_of(room)
    make_opinion(room, seated(room, hall_role=Role.MEMBER), text="我同意。")
    assert list(seen_by(room, bystander)) == [2]
    assert seen_by(room, held.author)[1]["state"] == "held"
    assert seen_by(room, moderator)[1]["text"] == WORDS
    assert WORDS.encode() not in frames_for(room, bystander)
    assert WORDS.encode() in frames_for(room, held.author)
    assert WORDS.encode() in frames_for(room, moderator)


def test_last_number_is_the_last_that_one_may_know_of(room: Consultation) -> None:
    make_opinion(room, seated(room, hall_role=Role.MEMBER))
    held = make_opinion(room)

    def total(person: Person) -> int:
        granted = permissions_of(person, room)
        viewer = Viewer(person.pk, "opinion.moderate" in granted)
        return int(snapshot(room.pk, viewer=viewer, permissions=granted)["total"])

    assert [total(seated(room)), total(held.author), total(moderator_of(room))] == [1, 2, 2]


def test_held_opinion_is_in_no_page_list_search_or_figure(
    room: Consultation, held: Opinion
) -> None:
    bystander = Viewer(seated(room).pk, moderates=False)
    assert opinions_before(room, viewer=bystander, before=99, limit=50)["opinions"] == []
    for order in Order:
        assert listed(room, viewer=bystander, wanted=Wanted(order=order))["opinions"] == []
    own = Viewer(held.author_id, moderates=False)
    mine = listed(room, viewer=own, wanted=Wanted(only=Only.MINE))["opinions"]
    assert [card["number"] for card in mine] == [1]
    assert [c["number"] for c in opinions_before(room, viewer=own, before=9, limit=9)["opinions"]]
    reindex()
    assert not SearchEntry.objects.filter(kind="opinion").exists()
    totals = opinion_totals(room)
    assert (totals.total, totals.hidden, totals.authors) == (0, 0, 0)


def test_nobody_takes_a_stance_on_it_or_replies(room: Consultation, held: Opinion) -> None:
    other = seated(room, hall_role=Role.MEMBER)
    with pytest.raises(Refusal) as refused:
        make_stance(held, other)
    assert refused.value.code == Code.NOT_FOUND
    with pytest.raises(Refusal) as refused:
        make_opinion(room, other, kind=OpinionKind.REPLY, reply_to=held.number)
    assert refused.value.code == Code.NOT_FOUND
    by = moderator_of(room)
    for verb in (
        lambda: hide_opinion(room, number=1, reason="偏题", by=by),
        lambda: pin_opinion(room, number=1, pinned=True, by=by),
        lambda: mark_answered(room, number=1, answered=True, by=by),
    ):
        with pytest.raises(Refusal) as refused:
            verb()
        assert refused.value.code == Code.WRONG_STATE


def test_approved_opinion_is_everyones(room: Consultation, held: Opinion) -> None:
    later = make_opinion(room, seated(room, hall_role=Role.MEMBER), text="我同意。")
    decided = approve_opinions(room, numbers=[held.number], by=moderator_of(room))
    assert (decided.numbers, decided.already) == ([1], [])
    bystander = seated(room)
    assert list(seen_by(room, bystander)) == [held.number, later.number]
    assert WORDS.encode() in frames_for(room, bystander)
    event = RoomEvent.objects.get(consultation=room, type="opinion.approved")
    assert event.body is not None
    assert (event.audience, event.body["text"]) == ("everyone", WORDS)
    assert [hit.number for hit in search(bystander, "水管") if hit.kind == "opinion"] == [1]
    make_stance(held, bystander)
    assert check_chain(chained_events(room.pk), room=room_name(room.pk)).count == event.seq


def test_approved_opinion_has_the_place_in_the_log_where_it_became_everyones(
    room: Consultation, held: Opinion
) -> None:
    later = make_opinion(room, seated(room, hall_role=Role.MEMBER))
    approve_opinions(room, numbers=[held.number], by=moderator_of(room))
    event = RoomEvent.objects.get(consultation=room, type="opinion.approved")
    places = {held.number: event.seq, later.number: later.posted_seq}
    assert {number: card["seq"] for number, card in seen_by(room, seated(room)).items()} == places
    Opinion.objects.update(approved_seq=None)
    import_module("consultations.migrations.0019_approved").fill(apps, None)
    assert {number: card["seq"] for number, card in seen_by(room, seated(room)).items()} == places


def test_hidden_after_approval_its_text_is_gone_for_others(
    room: Consultation, held: Opinion
) -> None:
    by = moderator_of(room)
    approve_opinions(room, numbers=[1], by=by)
    hide_opinion(room, number=1, reason="含个人信息", by=by)
    assert WORDS.encode() not in frames_for(room, seated(room))
    assert WORDS.encode() in frames_for(room, held.author)


def test_returned_opinion_tells_its_author_why(room: Consultation, held: Opinion) -> None:
    by = moderator_of(room)
    return_opinions(room, numbers=[1], reason="请说具体一些", by=by)
    assert seen_by(room, held.author)[1]["reason"] == "请说具体一些"
    assert seen_by(room, seated(room)) == {}
    assert "请说具体一些".encode() not in frames_for(room, seated(room))
    notice = Notice.objects.get(person=held.author)
    assert (notice.kind, notice.reason) == (NoticeKind.RETURNED, "请说具体一些")
    reconsider_opinion(room, number=1, by=by)
    assert "reason" not in seen_by(room, held.author)[1]
    approve_opinions(room, numbers=[1], by=by)
    assert list(seen_by(room, seated(room))) == [1]


def test_return_needs_a_reason(room: Consultation, held: Opinion) -> None:
    with pytest.raises(Refusal) as refused:
        return_opinions(room, numbers=[1], reason=" ", by=moderator_of(room))
    assert refused.value.code == Code.EMPTY


def test_decided_once_the_second_is_told_by_whom(room: Consultation, held: Opinion) -> None:
    first = seated(room, SeatRole.MODERATOR, Role.STAFF, alias="林主持")
    second = seated(room, SeatRole.MODERATOR, Role.STAFF)
    other = make_opinion(room)
    return_opinions(room, numbers=[1], reason="偏题", by=first)
    with pytest.raises(Refusal) as refused:
        approve_opinions(room, numbers=[1], by=second)
    assert refused.value.code == Code.WRONG_STATE
    assert refused.value.message == "第 1 号已由林主持退回。"
    decided = approve_opinions(room, numbers=[other.number, 1], by=second)
    assert decided.numbers == [other.number]
    assert [one.message for one in decided.already] == ["第 1 号已由林主持退回。"]
    with pytest.raises(Refusal) as refused:
        return_opinions(room, numbers=[other.number], reason="偏题", by=first)
    assert refused.value.message == f"第 2 号已由{second.alias}通过。"


def test_own_approval_is_taken_back_without_a_notice(room: Consultation, held: Opinion) -> None:
    first = seated(room, SeatRole.MODERATOR, Role.STAFF)
    second = seated(room, SeatRole.MODERATOR, Role.STAFF)
    other = make_opinion(room)
    approve_opinions(room, numbers=[1], by=first)
    approve_opinions(room, numbers=[other.number], by=second)
    taken = take_back_approvals(room, numbers=[1, other.number], by=first)
    assert taken.numbers == [1]
    assert [one.message for one in taken.already] == [f"第 2 号已由{second.alias}通过。"]
    held.refresh_from_db()
    assert held.state == OpinionState.HIDDEN
    assert not Notice.objects.filter(person=held.author).exists()
    assert seen_by(room, held.author)[1]["reason"] == "主持人点错了通过，收回再看。"
    assert seen_by(room, seated(room))[1]["text"] == ""
    assert room.events.filter(type="opinion.hidden").get().by_id == first.pk
    with pytest.raises(Refusal) as refused:
        take_back_approvals(room, numbers=[1], by=first)
    assert refused.value.code == Code.WRONG_STATE


def test_only_moderators_decide(room: Consultation, held: Opinion) -> None:
    for person in (held.author, seated(room, SeatRole.RECORDER), make_person(Role.STAFF)):
        with pytest.raises(Refusal) as refused:
            approve_opinions(room, numbers=[1], by=person)
        assert refused.value.code == Code.FORBIDDEN


def test_unknown_number_decides_nothing(room: Consultation, held: Opinion) -> None:
    with pytest.raises(Refusal) as refused:
        approve_opinions(room, numbers=[1, 99], by=moderator_of(room))
    assert refused.value.code == Code.NOT_FOUND
    held.refresh_from_db()
    assert held.state == OpinionState.HELD


def test_held_stays_held_when_holding_ends(room: Consultation, held: Opinion) -> None:
    set_posting(room, draft=RulesDraft(holds_residents=False), by=moderator_of(room))
    assert make_opinion(room).state == OpinionState.VISIBLE
    held.refresh_from_db()
    assert held.state == OpinionState.HELD


def test_resend_of_a_held_post_is_the_same_post(room: Consultation) -> None:
    author, key = seated(room), uuid4()
    said = {"author": author, "key": key, "kind": OpinionKind.OPINION, "text": WORDS}
    assert post_opinion(room, **said) == post_opinion(room, **said)  # type: ignore[arg-type]
    assert Opinion.objects.filter(consultation=room).count() == 1


def test_collecting_room_holds_as_well(room: Consultation) -> None:
    Consultation.objects.filter(pk=room.pk).update(stage=Stage.COLLECTING)
    room.refresh_from_db()
    held = make_opinion(room)
    approve_opinions(room, numbers=[held.number], by=moderator_of(room))
    held.refresh_from_db()
    assert held.state == OpinionState.VISIBLE


def test_outcome_is_not_published_while_someone_waits(room: Consultation, held: Opinion) -> None:
    cited = make_opinion(room, seated(room, hall_role=Role.MEMBER))
    by = moderator_of(room)
    move_stage(room, to=Stage.SUMMARISING, by=by)
    make_clause(room, cited)
    make_minutes(room)
    with pytest.raises(Refusal) as refused:
        move_stage(room, to=Stage.REVIEW, by=by)
    assert refused.value.code == Code.WRONG_STATE
    assert "1 条发言等待审核" in refused.value.message
    return_opinions(room, numbers=[held.number], reason="会已经开完", by=by)
    move_stage(room, to=Stage.REVIEW, by=by)
