"""What a published sentence shows of its opinions, and what its confirmation decides."""

from typing import Any

import pytest

from consultations.domain.archives import seal
from consultations.domain.confirmations import Answer, confirm_clauses
from consultations.domain.consultations import move_stage
from consultations.domain.evidence import confirmations_against, few_voices
from consultations.domain.merging import merge_opinions
from consultations.domain.opinions import hide_opinion
from consultations.domain.outcome_view import outcome
from consultations.domain.outcomes import (
    accept_few_voices,
    register_dissent,
    write_clause,
    write_dissent,
)
from consultations.domain.standings import standings
from consultations.models import (
    Confirmed,
    ConsensusClause,
    Consultation,
    RoomEvent,
    Stage,
    StanceValue,
)
from hall.errors import Code, Refusal
from members.models import Person
from members.roles import SeatRole
from tests.domain.test_opinion_map import mapped, room_of
from tests.factories import (
    bring_to_review,
    make_consultation,
    make_minutes,
    make_opinion,
    make_seat,
    make_stance,
    moderator_of,
    seated,
)

pytestmark = pytest.mark.django_db


def refused(act: Any, *args: Any, **kwargs: Any) -> tuple[Code, str]:
    with pytest.raises(Refusal) as refusal:
        act(*args, **kwargs)
    return refusal.value.code, refusal.value.message


def supported(room: Consultation, agree: int, disagree: int = 0) -> int:
    """The number of a new opinion on which so many took a stance."""
    opinion = make_opinion(room)
    for value, people in ((StanceValue.AGREE, agree), (StanceValue.DISAGREE, disagree)):
        for _ in range(people):
            make_stance(opinion, value=value)
    return opinion.number


# Merged opinions


def test_evidence_credits_what_was_merged_and_sums_nothing(live_room: Consultation) -> None:
    staff = live_room.prepared_by
    target, other = supported(live_room, 3), supported(live_room, 2, 1)
    gone = supported(live_room, 1)
    moderator = moderator_of(live_room)
    merge_opinions(live_room, numbers=[other, gone], into=target, by=moderator)
    hide_opinion(live_room, number=gone, reason="广告", by=moderator)
    write_clause(live_room, by=staff, text="先换管网。", evidence=[target])
    write_dissent(live_room, by=staff, text="费用看法不一。", evidence=[target])
    found = outcome(live_room)
    for sentence in (*found.clauses, *found.dissent):
        (cited,) = sentence.evidence
        assert (cited.agree, cited.disagree) == (3, 0)
        (merged,) = cited.merged
        author = live_room.opinions.get(number=other).author
        assert (merged.number, merged.author) == (other, author.alias)
        assert (merged.agree, merged.disagree, merged.passed) == (2, 1, 0)
    assert found.as_dict()["clauses"][0]["evidence"][0]["merged"][0]["number"] == other


# Few voices


def test_evidence_tells_floor_interval_and_groups() -> None:
    room, _people = room_of((10, 8))
    mapped(room)
    write_dissent(room, by=moderator_of(room), text="看法不一。", evidence=[5])
    (cited,) = outcome(room).dissent[0].evidence
    assert cited.enough
    assert cited.share is not None
    assert (cited.share.percent, cited.share.low, cited.share.high) == (56, 34, 75)
    assert [(one.name, one.against) for one in cited.groups] == [("A 组", False), ("B 组", True)]


def test_clause_on_few_voices_is_published_only_when_accepted(live_room: Consultation) -> None:
    staff = live_room.prepared_by
    few, many = supported(live_room, 8), supported(live_room, 9)
    write_clause(live_room, by=staff, text="甲。", evidence=[many])
    write_clause(live_room, by=staff, text="乙。", evidence=[few])
    write_clause(live_room, by=staff, text="丙。", evidence=[few, many])
    move_stage(live_room, to=Stage.SUMMARISING, by=staff)
    make_minutes(live_room)
    assert few_voices(live_room) == {2}
    code, said = refused(move_stage, live_room, to=Stage.REVIEW, by=staff)
    assert code == Code.WRONG_STATE
    assert "共识第 2 条依据的意见" in said
    assert "表态少，仍作为共识" in said
    before = live_room.clauses.get(position=2).updated_at
    accept_few_voices(live_room, by=staff, position=2)
    accept_few_voices(live_room, by=staff, position=2)
    events = RoomEvent.objects.filter(type="clause.few_accepted")
    assert [(event.body, event.audience) for event in events] == [({"position": 2}, "moderators")]
    assert live_room.clauses.get(position=2).updated_at == before
    move_stage(live_room, to=Stage.REVIEW, by=staff)
    assert [one.few_voices for one in outcome(live_room).clauses] == [False, True, False]
    published = RoomEvent.objects.get(type="outcome.published").body["clauses"]
    assert [one["few_voices"] for one in published] == [False, True, False]


