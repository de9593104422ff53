"""Verbs at the same moment, each on a connection of its own."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from consultations.archiving.chain import check_chain
from consultations.archiving.verify import verify_archives
from consultations.domain.archives import archive_file, seal
from consultations.domain.ballot_cards import count
from consultations.domain.ballots import BallotDraft, close_ballot
from consultations.domain.consultations import move_stage
from consultations.domain.events import room_name
from consultations.domain.log import chained_events
from consultations.domain.opinions import Receipt, post_opinion
from consultations.domain.seats import enter_room, mark_present
from consultations.domain.stances import take_stance, votes_digest
from consultations.models import (
    Archive,
    Ballot,
    BallotKind,
    BallotVote,
    Consultation,
    Opinion,
    OpinionKind,
    RoomEvent,
    Seat,
    Secrecy,
    Stage,
    Stance,
    StanceValue,
)
from hall.errors import Code, Refusal
from members.roles import Role, SeatRole
from tests.factories import (
    bring_to_review,
    make_ballot,
    make_consultation,
    make_opinion,
    make_person,
    make_topic,
    make_vote,
    moderator_of,
    seated,
)

pytestmark = pytest.mark.usefixtures("several_connections")


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads that start together; a refusal counts as its code."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=20)
            return act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def post(room_id: int, author: Any, key: uuid.UUID, text: str) -> Receipt:
    room = Consultation.objects.get(pk=room_id)
    return post_opinion(room, author=author, key=key, kind=OpinionKind.OPINION, text=text)


def test_post_opinion_at_once_leaves_neither_gap_nor_duplicate() -> None:
    room = make_consultation(Stage.LIVE)
    authors = [seated(room) for _ in range(8)]

    def several(author: Any) -> list[Receipt]:
        return [post(room.pk, author, uuid.uuid4(), f"意见{at}") for at in range(10)]

    answers = at_once(*[lambda author=author: several(author) for author in authors])
    receipts = [receipt for answer in answers for receipt in answer]
    rows = Opinion.objects.order_by("number").values_list("number", "posted_seq")
    events = RoomEvent.objects.filter(consultation=room)
    digests = dict(events.values_list("seq", "digest"))
    assert [number for number, _seq in rows] == list(range(1, 81))
    assert sorted(digests) == list(range(1, 81))
    assert {(r.number, r.seq) for r in receipts} == set(rows)
    assert all(digests[receipt.seq] == receipt.digest for receipt in receipts)
    done = check_chain(chained_events(room.pk), room=room_name(room.pk))
    assert (done.count, done.head) == (80, digests[80])


def test_post_opinion_resent_at_once_is_one_opinion() -> None:
    room = make_consultation(Stage.LIVE)
    author, key = seated(room), uuid.uuid4()
    receipts = at_once(*[lambda: post(room.pk, author, key, "先修路。")] * 8)
    assert set(receipts) == {receipts[0]}
    assert Opinion.objects.count() == RoomEvent.objects.count() == 1


def test_every_stance_acknowledged_before_the_close_is_in_its_digest() -> None:
    room = make_consultation(Stage.LIVE)
    make_opinion(room)
    people = [seated(room) for _ in range(6)]

    def stand(person: Any) -> bool:
        take_stance(
            Consultation.objects.get(pk=room.pk), person=person, number=1, value=StanceValue.AGREE
        )
        return True

    def close() -> Any:
        return move_stage(
            Consultation.objects.get(pk=room.pk), to=Stage.SUMMARISING, by=room.prepared_by
        ).type

    *stood, moved = at_once(*[lambda person=person: stand(person) for person in people], close)
    assert moved == "stage.moved"
    assert set(stood) <= {True, Code.WRONG_STAGE}
    closed = RoomEvent.objects.get(type="stances.closed")
    assert closed.body["votes_digest"] == votes_digest(room, closed.salt)
    assert sum(tally["agree"] for tally in closed.body["tallies"]) == stood.count(True)
    assert Stance.objects.count() == stood.count(True)


@pytest.mark.parametrize("secrecy", list(Secrecy))
def test_one_person_voting_at_once_is_one_vote(secrecy: Secrecy) -> None:
    room = make_consultation(Stage.LIVE)
    ballot = make_ballot(room, BallotDraft("问", BallotKind.YES_NO, secrecy=secrecy))
    person = seated(room)

    def vote(choice: int) -> list[int]:
        return make_vote(Ballot.objects.get(pk=ballot.pk), person, choice).choices

    answers = at_once(*[lambda choice=at % 3 + 1: vote(choice) for at in range(6)])
    cast = BallotVote.objects.get()
    counts = count(ballot, hands=None)
    assert (counts.voted, sum(counts.options.values())) == (1, 1)
    if secrecy == Secrecy.SECRET:
        assert sorted(map(str, answers)) == sorted(["[]", *["wrong_state"] * 5])
    else:
        assert cast.choices in answers
        assert all(isinstance(answer, list) for answer in answers)


def test_every_vote_acknowledged_before_the_close_is_in_the_result() -> None:
    room = make_consultation(Stage.LIVE)
    draft = BallotDraft("问", BallotKind.YES_NO, secrecy=Secrecy.SECRET)
    ballot = make_ballot(room, draft)
    people = [seated(room) for _ in range(6)]

    def vote(person: Any) -> list[int]:
        return make_vote(Ballot.objects.get(pk=ballot.pk), person, 1).choices

    def close() -> str:
        current = Consultation.objects.get(pk=room.pk)
        return close_ballot(current, number=1, by=moderator_of(room)).type

    *votes, done = at_once(*[lambda person=person: vote(person) for person in people], close)
    assert done == "ballot.closed"
    assert all(answer in ([], Code.WRONG_STATE) for answer in votes)
    closed = RoomEvent.objects.get(type="ballot.closed").body["result"]
    assert closed["voted"] == closed["options"][0]["count"] == votes.count([])
    assert BallotVote.objects.count() == votes.count([])


def test_seal_twice_at_once_seals_once() -> None:
    room = bring_to_review(make_consultation(Stage.LIVE))

    def once() -> int:
        return seal(Consultation.objects.get(pk=room.pk), by=room.prepared_by).number

    assert sorted(at_once(once, once), key=str) == [1, Code.SEALED]
    archive = Archive.objects.get()
    there = {path.name for path in archive_file(archive).parent.iterdir()}
    assert there == {archive.file, archive_file(archive, public=True).name}


def test_two_rooms_sealed_at_once_are_one_chain() -> None:
    rooms = [bring_to_review(make_consultation(Stage.LIVE)) for _ in range(3)]

    def one(room: Consultation) -> int:
        return seal(Consultation.objects.get(pk=room.pk), by=room.prepared_by).number

    assert sorted(at_once(*[lambda room=room: one(room) for room in rooms])) == [1, 2, 3]
    files = [archive_file(archive) for archive in Archive.objects.order_by("number")]
    assert [report.ok for report in verify_archives(files)] == [True, True, True]


def test_enter_room_at_once_is_one_seat() -> None:
    room = make_consultation(Stage.LIVE)
    seated(room, SeatRole.MODERATOR)
    person = make_person()
    seats = at_once(*[lambda: enter_room(Consultation.objects.get(pk=room.pk), person).pk] * 6)
    assert set(seats) == {Seat.objects.get(person=person).pk}
    assert RoomEvent.objects.filter(type="seat.taken").count() == 1


def test_one_form_sent_twice_at_once_is_done_once() -> None:
    topic, staff = make_topic(), make_person(Role.STAFF)
    filled = {
        "once": str(uuid.uuid4()),
        "title": "夜间开放协商会",
        "question": "开到几点？",
        "kind": "thematic",
        "starts_at": "2026-05-12T09:00",
        "ends_at": "2026-05-12T11:00",
        "admission": "open",
        "agenda-TOTAL_FORMS": "0",
        "agenda-INITIAL_FORMS": "0",
    }

    def send() -> tuple[int, str]:
        browser = Client()
        browser.force_login(staff)
        sent = browser.post(reverse("consultation_new", args=[topic.pk]), filled)
        return sent.status_code, sent["Location"]

    answers = at_once(*[send] * 4)
    made = Consultation.objects.get()
    assert set(answers) == {(302, reverse("consultation_seats", args=[made.pk]))}


def test_who_is_there_is_marked_by_several_processes_at_once() -> None:
    """None of them holds what another waits for."""
    room = make_consultation(Stage.LIVE)
    people = [seated(room).pk for _person in range(120)]

    def marking(first: int) -> Callable[[], int]:
        some = people[first:] + people[:first]
        return lambda: sum(mark_present(room.pk, some[::step]) for step in (1, 2, 3) * 12)

    assert len(set(at_once(*(marking(first) for first in (0, 30, 60, 90))))) == 1
