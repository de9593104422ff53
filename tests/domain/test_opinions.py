import uuid
from typing import Any

import pytest

from consultations.domain.agenda import move_agenda
from consultations.domain.opinions import (
    Receipt,
    hide_opinion,
    mark_answered,
    pin_opinion,
    post_opinion,
    restore_opinion,
)
from consultations.domain.seats import card_of
from consultations.models import (
    Consultation,
    Opinion,
    OpinionKind,
    OpinionState,
    RoomEvent,
    RoomHead,
    Stage,
)
from hall.errors import Code, Refusal
from members.models import Person
from members.roles import SEAT_TABLE, Permission, SeatRole
from tests.factories import make_consultation, make_opinion, make_person, seated

pytestmark = pytest.mark.django_db


def code_of(act: Any, *args: Any, **kwargs: Any) -> Code:
    with pytest.raises(Refusal) as refused:
        act(*args, **kwargs)
    return refused.value.code


def say(consultation: Consultation, author: Person, **changed: Any) -> Receipt:
    words = {"key": uuid.uuid4(), "kind": OpinionKind.OPINION, "text": "先修路。", **changed}
    return post_opinion(consultation, author=author, **words)


@pytest.fixture
def moderator(live_room: Consultation) -> Person:
    return seated(live_room, SeatRole.MODERATOR)


def test_post_opinion_stores_row_and_event_together(
    live_room: Consultation, moderator: Person
) -> None:
    author, key = seated(live_room), uuid.uuid4()
    move_agenda(live_room, to=3, by=moderator)
    receipt = say(live_room, author, key=key, kind=OpinionKind.SUGGESTION, text=" 先修路。 ")
    opinion = Opinion.objects.get()
    event = RoomEvent.objects.get(type="opinion.posted")
    assert receipt == Receipt(1, 2, event.digest)
    assert (opinion.number, opinion.kind, opinion.text, opinion.author, opinion.identity) == (
        1,
        "suggestion",
        "先修路。",
        author,
        "resident",
    )
    assert (opinion.key, opinion.posted_seq, opinion.created_at) == (key, 2, event.at)
    assert (event.by, event.audience) == (author, "everyone")
    assert event.body == {
        "number": 1,
        "kind": "suggestion",
        "text": "先修路。",
        "author": card_of(author),
        "reply_to": None,
        "agenda_item": 3,
        "origin": "online",
    }


def test_post_opinion_numbers_each_room_by_itself(live_room: Consultation) -> None:
    other = make_consultation(Stage.LIVE)
    assert [make_opinion(room).number for room in (live_room, live_room, other)] == [1, 2, 1]


def test_post_opinion_resent_gives_the_same_receipt(live_room: Consultation) -> None:
    author, key = seated(live_room), uuid.uuid4()
    first = say(live_room, author, key=key)
    assert say(live_room, author, key=key, text="先修路。\n ") == first
    assert RoomHead.objects.values_list("seq", "opinions").get(pk=live_room.pk) == (1, 1)
    assert say(live_room, author).number == 2


def test_post_opinion_resent_after_the_floor_closed_is_still_the_same(
    live_room: Consultation,
) -> None:
    author, key = seated(live_room), uuid.uuid4()
    first = say(live_room, author, key=key)
    Consultation.objects.filter(pk=live_room.pk).update(stage=Stage.SUMMARISING)
    assert say(live_room, author, key=key) == first


def test_post_opinion_key_is_the_authors_own(live_room: Consultation) -> None:
    key = uuid.uuid4()
    receipts = [say(live_room, seated(live_room), key=key) for _ in range(2)]
    assert [receipt.number for receipt in receipts] == [1, 2]


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "先修桥。"},
        {"kind": OpinionKind.QUESTION},
        {"kind": OpinionKind.REPLY, "reply_to": 1},
    ],
)
def test_post_opinion_refuses_a_key_used_for_something_else(
    live_room: Consultation, changed: dict[str, Any]
) -> None:
    make_opinion(live_room)
    author, key = seated(live_room), uuid.uuid4()
    say(live_room, author, key=key)
    assert code_of(say, live_room, author, key=key, **changed) == Code.KEY_REUSED


