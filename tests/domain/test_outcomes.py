import uuid
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from consultations.domain.opinions import hide_opinion
from consultations.domain.outcomes import (
    move_clause,
    move_dissent,
    register_dissent,
    remove_clause,
    remove_dissent,
    write_clause,
    write_dissent,
)
from consultations.models import ConsensusClause, Consultation, DissentNote, RoomEvent, Stage
from hall.errors import Code, Refusal
from members.models import Person
from members.roles import HALL_TABLE, SEAT_TABLE, Permission, Role, SeatRole
from tests.factories import make_consultation, make_opinion, make_person, seated

pytestmark = pytest.mark.django_db


class Sentences(NamedTuple):
    """One kind of sentence with its verbs: clauses and dissent notes behave alike."""

    word: str
    model: Any
    write: Any
    remove: Any
    move: Any


each_kind = pytest.mark.parametrize(
    "of",
    [
        Sentences("clause", ConsensusClause, write_clause, remove_clause, move_clause),
        Sentences("dissent", DissentNote, write_dissent, remove_dissent, move_dissent),
    ],
    ids=lambda of: of.word,
)


@pytest.fixture
def moderator(live_room: Consultation) -> Person:
    for _ in range(3):
        make_opinion(live_room)
    return seated(live_room, SeatRole.MODERATOR)


def refusal(act: Any, *args: Any, **kwargs: Any) -> tuple[Code, str]:
    with pytest.raises(Refusal) as refused:
        act(*args, **kwargs)
    return refused.value.code, refused.value.message


def texts(model: Any) -> list[tuple[int, str]]:
    return list(model.objects.order_by("position").values_list("position", "text"))


def last_event() -> tuple[str, str, Any]:
    return RoomEvent.objects.values_list("type", "audience", "body").order_by("-seq")[0]


@each_kind
def test_adding_again_under_its_key_adds_nothing(
    live_room: Consultation, moderator: Person, of: Sentences
) -> None:
    words: dict[str, Any] = {"by": moderator, "text": "甲", "evidence": [1], "key": uuid.uuid4()}
    first = of.write(live_room, **words)
    head = last_event()
    assert of.write(live_room, **words) == first
    assert of.write(live_room, **words | {"key": uuid.uuid4()}).position == 2
    assert texts(of.model) == [(1, "甲"), (2, "甲")]
    assert RoomEvent.objects.filter(type=head[0]).count() == 2


def test_registering_again_under_its_key_registers_nothing(
    live_room: Consultation, moderator: Person
) -> None:
    clause = write_clause(live_room, by=moderator, text="甲", evidence=[1])
    words: dict[str, Any] = {"by": moderator, "text": "甲", "evidence": [1], "key": uuid.uuid4()}
    place = {"position": 1, "expected": clause.updated_at}
    first = register_dissent(live_room, **words, **place)
    assert register_dissent(live_room, **words, **place) == first
    assert (ConsensusClause.objects.count(), DissentNote.objects.count()) == (0, 1)


@each_kind
def test_write_adds_at_the_end_with_its_evidence(
    live_room: Consultation, moderator: Person, of: Sentences
) -> None:
    of.write(live_room, by=moderator, text="甲", evidence=[1])
    second = of.write(live_room, by=moderator, text=" 乙 ", evidence=[3, 2, 3])
    assert texts(of.model) == [(1, "甲"), (2, "乙")]
    assert sorted(opinion.number for opinion in second.evidence.all()) == [2, 3]
    assert last_event() == (
        f"{of.word}.written",
        "moderators",
        {"position": 2, "text": "乙", "evidence": [2, 3]},
    )


@each_kind
def test_write_at_a_position_rewrites(
    live_room: Consultation, moderator: Person, of: Sentences
) -> None:
    first = of.write(live_room, by=moderator, text="甲", evidence=[1])
    other = make_person(Role.STAFF)
    again = of.write(
        live_room,
        by=other,
        text="甲改",
        evidence=[2],
        position=1,
        expected=of.model.objects.get().updated_at,
    )
    assert (again.pk, again.written_by) == (first.pk, other)
    assert [opinion.number for opinion in of.model.objects.get().evidence.all()] == [2]
    said = refusal(of.write, live_room, by=other, text="乙", evidence=[1], position=2)
    assert said == (Code.NOT_FOUND, "没有第 2 条。")


@each_kind
def test_two_writers_do_not_trample_each_other(
    live_room: Consultation, moderator: Person, of: Sentences
) -> None:
    seen = of.write(live_room, by=moderator, text="甲", evidence=[1]).updated_at
    of.write(live_room, by=moderator, text="甲改", evidence=[1], position=1, expected=seen)
    stale = {"by": moderator, "position": 1, "expected": seen}
    for act, words in [
        (of.write, {"text": "乙", "evidence": [1]}),
        (of.remove, {}),
        (of.move, {"to": 1}),
    ]:
        assert refusal(act, live_room, **words, **stale) == (
            Code.WRONG_STATE,
            "这一条刚被别人改动过，请看过新内容再改。",
        )
    assert texts(of.model) == [(1, "甲改")]


