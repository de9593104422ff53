"""先审后发 and posting rules through real sockets: who hears what, and whose rights follow."""

import asyncio
from contextlib import suppress

import pytest

from tests.live.client import PATIENCE, Client, Frame, Refused, visit
from tests.live.conftest import MakeScene, Scene

WORDS = "三号楼的水管昨晚又爆了。"


def words(client: Client) -> str:
    return str(client.frames)


def facts(client: Client) -> dict[str, object]:
    """What a client knows of the room, beside presence."""
    assert client.view.snapshot is not None
    named = ("head", "opinions", "total", "posting", "mutes", "room")
    return {name: client.view.snapshot[name] for name in named}


def may(client: Client) -> set[str]:
    """What the client was told last of its rights; all where it was told nothing yet."""
    told = client.news("may")
    return set(told[-1]["may"] if told else client.hello["may"])


async def assert_as_a_newcomer(scene: Scene, client: Client, session: str) -> None:
    """Old snapshot + events = new snapshot."""
    async with visit(scene.url, scene.room, session) as fresh:
        # What has happened since the snapshot was made comes after it, by some servers later.
        await fresh.until(lambda: fresh.view.head >= client.view.head, what="the same head")
        await client.until(lambda: client.view.head >= fresh.view.head, what="the same head")
        # Tallies are told beside the log, to the one and to the other.
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while facts(client) != facts(fresh):  # noqa: ASYNC110 (two clients)
                    await asyncio.sleep(0.01)
        assert facts(client) == facts(fresh)
        assert client.view.gaps == []


async def test_held_post_reaches_author_and_moderators_until_it_is_approved(
    make_scene: MakeScene,
) -> None:
    scene = make_scene(residents=2)
    author, bystander = (person["session"] for person in scene.people)
    chair = scene.moderator["session"]
    async with (
        visit(scene.url, scene.room, author) as writing,
        visit(scene.url, scene.room, bystander) as watching,
        visit(scene.url, scene.room, chair) as moderating,
    ):
        await moderating.call("posting.set", holds_residents=True)
        receipt = await writing.post(WORDS)
        number = receipt["number"]
        held = await writing.event("opinion.held")
        assert (held["seq"], held["body"]["text"]) == (receipt["seq"], WORDS)
        await moderating.event("opinion.held")
        await watching.until(lambda: watching.view.head >= held["seq"])
        assert watching.events()[-1] == {"seq": held["seq"]}
        assert watching.view.opinions == []
        announced = (await moderating.post("大家先看材料。"))["number"]
        await watching.event("opinion.posted")
        for client, session in ((writing, author), (watching, bystander), (moderating, chair)):
            await assert_as_a_newcomer(scene, client, session)
        with pytest.raises(Refused) as refused:
            await watching.call("stance.take", number=number, value=1)
        assert refused.value.code == "not_found"
        replayed = await watching.catch_up(seq=1, epoch=watching.view.epoch)
        assert {"seq": held["seq"]} in replayed["events"]
        older = await watching.call("room.opinions", before=99)
        assert [card["number"] for card in older["opinions"]] == [announced]
        assert WORDS not in words(watching)

        assert await moderating.call("opinion.approve", numbers=[number]) == {
            "numbers": [number],
            "already": [],
        }
        approved = await watching.event("opinion.approved")
        assert approved["body"]["text"] == WORDS
        assert [card["number"] for card in watching.view.opinions] == [number, announced]
        for client, session in ((writing, author), (watching, bystander), (moderating, chair)):
            await assert_as_a_newcomer(scene, client, session)
        assert scene.clerk.check_log(room=scene.room)["broken"] == []


async def _pictured(client: Client) -> list[Frame]:
    """The opinions of a snapshot as it is, without the events that come after it."""
    opinions: list[Frame] = (await client.catch_up())["snapshot"]["opinions"]
    return opinions


async def test_own_stance_on_what_was_just_approved_is_in_a_new_snapshot(
    make_scene: MakeScene,
) -> None:
    """The room's picture, which all snapshots of a second share, has the opinion as held."""
    scene = make_scene(residents=2)
    author, reader = (person["session"] for person in scene.people)
    async with (
        visit(scene.url, scene.room, author) as writing,
        visit(scene.url, scene.room, reader) as reading,
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
    ):
        await moderating.call("posting.set", holds_residents=True)
        number = (await writing.post(WORDS))["number"]
        await moderating.post("大家先看材料。")
        await reading.event("opinion.posted")
        async with asyncio.timeout(10):
            # Nothing tells when a picture is taken; asking for one does not make it younger.
            while number not in [card["number"] for card in await _pictured(moderating)]:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await moderating.call("opinion.approve", numbers=[number])
        await reading.event("opinion.approved")
        await reading.call("stance.take", number=number, value=1)
        async with visit(scene.url, scene.room, reader) as again:
            await again.until(lambda: number in again.view.cards, what="the opinion")
            assert again.view.card(number)["mine"] == 1


