"""The map of a real room: whole values, what is still missing, and what it tells nobody."""

import itertools
import json
import logging
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultations.analysis.telling import Representative
from consultations.domain import map_view, map_words, opinion_map
from consultations.domain.map_view import GroupShare, MapView, Share, TellingOpinion, You
from consultations.domain.map_worker import MapFailed, MapWorker
from consultations.domain.opinions import hide_opinion, restore_opinion
from consultations.models import Consultation, OpinionMapState, Stage, Stance, StanceValue
from members.models import Person
from tests.factories import make_consultation, make_opinion, make_person, seated

pytestmark = pytest.mark.django_db

OPINIONS = 8
COMMON = 1

_hours = itertools.count(1)


def room_of(sizes: tuple[int, ...], opinions: int = OPINIONS) -> tuple[Consultation, list[Person]]:
    """A room in camps: all agree with opinion 1; camps disagree where their bit of the number is 0.

    What people are called tells of nothing else in the room.
    """
    room = make_consultation(Stage.LIVE)
    author = seated(room)
    posted = [make_opinion(room, author, text=f"第{n}条。") for n in range(1, opinions + 1)]
    people = [make_person(alias=f"化名{n}号") for n in range(sum(sizes))]
    camps = [camp for camp, size in enumerate(sizes) for _ in range(size)]
    Stance.objects.bulk_create(
        Stance(
            opinion=opinion,
            person=person,
            identity=person.role,
            value=1 if opinion.number == COMMON or (opinion.number >> camp) % 2 else -1,
            taken_at=timezone.now(),
        )
        for person, camp in zip(people, camps, strict=True)
        for opinion in posted
    )
    return room, people


def mapped(room: Consultation, viewer: Any = None) -> MapView:
    """The map after a refresh that nothing holds back."""
    with time_machine.travel(timezone.now() + timedelta(hours=next(_hours)), tick=False):
        opinion_map.refresh(room.pk)
    return opinion_map.map_of(room, viewer or AnonymousUser())


def test_whole_map_of_two_camps() -> None:
    room, people = room_of((10, 8))
    view = mapped(room, people[0])
    assert (view.status, view.missing) == ("ready", "")
    assert (view.people, view.opinions, view.stances) == (18, 8, 144)
    assert [(group.letter, group.slot, group.size) for group in view.groups] == [
        ("A", 0, 10),
        ("B", 1, 8),
    ]
    assert [group.sentence for group in view.groups] == [
        "这一组多数赞成意见 5，不赞成意见 2、6。",
        "这一组多数赞成意见 1、2、6，不赞成意见 5。",
    ]
    everybody = Share("agree", 18, 0, 0, 100, 82, 100)
    ten, eight = Share("agree", 10, 0, 0, 100, 72, 100), Share("agree", 8, 0, 0, 100, 68, 100)
    groups = (GroupShare("A", 0, ten), GroupShare("B", 1, eight))
    assert view.uniting[0] == TellingOpinion(COMMON, "第1条。", everybody, groups)
    none_of_eight = Share("agree", 0, 8, 0, 0, 0, 32)
    divided = next(one for one in view.dividing if one.number == 5)
    assert divided.share is None
    assert divided.groups == (groups[0], GroupShare("B", 1, none_of_eight))
    assert [(dot.slot, dot.people) for dot in view.dots] in (
        [(0, 10), (1, 8)],
        [(1, 8), (0, 10)],
    )
    assert view.you is not None
    assert (view.you.letter, view.you.sentence) == ("A", "您在 A 组。")
    assert view.you.place in {(dot.x, dot.y) for dot in view.dots if dot.slot == 0}


def test_viewer_without_a_stance_is_not_on_the_map() -> None:
    room, _people = room_of((10, 8))
    assert mapped(room, make_person()).you is None
    assert mapped(room).you is None


def test_map_names_nobody() -> None:
    room, people = room_of((10, 8))
    view = mapped(room, people[0])
    shared = json.dumps(asdict(replace(view, you=None)), default=str, ensure_ascii=False)
    assert "化名" not in shared
    assert all(person.alias not in shared for person in people)
    assert {tuple(asdict(dot)) for dot in view.dots} == {("x", "y", "slot", "people")}
    # The same picture whoever looks, but for what it says of them.
    assert replace(view, you=None) == mapped(room)


def mirrored(view: MapView) -> list[Any]:
    return sorted((abs(dot.x), abs(dot.y), dot.slot, dot.people) for dot in view.dots)


