"""Putting questions to the vote: who may, by which rules, and what the log keeps."""

import uuid
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from consultations.archiving.canonical import canonical
from consultations.archiving.chain import check_chain
from consultations.domain import clock
from consultations.domain.agenda import move_agenda
from consultations.domain.ballot_drafts import MAX_OPTIONS, BallotDraft
from consultations.domain.ballots import (
    cast_vote,
    close_ballot,
    close_due,
    open_ballot,
    void_ballot,
)
from consultations.domain.consultations import move_stage
from consultations.domain.deliveries import Viewer
from consultations.domain.events import room_name
from consultations.domain.log import chained_events
from consultations.domain.outcome_ballots import ballots_of
from consultations.models import (
    Ballot,
    BallotKind,
    BallotOption,
    BallotVote,
    Consultation,
    ResultsShown,
    RoomEvent,
    Seat,
    Secrecy,
    Stage,
)
from hall.errors import Code, Refusal
from members.models import Person
from members.roles import SEAT_TABLE, Permission, Role, SeatRole
from tests.factories import STARTS_AT, make_ballot, make_person, make_vote, moderator_of, seated
from tests.support.seen import snapshot

pytestmark = pytest.mark.django_db

YES_NO = BallotDraft("是否同意分两期改造？", BallotKind.YES_NO)


def refused(verb: Any, *words: Any, **named: Any) -> Refusal:
    with pytest.raises(Refusal) as found:
        verb(*words, **named)
    return found.value


def vote_code(ballot: Ballot, person: Person, *choices: int) -> Code:
    return refused(make_vote, ballot, person, *choices).code


def closed(ballot: Ballot) -> dict[str, Any]:
    room = ballot.consultation
    event = close_ballot(room, number=ballot.number, by=moderator_of(room))
    assert event.type == "ballot.closed"
    assert event.body is not None
    result: dict[str, Any] = event.body["result"]
    return result


def card_of(room: Consultation, person: Person) -> dict[str, Any]:
    seen = snapshot(room.pk, viewer=Viewer(person.pk, moderates=False), permissions=frozenset())
    card: dict[str, Any] = seen["ballots"][-1]
    return card


def test_open_ballot_is_numbered_and_logged_whole(live_room: Consultation) -> None:
    draft = BallotDraft(
        " 先改\n哪里？ ",
        BallotKind.MULTIPLE,
        ("排水", "照明 ", "停车"),
        quorum=5,
        max_choices=2,
        minutes=10,
        results=ResultsShown.LIVE,
    )
    with clock.at(STARTS_AT):
        ballot = make_ballot(live_room, draft)
    event = RoomEvent.objects.get(consultation=live_room, type="ballot.opened")
    assert event.body == {
        "number": 1,
        "question": "先改 哪里？",
        "kind": "multiple",
        "secrecy": "open",
        "results": "live",
        "quorum": 5,
        "max_choices": 2,
        "options": [
            {"position": 1, "text": "排水"},
            {"position": 2, "text": "照明"},
            {"position": 3, "text": "停车"},
        ],
        "opened_at": "2026-05-12T01:00:00.000000Z",
        "closes_at": "2026-05-12T01:10:00.000000Z",
    }
    assert (event.by_id, ballot.closed_at) == (moderator_of(live_room).pk, None)
    with clock.at(STARTS_AT + timedelta(minutes=11)):
        assert make_ballot(live_room).number == 2


def test_open_ballot_again_under_its_key_is_the_same(live_room: Consultation) -> None:
    by, key = moderator_of(live_room), uuid.uuid4()
    numbers = [open_ballot(live_room, by=by, key=key, draft=YES_NO) for _ in range(2)]
    closed(Ballot.objects.get())
    Consultation.objects.filter(pk=live_room.pk).update(stage=Stage.SEALED)
    numbers.append(open_ballot(live_room, by=by, key=key, draft=YES_NO))
    assert numbers == [1, 1, 1]
    assert RoomEvent.objects.filter(type="ballot.opened").count() == Ballot.objects.count() == 1


def test_one_ballot_is_open_at_a_time(live_room: Consultation) -> None:
    ballot = make_ballot(live_room)
    assert refused(make_ballot, live_room).code == Code.WRONG_STATE
    closed(ballot)
    assert make_ballot(live_room).number == 2


