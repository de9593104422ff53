"""A socket speaks the language of its page, whoever else asks for the same at the same time."""

import asyncio

import pytest

from tests.live.client import Refused, visit
from tests.live.conftest import MakeScene


async def refusal(client, **command: object) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused) as refused:
        await client.call(**command)
    return str(refused.value.error["message"])


async def test_refusals_are_in_the_language_of_the_page(make_scene: MakeScene) -> None:
    scene = make_scene(residents=2)
    first, second = (person["session"] for person in scene.people[:2])
    english = {"Cookie": f"sessionid={first}; hall_language=en"}
    async with (
        visit(scene.url, scene.room, None, headers=english) as one,  # type: ignore[arg-type]
        visit(scene.url, scene.room, second) as other,
    ):
        posts = [
            refusal(client, do="opinion.post", kind="opinion", text="长" * 1900)
            for client in (one, other, one, other)
        ]
        said = await asyncio.gather(*posts)
        assert [sentence.startswith("Too long") for sentence in said] == [True, False] * 2
        assert said[1].startswith("内容太长")
        told = await refusal(one, do="opinion.pin", number=1, pinned=True)
        assert told == "You do not have this right."
        assert one.view.snapshot["room"]["stage_label"] == "协商进行中"