def test_numbers_of_people_do_not_order_the_dots() -> None:
    room, people = room_of((10, 8))
    before = mapped(room)
    # The same stances, held by the same people in the other order.
    for person, other in zip(people[:9], reversed(people[9:]), strict=True):
        mine = list(Stance.objects.filter(person=person).values_list("pk", flat=True))
        theirs = list(Stance.objects.filter(person=other).values_list("pk", flat=True))
        spare = make_person()
        Stance.objects.filter(pk__in=mine).update(person=spare)
        Stance.objects.filter(pk__in=theirs).update(person=person)
        Stance.objects.filter(pk__in=mine).update(person=other)
    OpinionMapState.objects.all().delete()
    # Nothing says which side is left: a map and its mirror image are the same.
    assert mirrored(mapped(room)) == mirrored(before)


def test_groups_under_five_are_not_described() -> None:
    room, people = room_of((14, 4))
    view = mapped(room, people[-1])
    assert [group.size for group in view.groups] == [14]
    assert sum(dot.people for dot in view.dots if dot.slot is None) == 4
    # Everybody's share without A's would be that of the four.
    assert view.uniting
    assert {each.letter for one in view.uniting for each in one.groups} == set()
    assert view.groups[0].holds == ()
    assert view.dividing == ()
    assert view.you is not None
    assert view.you == You(
        view.you.place, "", "与您看法相近的不足 5 人，为了保护个人，这里不作描述。"
    )


def test_hidden_opinions_are_not_in_the_map() -> None:
    room, _people = room_of((10, 8))
    moderator = seated(room, "moderator")
    assert COMMON in [one.number for one in mapped(room).uniting]
    hide_opinion(room, number=COMMON, reason="与本场无关", by=moderator)
    # At once, before the next computation: neither its words nor its number.
    stale = opinion_map.map_of(room, AnonymousUser())
    assert COMMON not in [one.number for one in stale.uniting]
    assert "第1条" not in json.dumps(asdict(stale), default=str, ensure_ascii=False)
    assert all("1、" not in group.sentence for group in stale.groups)
    fresh = mapped(room)
    assert fresh.opinions == OPINIONS - 1
    assert fresh.computed_at != stale.computed_at
    restore_opinion(room, number=COMMON, by=moderator)
    assert COMMON in [one.number for one in mapped(room).uniting]


@pytest.mark.parametrize(
    ("sizes", "opinions", "status", "missing"),
    [
        ((), 0, "not_enough", "还没有人表态。"),
        ((), 3, "not_enough", "还没有人表态。"),
        ((1,), 8, "not_enough", "还只有一个人表态。"),
        ((9,), 8, "not_enough", "到目前为止大家的表态完全一样，分不出不同的看法。"),
        ((2, 2), 8, "too_early", "现在下结论还太早：表态满 7 条的有 4 人，还差 11 人。"),
        ((8, 6), 8, "too_early", "现在下结论还太早：表态满 7 条的有 14 人，还差 1 人。"),
        ((10, 10), 6, "too_early", "现在下结论还太早：只有 6 条意见有人表态，至少要 7 条。"),
    ],
)
def test_too_early_says_what_is_missing(
    sizes: tuple[int, ...], opinions: int, status: str, missing: str
) -> None:
    room, people = room_of(sizes, opinions)
    view = mapped(room, people[0] if people else None)
    assert (view.status, view.missing) == (status, missing)
    assert (view.dots, view.groups, view.uniting, view.dividing) == ((), (), (), ())
    assert view.you is None or view.you.place is None


def test_what_the_viewer_lacks_is_said() -> None:
    room, people = room_of((10, 10), 6)
    view = mapped(room, people[0])
    assert view.you == You(None, "", "您已对 6 条意见表态，再表 1 条就能分到组里。")


def test_unchanged_stances_are_not_computed_again() -> None:
    room, people = room_of((10, 8))
    first = mapped(room)
    assert opinion_map.task_for(room.pk) is None
    assert mapped(room).computed_at == first.computed_at
    Stance.objects.filter(person=people[0], opinion__number=2).update(value=StanceValue.PASS)
    assert opinion_map.task_for(room.pk) is not None


def test_groups_keep_their_letters_from_one_map_to_the_next() -> None:
    room, people = room_of((10, 8))
    mapped(room)
    # Camp B becomes the larger one and stays B.
    author = seated(room)
    opinions = list(room.opinions.all())
    newcomers = [make_person() for _ in range(6)]
    for person in newcomers:
        for opinion in opinions:
            value = Stance.objects.get(person=people[-1], opinion=opinion).value
            Stance.objects.create(
                opinion=opinion,
                person=person,
                identity=author.role,
                value=value,
                taken_at=timezone.now(),
            )
    view = mapped(room, newcomers[0])
    assert {group.letter: group.size for group in view.groups} == {"A": 10, "B": 14}
    assert view.you is not None
    assert view.you.letter == "B"


