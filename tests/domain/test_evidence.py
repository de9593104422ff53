"""What clauses rest on: shares with intervals, groups against them, the dissent register."""

from typing import Any

import pytest
from django.utils import translation

from consultations.domain.consultations import move_stage
from consultations.domain.evidence import MAX_EVIDENCE, neutral_words
from consultations.domain.outcomes import register_dissent, write_clause
from consultations.domain.standings import standings
from consultations.models import (
    ConsensusClause,
    Consultation,
    DissentNote,
    RoomEvent,
    Stage,
    StanceValue,
)
from hall.errors import Code, Refusal
from members.models import Person
from members.roles import Role, SeatRole
from tests.domain.test_opinion_map import mapped, room_of
from tests.factories import make_minutes, make_opinion, make_seat, make_stance, seated

pytestmark = pytest.mark.django_db

UNITES, DIVIDES = 1, 5  # of `room_of`: all agree with the first; B, of eight, is against the other


@pytest.fixture
def camps() -> Consultation:
    """Ten people of group A and eight of group B, with a map of them."""
    room, _people = room_of((10, 8))
    assert mapped(room).status == "ready"
    return room


@pytest.fixture
def moderator(camps: Consultation) -> Person:
    return seated(camps, SeatRole.MODERATOR)


def stances(room: Consultation, number: int, values: dict[StanceValue, int]) -> None:
    opinion = room.opinions.get(number=number)
    for value, people in values.items():
        for _ in range(people):
            make_stance(opinion, value=value)


