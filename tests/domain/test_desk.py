"""What is said in the hall, entered by staff, put right; and hands, counted once."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from consultations.domain import archives, ballot_cards, desk
from consultations.domain.agenda import move_agenda
from consultations.domain.ballots import BallotDraft, cast_vote, close_ballot
from consultations.domain.cards import card_for, latest_cards
from consultations.domain.check_ins import (
    DeskArrival,
    check_in_at_desk,
    set_way_of_voting,
    withdraw_check_in,
)
from consultations.domain.consultations import move_stage
from consultations.domain.corrections import correct_opinion
from consultations.domain.deliveries import Viewer
from consultations.domain.hand_counts import count_hands, hands_allowed
from consultations.domain.opinions import hide_opinion, restore_opinion
from consultations.domain.queries.search import search
from consultations.domain.room_queries import deliveries_since
from consultations.models import (
    Admission,
    Ballot,
    BallotKind,
    CheckIn,
    Consultation,
    HandCount,
    Opinion,
    OpinionKind,
    ResultsShown,
    RoomEvent,
    RoomHead,
    Secrecy,
    Stage,
)
from hall.errors import Refusal
from members.roles import Role, SeatRole
from tests.factories import (
    bring_to_review,
    make_ballot,
    make_opinion,
    make_person,
    moderator_of,
    seated,
)

pytestmark = pytest.mark.django_db

PUBLIC = Viewer(0, moderates=False)


def come(room: Consultation, name: str = "王小明", **fields: Any) -> CheckIn:
    arrival = DeskArrival(key=uuid.uuid4(), name=name, **fields)
    return check_in_at_desk(room, arrival=arrival, by=moderator_of(room))


def enter(room: Consultation, entry: CheckIn, text: str = "路灯不亮。", **fields: Any) -> Opinion:
    given = {"key": uuid.uuid4(), "kind": OpinionKind.OPINION, "by": moderator_of(room), **fields}
    receipt = desk.enter_opinion(room, attendee=entry.key, text=text, **given)
    return Opinion.objects.get(consultation=room, number=receipt.number)


def count(room: Consultation, ballot: Ballot, *counts: int, **fields: Any) -> RoomEvent | None:
    given = {"people": sum(counts), "key": uuid.uuid4(), "by": moderator_of(room), **fields}
    return count_hands(room, number=ballot.number, counts=list(counts), **given)


def public_card(room: Consultation, number: int) -> dict[str, Any]:
    (card,) = [card for card in latest_cards(room) if card["number"] == number]
    return card_for(card, PUBLIC)


def test_opinion_is_the_speakers_and_says_who_entered_it(live_room: Consultation) -> None:
    entry = come(live_room, identity=Role.MEMBER)
    clerk = make_person(Role.STAFF, alias="签到台小李")
    opinion = enter(live_room, entry, by=clerk)
    assert (opinion.author, opinion.identity) == (entry.person, Role.MEMBER)
    assert (opinion.origin, opinion.entered_by) == ("desk", clerk)
    event = RoomEvent.objects.get(type="opinion.posted")
    assert event.by == clerk
    assert event.body is not None
    assert event.body["author"]["name"] == "王某某"
    assert (event.body["origin"], event.body["entered_by"]) == ("desk", "签到台小李")
    assert public_card(live_room, opinion.number)["entered_by"] == "签到台小李"


def test_online_opinion_has_nothing_of_the_desk(live_room: Consultation) -> None:
    opinion = make_opinion(live_room)
    event = RoomEvent.objects.get(type="opinion.posted")
    assert event.body is not None
    assert "entered_by" not in event.body
    assert {"entered_by", "corrections"}.isdisjoint(public_card(live_room, opinion.number))


def test_same_entry_sent_again_is_one_opinion(live_room: Consultation) -> None:
    entry, key = come(live_room), uuid.uuid4()
    assert enter(live_room, entry, key=key) == enter(live_room, entry, key=key)
    with pytest.raises(Refusal, match="key_reused"):
        enter(live_room, entry, "别的话。", key=key)


def test_what_was_said_is_entered_whatever_step_runs(live_room: Consultation) -> None:
    entry, moderator = come(live_room), moderator_of(live_room)
    move_agenda(live_room, to=1, by=moderator)  # a briefing: questions alone
    assert enter(live_room, entry).agenda_item == live_room.agenda.get(position=1)


def test_nobody_is_entered_for_without_having_come(live_room: Consultation) -> None:
    entry, moderator = come(live_room), moderator_of(live_room)
    withdraw_check_in(live_room, attendee=entry.key, by=moderator)
    for key in (entry.key, uuid.uuid4()):
        with pytest.raises(Refusal, match="not_found"):
            desk.enter_opinion(
                live_room,
                attendee=key,
                key=uuid.uuid4(),
                kind=OpinionKind.OPINION,
                text="路灯不亮。",
                by=moderator,
            )


def test_participants_enter_for_nobody(live_room: Consultation) -> None:
    entry = come(live_room)
    with pytest.raises(Refusal, match="forbidden"):
        enter(live_room, entry, by=seated(live_room))
    assert not Opinion.objects.exists()


def test_correction_keeps_the_earlier_wording(live_room: Consultation) -> None:
    opinion, clerk = enter(live_room, come(live_room)), make_person(Role.STAFF)
    key = uuid.uuid4()
    for _twice in range(2):
        correct_opinion(live_room, number=opinion.number, text="路灯太暗。", key=key, by=clerk)
    card = public_card(live_room, opinion.number)
    assert card["text"] == "路灯太暗。"
    (made,) = card["corrections"]
    assert (made["earlier"], made["by"]) == ("路灯不亮。", clerk.alias)
    (event,) = RoomEvent.objects.filter(type="opinion.corrected")
    assert event.body == {
        "number": opinion.number,
        "text": "路灯太暗。",
        "earlier": "路灯不亮。",
        "corrected_by": clerk.alias,
    }
    assert len(search(clerk, "太暗")) == 1
    assert len(search(clerk, "不亮")) == 0


def test_correction_does_not_overwrite_one_that_its_clerk_has_not_seen(
    live_room: Consultation,
) -> None:
    opinion, here = enter(live_room, come(live_room)), moderator_of(live_room)
    there, key = make_person(Role.STAFF), uuid.uuid4()
    fixed: dict[str, Any] = {"number": opinion.number, "expected": "路灯不亮。"}
    correct_opinion(live_room, text="路灯太暗。", key=key, by=there, **fixed)
    with pytest.raises(Refusal, match="wrong_state"):
        correct_opinion(live_room, text="路灯坏了。", key=uuid.uuid4(), by=here, **fixed)
    assert correct_opinion(live_room, text="路灯太暗。", key=key, by=there, **fixed) is None
    assert Opinion.objects.get().text == "路灯太暗。"
    fixed["expected"] = "路灯太暗。"
    correct_opinion(live_room, text="路灯坏了。", key=uuid.uuid4(), by=here, **fixed)
    assert Opinion.objects.get().text == "路灯坏了。"


def test_entry_that_comes_again_after_its_correction_is_the_same_entry(
    live_room: Consultation,
) -> None:
    entry, key = come(live_room), uuid.uuid4()
    first = enter(live_room, entry, key=key)
    for text in ("路灯太暗。", "路灯太暗，看不清。"):
        fields = {"number": first.number, "text": text, "key": uuid.uuid4()}
        correct_opinion(live_room, by=moderator_of(live_room), **fields)
    assert enter(live_room, entry, key=key) == first
    with pytest.raises(Refusal, match="key_reused"):
        enter(live_room, entry, "另一句话。", key=key)
    assert Opinion.objects.get().text == "路灯太暗，看不清。"


def end_discussion(room: Consultation) -> None:
    move_stage(room, to=Stage.SUMMARISING, by=moderator_of(room))


def end_all(room: Consultation) -> None:
    archives.seal(bring_to_review(room), by=make_person(Role.STAFF))


@pytest.mark.parametrize(
    ("after", "refusal"), [(end_discussion, "wrong_stage"), (end_all, "sealed")]
)
def test_what_comes_again_after_the_discussion_has_ended_was_entered_already(
    live_room: Consultation, after: Callable[[Consultation], None], refusal: str
) -> None:
    """The line broke before the desk's receipts came, and came back too late for anything new."""
    clerk = moderator_of(live_room)
    arrival = DeskArrival(key=uuid.uuid4(), name="王小明", votes_by_hand=True)
    entry = check_in_at_desk(live_room, arrival=arrival, by=clerk)
    gone = come(live_room, "李大山")
    said = [
        {"attendee": one.key, "key": uuid.uuid4(), "kind": OpinionKind.OPINION, "by": clerk}
        for one in (entry, gone)
    ]
    receipts = [desk.enter_opinion(live_room, text="路灯不亮。", **each) for each in said]
    withdraw_check_in(live_room, attendee=gone.key, by=clerk)
    right = {"number": receipts[0].number, "text": "路灯不亮了。", "key": uuid.uuid4(), "by": clerk}
    assert correct_opinion(live_room, **right) is not None
    ballot, counted = make_ballot(live_room), uuid.uuid4()
    assert count(live_room, ballot, 1, 0, 0, key=counted) is not None
    after(live_room)
    head = RoomHead.objects.get(pk=live_room.pk).seq
    assert check_in_at_desk(live_room, arrival=arrival, by=clerk) == entry
    assert [desk.enter_opinion(live_room, text="路灯不亮。", **each) for each in said] == receipts
    assert correct_opinion(live_room, **right) is None
    assert count(live_room, ballot, 1, 0, 0, key=counted) is None
    gone.refresh_from_db()
    assert withdraw_check_in(live_room, attendee=gone.key, by=clerk) == gone
    set_way_of_voting(live_room, attendee=entry.key, votes_by_hand=True, by=clerk)
    assert RoomHead.objects.get(pk=live_room.pk).seq == head
    for anew, code in (
        (lambda: count(live_room, ballot, 0, 1, 0), refusal),
        (lambda: come(live_room, "赵四"), refusal),
        (lambda: enter(live_room, gone), "not_found"),
        (
            lambda: correct_opinion(live_room, **right | {"key": uuid.uuid4(), "text": "灯"}),
            refusal,
        ),
        (lambda: withdraw_check_in(live_room, attendee=entry.key, by=clerk), refusal),
    ):
        with pytest.raises(Refusal) as refused:
            anew()
        assert refused.value.code == code


