"""The room's main way: come in, speak, be heard, and come back."""

import uuid

from tests.live.client import visit
from tests.live.conftest import Scene


async def test_post_reaches_everyone_through_its_event(scene: Scene) -> None:
    first, second = scene.people
    async with (
        visit(scene.url, scene.room, first["session"]) as speaker,
        visit(scene.url, scene.room, second["session"]) as listener,
    ):
        receipt = await speaker.post("菜场改造期间,请在东门设临时摊位。")
        event = await listener.event("opinion.posted")
        assert event["seq"] == receipt["seq"]
        assert event["by"] == first["id"]
        assert event["body"] == {
            "number": receipt["number"],
            "kind": "opinion",
            "text": "菜场改造期间,请在东门设临时摊位。",
            "author": {
                "id": first["id"],
                "name": first["name"],
                "identity": "resident",
                "belongs_to": "",
            },
            "reply_to": None,
            "agenda_item": 1,
            "origin": "online",
        }
        assert (await speaker.event("opinion.posted")) == event


async def test_hello_says_who_and_what_may_be_done(scene: Scene) -> None:
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        hello = client.hello
        assert hello["seat"]["person"]["id"] == scene.people[0]["id"]
        assert hello["seat"]["role"] == "participant"
        assert hello["may"] == [
            "opinion",
            "suggestion",
            "question",
            "reply",
            "stance",
            "hand",
            "vote",
        ]
    async with visit(scene.url, scene.room, scene.moderator["session"]) as client:
        assert client.hello["seat"]["role"] == "moderator"
        assert client.hello["may"] == [
            "opinion",
            "suggestion",
            "question",
            "reply",
            "stance",
            "hand",
            "floor",
            "answer",
            "moderate",
            "agenda",
            "ballot",
            "vote",
            "outcome",
            "check_in",
            "desk",
            "screen",
        ]


async def test_resend_is_the_same_post(scene: Scene) -> None:
    key = str(uuid.uuid4())
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        first = await client.post("路灯太暗。", key=key)
        again = await client.post("路灯太暗。", key=key)
        assert again == first
    assert [row["key"] for row in scene.clerk.opinions_of(room=scene.room)] == [key]