async def test_returned_post_tells_its_author_alone(make_scene: MakeScene) -> None:
    scene = make_scene(residents=2)
    author, bystander = (person["session"] for person in scene.people)
    async with (
        visit(scene.url, scene.room, author) as writing,
        visit(scene.url, scene.room, bystander) as watching,
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
    ):
        await moderating.call("posting.set", holds_residents=True)
        number = (await writing.post(WORDS))["number"]
        await moderating.call("opinion.return", numbers=[number], reason="请说具体一些")
        returned = await writing.event("opinion.returned")
        assert returned["body"] == {"number": number, "reason": "请说具体一些"}
        assert writing.view.card(number)["state"] == "returned"
        await assert_as_a_newcomer(scene, writing, author)
        await watching.until(lambda: watching.view.head >= returned["seq"])
        assert "请说具体一些" not in words(watching)
        await moderating.call("opinion.reconsider", number=number)
        await writing.event("opinion.reconsidered")
        await assert_as_a_newcomer(scene, writing, author)
        await assert_as_a_newcomer(scene, watching, bystander)


async def test_of_two_moderators_the_second_is_told_who_decided(make_scene: MakeScene) -> None:
    scene = make_scene(residents=1)
    other = scene.clerk.people(count=1, role="staff")[0]
    scene.clerk.give_seat(
        room=scene.room, person=other["id"], role="moderator", by=scene.moderator["id"]
    )
    async with (
        visit(scene.url, scene.room, scene.people[0]["session"]) as writing,
        visit(scene.url, scene.room, scene.moderator["session"]) as first,
        visit(scene.url, scene.room, other["session"]) as second,
    ):
        await first.call("posting.set", holds_residents=True)
        number = (await writing.post(WORDS))["number"]
        answers = await asyncio.gather(
            first.call("opinion.approve", numbers=[number]),
            second.call("opinion.return", numbers=[number], reason="偏题"),
            return_exceptions=True,
        )
        refusals = [answer for answer in answers if isinstance(answer, Refused)]
        assert [refusal.code for refusal in refusals] == ["wrong_state"]
        decider = scene.moderator if answers[1] is refusals[0] else other
        assert decider["name"] in refusals[0].error["message"]
        await second.until(lambda: second.view.card(number)["state"] != "held")


async def test_rules_and_mutes_change_rights_at_once(make_scene: MakeScene) -> None:
    scene = make_scene(residents=2)
    person, other = scene.people
    posts = {"opinion", "suggestion", "question", "reply"}
    async with (
        visit(scene.url, scene.room, person["session"]) as client,
        visit(scene.url, scene.room, other["session"]) as bystander,
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
    ):
        await moderating.call("posting.set", closed=True)
        await client.until(lambda: not posts & may(client))
        with pytest.raises(Refused) as refused:
            await client.post("还能说吗？")
        assert refused.value.code == "posting_closed"
        await moderating.post("主持人还能说。")
        await moderating.call("posting.set", closed=False, slow_seconds=60)
        await client.until(lambda: posts <= may(client))
        await client.post("第一条。")
        with pytest.raises(Refused) as refused:
            await client.post("第二条。")
        assert refused.value.code == "too_soon"
        assert "60 秒" in refused.value.error["message"]

        await moderating.call("posting.set", slow_seconds=0)
        await moderating.call("person.mute", person=person["id"], minutes=10, reason="请先听")
        await client.event("person.muted")
        await client.until(lambda: not posts & may(client))
        with pytest.raises(Refused) as refused:
            await client.post("还能说吗？")
        assert refused.value.code == "muted"
        assert "请先听" in refused.value.error["message"]
        await bystander.post("别人还能说。")
        assert "请先听" not in words(bystander)
        for seat, session in ((client, person["session"]), (bystander, other["session"])):
            await assert_as_a_newcomer(scene, seat, session)
        await assert_as_a_newcomer(scene, moderating, scene.moderator["session"])
        await moderating.call("person.unmute", person=person["id"])
        await client.until(lambda: posts <= may(client))
        await client.post("可以说了。")


async def test_a_mute_ends_by_itself(make_scene: MakeScene) -> None:
    scene = make_scene(residents=1)
    person = scene.people[0]
    async with (
        visit(scene.url, scene.room, person["session"]) as client,
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
    ):
        await moderating.call("person.mute", person=person["id"], minutes=1, reason="请先听")
        await client.until(lambda: "opinion" not in may(client))
        scene.clerk.end_mute_soon(room=scene.room)
        await moderating.call("posting.set", slow_seconds=15)  # so that the room looks again
        await client.until(lambda: "opinion" in may(client), what="the right to post")


async def test_moderation_of_posts_is_refused_to_others(scene: Scene) -> None:
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        for command in (
            {"do": "opinion.approve", "numbers": [1]},
            {"do": "opinion.return", "numbers": [1], "reason": "偏题"},
            {"do": "opinion.reconsider", "number": 1},
            {"do": "posting.set", "closed": True},
            {"do": "person.mute", "person": 1, "minutes": 5, "reason": "吵"},
            {"do": "person.unmute", "person": 1},
        ):
            with pytest.raises(Refused) as refused:
                await client.call(**command)
            assert refused.value.code == "forbidden"
