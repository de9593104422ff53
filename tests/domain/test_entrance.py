"""What the room's page reads as one comes in: one's own seat, mute and vote, and no one else's."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from consultations.domain import ballot_cards
from consultations.domain.ballot_drafts import BallotDraft
from consultations.domain.ballots import close_ballot, void_ballot
from consultations.domain.check_ins import DeskArrival, check_in_at_desk
from consultations.domain.entrance import entrance
from consultations.domain.floor import Silence
from consultations.domain.hand_counts import count_hands
from consultations.domain.posting_rules import RulesDraft, mute_person, set_posting
from consultations.domain.room_queries import room_state
from consultations.models import Ballot, BallotKind, Consultation, ResultsShown, Secrecy, Stage
from hall.errors import Code, Refusal
from members.access import Visitor, permissions_of
from members.models import Person
from members.roles import Role, SeatRole
from tests.factories import (
    make_ballot,
    make_consultation,
    make_person,
    make_vote,
    moderator_of,
    seated,
)

pytestmark = pytest.mark.django_db

STRANGER = AnonymousUser()
LIVE_RESULTS = BallotDraft("先改哪里？", BallotKind.YES_NO, results=ResultsShown.LIVE)
SECRET = BallotDraft("换届吗？", BallotKind.YES_NO, secrecy=Secrecy.SECRET)


def refusal_of(room_id: int, visitor: Visitor) -> Code:
    with pytest.raises(Refusal) as refused:
        entrance(room_id, visitor)
    return refused.value.code


def mute(room: Consultation, person: Person, reason: str) -> None:
    by = moderator_of(room)
    mute_person(room, person_id=person.pk, minutes=10, reason=reason, by=by)


@pytest.mark.parametrize("seat", [None, *SeatRole])
def test_visitor_has_the_seat_and_what_comes_with_it(
    live_room: Consultation, seat: SeatRole | None
) -> None:
    seated(live_room, SeatRole.RECORDER)
    person = seated(live_room, seat) if seat else make_person()
    found = entrance(live_room.pk, person)
    assert found.consultation == live_room
    assert (found.seat, found.granted) == (seat, permissions_of(person, live_room))
    assert found.acts == room_state(live_room.pk).acts
    assert found.ballot is None


def test_only_ones_own_mute_is_read_and_only_while_it_lasts(live_room: Consultation) -> None:
    muted, other = seated(live_room), seated(live_room)
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        mute(live_room, other, "请先听完")
        mute(live_room, muted, "请说一件事")
        found = entrance(live_room.pk, muted)
        assert found.mute == Silence(start + timedelta(minutes=10), "请说一件事")
        assert found.is_silenced
        free = entrance(live_room.pk, make_person())
        assert (free.mute, free.is_silenced) == (None, False)
    with time_machine.travel(start + timedelta(minutes=10), tick=False):
        over = entrance(live_room.pk, muted)
        assert (over.mute, over.is_silenced) == (None, False)


def test_everyone_is_silenced_while_posting_is_closed(live_room: Consultation) -> None:
    set_posting(live_room, draft=RulesDraft(closed=True), by=moderator_of(live_room))
    found = entrance(live_room.pk, make_person())
    assert (found.closed, found.mute, found.is_silenced) == (True, None, True)


def test_unknown_room_is_not_found_before_anyone_is_asked_to_sign_in() -> None:
    assert refusal_of(999_999, STRANGER) == Code.NOT_FOUND
    assert refusal_of(999_999, make_person()) == Code.NOT_FOUND
    draft = make_consultation(Stage.DRAFT)
    assert refusal_of(draft.pk, STRANGER) == Code.NOT_FOUND
    assert refusal_of(draft.pk, seated(draft)) == Code.NOT_FOUND
    for person in (make_person(Role.STAFF), seated(draft, SeatRole.RECORDER)):
        assert entrance(draft.pk, person).consultation == draft
    live = make_consultation(Stage.LIVE)
    assert refusal_of(live.pk, STRANGER) == Code.SIGN_IN
    assert refusal_of(live.pk, make_person(is_active=False)) == Code.SIGN_IN


def closed(ballot: Ballot) -> None:
    room = ballot.consultation
    close_ballot(room, number=ballot.number, by=moderator_of(room))


def voided(ballot: Ballot) -> None:
    room = ballot.consultation
    void_ballot(room, number=ballot.number, reason="题目有误", by=moderator_of(room))


def counted_by_hand(ballot: Ballot) -> None:
    room, by = ballot.consultation, moderator_of(ballot.consultation)
    for name in ("王一", "王二"):
        check_in_at_desk(room, arrival=DeskArrival(key=uuid4(), name=name), by=by)
    first, second = uuid4(), uuid4()
    given = {"number": ballot.number, "by": by}
    count_hands(room, people=1, counts=[0, 1, 0], key=first, **given)
    count_hands(room, people=2, counts=[1, 0, 1], key=second, expected=first, **given)


@pytest.mark.parametrize(
    ("draft", "then", "mine"),
    [
        (LIVE_RESULTS, (), [2]),
        (LIVE_RESULTS, (counted_by_hand,), [2]),
        (LIVE_RESULTS, (counted_by_hand, closed), [2]),
        (LIVE_RESULTS, (voided,), [2]),
        (SECRET, (), []),
        (SECRET, (closed,), []),
    ],
)
def test_latest_ballot_is_the_rooms_with_ones_own_vote(
    live_room: Consultation, draft: BallotDraft, then: tuple[Any, ...], mine: list[int]
) -> None:
    voter, idle = seated(live_room), seated(live_room)
    first = make_ballot(live_room)
    make_vote(first, voter, 1)
    make_vote(first, idle, 1)
    closed(first)
    ballot = make_ballot(live_room, draft)
    for _ in range(3):
        make_vote(ballot, seated(live_room), 1)
    make_vote(ballot, voter, 2)
    for change in then:
        change(ballot)
    latest = ballot_cards.cards(live_room)[-1]
    assert latest["number"] == ballot.number
    assert entrance(live_room.pk, voter).ballot == {**latest, "mine": mine}
    assert entrance(live_room.pk, idle).ballot == {**latest, "mine": None}


def test_open_ballot_shows_the_last_count_of_hands(live_room: Consultation) -> None:
    ballot = make_ballot(live_room, LIVE_RESULTS)
    make_vote(ballot, seated(live_room), 1)
    counted_by_hand(ballot)
    (card,) = ballot_cards.cards(live_room)
    assert (card["voted"], card["counts"]) == (3, [2, 0, 1])
    assert card["hands"] == {"people": 2, "counts": [1, 0, 1]}
    standing = ballot_cards.open_standing(live_room.pk)
    assert standing == {name: card[name] for name in ("number", "voted", "counts")}


@pytest.mark.parametrize(
    ("minutes", "late", "due"), [(None, 60, False), (5, 4, False), (5, 5, True)]
)
def test_ballot_is_due_when_its_time_is_up(
    live_room: Consultation, minutes: int | None, late: int, due: bool
) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        make_ballot(live_room, BallotDraft("同意吗？", BallotKind.YES_NO, minutes=minutes))
    person = make_person()
    with time_machine.travel(start + timedelta(minutes=late), tick=False):
        assert entrance(live_room.pk, person).ballot_is_due is due
        closed(Ballot.objects.get())
        assert not entrance(live_room.pk, person).ballot_is_due