def test_earlier_wording_is_hidden_with_the_text_and_comes_back_with_it(
    live_room: Consultation,
) -> None:
    entry, moderator = come(live_room), moderator_of(live_room)
    opinion = enter(live_room, entry, "他家住三号楼。")
    number = opinion.number
    correct_opinion(live_room, number=number, text="住户。", key=uuid.uuid4(), by=moderator)
    hide_opinion(live_room, number=number, reason="含个人信息", by=moderator)
    assert "corrections" not in public_card(live_room, number)
    told = deliveries_since(live_room.pk, 0, limit=500)
    read = b"".join(one.frame_for(PUBLIC) for one in told).decode()
    assert "三号楼" not in read
    assert "住户" not in read
    restore_opinion(live_room, number=number, by=moderator)
    event = RoomEvent.objects.get(type="opinion.restored")
    assert event.body is not None
    assert event.body["corrections"] == public_card(live_room, number)["corrections"]
    assert event.body["corrections"][0]["earlier"] == "他家住三号楼。"


def test_what_people_wrote_themselves_is_not_corrected(live_room: Consultation) -> None:
    opinion, moderator = make_opinion(live_room), moderator_of(live_room)
    with pytest.raises(Refusal, match="wrong_state"):
        correct_opinion(
            live_room, number=opinion.number, text="改了。", key=uuid.uuid4(), by=moderator
        )