def test_refresh_waits_three_seconds_after_the_last_map() -> None:
    room, people = room_of((10, 8))
    began = timezone.now()
    with time_machine.travel(began, tick=False) as clock:
        opinion_map.refresh(room.pk)
        Stance.objects.filter(person=people[0]).update(value=0)
        clock.shift(timedelta(seconds=2))
        opinion_map.refresh(room.pk)
        assert OpinionMapState.objects.get().computed_at == began
        clock.shift(timedelta(seconds=2))
        opinion_map.refresh(room.pk)
        assert OpinionMapState.objects.get().computed_at == began + timedelta(seconds=4)


def test_a_failing_computation_leaves_the_last_map(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    room, people = room_of((10, 8))
    good = mapped(room)
    Stance.objects.filter(person=people[0]).update(value=0)

    def fail(_worker: MapWorker, _task: bytes) -> dict[str, Any]:
        raise MapFailed("no answer")

    monkeypatch.setattr(MapWorker, "compute", fail)
    with caplog.at_level(logging.WARNING):
        assert mapped(room) == good
    assert f"no map of room {room.pk}: no answer" in caplog.text
    other, _people = room_of((2,))
    assert mapped(other) == map_view.unavailable()


def test_queries_do_not_grow_with_the_room() -> None:
    costs = set()
    for sizes in ((10, 8), (30, 28)):
        room, people = room_of(sizes)
        with CaptureQueriesContext(connection) as reading:
            task = opinion_map.task_for(room.pk)
        assert task is not None
        mapped(room)
        with CaptureQueriesContext(connection) as viewing:
            opinion_map.map_of(room, people[0])
        costs.add((len(reading), len(viewing)))
    assert costs == {(3, 2)}


def test_stances_are_read_as_they_are() -> None:
    room, _people = room_of((10, 8))
    Stance.objects.filter(opinion__number=3).update(value=0)
    read = zip(*(part.tolist() for part in opinion_map._read_stances(room.pk)), strict=True)
    rows = Stance.objects.values_list("opinion__number", "person_id", "value")
    assert sorted(read) == sorted(rows)


def test_kept_row_reads_back_whole() -> None:
    room, _people = room_of((10, 8))
    mapped(room)
    row = OpinionMapState.objects.get(pk=room.pk)
    kept = opinion_map.kept_map(room.pk)
    assert kept is not None
    assert orjson.loads(row.found) == kept.found
    assert json.loads(row.state)["shown"] == 2


@pytest.mark.parametrize(
    ("group", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (702, "AAA")]
)
def test_letters(group: int, letter: str) -> None:
    assert map_words.letter_of(group) == letter


@pytest.mark.parametrize(
    ("groups", "slots"),
    [
        ([0, 1], {0: 0, 1: 1}),
        ([1, 6], {1: 1, 6: 2}),
        ([0, 5, 10, 15, 20], {0: 0, 5: 1, 10: 2, 15: 3, 20: 4}),
    ],
)
def test_groups_side_by_side_never_share_a_mark(groups: list[int], slots: dict[int, int]) -> None:
    assert map_view._slots(groups) == slots


def held(opinion: int, stance: str, *, seen: int = 20, low: float = 0.8) -> Representative:
    hits = {"agree": (seen, 0), "disagree": (0, seen)}[stance]
    return Representative(opinion, stance, stance, *hits, seen, low, 1.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("representative", "sentence"),
    [
        (
            [held(14, "agree"), held(3, "agree"), held(29, "disagree")],
            "这一组多数赞成意见 3、14，不赞成意见 29。",
        ),
        ([held(3, "agree")], "这一组多数赞成意见 3。"),
        ([held(29, "disagree")], "这一组多数不赞成意见 29。"),
        ([], "这一组与其他人的差别，还没有哪一条意见能说清楚。"),
        ([held(3, "agree", low=0.5)], "这一组与其他人的差别，还没有哪一条意见能说清楚。"),
        ([held(3, "agree", seen=4)], "这一组与其他人的差别，还没有哪一条意见能说清楚。"),
        ([held(99, "agree")], "这一组与其他人的差别，还没有哪一条意见能说清楚。"),
    ],
)
def test_group_sentence(representative: list[Representative], sentence: str) -> None:
    assert map_words.group_sentence(representative, shown=range(50)) == sentence
