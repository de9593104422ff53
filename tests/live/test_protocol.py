"""docs/protocol.md, docs/asyncapi.yaml, the code and the wire say the same."""

import ast
import json
import math
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from consultations.domain.cards import LATEST, MOST_UNPUBLISHED
from consultations.domain.stages import Act
from consultations.live import asyncapi, limits, outlets, protocol, replay, routing, watch
from consultations.live.commands import HANDLERS
from consultations.live.protocol import COMMANDS, Close
from consultations.models import (
    AgendaKind,
    BallotKind,
    HowCheckedIn,
    HowClosed,
    Kind,
    OpinionKind,
    OpinionState,
    Origin,
    ResultsShown,
    Secrecy,
    Stage,
)
from hall import frames, server, sockets
from hall.errors import Code
from members.roles import Role, SeatRole
from tests.live.client import Client, visit
from tests.live.conftest import Scene

ROOT = Path(settings.BASE_DIR)
PAGE = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
CONNECTION = (ROOT / "static" / "js" / "room" / "connection.js").read_text(encoding="utf-8")

Shape = dict[str, Any]


def in_browser(name: str) -> int:
    """A figure that the browser's side of the line goes by."""
    found = re.search(rf"^const {name} = ([0-9_]+);", CONNECTION, re.MULTILINE)
    assert found is not None
    return int(found[1])


def rows(heading: str) -> dict[str, str]:
    """The table rows below a heading by each name in their first cell."""
    section = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    found = {}
    for line in section.splitlines():
        if line.startswith("| ") and not line.startswith("|--"):
            first, rest = line.strip("| ").split("|", 1)
            found.update(dict.fromkeys(re.findall(r"`([^`]+)`", first) or [first.strip()], rest))
    return found


def calls(folder: str, names: set[str]) -> Iterator[ast.Call]:
    for file in (ROOT / "consultations" / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) in names:
                yield node


def logged_types() -> set[str]:
    """The event types that the domain's verbs record."""
    types = set()
    for call in calls("domain", {"record", "record_all", "seal"}):
        kinds = ast.walk(call.args[1]) if len(call.args) > 1 else ()
        said = [str(kind.value) for kind in kinds if isinstance(kind, ast.Constant)]
        types.update(kind for kind in said if re.fullmatch(r"\w+\.\w+", kind))
    written = product(("clause", "dissent"), ("written", "removed", "moved"))
    return types | {f"{what}.{deed}" for what, deed in written}


def news_names() -> set[str]:
    first = [call.args[0] for call in calls("live", {"news"})]
    return {str(arg.value) for arg in first if isinstance(arg, ast.Constant)}


def test_asyncapi_document_is_the_code() -> None:
    written = json.loads((ROOT / "docs" / "asyncapi.yaml").read_text(encoding="utf-8"))
    assert written == asyncapi.describe(), "run: python manage.py describe_protocol"


def test_asyncapi_document_refers_to_what_it_holds() -> None:
    document = asyncapi.describe()
    for pointer in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document))):
        place = document
        for part in pointer.split("/"):
            place = place[part]


def test_asyncapi_document_has_a_channel_for_each_address() -> None:
    channels = asyncapi.describe()["channels"]
    room, screen = (channels[name] for name in ("room", "screen"))
    patterns = [str(route.pattern) for route in routing._routes.routes][:-1]
    for pattern, channel in zip(patterns, (room, screen), strict=True):
        assert re.fullmatch(pattern, channel["address"].lstrip("/").replace("{room}", "7"))
    asked = {name for name in screen["messages"] if name.startswith("do.")}
    assert asked == {"do.room.since", "do.room.opinions"}
    messages = asyncapi.describe()["components"]["messages"]
    heard = {*asyncapi.EVENTS, "hello", "answer", "error", "skip"}
    said = {f"do.{do}" for do in asyncapi.commands()} | {f"now.{now}" for now in asyncapi.NEWS}
    assert set(messages) == set(room["messages"]) == heard | said


def test_every_command_is_handled_and_described() -> None:
    described = asyncapi.commands()
    handled = {command.model_fields["do"].annotation.__args__[0] for command in HANDLERS}
    assert set(described) == handled == set(asyncapi.ANSWERS)
    table = rows("Commands")
    assert set(table) - {"command"} == handled
    for do, schema in described.items():
        for field in set(schema["properties"]) - {"do", "key"}:
            assert f"`{field}`" in table[do], f"{do} takes {field}"
        for field in asyncapi.ANSWERS[do]:
            assert re.search(rf"\b{field}\b", table[do]), f"{do} answers {field}"
    assert COMMANDS is not None


