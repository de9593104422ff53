"""Frames that no client of ours would send: a typed error or a clean close each, and no harm."""

import asyncio
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.live.client import Client, Refused, visit
from tests.live.conftest import Scene

KEY = "00000000-0000-4000-8000-000000000001"


def said(do: str, fields: str) -> str:
    """A frame whose fields are JSON text as they stand."""
    return (
        f'{{"do": {do}, "key": "{KEY}", {fields}}}' if fields else f'{{"do": {do}, "key": "{KEY}"}}'
    )


MALFORMED = [
    "",
    " ",
    "null",
    "[]",
    "1",
    '"opinion.post"',
    "{",
    "{}",
    '{"do": "opinion.post"}',
    said('"nothing.known"', ""),
    said("1", ""),
    said('"room.since"', '"seq": NaN, "epoch": ""'),
    said('"room.since"', '"seq": Infinity, "epoch": ""'),
    said('"room.since"', '"seq": -1, "epoch": ""'),
    said('"room.since"', '"seq": 1.0, "epoch": ""'),
    said('"room.since"', '"seq": 9007199254740992, "epoch": ""'),
    said('"room.since"', '"seq": ' + "9" * 5000 + ', "epoch": ""'),
    said('"room.since"', '"seq": 0, "epoch": "", "more": 1'),
    '{"do": "room.since", "key": "not-a-uuid", "seq": 0, "epoch": ""}',
    '{"do": "room.since", "key": null, "seq": 0, "epoch": ""}',
    said('"room.opinions"', '"before": 1, "limit": 101'),
    said('"opinion.post"', '"kind": "opinion", "text": "\\ud800"'),
    said('"opinion.post"', '"kind": "rumour", "text": "x"'),
    said('"opinion.post"', '"kind": "opinion", "text": 1'),
    said('"opinion.post"', '"kind": "opinion", "text": "x", "author": 1'),
    said('"stance.take"', '"number": 1, "value": 2'),
    said('"stance.take"', '"number": true, "value": 1'),
    said('"opinion.pin"', '"number": 1, "pinned": "yes"'),
    '{"key": ' + "[" * 5000 + "]" * 5000 + "}",
    '{"a":' * 2000 + "1" + "}" * 2000,
]


async def error_of(client: Client, text: str) -> dict[str, Any]:
    before = len(client.frames)
    await client.socket.send(text)
    await client.until(
        lambda: any("error" in frame for frame in client.frames[before:]), what="an error"
    )
    return next(f["error"] for f in client.frames[before:] if "error" in f)


async def test_malformed_frames_are_answered_with_invalid(scene: Scene) -> None:
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        for text in MALFORMED:
            assert (await error_of(client, text))["code"] == "invalid", text[:80]
        assert (await client.post("之后照常。"))["number"] == 1
    assert [row["text"] for row in scene.clerk.opinions_of(room=scene.room)] == ["之后照常。"]


async def test_error_carries_the_key_of_its_frame(scene: Scene) -> None:
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        await client.socket.send('{"do": "nothing", "key": "mine"}')
        await client.until(lambda: any(frame.get("re") == "mine" for frame in client.frames))
        await client.socket.send("[]")
        await client.until(
            lambda: any("error" in frame and frame["re"] is None for frame in client.frames)
        )


@pytest.mark.parametrize(
    ("text", "code"),
    [("\u202e\u2066", "empty"), ("\u0000\ufeff", "empty"), ("字" * 1001, "too_long")],
)
async def test_text_is_judged_as_it_would_be_kept(scene: Scene, text: str, code: str) -> None:
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        with pytest.raises(Refused) as refused:
            await client.post(text)
        assert refused.value.code == code


async def test_zalgo_and_bidi_are_cleaned(scene: Scene) -> None:
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        await client.post("好\u202e" + "e" + "\u0301" * 50)
        text = (await client.event("opinion.posted"))["body"]["text"]
        assert "\u202e" not in text
        assert len(text) <= 1 + 1 + 8


async def test_ids_of_another_room_are_not_found(scene: Scene) -> None:
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        await client.post("一条。")
        for command in (
            {"do": "stance.take", "number": 2**31 - 1, "value": 1},
            {"do": "opinion.post", "kind": "reply", "text": "x", "reply_to": 99},
        ):
            with pytest.raises(Refused) as refused:
                await client.call(**command)
            assert refused.value.code == "not_found"


# Stock Daphne drops the line where a frame breaks the protocol, and uvicorn sometimes does.
DROPPED: dict[str, set[int]] = {"serve": set(), "daphne": {1006}, "uvicorn": {1006}}


async def test_frame_that_is_too_large_is_refused_or_closed(scene: Scene) -> None:
    """Our server takes no more than 16 KiB; where a server takes more, the room refuses it."""
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        before = len(client.frames)
        await client.socket.send("x" * (16 * 1024 + 1))
        if scene.hall.server == "daphne":
            await client.until(lambda: client.frames[before:], what="an answer")
            assert client.frames[-1]["error"]["code"] == "too_long"
        else:
            assert await client.closed() == 1009


async def test_endless_fragments_are_cut(scene: Scene) -> None:
    async def fragments() -> Any:
        while True:
            yield "x" * 1000
            await asyncio.sleep(0)

    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        with pytest.raises(ConnectionClosed):
            await client.socket.send(fragments())
        assert await client.closed() in {1009, *DROPPED[scene.hall.server]}


async def test_binary_frame_is_invalid(scene: Scene) -> None:
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        before = len(client.frames)
        await client.socket.send(b'{"do": "room.since"}')
        await client.until(lambda: client.frames[before:])
        assert client.frames[-1]["error"]["code"] == "invalid"


async def test_bad_utf8_is_a_clean_close(scene: Scene) -> None:
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        await client.socket.send(b"\xff\xfe", text=True)
        assert await client.closed() in {1007, *DROPPED[scene.hall.server]}
