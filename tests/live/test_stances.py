"""Stances: answered after their commit, told as tallies."""

import asyncio

import pytest

from tests.live.client import Refused, visit
from tests.live.conftest import MakeScene, Scene


async def test_tallies_are_told_coalesced(make_scene: MakeScene) -> None:
    scene = make_scene(residents=6)
    sessions = [person["session"] for person in scene.people]
    async with visit(scene.url, scene.room, scene.moderator["session"]) as watching:
        number = (await watching.post("菜场改造后摊位费不涨。"))["number"]

        async def take(session: str, value: int) -> None:
            async with visit(scene.url, scene.room, session) as client:
                answer = await client.call("stance.take", number=number, value=value)
                assert answer == {"number": number, "value": value}
                assert client.view.card(number)["mine"] == value

        values, loop = [1, 1, 1, -1, -1, 0], asyncio.get_running_loop()
        began = loop.time()
        await asyncio.gather(*map(take, sessions, values))
        card = watching.view.card(number)
        await watching.until(
            lambda: (card["agree"], card["disagree"], card["passed"]) == (3, 2, 1), what="3:2:1"
        )
        # A tally each half second, however many come in within it.
        assert len(watching.news("tally")) <= 2 + (loop.time() - began) / 0.5


async def test_last_stance_counts(scene: Scene) -> None:
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        number = (await client.post("公交加一站。"))["number"]
        await client.call("stance.take", number=number, value=1)
        await client.call("stance.take", number=number, value=-1)
        card = client.view.card(number)
        await client.until(lambda: (card["agree"], card["disagree"]) == (0, 1), what="0:1")
        assert scene.clerk.see(room=scene.room, person=scene.people[0]["id"])["opinions"] == [card]


async def test_stance_is_refused_alone(scene: Scene) -> None:
    async with (
        visit(scene.url, scene.room, scene.people[0]["session"]) as client,
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
    ):
        hidden = (await client.post("这条会隐藏。"))["number"]
        shown = (await client.post("这条不会。"))["number"]
        await moderating.call("opinion.hide", number=hidden, reason="偏题")
        answers = await asyncio.gather(
            client.call("stance.take", number=hidden, value=1),
            moderating.call("stance.take", number=shown, value=1),
            client.call("stance.take", number=999, value=1),
            return_exceptions=True,
        )
        codes = [answer.code if isinstance(answer, Refused) else None for answer in answers]
        assert codes == ["wrong_state", None, "not_found"]


@pytest.mark.parametrize("value", [2, "1", 1.5, None, True])
async def test_stance_value_is_checked(scene: Scene, value: object) -> None:
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        with pytest.raises(Refused) as refused:
            await client.call("stance.take", number=1, value=value)
        assert refused.value.code == "invalid"
