"""docs/protocol.md, docs/asyncapi.yaml, the code and the wire say the same."""

import ast
import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

from consultations.live import asyncapi
from consultations.live.commands import HANDLERS
from consultations.live.protocol import COMMANDS, Close
from hall.errors import Code
from tests.live.client import Client, visit
from tests.live.conftest import Scene

ROOT = Path(settings.BASE_DIR)
PAGE = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")


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
        kind = call.args[1] if len(call.args) > 1 else None
        if isinstance(kind, ast.Constant):
            types.add(str(kind.value))
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
    for code in Code:
        assert f"`{code.value}`" in PAGE
    for field in (*asyncapi.SNAPSHOT.fields, *asyncapi.HELLO.fields):
        assert field in PAGE


BOUNDS = ("HALL_COMMAND_RATE", "HALL_SOCKETS_PER_PERSON", "HALL_SOCKETS_PER_ADDRESS")


@pytest.mark.parametrize("bound", BOUNDS)
def test_bounds_on_the_page_are_those_of_the_settings(bound: str) -> None:
    assert re.search(rf"\b{getattr(settings, bound):,}\b[^.]*\(`{bound}`\)", PAGE)


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
        assert set(client.view.snapshot) == set(asyncapi.SNAPSHOT.fields)
        assert undescribed(client.frames) == []
        assert undescribed(moderating.frames) == []
