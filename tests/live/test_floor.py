"""The floor over the socket: hands, the order, speeches, departments, notes, drafts."""

import asyncio
import uuid
from typing import Any

import pytest

from tests.live.client import Client, Refused, visit
from tests.live.conftest import MakeScene, Scene
from tests.live.halls import LiveHall


def floor(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.view.snapshot["speaking"]  # type: ignore[index]
    return found


def waiting(client: Client) -> list[int]:
    return [one["number"] for one in floor(client)["waiting"]]


def assert_seen_as_now(scene: Scene, client: Client) -> None:
    """Old snapshot + events == new snapshot, in what this file is about."""
    seen = scene.clerk.see(room=scene.room, person=client.view.me)
    assert client.view.snapshot is not None
    for part in ("speaking", "requests"):
        assert client.view.snapshot[part] == seen[part]
    assert client.view.snapshot["room"]["agenda"] == seen["room"]["agenda"]


async def refusal_of(client: Client, do: str, **fields: Any) -> str:
    with pytest.raises(Refused) as refused:
        await client.call(do, **fields)
    return refused.value.code


async def test_floor_goes_its_way_before_everyone(make_scene: MakeScene) -> None:
    scene = make_scene(residents=3)
    first, second, third = scene.people
    async with (
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
        visit(scene.url, scene.room, first["session"]) as speaking,
        visit(scene.url, scene.room, second["session"]) as waits,
        visit(scene.url, scene.room, third["session"]) as watching,
    ):
        assert "hand" in speaking.hello["may"]
        assert "floor" in moderating.hello["may"]
        assert "floor" not in speaking.hello["may"]
        assert await speaking.call("hand.raise", subject="停车") == {"number": 1, "place": 1}
        assert await speaking.call("hand.raise", subject="停车") == {"number": 1, "place": 1}
        assert await waits.call("hand.raise") == {"number": 2, "place": 2}
        assert await watching.call("hand.raise") == {"number": 3, "place": 3}
        await moderating.call("hand.move", number=3, to=1)
        await watching.until(lambda: waiting(watching) == [3, 1, 2], what="the moderator's order")

        await moderating.call("speech.call", number=1)
        begun = await watching.event("speech.begun")
        assert begun["body"] == {"number": 1, "limit": 180, "order": [3, 2]}
        now = floor(watching)["now"]
        assert (now["person"]["id"], now["called_at"]) == (first["id"], begun["at"])
        await moderating.call("speech.time", number=1, minutes=4)
        await watching.until(lambda: floor(watching)["now"]["limit"] == 240, what="more time")
        assert_seen_as_now(scene, watching)

        await speaking.call("speech.end", number=1)
        await watching.event("speech.ended")
        await moderating.call("hand.skip", number=3)
        await moderating.call("hand.return", number=3)
        await waits.call("hand.lower")
        await watching.until(lambda: waiting(watching) == [3], what="one who waits")
        await moderating.call("speaking.set", open=False)
        await moderating.call("speaking.set", minutes=2)
        await moderating.call("agenda.extend", position=1, minutes=45)
        for client in (watching, moderating):
            await client.event("agenda.extended")
        assert_seen_as_now(scene, watching)
        assert_seen_as_now(scene, moderating)
        assert await refusal_of(waits, "hand.raise") == "wrong_state"
        [voice] = (await watching.call("room.voice"))["voice"][-1:]
        assert set(voice) == {"identity", "seats", "seconds", "turns", "opinions"}


async def test_two_moderators_who_call_the_same_person_call_once(make_scene: MakeScene) -> None:
    scene = make_scene(residents=2)
    second = scene.clerk.people(count=1, role="member")[0]
    scene.clerk.give_seat(
        room=scene.room, person=second["id"], role="moderator", by=scene.moderator["id"]
    )
    async with (
        visit(scene.url, scene.room, scene.moderator["session"]) as one,
        visit(scene.url, scene.room, second["session"]) as other,
    ):
        for person in scene.people:
            async with visit(scene.url, scene.room, person["session"]) as client:
                await client.call("hand.raise")
        answers = await asyncio.gather(*(c.call("speech.call", number=1) for c in (one, other)))
        assert sorted(answer["seq"] is None for answer in answers) == [False, True]
        for client in (one, other):
            await client.event("speech.begun")
        assert len(one.events("speech.begun")) == 1
        assert_seen_as_now(scene, other)


async def test_who_comes_back_finds_the_floor_as_it_is(scene: Scene) -> None:
    person, other = scene.people
    async with visit(scene.url, scene.room, scene.moderator["session"]) as moderating:
        async with visit(scene.url, scene.room, person["session"]) as client:
            await client.call("hand.raise", subject="电梯")
            kept = client.view
        async with visit(scene.url, scene.room, other["session"]) as client:
            await client.call("hand.raise")
        await moderating.call("speech.call", number=1)
        async with visit(scene.url, scene.room, person["session"], greeted=False) as client:
            await client.until(lambda: client.hello, what="the greeting")
            client.view = kept
            await client.catch_up(seq=kept.head, epoch=kept.epoch)
            assert floor(client)["now"]["subject"] == "电梯"
            assert waiting(client) == [2]
            assert_seen_as_now(scene, client)


async def test_floor_is_as_it_was_after_a_restart(live_hall: LiveHall, scene: Scene) -> None:
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        await client.call("hand.raise", subject="采光")
    other = live_hall.start()
    try:
        async with visit(other.socket_url, scene.room, scene.people[1]["session"]) as client:
            assert floor(client)["waiting"][0]["subject"] == "采光"
            assert await client.call("hand.raise") == {"number": 2, "place": 2}
            assert_seen_as_now(scene, client)
    finally:
        other.kill()
        live_hall.hall.processes.remove(other)


async def test_department_is_asked_and_answers(make_scene: MakeScene) -> None:
    scene = make_scene(residents=1)
    officer, stranger = scene.clerk.people(count=2, role="department")
    bureau = scene.clerk.employ(people=[officer["id"]], name="城市管理局")
    async with (
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
        visit(scene.url, scene.room, officer["session"]) as answering,
        visit(scene.url, scene.room, stranger["session"]) as foreign,
        visit(scene.url, scene.room, scene.people[0]["session"]) as asking,
    ):
        await asking.post("什么时候完工?", kind="question")
        found = (await moderating.call("room.departments"))["departments"]
        assert found[0] == {"id": bureau, "name": found[0]["name"], "here": True}
        asked = {"number": 1, "department": bureau}
        assert await moderating.call("answer.ask", **asked) == {"number": 1}
        await answering.event("answer.asked")
        assert await refusal_of(foreign, "answer.give", number=1, text="我来") == "forbidden"
        assert await refusal_of(asking, "answer.ask", **asked) == "forbidden"
        key = str(uuid.uuid4())
        for _ in range(2):  # sent again after a cut line
            given = await answering.call("answer.give", key=key, number=1, text="十月底。")
            assert given["number"] == 2
        await asking.event("answer.given")
        await asking.event("opinion.answered")
        assert asking.view.card(1)["answered"] is True
        assert_seen_as_now(scene, asking)
        assert await refusal_of(moderating, "answer.withdraw", number=1) == "wrong_state"


async def test_notes_never_reach_anyone_else(scene: Scene) -> None:
    async with (
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
        visit(scene.url, scene.room, scene.people[0]["session"]) as client,
    ):
        assert await moderating.call("note.write", text="下一位请老人先说") == {"number": 1}
        await moderating.event("note.written")
        seq = moderating.events("note.written")[0]["seq"]
        await client.until(lambda: {"seq": seq} in client.frames, what="its number alone")
        assert not any("老人先说" in str(frame) for frame in client.frames)
        assert (await client.call("room.since", seq=seq - 1, epoch=client.view.epoch))[
            "events"
        ] == [{"seq": seq}]
        assert await refusal_of(client, "room.notes") == "forbidden"
        [note] = (await moderating.call("room.notes"))["notes"]
        assert (note["text"], note["mine"]) == ("下一位请老人先说", True)
        await moderating.call("note.remove", number=1, removed=True)
        [note] = (await moderating.call("room.notes"))["notes"]
        assert note["removed"] is True


async def test_two_who_write_one_clause_do_not_trample_each_other(scene: Scene) -> None:
    async with (
        visit(scene.url, scene.room, scene.moderator["session"]) as one,
        visit(scene.url, scene.room, scene.moderator["session"]) as other,
        visit(scene.url, scene.room, scene.people[0]["session"]) as client,
    ):
        for text in ("先修水管", "再修路"):
            await client.post(text)
        fresh = {"what": "clause", "text": "先修水管。", "evidence": [1]}
        assert await one.call("outcome.write", **fresh) == {"position": 1}
        [seen] = (await other.call("room.drafts"))["clauses"]
        change = {"what": "clause", "position": 1, "expected": seen["updated_at"]}
        await one.call("outcome.write", **change, text="先修水管。", evidence=[1, 2])
        assert (
            await refusal_of(other, "outcome.write", **change, text="别的话。", evidence=[1])
            == "wrong_state"
        )
        assert await refusal_of(other, "outcome.remove", **change) == "wrong_state"
        [now] = (await other.call("room.drafts"))["clauses"]
        assert (now["text"], now["evidence"]) == ("先修水管。", [1, 2])
        removal = {"what": "clause", "position": 1, "expected": now["updated_at"]}
        await other.call("outcome.remove", **removal)
        assert (await one.call("room.drafts"))["clauses"] == []
        assert await refusal_of(client, "room.drafts") == "forbidden"
        assert await refusal_of(client, "outcome.write", **fresh) == "forbidden"


async def test_drafts_tell_who_stands_where_and_go_to_the_dissent_register(scene: Scene) -> None:
    async with (
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
        visit(scene.url, scene.room, scene.people[0]["session"]) as client,
    ):
        for text in ("先修水管", "再修路"):
            await client.post(text)
        for text, number in (("甲。", 1), ("乙。", 2)):
            written = {"what": "clause", "text": text, "evidence": [number]}
            await moderating.call("outcome.write", **written)
        moved = await moderating.call("outcome.move", what="clause", position=2, to=1)
        assert moved == {"position": 1}
        found = await moderating.call("room.drafts")
        assert [line["text"] for line in found["clauses"]] == ["乙。", "甲。"]
        assert [line["few_voices"] for line in found["clauses"]] == [True, True]
        assert [(one["number"], one["share"]) for one in found["standings"]] == [
            (1, None),
            (2, None),
        ]
        assert found["uniting"] == []
        line = found["clauses"][0]
        few = {"position": 1, "expected": line["updated_at"]}
        assert await refusal_of(client, "outcome.accept_few", **few) == "forbidden"
        assert await moderating.call("outcome.accept_few", **few) == {"position": 1}
        [event] = moderating.events("clause.few_accepted")
        assert event["body"] == {"position": 1}
        accepted = (await moderating.call("room.drafts"))["clauses"]
        assert [line["few_accepted"] for line in accepted] == [True, False]
        stale = {"position": 2, "expected": line["updated_at"]}
        assert await refusal_of(moderating, "outcome.accept_few", **stale) == "wrong_state"
        fields = {"text": line["text"], "evidence": line["evidence"], "position": 1}
        assert await refusal_of(client, "outcome.register", **fields) == "forbidden"
        expected = line["updated_at"]
        told = await moderating.call("outcome.register", **fields, expected=expected)
        assert told == {"position": 1}
        found = await moderating.call("room.drafts")
        assert [line["text"] for line in found["clauses"]] == ["甲。"]
        assert found["dissent"][0]["text"].startswith("有人提出“乙”")


@pytest.mark.parametrize(
    ("do", "fields", "code"),
    [
        ("hand.raise", {"subject": "字" * 61}, "too_long"),
        ("hand.raise", {"subject": None}, "invalid"),
        ("speech.call", {"number": 7}, "not_found"),
        ("hand.skip", {"number": 7}, "not_found"),
        ("hand.move", {"number": 7, "to": 1}, "not_found"),
        ("hand.move", {"number": 7, "to": 0}, "invalid"),
        ("hand.return", {"number": 7}, "not_found"),
        ("speech.time", {"number": 7, "minutes": 31}, "invalid"),
        ("speech.time", {"number": 7, "minutes": 3}, "wrong_state"),
        ("speech.end", {"number": 7}, "not_found"),
        ("speaking.set", {"open": 1, "minutes": 3}, "invalid"),
        ("agenda.extend", {"position": 2, "minutes": 9}, "wrong_state"),
        ("answer.ask", {"number": 7, "department": 1}, "not_found"),
        ("answer.withdraw", {"number": 7}, "not_found"),
        ("note.write", {"text": " "}, "empty"),
        ("note.write", {"text": "字", "about": 7}, "not_found"),
        ("note.remove", {"number": 7, "removed": True}, "not_found"),
        ("outcome.write", {"what": "minutes", "text": "字", "evidence": []}, "invalid"),
        ("outcome.write", {"what": "clause", "text": "字", "evidence": []}, "empty"),
    ],
)
async def test_what_cannot_be_done_is_refused(
    scene: Scene, do: str, fields: dict[str, Any], code: str
) -> None:
    async with visit(scene.url, scene.room, scene.moderator["session"]) as client:
        assert await refusal_of(client, do, **fields) == code
