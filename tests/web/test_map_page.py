"""The opinion map's page: who may look, what stands there, and what never does."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultations.domain.map_view import Group, MapView, You
from consultations.models import Consultation, OpinionMapState, Stage, Stance
from consultations.web.maps import MARKS, UNGROUPED, own_label
from members.models import Person
from tests.factories import make_consultation, make_opinion, make_person, seated
from tests.web.conftest import As, Hall

pytestmark = pytest.mark.django_db

# Where the viewer stands, where a group's letter does -> where "您" is written, from their place.
LABELS = [
    ((10, 20), (60, 20), (0, -10)),
    ((10, -20), (60, -20), (0, 17)),
    ((10, 20), (13, 5), (-14, 3)),
    ((10, 20), (7, 5), (14, 3)),
    ((98, 20), (90, 20), (-14, 3)),
    ((-98, 20), (-90, 20), (14, 3)),
]
HOSTILE = '</desc><script>alert(1)</script><img src=x onerror="alert(2)">'


def camps(sizes: tuple[int, ...] = (10, 8)) -> tuple[Consultation, list[Person]]:
    """A live room of 8 opinions in which all agree with the first, and camps differ on others."""
    room = make_consultation(Stage.LIVE)
    author = seated(room)
    opinions = [make_opinion(room, author, text=f"{HOSTILE}{n}") for n in range(1, 9)]
    people = [make_person(alias=f"化名{n}号") for n in range(sum(sizes))]
    sides = [side for side, size in enumerate(sizes) for _ in range(size)]
    Stance.objects.bulk_create(
        Stance(
            opinion=opinion,
            person=person,
            identity=person.role,
            value=1 if opinion.number == 1 or (opinion.number >> side) % 2 else -1,
            taken_at=timezone.now(),
        )
        for person, side in zip(people, sides, strict=True)
        for opinion in opinions
    )
    return room, people


def page_of(room: Consultation) -> str:
    return reverse("opinion_map", args=[room.pk])


def test_stranger_is_asked_to_sign_in(visit: As) -> None:
    room, _people = camps(())
    response = visit(None).get(page_of(room))
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (
        302,
        reverse("account_login"),
    )


def test_draft_is_not_known_to_residents(visit: As) -> None:
    draft = make_consultation(Stage.DRAFT)
    assert visit(make_person()).get(page_of(draft)).status_code == 404


@pytest.mark.parametrize(
    "stage", [Stage.ANNOUNCED, Stage.COLLECTING, Stage.LIVE, Stage.REVIEW, Stage.SEALED]
)
def test_map_can_be_looked_at_in_every_stage(stage: Stage, hall: Hall, visit: As) -> None:
    response = visit(hall["resident"]).get(page_of(hall.by_stage[stage]))
    assert response.status_code == 200
    assert "意见图谱" in response.text


@pytest.mark.parametrize(
    ("stage", "linked"),
    [
        (Stage.ANNOUNCED, False),
        (Stage.COLLECTING, True),
        (Stage.LIVE, True),
        (Stage.SUMMARISING, True),
        (Stage.REVIEW, True),
        (Stage.SEALED, True),
        (Stage.CANCELLED, False),
    ],
)
def test_consultation_page_leads_to_the_map(
    stage: Stage, linked: bool, hall: Hall, visit: As
) -> None:
    room = hall.by_stage[stage]
    shown = visit(hall["resident"]).get(reverse("consultation", args=[room.pk])).text
    assert (f'href="{page_of(room)}"' in shown) is linked


def test_ready_map_stands_there_as_drawing_and_as_table(visit: As) -> None:
    room, people = camps()
    shown = visit(people[0]).get(page_of(room)).text
    drawing = shown[shown.index('<svg class="map-drawing"') : shown.index("<figcaption")]
    assert 'role="img" aria-labelledby="map-title map-desc"' in drawing
    assert "A 组 10 人：这一组多数赞成意见 5，不赞成意见 2、6。" in drawing
    assert drawing.count("<polygon") == 2
    assert drawing.count(f'd="{MARKS[0]}"') == drawing.count(f'd="{MARKS[1]}"') == 1
    assert '<g class="map-me"' in drawing
    assert "您在 A 组。" in shown
    assert "100% 赞成（82%–100%，18 人）" in shown
    table = shown[shown.index("用表格看") :]
    assert re.search(r'<th scope="row">B</th><td>8</td>', table)
    assert re.search(r"<td>100%（72%–100%）</td><td>0%（0%–32%）</td>", table)


def test_nothing_on_the_page_tells_who_stands_where(visit: As) -> None:
    room, people = camps()
    shown = visit(people[0]).get(page_of(room)).text
    named = [person.alias for person in people if person.alias in shown]
    assert named == [people[0].alias]  # in the masthead: it is their own page
    other = visit(people[-1]).get(page_of(room)).text
    mine = re.compile(r'<g class="map-me".*?</g>')
    drawings = [
        mine.sub("", page[page.index("<polygon") :].split("</svg>")[0]) for page in (shown, other)
    ]
    assert drawings[0] == drawings[1]


def test_what_people_wrote_stays_text(visit: As) -> None:
    room, people = camps()
    shown = visit(people[0]).get(page_of(room)).text
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert " style=" not in shown


def test_too_early_says_what_is_missing(visit: As) -> None:
    room, people = camps((4, 4))
    shown = visit(people[0]).get(page_of(room)).text
    assert "现在下结论还太早：表态满 7 条的有 8 人，还差 7 人。" in shown
    assert "map-drawing" not in shown
    assert "化名0号" in shown
    assert "化名1号" not in shown


def test_page_costs_the_same_with_more_people(visit: As) -> None:
    costs = set()
    for sizes in ((10, 8), (20, 18)):
        room, people = camps(sizes)
        browser = visit(people[0])
        browser.get(page_of(room))
        OpinionMapState.objects.filter(pk=room.pk).update(
            computed_at=timezone.now() - timedelta(minutes=1)
        )
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(page_of(room)).status_code == 200
        costs.add(len(queries))
    assert len(costs) == 1


def test_script_draws_the_same_marks() -> None:
    script = Path(settings.BASE_DIR, "static/js/room/map-marks.js").read_text("utf-8")
    assert re.findall(r'"(M[^"]+)"', script) == [*MARKS, UNGROUPED]


@pytest.mark.parametrize(("own", "letter", "label"), LABELS)
def test_viewers_label_keeps_clear_of_letters_and_edges(
    own: tuple[int, int], letter: tuple[int, int], label: tuple[int, int]
) -> None:
    group = Group("A", 0, 6, "", letter, (letter,), ())
    view = MapView("ready", "", 12, 8, 96, None, groups=(group,), you=You(own, "A", ""))
    assert own_label(view) == label


def test_no_label_for_whoever_is_not_on_the_map() -> None:
    assert own_label(MapView("ready", "", 12, 8, 96, None)) is None
