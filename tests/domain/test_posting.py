"""Many posts in one transaction: each is judged alone, and the log stays without a gap."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.archiving.chain import check_chain
from consultations.domain.erasures import ask_erasure, confirm_erasure
from consultations.domain.events import room_name
from consultations.domain.floor import Receipt
from consultations.domain.log import chained_events
from consultations.domain.opinions import hide_opinion
from consultations.domain.posting import PostDraft, post_opinions
from consultations.models import Consultation, Opinion, OpinionKind, RoomHead, Seat, Stage
from hall.errors import Refusal
from members.models import Person
from members.roles import Role, SeatRole
from tests.factories import make_opinion, make_person


def draft(author: Person, text: str = "公交线要通到新村。", **fields: object) -> PostDraft:
    given = {"key": uuid4(), "kind": OpinionKind.OPINION, **fields}
    return PostDraft(author=author, text=text, **given)  # type: ignore[arg-type]


def outcome(results: list[Receipt | Refusal]) -> list[object]:
    return [r.code.value if isinstance(r, Refusal) else r.number for r in results]


def assert_whole(room: Consultation) -> None:
    head = RoomHead.objects.get(pk=room.pk)
    numbers = list(Opinion.objects.filter(consultation=room).values_list("number", flat=True))
    assert numbers == list(range(1, head.opinions + 1))
    assert check_chain(chained_events(room.pk), room=room_name(room.pk)).count == head.seq


@pytest.mark.django_db
def test_each_post_of_a_batch_is_judged_alone(live_room: Consultation) -> None:
    first = make_opinion(live_room)
    author = first.author
    stranger = make_person()
    again = uuid4()
    results = post_opinions(
        live_room,
        [
            draft(author, "第一条", key=again),
            draft(author, "  "),
            draft(stranger),
            draft(author, "第一条", key=again),
            draft(author, "另一条", key=again),
            draft(author, kind=OpinionKind.REPLY, reply_to=first.number),
            draft(author, kind=OpinionKind.REPLY, reply_to=999),
            draft(author, "最后一条"),
        ],
    )
    assert outcome(results) == [
        2,
        "empty",
        "forbidden",
        2,
        "key_reused",
        3,
        "not_found",
        4,
    ]
    assert_whole(live_room)


@pytest.mark.django_db
def test_batch_of_nothing_new_leaves_the_log_alone(live_room: Consultation) -> None:
    author = make_opinion(live_room).author
    said = draft(author)
    receipt = post_opinions(live_room, [said])
    before = RoomHead.objects.get(pk=live_room.pk).seq
    assert post_opinions(live_room, [said, said]) == receipt * 2
    assert RoomHead.objects.get(pk=live_room.pk).seq == before
    assert_whole(live_room)


@pytest.mark.django_db
def test_resent_reply_to_what_was_hidden_since_is_still_the_same(
    live_room: Consultation,
) -> None:
    first = make_opinion(live_room)
    moderator = Seat.objects.get(consultation=live_room, role=SeatRole.MODERATOR).person
    reply = draft(first.author, kind=OpinionKind.REPLY, reply_to=first.number)
    receipt = post_opinions(live_room, [reply])
    hide_opinion(live_room, number=first.number, reason="偏题", by=moderator)
    assert post_opinions(live_room, [reply]) == receipt
    another = draft(first.author, kind=OpinionKind.REPLY, reply_to=first.number)
    assert outcome(post_opinions(live_room, [another])) == ["wrong_state"]


@pytest.mark.django_db
@pytest.mark.parametrize("of", ["reply", "what it answers"])
def test_resent_reply_is_still_the_same_where_words_were_erased_since(
    of: str, live_room: Consultation
) -> None:
    first = make_opinion(live_room)
    reply = draft(first.author, kind=OpinionKind.REPLY, reply_to=first.number)
    receipt = post_opinions(live_room, [reply])
    assert isinstance(receipt[0], Receipt)
    number = receipt[0].number if of == "reply" else first.number
    asked, other = make_person(Role.STAFF), make_person(Role.STAFF)
    words = {"basis": "《个人信息保护法》第四十七条", "reason": "本人申请"}
    erasure = ask_erasure(live_room, number=number, by=asked, **words)
    confirm_erasure(erasure, by=other)
    assert post_opinions(live_room, [reply]) == receipt
    another = draft(first.author, kind=OpinionKind.REPLY, reply_to=number)
    assert outcome(post_opinions(live_room, [another])) == [3 if of == "reply" else "not_found"]


@pytest.mark.django_db
def test_resent_post_has_its_receipt_also_when_the_room_is_sealed(live_room: Consultation) -> None:
    first = make_opinion(live_room)
    said = [draft(first.author, kind=OpinionKind.REPLY, reply_to=first.number), draft(first.author)]
    receipts = post_opinions(live_room, said)
    Consultation.objects.filter(pk=live_room.pk).update(stage=Stage.SEALED)
    other = draft(first.author, "另一条", key=said[1].key)
    again = post_opinions(live_room, [*said, other, draft(first.author), draft(first.author, " ")])
    assert again[:2] == receipts
    assert outcome(again[2:]) == ["key_reused", "sealed", "empty"]
    assert_whole(live_room)


@pytest.mark.django_db
def test_batch_takes_as_many_queries_as_one(live_room: Consultation) -> None:
    author = make_opinion(live_room).author
    counted = []
    for size in (1, 30):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            post_opinions(live_room, [draft(author) for _ in range(size)])
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 9
