"""Coming back: nothing is lost, nothing comes twice."""

import pytest

from tests.live.client import Frame, Refused, visit
from tests.live.conftest import Scene


def lasting(snapshot: Frame) -> Frame:
    """A snapshot without what is told by news alone, or different each time."""
    return {k: v for k, v in snapshot.items() if k not in {"server_time", "presence"}}


async def test_missed_events_are_replayed_in_order(scene: Scene) -> None:
    first, second = scene.people
    async with visit(scene.url, scene.room, first["session"]) as speaker:
        async with visit(scene.url, scene.room, second["session"]) as away:
            left_at, epoch = away.view.head, away.view.epoch
        numbers = [(await speaker.post(f"第{n}条"))["number"] for n in range(3)]
        async with visit(scene.url, scene.room, second["session"]) as back:
            missed = await back.catch_up(seq=left_at, epoch=epoch)
            assert [event["seq"] for event in missed["events"]] == list(
                range(left_at + 1, missed["head"] + 1)
            )
            posted = [e for e in missed["events"] if e["type"] == "opinion.posted"]
            assert [event["body"]["number"] for event in posted] == numbers
            assert (await back.catch_up(seq=missed["head"], epoch=epoch)) == {
                "events": [],
                "head": missed["head"],
            }


async def test_another_epoch_or_a_forged_head_gets_a_snapshot(scene: Scene) -> None:
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        head = (await client.post("一条意见。"))["seq"]
        epoch = client.view.epoch
        for seq, of_epoch in ((0, epoch), (1, "another"), (2**53 - 1, epoch)):
            answer = await client.catch_up(seq=seq, epoch=of_epoch)
            assert answer["snapshot"]["head"] <= head
            assert answer["snapshot"]["epoch"] == epoch
            await client.until(lambda: client.view.head == head, what="the events since")


async def test_far_behind_gets_a_snapshot_of_the_latest(scene: Scene) -> None:
    texts = [f"第{n}条" for n in range(1, 211)]
    numbers = scene.clerk.post_many(room=scene.room, person=scene.moderator["id"], texts=texts)
    async with visit(scene.url, scene.room, scene.people[1]["session"]) as client:
        snapshot = client.view.snapshot
        assert [card["number"] for card in snapshot["opinions"]] == numbers[-200:]
        assert snapshot["total"] == 210
        older = await client.call("room.opinions", before=snapshot["opinions"][0]["number"])
        assert [card["number"] for card in older["opinions"]] == numbers[:10]
        assert older["more"] is False
        page = await client.call("room.opinions", before=8, limit=5)
        assert [card["number"] for card in page["opinions"]] == [3, 4, 5, 6, 7]
        assert page["more"] is True


async def test_short_snapshot_has_the_latest_the_pinned_and_the_hidden(scene: Scene) -> None:
    author, reader = scene.people
    async with (
        visit(scene.url, scene.room, author["session"]) as speaker,
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
        visit(scene.url, scene.room, reader["session"]) as reading,
    ):
        for number in range(1, 7):
            await speaker.post(f"第{number}条。")
        await moderating.call("opinion.pin", number=2, pinned=True)
        await moderating.call("opinion.hide", number=3, reason="偏题")
        for client in (speaker, reading, moderating):
            short = (await client.call("room.since", seq=0, epoch="", opinions=2))["snapshot"]
            whole = (await client.call("room.since", seq=0, epoch=""))["snapshot"]
            kept = [card for card in whole["opinions"] if card["number"] in {2, 3, 5, 6}]
            assert (len(whole["opinions"]), short["opinions"]) == (6, kept)
            assert (short["total"], short["head"]) == (6, whole["head"])
        for wrong in (0, 201):
            with pytest.raises(Refused) as refused:
                await reading.call("room.since", seq=0, epoch="", opinions=wrong)
            assert refused.value.code == "invalid"


async def test_snapshot_is_what_the_domain_gives(scene: Scene) -> None:
    first, second = scene.people
    async with (
        visit(scene.url, scene.room, first["session"]) as speaker,
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
    ):
        await speaker.post("可见的一条。")
        hidden = (await speaker.post("隐藏的一条。"))["number"]
        await speaker.call("stance.take", number=1, value=1)
        await moderating.call("opinion.hide", number=hidden, reason="偏题")
        await moderating.call("opinion.pin", number=1, pinned=True)
    for person in (first, second, scene.moderator):
        async with visit(scene.url, scene.room, person["session"]) as client:
            assert client.view.snapshot["presence"]["count"] >= 1
            expected = lasting(scene.clerk.see(room=scene.room, person=person["id"]))
            await client.until(
                lambda c=client, e=expected: lasting(c.view.snapshot) == e, what="the same"
            )


async def test_restored_log_sends_everyone_back_to_the_start(scene: Scene) -> None:
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        before = client.view.epoch
        scene.clerk.restore_log(room=scene.room)
        assert await client.closed() == 4012
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        assert client.view.epoch != before


async def test_verbs_of_another_process_reach_the_room(scene: Scene) -> None:
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        number = scene.clerk.post(
            room=scene.room, person=scene.moderator["id"], text="现场代录:门口太挤。"
        )
        event = await client.event("opinion.posted")
        assert event["body"]["number"] == number