@each_kind
def test_remove_closes_the_gap_and_leaves_the_rest_untouched(
    live_room: Consultation, moderator: Person, of: Sentences
) -> None:
    for text in "甲乙丙":
        of.write(live_room, by=moderator, text=text, evidence=[1])
    before = dict(of.model.objects.values_list("text", "updated_at"))
    of.remove(live_room, by=moderator, position=2, expected=before["乙"])
    assert texts(of.model) == [(1, "甲"), (2, "丙")]
    assert last_event() == (f"{of.word}.removed", "moderators", {"position": 2})
    assert of.model.objects.get(text="丙").updated_at == before["丙"]
    said = refusal(of.remove, live_room, by=moderator, position=2, expected=before["乙"])
    assert said[0] == Code.WRONG_STATE


@each_kind
@pytest.mark.parametrize(
    ("position", "to", "order"),
    [(1, 3, "乙丙甲丁"), (4, 1, "丁甲乙丙"), (2, 3, "甲丙乙丁"), (2, 2, "甲乙丙丁")],
)
def test_move_makes_room(
    live_room: Consultation, moderator: Person, of: Sentences, position: int, to: int, order: str
) -> None:
    for text in "甲乙丙丁":
        of.write(live_room, by=moderator, text=text, evidence=[1])
    of.move(live_room, by=moderator, position=position, to=to)
    assert texts(of.model) == list(enumerate(order, 1))
    moved = (f"{of.word}.moved", "moderators", {"position": position, "to": to})
    assert (last_event() == moved) == (position != to)


@each_kind
@pytest.mark.parametrize("to", [0, 2, -1])
def test_move_needs_a_place(
    live_room: Consultation, moderator: Person, of: Sentences, to: int
) -> None:
    of.write(live_room, by=moderator, text="甲", evidence=[1])
    assert refusal(of.move, live_room, by=moderator, position=1, to=to)[0] == Code.NOT_FOUND


@each_kind
@pytest.mark.parametrize(
    ("text", "evidence", "said"),
    [
        ("甲", [], (Code.EMPTY, "请至少引用一条意见作为依据。")),
        ("甲", [1, 9], (Code.NOT_FOUND, "没有第 9 号意见。")),
        ("甲", [1, 2], (Code.WRONG_STATE, "第 2 号意见已隐藏，不能引用。")),
        ("甲", list(range(1, 102)), (Code.TOO_MANY, "一条最多引用 100 条意见。")),
        (" ", [1], (Code.EMPTY, "请填写内容。")),
        ("长" * 501, [1], (Code.TOO_LONG, "内容太长：最多 500 字，现在 501 字。")),
    ],
)
def test_write_refuses(
    live_room: Consultation,
    moderator: Person,
    of: Sentences,
    text: str,
    evidence: list[int],
    said: tuple[Code, str],
) -> None:
    hide_opinion(live_room, number=2, reason="广告", by=moderator)
    assert refusal(of.write, live_room, by=moderator, text=text, evidence=evidence) == said
    assert texts(of.model) == []


def test_write_cites_opinions_of_its_own_room_alone(
    live_room: Consultation, moderator: Person
) -> None:
    other = make_consultation(Stage.LIVE)
    by = seated(other, SeatRole.MODERATOR)
    assert refusal(write_clause, other, by=by, text="甲", evidence=[1])[0] == Code.NOT_FOUND


def test_write_stops_at_a_hundred(live_room: Consultation, moderator: Person) -> None:
    ConsensusClause.objects.bulk_create(
        ConsensusClause(consultation=live_room, position=at, text="甲", written_by=moderator)
        for at in range(1, 101)
    )
    said = refusal(write_clause, live_room, by=moderator, text="乙", evidence=[1])
    assert said == (Code.TOO_MANY, "最多写 100 条。")


@each_kind
@pytest.mark.parametrize("stage", [s for s in Stage if s not in {Stage.LIVE, Stage.SUMMARISING}])
def test_writing_needs_an_open_stage(of: Sentences, stage: Stage) -> None:
    consultation = make_consultation(stage)
    staff = consultation.prepared_by
    expected = Code.SEALED if stage == Stage.SEALED else Code.WRONG_STAGE
    for act, words in [
        (of.write, {"text": "甲", "evidence": [1]}),
        (of.remove, {"position": 1}),
        (of.move, {"position": 1, "to": 2}),
    ]:
        assert refusal(act, consultation, by=staff, **words)[0] == expected


@each_kind
def test_writing_is_for_the_roles_of_the_tables(
    live_room: Consultation, moderator: Person, of: Sentences
) -> None:
    of.write(live_room, by=moderator, text="甲", evidence=[1])
    people = [(make_person(role), HALL_TABLE[role]) for role in Role]
    people += [(seated(live_room, role), SEAT_TABLE[role]) for role in SeatRole]
    for person, granted in people:
        for act, words in [
            (of.write, {"text": "乙", "evidence": [2]}),
            (of.move, {"position": 1, "to": 2}),
            (of.remove, {"position": 2}),
        ]:
            if Permission.OUTCOME_WRITE in granted:
                act(live_room, by=person, **words)
            else:
                assert refusal(act, live_room, by=person, **words)[0] == Code.FORBIDDEN


def test_expected_is_exact(live_room: Consultation, moderator: Person) -> None:
    seen = write_clause(live_room, by=moderator, text="甲", evidence=[1]).updated_at
    stale = seen - timedelta(microseconds=1)
    said = refusal(remove_clause, live_room, by=moderator, position=1, expected=stale)
    assert said[0] == Code.WRONG_STATE
    remove_clause(live_room, by=moderator, position=1, expected=seen)
    assert texts(ConsensusClause) == []