def test_other_words_have_to_be_accepted_anew(live_room: Consultation) -> None:
    staff = live_room.prepared_by
    few = supported(live_room, 1)
    write_clause(live_room, by=staff, text="甲。", evidence=[few])
    accept_few_voices(live_room, by=staff, position=1)
    write_clause(live_room, by=staff, text="乙。", evidence=[few], position=1)
    assert not outcome(live_room).clauses[0].few_accepted


def test_accepting_is_refused_where_it_has_no_sense(live_room: Consultation) -> None:
    staff = live_room.prepared_by
    write_clause(live_room, by=staff, text="甲。", evidence=[supported(live_room, 9)])
    assert refused(accept_few_voices, live_room, by=staff, position=1)[0] == Code.WRONG_STATE
    assert refused(accept_few_voices, live_room, by=staff, position=2)[0] == Code.NOT_FOUND
    stranger = seated(live_room)
    assert refused(accept_few_voices, live_room, by=stranger, position=1)[0] == Code.FORBIDDEN


def test_group_that_would_give_away_a_small_one_is_not_shown() -> None:
    room, _people = room_of((14, 4))
    mapped(room)
    assert standings(room.pk, [1])[1].groups == ()


def test_group_kept_back_is_still_heard() -> None:
    room, people = room_of((10, 8))
    mapped(room)
    extra = make_opinion(room)
    for person in [*people[10:16], *people[:1]]:
        make_stance(extra, make_seat_of(room, person), StanceValue.DISAGREE)
    standing = standings(room.pk, [extra.number])[extra.number]
    assert (standing.groups, standing.against) == ((), True)
    code, said = refused(
        write_clause, room, by=moderator_of(room), text="照办。", evidence=[extra.number]
    )
    assert code == Code.OPPOSED
    assert said.startswith(f"有一组人多数不赞成第 {extra.number} 号意见（人数少，不列数字）")


def make_seat_of(room: Consultation, person: Person) -> Person:
    there = room.seats.filter(person=person).first()
    return there.person if there else make_seat(room, person).person


# Confirmations


def in_review() -> Consultation:
    return bring_to_review(make_consultation(Stage.LIVE))


def confirm(room: Consultation, value: Confirmed, people: int) -> None:
    for _ in range(people):
        person = seated(room, SeatRole.PARTICIPANT)
        confirm_clauses(room, person=person, answers=[Answer(1, value, "理由")])


@pytest.mark.parametrize(
    ("against", "agree", "is_opposed"),
    [(4, 0, False), (5, 0, True), (3, 3, True), (2, 3, False), (0, 9, False)],
)
def test_clause_that_those_asked_refuse_is_not_sealed(
    against: int, agree: int, is_opposed: bool
) -> None:
    room = in_review()
    confirm(room, Confirmed.AGAINST, against)
    confirm(room, Confirmed.AGREE, agree)
    assert bool(confirmations_against(room)) == is_opposed
    staff = room.prepared_by
    if not is_opposed:
        seal(room, by=staff)
        return
    code, said = refused(seal, room, by=staff)
    assert code == Code.OPPOSED
    assert said.startswith(f"共识第 1 条：确认的 {against + agree} 人里有 {against} 人反对")
    assert "退回“梳理共识”" in said and "登记为分歧" in said


def test_reservations_are_no_opposition() -> None:
    room = in_review()
    confirm(room, Confirmed.RESERVED, 6)
    assert confirmations_against(room) == {}


def test_threshold_of_confirmations_is_the_halls(settings: Any) -> None:
    settings.HALL_GROUP_AGAINST = 34
    room = in_review()
    confirm(room, Confirmed.AGREE, 4)
    confirm(room, Confirmed.AGAINST, 2)
    assert confirmations_against(room) == {}
    confirm(room, Confirmed.AGAINST, 1)
    assert confirmations_against(room) == {1: (3, 7)}


def test_way_back_leads_through_the_dissent_register() -> None:
    room = in_review()
    staff = room.prepared_by
    confirm(room, Confirmed.AGAINST, 5)
    move_stage(room, to=Stage.SUMMARISING, by=staff, reason="多数反对")
    assert confirmations_against(room) == {1: (5, 5)}
    register_dissent(room, by=staff, text="优先更换地下管网。", evidence=[1], position=1)
    assert not ConsensusClause.objects.exists()
    move_stage(room, to=Stage.REVIEW, by=staff)
    seal(room, by=staff)