@pytest.mark.parametrize(
    ("draft", "code", "field"),
    [
        (BallotDraft(" ", BallotKind.YES_NO), Code.EMPTY, "question"),
        (BallotDraft("问" * 201, BallotKind.YES_NO), Code.TOO_LONG, "question"),
        (BallotDraft("问", BallotKind.YES_NO, ("甲", "乙")), Code.INVALID, "options"),
        (BallotDraft("问", BallotKind.SINGLE), Code.INVALID, "options"),
        (BallotDraft("问", BallotKind.SINGLE, ("甲", " 甲 ")), Code.INVALID, "options"),
        (BallotDraft("问", BallotKind.SINGLE, ("甲", "\u200e")), Code.EMPTY, "options"),
        (
            BallotDraft("问", BallotKind.SINGLE, tuple(map(str, range(MAX_OPTIONS + 1)))),
            Code.TOO_MANY,
            "options",
        ),
        (
            BallotDraft("问", BallotKind.MULTIPLE, ("甲", "乙"), max_choices=3),
            Code.INVALID,
            "max_choices",
        ),
        (BallotDraft("问", BallotKind.YES_NO, quorum=-1), Code.INVALID, "quorum"),
        (BallotDraft("问", BallotKind.YES_NO, minutes=0), Code.INVALID, "minutes"),
        (
            BallotDraft("问", BallotKind.YES_NO, secrecy=Secrecy.SECRET, results=ResultsShown.LIVE),
            Code.INVALID,
            "results",
        ),
    ],
)
def test_open_ballot_refuses_what_cannot_be_put_to_the_vote(
    live_room: Consultation, draft: BallotDraft, code: Code, field: str
) -> None:
    refusal = refused(make_ballot, live_room, draft)
    assert (refusal.code, refusal.field) == (code, field)
    assert not Ballot.objects.exists()
    assert not RoomEvent.objects.filter(consultation=live_room).exists()


@pytest.mark.parametrize(
    ("position", "allowed"), [(None, True), (1, False), (2, False), (3, True), (4, True)]
)
def test_open_ballot_while_discussing_or_taking_stances(
    live_room: Consultation, position: int | None, allowed: bool
) -> None:
    if position is not None:
        move_agenda(live_room, to=position, by=moderator_of(live_room))
    if allowed:
        assert make_ballot(live_room).number == 1
    else:
        assert refused(make_ballot, live_room).code == Code.WRONG_STAGE


@pytest.mark.parametrize("role", list(SeatRole))
def test_seats_of_the_table_open_vote_and_close(live_room: Consultation, role: SeatRole) -> None:
    person = seated(live_room, role)
    opening: dict[str, Any] = {"by": person, "key": uuid.uuid4(), "draft": YES_NO}
    if Permission.BALLOT_OPEN in SEAT_TABLE[role]:
        open_ballot(live_room, **opening)
    else:
        assert refused(open_ballot, live_room, **opening).code == Code.FORBIDDEN
        make_ballot(live_room)
    ballot = Ballot.objects.get()
    if Permission.BALLOT_VOTE in SEAT_TABLE[role]:
        make_vote(ballot, person, 1)
        assert BallotVote.objects.get().person == person
    else:
        assert vote_code(ballot, person, 1) == Code.FORBIDDEN
    if Permission.BALLOT_OPEN in SEAT_TABLE[role]:
        close_ballot(live_room, number=1, by=person)
    else:
        assert refused(close_ballot, live_room, number=1, by=person).code == Code.FORBIDDEN


def test_only_moderators_open_and_all_who_speak_vote() -> None:
    holders = {
        permission: {role for role in SeatRole if permission in SEAT_TABLE[role]}
        for permission in (Permission.BALLOT_OPEN, Permission.BALLOT_VOTE)
    }
    assert holders[Permission.BALLOT_OPEN] == {SeatRole.MODERATOR}
    assert holders[Permission.BALLOT_VOTE] == set(SeatRole) - {SeatRole.OBSERVER}


def test_vote_in_an_open_ballot_is_changed_until_the_close(live_room: Consultation) -> None:
    ballot, person = make_ballot(live_room), seated(live_room, hall_role=Role.MEMBER)
    assert make_vote(ballot, person, 1).choices == [1]
    assert card_of(live_room, person)["mine"] == [1]
    assert make_vote(ballot, person, 3).choices == [3]
    assert BallotVote.objects.get().choices == [3]
    result = closed(ballot)
    assert [option["count"] for option in result["options"]] == [0, 0, 1]
    assert result["options"][2]["by_identity"] == {"member": 1}
    assert vote_code(ballot, person, 1) == Code.WRONG_STATE


