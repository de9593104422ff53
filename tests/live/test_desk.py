"""The desk over real sockets: what it enters is seen by all, and an old snapshot follows it."""

import uuid
from typing import Any

import pytest

from tests.live.client import Client, Refused, visit
from tests.live.conftest import Scene


async def check_in(desk: Client, name: str, **fields: Any) -> str:
    told = await desk.call("desk.check_in", name=name, **fields)
    return str(told["key"])


async def same_as_new(scene: Scene, *watching: tuple[Client, dict[str, Any]]) -> None:
    """Whoever has watched shows what a snapshot would show them now."""
    for client, person in watching:
        head = scene.clerk.head(room=scene.room)
        await client.until(lambda: client.view.head == head, what="the head")  # noqa: B023
        fresh = scene.clerk.see(room=scene.room, person=person["id"])
        known = client.view.snapshot
        assert known is not None
        assert known["opinions"] == fresh["opinions"]
        assert known["ballots"] == fresh["ballots"]


async def test_what_is_said_in_the_hall_reaches_everyone(scene: Scene) -> None:
    resident, moderator = scene.people[0], scene.moderator
    async with (
        visit(scene.url, scene.room, moderator["session"]) as desk,
        visit(scene.url, scene.room, resident["session"]) as reader,
    ):
        key = str(uuid.uuid4())
        await desk.call("desk.check_in", key=key, name="王小明", phone="")
        posted = await desk.call("desk.post", attendee=key, kind="opinion", text="他家住三号楼。")
        number = posted["number"]
        event = await reader.event("opinion.posted")
        assert event["body"]["author"]["name"] == "王某某"
        assert event["body"]["entered_by"] == moderator["name"]
        await desk.call("desk.correct", number=number, text="住户说灯不亮。")
        corrected = await reader.event("opinion.corrected")
        assert corrected["body"]["earlier"] == "他家住三号楼。"
        await same_as_new(scene, (reader, resident), (desk, moderator))

        await desk.call("opinion.hide", number=number, reason="含个人信息")
        await reader.event("opinion.hidden")
        assert "三号楼" not in str(reader.view.snapshot)
        await same_as_new(scene, (reader, resident), (desk, moderator))
        async with visit(scene.url, scene.room, scene.people[1]["session"]) as late:
            await late.catch_up(seq=1, epoch=late.view.epoch)
            assert "三号楼" not in str(late.frames)
        await desk.call("opinion.restore", number=number)
        await reader.event("opinion.restored")
        await same_as_new(scene, (reader, resident), (desk, moderator))
        assert "王小明" not in str(reader.frames) + str(desk.frames)


async def test_hands_and_phones_add_up(scene: Scene) -> None:
    resident, moderator = scene.people[0], scene.moderator
    async with (
        visit(scene.url, scene.room, moderator["session"]) as desk,
        visit(scene.url, scene.room, resident["session"]) as reader,
    ):
        for name in ("王一", "李二"):
            await check_in(desk, name)
        opened = await desk.call("ballot.open", question="同意吗？", kind="yes_no", results="live")
        number = opened["number"]
        assert (await desk.call("desk.view"))["hands"] == 2
        await reader.call("ballot.vote", number=number, choices=[2])
        await desk.call("desk.count_hands", number=number, people=2, counts=[2, 0, 0])
        await reader.event("ballot.hands_counted")
        await reader.until(lambda: reader.view.ballot(number)["voted"] == 3, what="the sum")
        assert reader.view.ballot(number)["counts"] == [2, 1, 0]
        assert reader.view.ballot(number)["hands"] == {"people": 2, "counts": [2, 0, 0]}
        counted = (await desk.call("desk.view"))["counted"]
        assert counted["by"] == moderator["name"]
        for expected, code in ((None, "wrong_state"), (counted["key"], "invalid")):
            given = {"number": number, "people": 3, "counts": [3, 0, 0], "expected": expected}
            with pytest.raises(Refused) as refused:
                await desk.call("desk.count_hands", **given)
            assert refused.value.code == code
        await desk.call("ballot.close", number=number)
        closed = await reader.event("ballot.closed")
        assert closed["body"]["result"]["hands"] == {"people": 2, "counts": [2, 0, 0]}
        await same_as_new(scene, (reader, resident))


async def test_check_ins_are_for_moderators_alone(scene: Scene) -> None:
    async with (
        visit(scene.url, scene.room, scene.moderator["session"]) as desk,
        visit(scene.url, scene.room, scene.people[0]["session"]) as reader,
    ):
        key = await check_in(desk, "王小明", votes_by_hand=False)
        told = await desk.event("attendee.checked_in")
        assert told["body"]["key"] == key
        await reader.until(lambda: reader.view.head >= told["seq"])
        assert reader.events("attendee.checked_in") == []
        for command in (
            {"do": "desk.view"},
            {"do": "desk.check_in", "name": "李二"},
            {"do": "desk.post", "attendee": key, "kind": "opinion", "text": "灯不亮。"},
            {"do": "desk.withdraw", "attendee": key},
        ):
            with pytest.raises(Refused) as refused:
                await reader.call(**command)
            assert refused.value.code == "forbidden"
        await desk.call("desk.way", attendee=key, votes_by_hand=True)
        (one,) = (await desk.call("desk.view"))["attendees"]
        assert one["votes_by_hand"] is True
        await desk.call("desk.withdraw", attendee=key)
        assert (await desk.call("desk.view"))["attendees"] == []
