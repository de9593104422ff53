"""Merging through real sockets: everyone sees the same, and old snapshot + events = new one."""

import pytest

from tests.live.client import Refused, visit
from tests.live.conftest import MakeScene, Scene
from tests.live.test_holding import assert_as_a_newcomer


async def test_merge_and_its_undoing_reach_everyone(make_scene: MakeScene) -> None:
    scene = make_scene(residents=2)
    one, other = (person["session"] for person in scene.people)
    chair = scene.moderator["session"]
    async with (
        visit(scene.url, scene.room, one) as writing,
        visit(scene.url, scene.room, other) as watching,
        visit(scene.url, scene.room, chair) as moderating,
    ):
        for text in ("市场一楼下雨就积水，先把排水沟疏通。", "一楼下雨积水，先疏通排水沟。"):
            await writing.post(text)
        await watching.post("夜间开放到九点。")
        await watching.call("stance.take", number=1, value=1)
        assert await moderating.call("opinion.similar") == {
            "groups": [{"numbers": [1, 2], "likeness": pytest.approx(0.5, abs=0.4)}]
        }
        answer = await moderating.call("opinion.merge", numbers=[1, 3], into=2)
        assert answer == {"numbers": [1, 3]}
        await watching.until(lambda: "merged_into" in watching.view.card(3))
        credited = [part["author"]["name"] for part in watching.view.card(2)["merged"]]
        assert credited == [scene.people[0]["name"], scene.people[1]["name"]]
        with pytest.raises(Refused) as refused:
            await writing.call("stance.take", number=1, value=1)
        assert refused.value.code == "wrong_state"
        await watching.until(lambda: watching.view.card(1)["agree"] == 1)
        for client, session in ((writing, one), (watching, other), (moderating, chair)):
            await assert_as_a_newcomer(scene, client, session)
        await moderating.call("opinion.unmerge", number=1)
        await moderating.call("opinion.unmerge", number=3)
        await watching.until(lambda: "merged" not in watching.view.card(2))
        await writing.until(lambda: writing.view.card(1)["agree"] == 1)
        await moderating.until(lambda: moderating.view.card(1)["agree"] == 1)
        for client, session in ((writing, one), (watching, other), (moderating, chair)):
            await assert_as_a_newcomer(scene, client, session)


async def test_merging_is_refused_to_others(scene: Scene) -> None:
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        for command in (
            {"do": "opinion.merge", "numbers": [1], "into": 2},
            {"do": "opinion.unmerge", "number": 1},
            {"do": "opinion.similar"},
            {"do": "room.list", "only": "merged"},
            {"do": "room.list", "only": "hidden"},
        ):
            with pytest.raises(Refused) as refused:
                await client.call(**command)
            assert refused.value.code == "forbidden"