def opposed(act: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act(*args, **kwargs)
    assert refused.value.code == Code.OPPOSED
    return refused.value.message


def test_standing_tells_shares_by_identity_and_group_with_intervals(camps: Consultation) -> None:
    standing = standings(camps.pk, [DIVIDES])[DIVIDES]
    assert standing.share is not None
    assert (standing.share.agree, standing.share.disagree) == (10, 8)
    assert (standing.share.percent, standing.share.low, standing.share.high) == (56, 34, 75)
    assert [(one.name, one.share.seen) for one in standing.identities] == [("居民", 18)]
    assert [
        (one.name, one.share.stance, one.share.seen, one.share.low, one.share.high, one.against)
        for one in standing.groups
    ] == [("A 组", "agree", 10, 72, 100, False), ("B 组", "disagree", 8, 68, 100, True)]
    assert (standing.enough, standing.against) == (True, True)


def test_what_unites_is_opposed_by_nobody(camps: Consultation, moderator: Person) -> None:
    assert not standings(camps.pk, [UNITES])[UNITES].against
    clause = write_clause(camps, by=moderator, text="先换管网。", evidence=[UNITES])
    assert clause.position == 1


def test_unknown_numbers_are_left_out(camps: Consultation) -> None:
    assert set(standings(camps.pk, [UNITES, 99])) == {UNITES}


def test_clause_is_refused_while_a_group_is_against_it(
    camps: Consultation, moderator: Person
) -> None:
    before = RoomEvent.objects.count()
    said = opposed(write_clause, camps, by=moderator, text="照办。", evidence=[UNITES, DIVIDES])
    assert "B 组多数不赞成第 5 号意见：8 人不赞成，0 人赞成" in said
    assert "100%，95% 区间 68%–100%" in said
    assert not ConsensusClause.objects.exists()
    assert RoomEvent.objects.count() == before


@pytest.mark.parametrize(("percent", "is_opposed"), [(49, True), (50, True), (51, False)])
def test_threshold_is_the_halls(
    live_room: Consultation, settings: Any, percent: int, is_opposed: bool
) -> None:
    settings.HALL_GROUP_AGAINST = percent
    make_opinion(live_room)
    stances(live_room, 1, {StanceValue.AGREE: 5, StanceValue.DISAGREE: 5})
    assert standings(live_room.pk, [1])[1].against == is_opposed


@pytest.mark.parametrize(
    ("values", "enough", "is_opposed"),
    [
        ({}, False, False),
        ({StanceValue.DISAGREE: 8}, False, False),
        ({StanceValue.DISAGREE: 9}, True, True),
        ({StanceValue.AGREE: 8, StanceValue.PASS: 20}, False, False),
        ({StanceValue.AGREE: 9}, True, False),
    ],
)
def test_few_voices_are_neither_consensus_nor_opposition(
    live_room: Consultation, values: dict[StanceValue, int], enough: bool, is_opposed: bool
) -> None:
    make_opinion(live_room)
    stances(live_room, 1, values)
    standing = standings(live_room.pk, [1])[1]
    assert (standing.enough, standing.against) == (enough, is_opposed)
    assert (standing.share is None) == (not values)


def test_group_of_which_four_took_a_stance_is_not_spoken_of(camps: Consultation) -> None:
    extra = make_opinion(camps)
    camp = [stance.person for stance in camps.opinions.get(number=UNITES).stances.order_by("pk")]
    for shown, person in enumerate(camp[10:15]):
        assert standings(camps.pk, [extra.number])[extra.number].groups == (), shown
        make_stance(extra, make_seat(camps, person).person, StanceValue.DISAGREE)
    groups = standings(camps.pk, [extra.number])[extra.number].groups
    assert [(one.name, one.share.disagree) for one in groups] == [("B 组", 5)]


def test_review_is_refused_when_opposition_came_after_the_clause(
    live_room: Consultation,
) -> None:
    staff = live_room.prepared_by
    make_opinion(live_room)
    write_clause(live_room, by=staff, text="照办。", evidence=[1])
    stances(live_room, 1, {StanceValue.DISAGREE: 9})
    move_stage(live_room, to=Stage.SUMMARISING, by=staff)
    make_minutes(live_room)
    said = opposed(move_stage, live_room, to=Stage.REVIEW, by=staff)
    assert said.startswith("共识第 1 条：表态的人多数不赞成第 1 号意见")
    live_room.refresh_from_db()
    assert live_room.stage == Stage.SUMMARISING


def test_register_dissent_writes_neutral_words(camps: Consultation, moderator: Person) -> None:
    with translation.override("en"):
        note = register_dissent(camps, by=moderator, text="夜间开放。", evidence=[DIVIDES])
    assert note.text == (
        "有人提出“夜间开放”，对此看法不一：意见 5 赞成 10 人、不赞成 8 人、说不好 0 人"
        "（A 组多数赞成、B 组多数不赞成）。"
    )
    assert [opinion.number for opinion in note.evidence.all()] == [DIVIDES]
    assert RoomEvent.objects.latest("seq").type == "dissent.written"


def test_register_dissent_takes_the_clause_along(live_room: Consultation) -> None:
    staff = live_room.prepared_by
    make_opinion(live_room)
    write_clause(live_room, by=staff, text="照办。", evidence=[1])
    stances(live_room, 1, {StanceValue.DISAGREE: 9})
    register_dissent(live_room, by=staff, text="照办。", evidence=[1], position=1)
    assert not ConsensusClause.objects.exists()
    assert DissentNote.objects.count() == 1
    kinds = list(RoomEvent.objects.order_by("-seq").values_list("type", flat=True)[:2])
    assert kinds == ["dissent.written", "clause.removed"]


def test_register_dissent_does_all_or_nothing(live_room: Consultation) -> None:
    staff = live_room.prepared_by
    make_opinion(live_room)
    write_clause(live_room, by=staff, text="照办。", evidence=[1])
    with pytest.raises(Refusal):
        register_dissent(live_room, by=staff, text="照办。", evidence=[9], position=1)
    assert ConsensusClause.objects.count() == 1
    stranger = seated(live_room, SeatRole.PARTICIPANT, Role.RESIDENT)
    with pytest.raises(Refusal) as refused:
        register_dissent(live_room, by=stranger, text="照办。", evidence=[1], position=1)
    assert refused.value.code == Code.FORBIDDEN
    assert ConsensusClause.objects.count() == 1


def test_long_proposals_are_shortened_to_fit(camps: Consultation) -> None:
    found = list(standings(camps.pk, range(1, 9)).values())
    words = neutral_words("很长" * 250, found, most=500)
    assert len(words) <= 500
    assert "…”，对此看法不一" in words


def test_no_more_than_a_hundred_opinions_are_cited(camps: Consultation, moderator: Person) -> None:
    with pytest.raises(Refusal) as refused:
        write_clause(camps, by=moderator, text="照办。", evidence=list(range(1, MAX_EVIDENCE + 2)))
    assert refused.value.code == Code.TOO_MANY
