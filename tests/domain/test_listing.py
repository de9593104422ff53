"""Opinions in other orders, by the page: agreed, divided, some alone."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.domain.agenda import move_agenda
from consultations.domain.deliveries import Viewer
from consultations.domain.listing import (
    Only,
    Order,
    Standing,
    Wanted,
    listed,
    ranked,
    standings,
)
from consultations.domain.merging import merge_opinions
from consultations.domain.opinion_map import kept_map
from consultations.domain.opinions import hide_opinion, mark_answered
from consultations.models import Consultation, OpinionKind, StanceValue
from hall.errors import Code, Refusal
from members.models import Person
from tests.domain.test_opinion_map import mapped, room_of
from tests.factories import make_opinion, make_stance, moderator_of, seated

pytestmark = pytest.mark.django_db


def standing(number: int, agree: int, disagree: int, passed: int = 0) -> Standing:
    return Standing(number, "opinion", 1, None, agree, disagree, passed)


def order_of(order: Order, *room: Standing) -> list[int]:
    return [one.number for one in ranked(room, order)]


def page(room: Consultation, viewer: Person | None = None, **wanted: object) -> list[int]:
    seen = Viewer(viewer.pk if viewer else 0, moderates=False)
    found = listed(room, viewer=seen, wanted=replace(Wanted(), **wanted))  # type: ignore[arg-type]
    return [card["number"] for card in found["opinions"]]


def test_few_who_all_agree_stand_below_many_who_mostly_do() -> None:
    room = [standing(1, 1, 0), standing(2, 80, 20), standing(3, 8, 0), standing(4, 0, 0)]
    assert order_of(Order.AGREE, *room) == [2, 3, 1]


def test_who_cannot_say_does_not_agree() -> None:
    assert order_of(Order.AGREE, standing(1, 10, 0, 30), standing(2, 10, 2)) == [2, 1]


def test_divided_needs_two_large_sides() -> None:
    room = [standing(1, 60, 2), standing(2, 30, 30), standing(3, 1, 1), standing(4, 9, 0)]
    assert order_of(Order.DIVIDED, *room) == [2, 3, 1]


def test_equals_stand_by_number() -> None:
    room = [standing(7, 3, 1), standing(2, 3, 1), standing(5, 3, 1)]
    assert order_of(Order.AGREE, *room) == [2, 5, 7]


def test_pages_follow_one_another(live_room: Consultation) -> None:
    for _ in range(5):
        make_opinion(live_room)
    assert page(live_room, limit=2) == [5, 4]
    assert page(live_room, limit=2, after=4) == [3, 2]
    viewer = Viewer(0, moderates=False)
    last = listed(live_room, viewer=viewer, wanted=Wanted(after=2, limit=2))
    assert ([card["number"] for card in last["opinions"]], last["more"]) == ([1], False)
    assert listed(live_room, viewer=viewer, wanted=Wanted(limit=4))["more"]


def test_pages_of_a_ranking_follow_one_another(live_room: Consultation) -> None:
    for agreeing in (1, 3, 2):
        opinion = make_opinion(live_room)
        for _ in range(agreeing):
            make_stance(opinion)
    assert page(live_room, order=Order.AGREE) == [2, 3, 1]
    assert page(live_room, order=Order.AGREE, limit=1, after=2) == [3]
    assert page(live_room, order=Order.AGREE, after=99) == [2, 3, 1]


def test_some_alone(live_room: Consultation) -> None:
    person = seated(live_room)
    make_opinion(live_room)
    question = make_opinion(live_room, person, kind=OpinionKind.QUESTION)
    move_agenda(live_room, to=3, by=moderator_of(live_room))
    make_opinion(live_room, person)
    make_opinion(live_room, kind=OpinionKind.REPLY, reply_to=question.number)
    assert page(live_room, only=Only.QUESTIONS) == [2]
    assert page(live_room, person, only=Only.MINE) == [3, 2]
    assert page(live_room, agenda_item=3) == [4, 3]
    assert page(live_room, thread=2) == [4]
    make_stance(live_room.opinions.get(number=3))
    make_stance(question)
    assert page(live_room, order=Order.AGREE, agenda_item=3) == [3]
    assert page(live_room, person, order=Order.AGREE, only=Only.QUESTIONS) == [2]


def test_hidden_ones_are_read_by_their_author_alone(live_room: Consultation) -> None:
    opinion = make_opinion(live_room)
    make_stance(opinion)
    moderator = moderator_of(live_room)
    hide_opinion(live_room, number=1, reason="与议题无关", by=moderator)
    for order in Order:
        assert page(live_room, order=order) == []
    assert page(live_room, opinion.author, only=Only.MINE) == [1]


def test_moderators_find_what_can_be_undone(live_room: Consultation) -> None:
    moderator = moderator_of(live_room)
    for _ in range(5):
        make_opinion(live_room, kind=OpinionKind.QUESTION)
    hide_opinion(live_room, number=1, reason="与议题无关", by=moderator)
    mark_answered(live_room, number=2, answered=True, by=moderator)
    merge_opinions(live_room, numbers=[3, 4], into=5, by=moderator)
    hide_opinion(live_room, number=4, reason="与议题无关", by=moderator)
    viewer = Viewer(moderator.pk, moderates=True)
    for only, numbers in (
        (Only.HIDDEN, [4, 1]),
        (Only.UNANSWERED, [5, 3]),
        (Only.MERGED, [4, 3]),
    ):
        found = listed(live_room, viewer=viewer, wanted=Wanted(only=only))
        assert [card["number"] for card in found["opinions"]] == numbers
        with pytest.raises(Refusal) as refused:
            page(live_room, only=only)
        assert refused.value.code == Code.FORBIDDEN


def test_own_stances_are_on_the_cards(live_room: Consultation) -> None:
    stance = make_stance(make_opinion(live_room), value=StanceValue.DISAGREE)
    found = listed(live_room, viewer=Viewer(stance.person_id, moderates=False), wanted=Wanted())[
        "opinions"
    ]
    assert [(card["mine"], card["disagree"]) for card in found] == [(-1, 1)]


@pytest.mark.parametrize("order", list(Order))
def test_more_opinions_cost_no_more_queries(live_room: Consultation, order: Order) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(live_room, order=order)
        return len(queries)

    make_stance(make_opinion(live_room))
    one = cost()
    for _ in range(3):
        make_stance(make_opinion(live_room), value=StanceValue.DISAGREE)
    assert cost() == one <= 9


def test_next_leaves_out_what_is_seen_own_merged_hidden_or_a_reply(
    live_room: Consultation,
) -> None:
    me, moderator = seated(live_room), moderator_of(live_room)
    seen, _mine, merged, hidden, left = (
        make_opinion(live_room, me if place == 1 else None) for place in range(5)
    )
    make_opinion(live_room, kind=OpinionKind.REPLY, reply_to=left.number)
    make_stance(seen, me, StanceValue.PASS)
    merge_opinions(live_room, numbers=[merged.number], into=seen.number, by=moderator)
    hide_opinion(live_room, number=hidden.number, reason="与议题无关", by=moderator)
    assert page(live_room, me, order=Order.NEXT) == [left.number]
    make_stance(left, me)
    assert page(live_room, me, order=Order.NEXT) == []


def test_next_goes_by_the_odds_of_the_map_and_is_steady_for_one_reader() -> None:
    room, _people = room_of((10, 8))
    mapped(room)
    readers = [seated(room) for _ in range(40)]
    orders = [page(room, reader, order=Order.NEXT) for reader in readers]
    assert all(sorted(order) == list(range(1, 9)) for order in orders)
    assert len({order[0] for order in orders}) > 1  # not the same one for everybody
    odds = {one.number: one.odds for one in standings(room)}
    kept = kept_map(room.pk)
    assert kept is not None
    assert odds == {int(number): each for number, each in kept.found["priority"].items()}
    me, order = readers[0], orders[0]
    assert page(room, me, order=Order.NEXT) == order
    # Taking stances moves nothing, and the next page goes on behind what was taken last.
    for number in order[1:3]:
        make_stance(room.opinions.get(number=number), me)
    assert page(room, me, order=Order.NEXT, after=order[2]) == order[3:]
    assert page(room, me, order=Order.NEXT) == [order[0], *order[3:]]


def test_opinion_that_the_map_does_not_know_yet_comes_soon(live_room: Consultation) -> None:
    known = make_opinion(live_room)
    for _ in range(30):
        make_stance(known)
    make_opinion(live_room)
    found = {one.number: one.odds for one in standings(live_room)}
    assert found[2] > found[1]
    firsts = [page(live_room, seated(live_room), order=Order.NEXT)[0] for _ in range(30)]
    assert firsts.count(2) > firsts.count(1)