def test_every_event_is_described() -> None:
    assert set(asyncapi.EVENTS) == logged_types()
    table = rows("Events")
    assert set(table) - {"type"} == logged_types()
    for kind, described in asyncapi.EVENTS.items():
        for field in described.fields:
            assert f"`{field}`" in table[kind], f"{kind} has {field}"
        readers = table[kind].rsplit("|", 1)[1]
        assert ("everyone" in readers) == (described.audience == "everyone")


def test_all_news_are_described() -> None:
    assert set(asyncapi.NEWS) == news_names()
    table = rows("News")
    for now, described in asyncapi.NEWS.items():
        for field in described.fields:
            assert f"`{field}`" in table[now], f"{now} has {field}"


def test_every_code_is_described() -> None:
    assert set(asyncapi.CLOSES) == set(Close)
    assert {int(code) for code in rows("Close codes") if code.isdigit()} == set(Close)
    assert set(rows("Errors")) - {"code"} == {code.value for code in Code}
    for field in (*asyncapi.SNAPSHOT.fields, *asyncapi.HELLO.fields):
        assert field in PAGE


@pytest.mark.parametrize("act", list(Act))
def test_every_act_of_may_is_named(act: Act) -> None:
    listed = re.search(r"`may` lists what this person can do.*", PAGE)
    assert listed is not None
    assert f"`{act.value}`" in listed[0]