def test_hands_are_in_the_result_and_told_apart(live_room: Consultation) -> None:
    ballot = make_ballot(live_room)
    for name in ("王一", "王二", "王三"):
        come(live_room, name)
    voter = seated(live_room)
    cast_vote(live_room, person=voter, number=ballot.number, choices=[2], key=uuid.uuid4())
    event = count(live_room, ballot, 2, 0, 1)
    assert event is not None
    assert event.body == {
        "number": ballot.number,
        "people": 3,
        "counts": None,
        "corrected": False,
        "counted_by": moderator_of(live_room).alias,
    }
    standing = ballot_cards.open_standing(live_room.pk)
    assert standing == {"number": ballot.number, "voted": 4, "counts": None}
    close_ballot(live_room, number=ballot.number, by=moderator_of(live_room))
    (card,) = ballot_cards.cards(live_room)
    assert (card["voted"], card["counts"]) == (4, [2, 1, 1])
    assert card["hands"] == card["result"]["hands"] == {"people": 3, "counts": [2, 0, 1]}
    assert card["result"]["by_identity"] == {"resident": 1}


def test_a_later_count_replaces_the_earlier_which_is_kept(live_room: Consultation) -> None:
    draft = BallotDraft("同意吗？", BallotKind.YES_NO, results=ResultsShown.LIVE)
    ballot = make_ballot(live_room, draft)
    come(live_room, "王一")
    come(live_room, "王二")
    key = uuid.uuid4()
    count(live_room, ballot, 1, 0, 0, key=key)
    assert count(live_room, ballot, 1, 0, 0, key=key) is None
    event = count(live_room, ballot, 1, 1, 0, expected=key)
    assert event is not None
    assert event.body is not None
    assert (event.body["counts"], event.body["corrected"]) == ([1, 1, 0], True)
    standing = ballot_cards.open_standing(live_room.pk)
    assert standing == {"number": ballot.number, "voted": 2, "counts": [1, 1, 0]}
    assert [kept.counts for kept in HandCount.objects.all()] == [[1, 0, 0], [1, 1, 0]]