def test_post_opinion_refuses_a_key_used_for_another_thread(live_room: Consultation) -> None:
    make_opinion(live_room)
    make_opinion(live_room)
    author, key = seated(live_room), uuid.uuid4()
    first = say(live_room, author, key=key, kind=OpinionKind.REPLY, reply_to=1)
    again = {"key": key, "kind": OpinionKind.REPLY}
    assert say(live_room, author, reply_to=1, **again) == first
    assert code_of(say, live_room, author, reply_to=2, **again) == Code.KEY_REUSED


def test_post_opinion_reply_joins_the_thread_of_the_first(live_room: Consultation) -> None:
    first = make_opinion(live_room)
    reply = make_opinion(live_room, kind=OpinionKind.REPLY, reply_to=1)
    later = make_opinion(live_room, kind=OpinionKind.REPLY, reply_to=reply.number)
    assert (reply.reply_to, later.reply_to) == (first, first)
    assert RoomEvent.objects.get(seq=later.posted_seq).body["reply_to"] == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"text": " "}, Code.EMPTY),
        ({"text": "长" * 1001}, Code.TOO_LONG),
        ({"kind": OpinionKind.REPLY}, Code.INVALID),
        ({"reply_to": 1}, Code.INVALID),
        ({"kind": OpinionKind.REPLY, "reply_to": 9}, Code.NOT_FOUND),
    ],
)
def test_post_opinion_refused_leaves_no_trace(
    live_room: Consultation, changed: dict[str, Any], code: Code
) -> None:
    assert code_of(say, live_room, seated(live_room), **changed) == code
    assert RoomHead.objects.values_list("seq", "opinions").get(pk=live_room.pk) == (0, 0)


def test_post_opinion_does_not_answer_what_is_hidden(
    live_room: Consultation, moderator: Person
) -> None:
    hide_opinion(live_room, number=make_opinion(live_room).number, reason="广告", by=moderator)
    reply = {"kind": OpinionKind.REPLY, "reply_to": 1}
    assert code_of(say, live_room, seated(live_room), **reply) == Code.WRONG_STATE


def test_post_opinion_needs_an_open_stage() -> None:
    for stage in Stage:
        consultation = make_consultation(Stage.LIVE)
        author = seated(consultation)
        Consultation.objects.filter(pk=consultation.pk).update(
            stage=stage, cancel_reason="天气" if stage == Stage.CANCELLED else ""
        )
        if stage in {Stage.COLLECTING, Stage.LIVE}:
            assert say(consultation, author).number == 1
        else:
            expected = Code.SEALED if stage == Stage.SEALED else Code.WRONG_STAGE
            assert code_of(say, consultation, author) == expected


@pytest.mark.parametrize("role", list(SeatRole))
def test_post_opinion_is_for_the_seats_of_the_table(
    live_room: Consultation, role: SeatRole
) -> None:
    person = seated(live_room, role)
    if Permission.OPINION_POST in SEAT_TABLE[role]:
        assert say(live_room, person).number == 1
    else:
        assert code_of(say, live_room, person) == Code.FORBIDDEN
    assert code_of(say, live_room, make_person()) == Code.FORBIDDEN


def test_hide_opinion_tells_everyone_that_and_the_author_why(
    live_room: Consultation, moderator: Person
) -> None:
    opinion = make_opinion(live_room, text="加微信领红包")
    pin_opinion(live_room, number=1, pinned=True, by=moderator)
    event = hide_opinion(live_room, number=1, reason=" 广告\n内容 ", by=moderator)
    opinion.refresh_from_db()
    assert (opinion.state, opinion.state_reason, opinion.pinned_at) == (
        OpinionState.HIDDEN,
        "广告 内容",
        None,
    )
    why = RoomEvent.objects.get(seq=event.seq + 1)
    assert (event.type, event.audience, event.body) == ("opinion.hidden", "everyone", {"number": 1})
    assert (why.type, why.audience) == ("opinion.hide_reason", f"person:{opinion.author_id}")
    assert why.body == {"number": 1, "reason": "广告 内容", "text": "加微信领红包"}