FIGURES = [
    pytest.param(said, figure, id=said)
    for said, figure in (
        ("more than {} events behind", replay.FAR_BEHIND),
        ("the latest {}, or as many", LATEST),
        ("returned at most {:,}", MOST_UNPUBLISHED),
        ("(1–{0}, {0})", LATEST),
        ("after {} s of silence", int(watch.HEARTBEAT_SECONDS)),
        ("hears nothing at all for {} s", int(in_browser("SILENCE") / 1000)),
        ("between 0.5 s and {} s", int(in_browser("LONGEST") / 1000)),
        ("take more than {} KiB", frames.OWED_LIMIT // 1024),
        ("take more than {} KiB", outlets.OWED_LIMIT // 1024),
        ("beyond {} KiB is closed with 1009", server.MAX_MESSAGE // 1024),
        ("beyond {} KiB is closed with 1009", protocol.MAX_FRAME // 1024),
        ("in bursts of {} (`", settings.HALL_COMMAND_RATE * limits.BURST_SECONDS),
        ("With {} frames unanswered", sockets.UNANSWERED_LIMIT),
        ("After {} s in which nothing came", sockets.PING_SECONDS),
        ("a whole frame within {} s", sockets.PONG_SECONDS),
        ("is gone within {:.0f} s", math.ceil(server.LEAVE_SECONDS)),
        ("a network of /{} counts", 64),
    )
]


@pytest.mark.parametrize(("said", "figure"), FIGURES)
def test_figures_on_the_page_are_those_of_the_code(said: str, figure: float) -> None:
    assert said.format(figure) in PAGE


BOUNDS = ("HALL_COMMAND_RATE", "HALL_SOCKETS_PER_PERSON", "HALL_SOCKETS_PER_ADDRESS")


@pytest.mark.parametrize("bound", BOUNDS)
def test_bounds_on_the_page_are_those_of_the_settings(bound: str) -> None:
    assert re.search(rf"\b{getattr(settings, bound):,}\b[^.]*\(`{bound}`\)", PAGE)


VALUES = {
    "`kind` of an opinion": OpinionKind,
    "`origin`": Origin,
    "`state`": set(OpinionState) - {OpinionState.ERASED},  # nobody is shown one
    "`identity` of a person": Role,
    "`role` of a seat": SeatRole,
    "`stage`, and `from` and `to` of `stage.moved`": Stage,
    "`kind` of a room": Kind,
    "`kind` of an agenda's step": AgendaKind,
    "`kind` of a ballot": BallotKind,
    "`secrecy`": Secrecy,
    "`results`": ResultsShown,
    "`how` of a ballot": HowClosed,
    "`how` of a check-in": HowCheckedIn,
}


def test_values_on_the_page_are_those_of_the_code() -> None:
    table = PAGE.split("## Values\n", 1)[1].strip().split("\n\n", 1)[0]
    cells = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    told = {where: set(re.findall(r"`(\w+)`", values)) for where, values in cells}
    assert told == {where: {str(one) for one in values} for where, values in VALUES.items()}


def test_way_in_on_the_page_is_the_one_there_is() -> None:
    ways = (reverse("account_login"), reverse("account_confirm_login_code"))
    cookies = (settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME)
    for named in (*ways, *cookies, *dict(settings.LANGUAGES)):
        assert f"`{named}`" in PAGE
    assert f"within {server.CLOSE_SECONDS} s sees the line break" in PAGE


def shape_of(part: str) -> Shape:
    """What the page says that a part of the snapshot holds, by name; lists have no brackets."""
    found = re.search(rf"^- `{part}`: .*?`(\[?\{{.*?\}}\]?)`", PAGE, re.MULTILINE)
    assert found is not None, part
    plain = re.sub(r"[\[\]]", "", found[1])
    quoted = re.sub(r"[\w?]+", lambda name: f'"{name[0]}"', plain)
    whole: Shape = json.loads(re.sub(r'("[\w?]+")(?=\s*[,}])', r"\1: null", quoted))
    return whole


def unlike(shape: Shape, held: Any, place: str) -> list[str]:
    """Where what is held has other names than the shape; those with a ? may be missing."""
    if isinstance(held, list):
        return [found for one in held for found in unlike(shape, one, place)]
    if held is None:
        return []
    optional = {name.rstrip("?") for name in shape if name.endswith("?")}
    names = {name.rstrip("?") for name in shape}
    wrong = [] if names - optional <= set(held) <= names else [f"{place}: {set(held) ^ names}"]
    parts = {name: part for name, part in shape.items() if part is not None}
    return wrong + [
        found for name in parts for found in unlike(parts[name], held[name], f"{place}.{name}")
    ]


def undescribed(frames: list[dict[str, object]]) -> list[str]:
    """What came over the wire and is not in the tables, or not as they have it."""
    wrong = []
    for frame in frames:
        if "hello" in frame and set(frame["hello"]) != set(asyncapi.HELLO.fields):
            wrong.append(f"hello: {frame}")
        if "type" in frame:
            described = asyncapi.EVENTS.get(str(frame["type"]))
            if described is None or set(frame["body"]) != set(described.fields):
                wrong.append(f"event: {frame}")
        if "now" in frame:
            described = asyncapi.NEWS.get(str(frame["now"]))
            if described is None or set(frame) - {"now"} != set(described.fields):
                wrong.append(f"news: {frame}")
    return wrong


async def test_what_comes_over_the_wire_is_described(scene: Scene) -> None:
    async def act(client: Client, moderating: Client) -> None:
        number = (await client.post("一条提问?", kind="question"))["number"]
        await client.post("一条回复。", kind="reply", reply_to=number)
        await client.call("stance.take", number=number, value=1)
        await moderating.call("opinion.mark_answered", number=number, answered=True)
        await moderating.call("opinion.pin", number=number, pinned=True)
        await moderating.call("opinion.hide", number=number, reason="偏题")
        await moderating.call("opinion.restore", number=number)
        await moderating.call("posting.set", holds_residents=True)
        held = [(await client.post(text))["number"] for text in ("等一等。", "再等等。")]
        await moderating.call("opinion.return", numbers=held, reason="请写具体")
        await moderating.call("opinion.reconsider", number=held[0])
        await moderating.call("opinion.approve", numbers=[held[0]])
        person = scene.people[0]["id"]
        await moderating.call("person.mute", person=person, minutes=5, reason="请先听")
        await moderating.call("person.unmute", person=person)
        await moderating.call("desk.check_in", name="周桂芳", alias="周阿婆", identity="resident")
        await moderating.call("agenda.move", to=2)
        ballot = await moderating.call(
            "ballot.open", question="同意这个方案吗?", kind="yes_no", options=[]
        )
        await moderating.call("ballot.close", number=ballot["number"])
        scene.clerk.move_stage(room=scene.room, to="summarising", by=scene.moderator["id"])

    async with (
        visit(scene.url, scene.room, scene.people[0]["session"]) as client,
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
    ):
        await act(client, moderating)
        await client.event("stage.moved")
        await client.until(lambda: client.news("tally") and client.news("presence"))
        async with visit(scene.url, scene.room, scene.moderator["session"]) as late:
            await late.until(lambda: late.view.snapshot, what="the snapshot")
            shown = late.view.snapshot
        assert set(shown) == set(asyncapi.SNAPSHOT.fields)
        parts = ("room", "opinions", "ballots", "speaking", "requests", "presence")
        for part in parts:
            assert unlike(shape_of(part), shown[part], part) == []
        counted = await moderating.call("room.map")
        attendees = (await moderating.call("desk.view"))["attendees"]
        published = {"result": shown["ballots"][0]["result"], "map": counted["map"]}
        for part, held in (*published.items(), ("attendees", attendees)):
            assert held
            assert unlike(shape_of(part), held, part) == []
        assert shown["opinions"]
        assert shown["ballots"]
        assert undescribed(client.frames) == []
        assert undescribed(moderating.frames) == []