def test_secret_vote_is_final_and_leads_to_no_option(live_room: Consultation) -> None:
    ballot = make_ballot(live_room, BallotDraft("问", BallotKind.YES_NO, secrecy=Secrecy.SECRET))
    person, key = seated(live_room), uuid.uuid4()
    words: dict[str, Any] = {"person": person, "number": 1, "choices": [2]}
    for _ in range(2):  # sent again under its key it is the same vote
        assert cast_vote(live_room, **words, key=key).choices == []
    assert vote_code(ballot, person, 1) == Code.WRONG_STATE
    make_vote(ballot, seated(live_room), 1)

    assert list(BallotVote.objects.values_list("choices", "voted_at")) == [(None, None)] * 2
    assert list(BallotOption.objects.values_list("secret_votes", flat=True)) == [1, 1, 0]
    assert card_of(live_room, person)["mine"] == []
    assert (card_of(live_room, person)["voted"], card_of(live_room, person)["counts"]) == (2, None)
    result = closed(ballot)
    assert [option["count"] for option in result["options"]] == [1, 1, 0]
    assert [option["by_identity"] for option in result["options"]] == [{}, {}, {}]
    assert result["by_identity"] == {"resident": 2}


@pytest.mark.parametrize("secrecy", Secrecy)
@pytest.mark.parametrize("void", [False, True])
def test_vote_sent_again_after_the_close_is_the_same_vote(
    live_room: Consultation, secrecy: Secrecy, void: bool
) -> None:
    ballot = make_ballot(live_room, BallotDraft("问", BallotKind.YES_NO, secrecy=secrecy))
    vote: dict[str, Any] = {"person": seated(live_room), "number": 1, "key": uuid.uuid4()}
    receipt = cast_vote(live_room, choices=[2], **vote)
    if void:
        void_ballot(live_room, number=1, reason="问错了", by=moderator_of(live_room))
    else:
        closed(ballot)
    assert cast_vote(live_room, choices=[2], **vote) == receipt
    assert BallotVote.objects.count() == 1
    assert vote_code(ballot, seated(live_room), 1) == Code.WRONG_STATE


def test_other_choices_under_a_key_that_was_used_are_refused(live_room: Consultation) -> None:
    make_ballot(live_room)
    vote: dict[str, Any] = {"person": seated(live_room), "number": 1, "key": uuid.uuid4()}
    cast_vote(live_room, choices=[2], **vote)
    with pytest.raises(Refusal) as refused:
        cast_vote(live_room, choices=[1], **vote)
    assert refused.value.code == Code.KEY_REUSED
    assert BallotVote.objects.get().choices == [2]


@pytest.mark.parametrize("choices", [[], [4], [0], [1, 1], [1, 2, 3]])
def test_choices_have_to_be_options_of_the_ballot(
    live_room: Consultation, choices: list[int]
) -> None:
    draft = BallotDraft("问", BallotKind.MULTIPLE, ("甲", "乙", "丙"), max_choices=2)
    ballot = make_ballot(live_room, draft)
    assert vote_code(ballot, seated(live_room), *choices) == Code.INVALID
    assert not BallotVote.objects.exists()


def test_multiple_choice_counts_every_option_named(live_room: Consultation) -> None:
    draft = BallotDraft(
        "问", BallotKind.MULTIPLE, ("甲", "乙", "丙"), quorum=3, results=ResultsShown.LIVE
    )
    ballot = make_ballot(live_room, draft)
    make_vote(ballot, seated(live_room), 3, 1)
    make_vote(ballot, seated(live_room, hall_role=Role.MEMBER), 1)
    card = card_of(live_room, make_person())
    assert (card["voted"], card["counts"], card["mine"]) == (2, [2, 0, 1], None)
    result = closed(ballot)
    assert (result["voted"], result["quorum_reached"]) == (2, False)
    assert result["by_identity"] == {"member": 1, "resident": 1}
    assert result["options"][0] == {
        "position": 1,
        "count": 2,
        "by_identity": {"member": 1, "resident": 1},
    }


def test_quorum_counts_those_who_voted(live_room: Consultation) -> None:
    ballot = make_ballot(live_room, BallotDraft("问", BallotKind.YES_NO, quorum=2))
    make_vote(ballot, seated(live_room), 3)
    make_vote(ballot, seated(live_room), 1)
    assert closed(ballot)["quorum_reached"] is True


def at(minutes: int) -> datetime:
    return STARTS_AT + timedelta(minutes=minutes)