def test_hide_opinion_needs_a_reason_and_something_to_hide(
    live_room: Consultation, moderator: Person
) -> None:
    make_opinion(live_room)
    assert code_of(hide_opinion, live_room, number=1, reason=" ", by=moderator) == Code.EMPTY
    assert code_of(hide_opinion, live_room, number=2, reason="x", by=moderator) == Code.NOT_FOUND
    hide_opinion(live_room, number=1, reason="广告", by=moderator)
    assert code_of(hide_opinion, live_room, number=1, reason="x", by=moderator) == Code.WRONG_STATE


def test_restore_opinion_brings_the_text_back(live_room: Consultation, moderator: Person) -> None:
    make_opinion(live_room, text="先修路。")
    assert code_of(restore_opinion, live_room, number=1, by=moderator) == Code.WRONG_STATE
    hide_opinion(live_room, number=1, reason="误会", by=moderator)
    event = restore_opinion(live_room, number=1, by=moderator)
    assert (event.type, event.body) == ("opinion.restored", {"number": 1, "text": "先修路。"})
    assert Opinion.objects.values_list("state", "state_reason").get() == ("visible", "")


def test_pin_opinion_once_and_not_what_is_hidden(
    live_room: Consultation, moderator: Person
) -> None:
    make_opinion(live_room)
    event = pin_opinion(live_room, number=1, pinned=True, by=moderator)
    assert event is not None
    assert (event.body, Opinion.objects.get().pinned_at) == (
        {"number": 1, "pinned": True},
        event.at,
    )
    assert pin_opinion(live_room, number=1, pinned=True, by=moderator) is None
    assert RoomHead.objects.get(pk=live_room.pk).seq == event.seq
    assert pin_opinion(live_room, number=1, pinned=False, by=moderator) is not None
    hide_opinion(live_room, number=1, reason="广告", by=moderator)
    assert code_of(pin_opinion, live_room, number=1, pinned=True, by=moderator) == Code.WRONG_STATE


def test_mark_answered_is_for_questions(live_room: Consultation, moderator: Person) -> None:
    make_opinion(live_room)
    make_opinion(live_room, kind=OpinionKind.QUESTION)
    answer = {"answered": True, "by": moderator}
    assert code_of(mark_answered, live_room, number=1, **answer) == Code.WRONG_STATE
    event = mark_answered(live_room, number=2, **answer)
    assert event is not None
    assert event.body == {"number": 2, "answered": True}
    assert mark_answered(live_room, number=2, **answer) is None
    assert mark_answered(live_room, number=2, answered=False, by=moderator) is not None


@pytest.mark.parametrize("role", list(SeatRole))
def test_moderating_is_for_the_seats_of_the_table(
    live_room: Consultation, moderator: Person, role: SeatRole
) -> None:
    make_opinion(live_room, kind=OpinionKind.QUESTION)
    person = seated(live_room, role)
    acts: list[tuple[Permission, Any, dict[str, Any]]] = [
        (Permission.OPINION_MODERATE, hide_opinion, {"reason": "广告"}),
        (Permission.OPINION_MODERATE, restore_opinion, {}),
        (Permission.OPINION_MODERATE, pin_opinion, {"pinned": True}),
        (Permission.OPINION_ANSWER, mark_answered, {"answered": True}),
    ]
    for permission, act, words in acts:
        if permission in SEAT_TABLE[role]:
            act(live_room, number=1, by=person, **words)
        else:
            assert code_of(act, live_room, number=1, by=person, **words) == Code.FORBIDDEN