def test_count_does_not_replace_one_that_its_clerk_has_not_seen(live_room: Consultation) -> None:
    ballot, here = make_ballot(live_room), moderator_of(live_room)
    there = make_person(Role.STAFF, alias="东门小李")
    come(live_room, "王一")
    come(live_room, "王二")
    assert desk.desk_view(live_room, by=here)["counted"] is None
    first, second = uuid.uuid4(), uuid.uuid4()
    count(live_room, ballot, 1, 0, 0, key=first)
    with pytest.raises(Refusal, match="wrong_state"):
        count(live_room, ballot, 0, 1, 0, by=there)  # the form was opened before the first
    count(live_room, ballot, 0, 2, 0, key=second, by=there, expected=first)
    with pytest.raises(Refusal, match="wrong_state"):
        count(live_room, ballot, 2, 0, 0, expected=first)
    assert count(live_room, ballot, 1, 0, 0, key=first) is None  # sent again over a bad line
    assert desk.desk_view(live_room, by=here)["counted"] == {
        "key": str(second),
        "people": 2,
        "counts": None,
        "by": "东门小李",
    }
    assert [kept.counts for kept in HandCount.objects.all()] == [[1, 0, 0], [0, 2, 0]]


def test_nobody_is_counted_twice(live_room: Consultation) -> None:
    ballot, moderator = make_ballot(live_room), moderator_of(live_room)
    by_hand = come(live_room, name="", person=seated(live_room).pk)
    voter = seated(live_room)
    cast_vote(live_room, person=voter, number=ballot.number, choices=[1], key=uuid.uuid4())
    come(live_room, name="", person=voter.pk)
    assert hands_allowed(ballot) == 1
    with pytest.raises(Refusal, match="invalid"):
        count(live_room, ballot, 2, 0, 0)
    with pytest.raises(Refusal, match="wrong_state"):
        cast_vote(
            live_room,
            person=by_hand.person,
            number=ballot.number,
            choices=[1],
            key=uuid.uuid4(),
        )
    count(live_room, ballot, 1, 0, 0)
    for change in (
        lambda: set_way_of_voting(
            live_room, attendee=by_hand.key, votes_by_hand=False, by=moderator
        ),
        lambda: withdraw_check_in(live_room, attendee=by_hand.key, by=moderator),
    ):
        with pytest.raises(Refusal, match="wrong_state"):
            change()


def test_who_votes_by_phone_after_all_raises_no_hand(live_room: Consultation) -> None:
    ballot, moderator = make_ballot(live_room), moderator_of(live_room)
    entry = come(live_room, name="", person=seated(live_room).pk)
    set_way_of_voting(live_room, attendee=entry.key, votes_by_hand=False, by=moderator)
    assert hands_allowed(ballot) == 0
    cast_vote(live_room, person=entry.person, number=ballot.number, choices=[1], key=uuid.uuid4())