def test_time_closes_a_ballot_at_the_first_verb_after_it(live_room: Consultation) -> None:
    with clock.at(STARTS_AT):
        ballot = make_ballot(live_room, BallotDraft("问", BallotKind.YES_NO, minutes=5))
    voters = [seated(live_room) for _ in range(2)]
    with clock.at(at(4)):
        make_vote(ballot, voters[0], 1)
        assert close_due(live_room.pk) is None
    with clock.at(at(5)):
        assert vote_code(ballot, voters[1], 1) == Code.WRONG_STATE
    event = RoomEvent.objects.get(type="ballot.closed")
    assert event.body is not None
    assert (event.by_id, event.body["how"], event.body["result"]["voted"]) == (None, "time", 1)
    with clock.at(at(6)):
        assert close_due(live_room.pk) is None
        assert refused(close_ballot, live_room, number=1, by=moderator_of(live_room)).code == (
            Code.WRONG_STATE
        )


def test_leaving_live_closes_what_is_open_and_counts_attendance(live_room: Consultation) -> None:
    ballot, person = make_ballot(live_room), seated(live_room)
    make_vote(ballot, person, 1)
    move_stage(live_room, to=Stage.SUMMARISING, by=live_room.prepared_by)
    types = RoomEvent.objects.filter(consultation=live_room).order_by("seq")
    assert list(types.values_list("type", flat=True)) == [
        "ballot.opened",
        "ballot.closed",
        "stances.closed",
        "stage.moved",
    ]
    ballot.refresh_from_db()
    assert ballot.how_closed == "stage"
    assert Seat.objects.get(person=person).first_seen_at is not None
    assert refused(make_ballot, live_room).code == Code.WRONG_STAGE
    done = check_chain(chained_events(live_room.pk), room=room_name(live_room.pk))
    assert done.count == 4


@pytest.mark.parametrize("secrecy", list(Secrecy))
def test_digest_at_the_close_binds_every_vote_under_its_salt(
    live_room: Consultation, secrecy: Secrecy
) -> None:
    ballot = make_ballot(live_room, BallotDraft("问", BallotKind.YES_NO, secrecy=secrecy))
    people = [seated(live_room) for _ in range(2)]
    for person, choice in zip(people, (1, 2), strict=True):
        make_vote(ballot, person, choice)
    result = closed(ballot)
    event = RoomEvent.objects.get(type="ballot.closed")
    bound: list[Any] = [[people[0].pk, [1]], [people[1].pk, [2]]]
    if secrecy == Secrecy.SECRET:
        bound = [[person.pk for person in people], [[1, 1], [2, 1], [3, 0]]]
    digest = sha256(bytes.fromhex(event.salt) + canonical(bound)).hexdigest()
    assert result["votes_digest"] == digest


def test_void_ballot_has_no_result_and_a_reason(live_room: Consultation) -> None:
    moderator, person = moderator_of(live_room), seated(live_room)
    ballot = make_ballot(live_room)
    make_vote(ballot, person, 1)
    assert refused(void_ballot, live_room, number=1, reason=" ", by=moderator).code == Code.EMPTY
    assert refused(void_ballot, live_room, number=1, reason="题目写错了", by=person).code == (
        Code.FORBIDDEN
    )
    event = void_ballot(live_room, number=1, reason="题目写错了", by=moderator)
    assert (event.type, event.body) == ("ballot.voided", {"number": 1, "reason": "题目写错了"})
    card = card_of(live_room, person)
    assert (card["how"], card["reason"]) == ("void", "题目写错了")
    assert (card["voted"], card["counts"], card["result"], card["hands"]) == (0, None, None, None)
    assert vote_code(ballot, person, 1) == Code.WRONG_STATE
    for verb in (close_ballot, void_ballot):
        words = {"reason": "再来"} if verb is void_ballot else {}
        assert refused(verb, live_room, number=1, by=moderator, **words).code == Code.WRONG_STATE
    (told,) = ballots_of(live_room)
    assert (told.void_reason, told.voted, told.options) == ("题目写错了", 0, ())
    assert make_ballot(live_room).number == 2


def test_closed_card_shows_the_result_the_event_told(live_room: Consultation) -> None:
    ballot = make_ballot(live_room)
    make_vote(ballot, seated(live_room), 2)
    result = closed(ballot)
    card = card_of(live_room, make_person())
    assert (card["how"], card["voted"], card["counts"]) == ("hand", 1, [0, 1, 0])
    assert card["result"] == result
    assert refused(close_ballot, live_room, number=9, by=moderator_of(live_room)).code == (
        Code.NOT_FOUND
    )
