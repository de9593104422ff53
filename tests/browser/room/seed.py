"""Live rooms and their people, laid out in the hall's own process: `manage.py shell -c ...`."""

import json
import uuid
from datetime import timedelta
from functools import cache

from django.utils import timezone

from consultations.domain.agenda import move_agenda
from consultations.models import Opinion, OpinionKind, RoomHead, Stage
from members.models import Department, LiaisonGroup, Person, Sector
from members.roles import Role, SeatRole
from tests.factories import (
    make_consultation,
    make_department,
    make_liaison_group,
    make_opinion,
    make_person,
    make_seat,
    make_sector,
    make_topic,
)
from tests.support.sessions import sign_in

TEXTS = [
    "市场一楼下雨就积水，老人不敢进去，能不能先把排水沟疏通了。",
    "建议改造期间在东侧停车场搭临时棚，让卖菜的有地方去。",
    "改造以后摊位费会不会涨？有没有书面承诺？",
    "我支持夜间开放到九点，下班的人也买得到菜。",
    "夜间卸货吵到楼上住户，时间要限制在晚上八点以前。",
]
KINDS = [OpinionKind.OPINION, OpinionKind.SUGGESTION, OpinionKind.QUESTION]


def lay_out(rooms: dict[int, int]) -> None:
    """So many rooms for so many opinions; print, as JSON, those of each number of opinions.

    Each is its id and those of its people by name; nobody is in two of them.
    """
    laid_out = {
        opinions: [_with_people(opinions) for _ in range(count)]
        for opinions, count in rooms.items()
    }
    print(json.dumps(laid_out))  # noqa: T201


def _with_people(opinions: int) -> dict[str, int]:
    people = _people()
    ids = {name: person.pk for name, person in people.items()}
    return {"room": _room(people, opinions), **ids}


def lay_out_large(*, opinions: int, speakers: int = 4) -> None:
    """One such room, and sessions of members who speak in it: `{room, sessions, …}` as JSON."""
    people = _people()
    room = _room(people, 1)
    _fill(room, people, opinions)
    members = [make_person(Role.MEMBER, alias=f"委员{n}") for n in range(speakers)]
    sessions = [sign_in(member) for member in members]
    ids = {name: person.pk for name, person in people.items()}
    print(json.dumps({"room": room, "sessions": sessions, **ids}))  # noqa: T201


def _fill(room: int, people: dict[str, Person], opinions: int) -> None:
    """Rows alone, without their events: what a page and a snapshot read."""
    first = Opinion.objects.get(consultation_id=room)
    authors = [people["member"], people["neighbour"]]
    Opinion.objects.bulk_create(
        Opinion(
            consultation_id=room,
            number=number,
            kind=KINDS[number % len(KINDS)],
            text=f"{TEXTS[number % len(TEXTS)]}（{number}）",
            author=authors[number % 2],
            identity=authors[number % 2].role,
            agenda_item=first.agenda_item,
            key=uuid.uuid4(),
            posted_seq=first.posted_seq,
            created_at=first.created_at,
        )
        for number in range(2, opinions + 1)
    )
    RoomHead.objects.filter(pk=room).update(opinions=opinions)


def _people() -> dict[str, Person]:
    town, sector, department = _bodies()
    return {
        "moderator": make_person(Role.STAFF, alias="林主持"),
        "resident": make_person(alias="王秀兰", liaison_group=town),
        "neighbour": make_person(alias="李强", liaison_group=town),
        "member": make_person(Role.MEMBER, alias="周敏", sector=sector),
        "department": make_person(Role.DEPARTMENT, alias="陈科长", department=department),
    }


@cache
def _bodies() -> tuple[LiaisonGroup, Sector, Department]:
    return (
        make_liaison_group(township="上塘镇"),
        make_sector(name="农业界"),
        make_department(name="县城市管理局"),
    )


def _room(people: dict[str, Person], opinions: int) -> int:
    now = timezone.now()
    room = make_consultation(
        Stage.LIVE,
        topic=make_topic(proposed_by=people["resident"]),
        prepared_by=people["moderator"],
        title="城南农贸市场改造协商会",
        question="城南农贸市场改造期间，摊位怎么安置、要不要夜间开放？",
        starts_at=now - timedelta(minutes=30),
        ends_at=now + timedelta(minutes=90),
        opened_at=now - timedelta(minutes=30),
    )
    make_seat(room, people["moderator"], SeatRole.MODERATOR)
    for name in ("member", "neighbour"):
        make_seat(room, people[name])
    move_agenda(room, to=3, by=people["moderator"])
    for number in range(opinions):
        author = people["member" if number % 2 else "neighbour"]
        kind = KINDS[number % len(KINDS)]
        make_opinion(room, author, text=f"{TEXTS[number % len(TEXTS)]}（{number + 1}）", kind=kind)
    return room.pk
