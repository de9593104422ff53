"""附议、合并: every author stays credited, nothing is lost, and it can be undone whole."""

import pytest

from consultations.domain.deliveries import Viewer
from consultations.domain.listing import Order, Wanted, listed
from consultations.domain.merging import merge_opinions, similar_opinions, unmerge_opinion
from consultations.domain.opinions import hide_opinion
from consultations.domain.stances import tallies
from consultations.models import Consultation, Opinion, OpinionKind, RoomEvent
from hall.errors import Code, Refusal
from members.roles import Role, SeatRole
from tests.factories import make_opinion, make_stance, moderator_of, seated
from tests.support.seen import snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(live_room: Consultation) -> list[Opinion]:
    return [make_opinion(live_room, text=text) for text in ("换水管。", "先换水管。", "水管要换。")]


def cards(room: Consultation) -> dict[int, dict[str, object]]:
    shown = snapshot(room.pk, viewer=Viewer(0, moderates=False), permissions=frozenset())
    return {card["number"]: card for card in shown["opinions"]}


def refusal(room: Consultation, numbers: list[int], into: int) -> Refusal:
    with pytest.raises(Refusal) as refused:
        merge_opinions(room, numbers=numbers, into=into, by=moderator_of(room))
    return refused.value


def test_merge_credits_every_author(live_room: Consultation, three: list[Opinion]) -> None:
    merge_opinions(live_room, numbers=[3, 1], into=2, by=moderator_of(live_room))
    found = cards(live_room)
    assert [found[number].get("merged_into") for number in (1, 2, 3)] == [2, None, 2]
    merged = found[2]["merged"]
    assert isinstance(merged, list)
    assert [(one["number"], one["author"]["name"]) for one in merged] == [
        (1, three[0].author.alias),
        (3, three[2].author.alias),
    ]
    assert found[1]["text"] == "换水管。"
    events = RoomEvent.objects.filter(consultation=live_room, type="opinion.merged")
    assert [event.audience for event in events] == ["everyone", "everyone"]


def test_stances_stay_with_their_words_and_no_more_are_taken(
    live_room: Consultation, three: list[Opinion]
) -> None:
    person = seated(live_room)
    make_stance(three[0], person)
    merge_opinions(live_room, numbers=[1], into=2, by=moderator_of(live_room))
    assert [(tally.number, tally.agree) for tally in tallies(live_room)] == [(1, 1)]
    with pytest.raises(Refusal) as refused:
        make_stance(three[0])
    assert refused.value.code == Code.WRONG_STATE
    make_stance(three[1], person)


def test_merged_opinion_stands_in_no_ranking(live_room: Consultation, three: list[Opinion]) -> None:
    for opinion in three[:2]:
        make_stance(opinion)
    merge_opinions(live_room, numbers=[1], into=2, by=moderator_of(live_room))
    viewer, wanted = Viewer(0, moderates=False), Wanted(order=Order.AGREE)
    page = listed(live_room, viewer=viewer, wanted=wanted)["opinions"]
    assert [card["number"] for card in page] == [2]


def test_unmerged_opinion_is_as_it_was(live_room: Consultation, three: list[Opinion]) -> None:
    before = cards(live_room)
    by = moderator_of(live_room)
    merge_opinions(live_room, numbers=[1, 3], into=2, by=by)
    for number in (1, 3):
        unmerge_opinion(live_room, number=number, by=by)
    assert cards(live_room) == before
    make_stance(three[0])
    with pytest.raises(Refusal) as refused:
        unmerge_opinion(live_room, number=1, by=by)
    assert refused.value.code == Code.WRONG_STATE


def test_merging_goes_one_level_deep(live_room: Consultation, three: list[Opinion]) -> None:
    by = moderator_of(live_room)
    merge_opinions(live_room, numbers=[1], into=2, by=by)
    assert refusal(live_room, [2], 3).code == Code.WRONG_STATE
    assert refusal(live_room, [3], 1).message == "第 1 号已并入第 2 号。"
    assert refusal(live_room, [1], 3).message == "第 1 号已并入第 2 号。"
    merge_opinions(live_room, numbers=[3], into=2, by=by)


def test_what_is_hidden_or_a_reply_or_unknown_is_not_merged(
    live_room: Consultation, three: list[Opinion]
) -> None:
    make_opinion(live_room, kind=OpinionKind.REPLY, reply_to=1)
    hide_opinion(live_room, number=3, reason="偏题", by=moderator_of(live_room))
    for numbers, into, code in (
        ([3], 1, Code.WRONG_STATE),
        ([1], 3, Code.WRONG_STATE),
        ([4], 1, Code.WRONG_STATE),
        ([99], 1, Code.NOT_FOUND),
        ([1], 1, Code.EMPTY),
    ):
        assert refusal(live_room, numbers, into).code == code
    assert not Opinion.objects.filter(merged_into__isnull=False).exists()


def test_only_moderators_merge_and_look_for_the_similar(
    live_room: Consultation, three: list[Opinion]
) -> None:
    for person in (three[0].author, seated(live_room, SeatRole.RECORDER, Role.STAFF)):
        for verb in (
            lambda who=person: merge_opinions(live_room, numbers=[1], into=2, by=who),
            lambda who=person: unmerge_opinion(live_room, number=1, by=who),
            lambda who=person: similar_opinions(live_room, by=who),
        ):
            with pytest.raises(Refusal) as refused:
                verb()
            assert refused.value.code == Code.FORBIDDEN


def test_suggestions_leave_out_what_is_merged_or_hidden(live_room: Consultation) -> None:
    by = moderator_of(live_room)
    for text in (
        "市场一楼下雨就积水，先把排水沟疏通了。",
        "一楼下雨积水，先疏通排水沟。",
        "市场一楼一下雨就积水，请疏通排水沟！",
        "夜间开放到九点，下班的人也买得到菜。",
    ):
        make_opinion(live_room, text=text)
    assert [group.numbers for group in similar_opinions(live_room, by=by)] == [(1, 2, 3)]
    merge_opinions(live_room, numbers=[2], into=1, by=by)
    assert [group.numbers for group in similar_opinions(live_room, by=by)] == [(1, 3)]
    hide_opinion(live_room, number=3, reason="重复", by=by)
    assert similar_opinions(live_room, by=by) == []


def test_hidden_opinion_does_not_silence_those_merged_into_it(
    live_room: Consultation, three: list[Opinion]
) -> None:
    by = moderator_of(live_room)
    merge_opinions(live_room, numbers=[1, 3], into=2, by=by)
    hide_opinion(live_room, number=2, reason="涉及他人隐私", by=by)
    assert set(Opinion.objects.values_list("merged_into", flat=True)) == {None}
    for opinion in (three[0], three[2]):
        make_stance(opinion)
    told = RoomEvent.objects.filter(consultation=live_room).order_by("-seq")[:4]
    assert [(event.type, event.body["number"]) for event in reversed(told)] == [
        ("opinion.unmerged", 1),
        ("opinion.unmerged", 3),
        ("opinion.hidden", 2),
        ("opinion.hide_reason", 2),
    ]