def test_who_has_voted_by_phone_is_not_put_among_the_hands(live_room: Consultation) -> None:
    ballot, moderator, voter = make_ballot(live_room), moderator_of(live_room), seated(live_room)
    entry = come(live_room, name="", person=voter.pk)
    set_way_of_voting(live_room, attendee=entry.key, votes_by_hand=False, by=moderator)
    cast_vote(live_room, person=voter, number=ballot.number, choices=[1], key=uuid.uuid4())
    with pytest.raises(Refusal, match="wrong_state"):
        set_way_of_voting(live_room, attendee=entry.key, votes_by_hand=True, by=moderator)
    close_ballot(live_room, number=ballot.number, by=moderator)
    set_way_of_voting(live_room, attendee=entry.key, votes_by_hand=True, by=moderator)


def test_hands_of_those_without_a_vote_do_not_count(live_room: Consultation) -> None:
    Consultation.objects.filter(pk=live_room.pk).update(admission=Admission.INVITED)
    live_room.refresh_from_db()
    ballot, invited = make_ballot(live_room), seated(live_room)
    come(live_room, name="", person=invited.pk)
    come(live_room, "旁听的人")
    assert hands_allowed(ballot) == 1
    with pytest.raises(Refusal, match="invalid"):
        count(live_room, ballot, 2, 0, 0)
    seen = desk.desk_view(live_room, by=moderator_of(live_room))["attendees"]
    assert [(one["person"]["real_name"], one["votes"]) for one in seen] == [
        ("旁听的人", False),
        (invited.real_name, True),
    ]


def test_secret_ballot_takes_no_hands_and_lets_everyone_vote(live_room: Consultation) -> None:
    draft = BallotDraft("换届吗？", BallotKind.YES_NO, secrecy=Secrecy.SECRET)
    ballot = make_ballot(live_room, draft)
    entry = come(live_room, name="", person=seated(live_room).pk)
    with pytest.raises(Refusal, match="wrong_state"):
        count(live_room, ballot, 1, 0, 0)
    cast_vote(live_room, person=entry.person, number=ballot.number, choices=[1], key=uuid.uuid4())


@pytest.mark.parametrize(
    ("counts", "people"),
    [([1, 0], 1), ([1, 0, 0], 2), ([2, 0, 0], 1), ([-1, 1, 0], 0), ([1, 1, 1], 3)],
)
def test_figures_that_cannot_be(live_room: Consultation, counts: list[int], people: int) -> None:
    ballot = make_ballot(live_room)
    come(live_room, "王一")
    come(live_room, "王二")
    with pytest.raises(Refusal, match="invalid"):
        count(live_room, ballot, *counts, people=people)
    assert not HandCount.objects.exists()


def test_multiple_choice_counts_people_and_hands(live_room: Consultation) -> None:
    draft = BallotDraft("先改哪几处？", BallotKind.MULTIPLE, options=("排水", "照明", "停车"))
    ballot = make_ballot(live_room, draft)
    come(live_room, "王一")
    come(live_room, "王二")
    assert count(live_room, ballot, 2, 1, 0, people=2) is not None
    close_ballot(live_room, number=ballot.number, by=moderator_of(live_room))
    (card,) = ballot_cards.cards(live_room)
    assert (card["voted"], card["counts"]) == (2, [2, 1, 0])


def test_desk_sees_who_came_and_who_is_expected(live_room: Consultation) -> None:
    entry, waits = come(live_room), seated(live_room, SeatRole.RECORDER)
    seen = desk.desk_view(live_room, by=moderator_of(live_room))
    (one,) = seen["attendees"]
    assert (one["key"], one["person"]["name"]) == (str(entry.key), "王某某")
    assert waits.pk in [card["id"] for card in seen["expected"]]
    assert seen["hands"] is None
    assert (one["person"]["real_name"], one["votes"]) == ("王小明", True)
    make_ballot(live_room)
    assert desk.desk_view(live_room, by=moderator_of(live_room))["hands"] == 1
    with pytest.raises(Refusal, match="forbidden"):
        desk.desk_view(live_room, by=make_person())
