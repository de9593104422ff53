"""Who may come in, who has to go, and who is there."""

import pytest
import websockets

from tests.live.client import visit
from tests.live.conftest import MakeScene, Scene


@pytest.mark.parametrize("session", [None, "", "forged", "x" * 4000])
async def test_strangers_are_told_to_sign_in(scene: Scene, session: str | None) -> None:
    async with visit(scene.url, scene.room, session, greeted=False) as client:
        assert await client.closed() == 4001


@pytest.mark.parametrize("session", [None, "a" * 32])
async def test_strangers_are_not_told_which_rooms_there_are(
    scene: Scene, session: str | None
) -> None:
    for place in (10**12, f"{10**12}/screen"):
        given = {"Cookie": f"hall_screen={'a' * 43}"} if session is None else {}
        async with visit(scene.url, place, session, greeted=False, headers=given) as client:
            assert await client.closed() == 4001


async def test_unknown_room_and_draft_are_not_found(make_scene: MakeScene) -> None:
    scene = make_scene()
    draft = make_scene(stage="draft")
    session = scene.people[0]["session"]
    for room in (10**12, draft.room):
        async with visit(scene.url, room, session, greeted=False) as client:
            assert await client.closed() == 4004


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "", "https://{host}", "http://127.0.0.1:1", "http://{host}/x"],
)
async def test_foreign_origin_is_refused_at_the_door(scene: Scene, origin: str) -> None:
    given = {"Origin": origin.format(host=scene.url.removeprefix("ws://"))}
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with visit(scene.url, scene.room, scene.people[0]["session"], headers=given):
            pass
    assert refused.value.response.status_code in {400, 403}


async def test_other_addresses_are_refused_at_the_door(scene: Scene) -> None:
    for room in ("x", "1/2", f"{10**20}"):
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with visit(scene.url, room, scene.people[0]["session"]):
                pass
        assert refused.value.response.status_code == 403


async def test_sign_out_and_deactivation_close_the_socket(scene: Scene) -> None:
    first, second = scene.people
    async with (
        visit(scene.url, scene.room, first["session"]) as signing_out,
        visit(scene.url, scene.room, second["session"]) as blocked,
    ):
        scene.clerk.sign_out(session=first["session"])
        scene.clerk.deactivate(person=second["id"])
        assert await signing_out.closed() == 4001
        assert await blocked.closed() == 4001
    async with visit(scene.url, scene.room, second["session"], greeted=False) as client:
        assert await client.closed() == 4001


async def test_demoted_moderator_is_sent_out(make_scene: MakeScene) -> None:
    scene = make_scene(residents=1)
    by = scene.clerk.people(count=1, role="staff")[0]
    scene.clerk.give_seat(room=scene.room, person=by["id"], role="moderator", by=by["id"])
    async with visit(scene.url, scene.room, by["session"]) as client:
        assert "moderate" in client.hello["may"]
        scene.clerk.give_seat(room=scene.room, person=by["id"], role="observer", by=by["id"])
        assert await client.closed() == 4003
    async with visit(scene.url, scene.room, by["session"]) as client:
        assert client.hello["may"] == ["outcome", "check_in", "desk", "screen"]


async def test_who_may_not_see_drafts_is_sent_out_of_what_is_one_again(
    make_scene: MakeScene,
) -> None:
    scene = make_scene(residents=1, stage="announced")
    by, resident = scene.moderator, scene.people[0]
    async with (
        visit(scene.url, scene.room, by["session"]) as moderating,
        visit(scene.url, scene.room, resident["session"]) as client,
    ):
        scene.clerk.move_stage(room=scene.room, to="draft", by=by["id"], reason="时间未定")
        assert await client.closed() == 4004
        assert (await moderating.catch_up())["snapshot"]["room"]["stage"] == "draft"


async def test_promotion_is_told(scene: Scene) -> None:
    person = scene.people[0]
    async with visit(scene.url, scene.room, person["session"]) as client:
        scene.clerk.give_seat(
            room=scene.room, person=person["id"], role="moderator", by=scene.moderator["id"]
        )
        news = await client.until(lambda: client.news("may"), what="news of rights")
        assert "moderate" in news[-1]["may"]
        number = scene.clerk.post(room=scene.room, person=person["id"], text="试一试。")
        await client.event("opinion.posted")
        await client.call("opinion.hide", number=number, reason="试一试")


async def test_presence_counts_people_by_identity(scene: Scene) -> None:
    def here(count: int, **by_identity: int) -> dict[str, object]:
        return {"now": "presence", "count": count, "by_identity": by_identity}

    async with visit(scene.url, scene.room, scene.moderator["session"]) as watching:
        async with (
            visit(scene.url, scene.room, scene.people[0]["session"]),
            visit(scene.url, scene.room, scene.people[1]["session"]),
            visit(scene.url, scene.room, scene.people[1]["session"]),
        ):
            await watching.until(
                lambda: watching.news("presence")[-1:] == [here(3, resident=2, staff=1)],
                what="three people",
            )
        await watching.until(
            lambda: watching.news("presence")[-1:] == [here(1, staff=1)], what="one person"
        )
