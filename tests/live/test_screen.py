"""A big screen's socket: it reads what everyone may read, is nobody, and goes when told to."""

import pytest

from tests.live.client import Client, Refused, visit
from tests.live.conftest import MakeScene, Scene

SECRET = "他家住在三号楼二单元,电话一三九。"


def screen(scene: Scene, key: str, **options: object):  # type: ignore[no-untyped-def]
    given = {"Cookie": f"hall_screen={key}"}
    place = f"{scene.room}/screen"
    return visit(scene.url, place, None, headers=given, **options)  # type: ignore[arg-type]


async def test_screen_reads_the_room_and_is_nobody_in_it(scene: Scene) -> None:
    key = scene.clerk.open_screen(room=scene.room, by=scene.moderator["id"])
    async with (
        screen(scene, key) as shown,
        visit(scene.url, scene.room, scene.people[0]["session"]) as speaker,
    ):
        assert (shown.hello["seat"], shown.hello["may"]) == (None, [])
        number = (await speaker.post("路口要红绿灯。"))["number"]
        await shown.until(lambda: number in [card["number"] for card in shown.view.opinions])
        await shown.until(lambda: shown.view.snapshot["presence"]["count"] == 1)
        pages = await shown.call("room.opinions", before=number + 1)
        assert [card["number"] for card in pages["opinions"]] == [number]
    people = scene.clerk.seated_in(room=scene.room)
    assert sorted(people) == sorted([scene.moderator["id"], scene.people[0]["id"]])


async def test_screen_may_do_nothing(scene: Scene) -> None:
    key = scene.clerk.open_screen(room=scene.room, by=scene.moderator["id"])
    number = scene.clerk.post(room=scene.room, person=scene.moderator["id"], text="先改下水。")
    async with screen(scene, key) as shown:
        for command in (
            {"do": "opinion.post", "kind": "opinion", "text": "我来说一句"},
            {"do": "stance.take", "number": number, "value": 1},
            {"do": "opinion.hide", "number": number, "reason": "离题"},
            {"do": "agenda.move", "to": 2},
            {"do": "room.map"},
            {"do": "desk.view"},
        ):
            with pytest.raises(Refused) as refused:
                await shown.call(**command)
            assert refused.value.code == "forbidden"


async def test_hidden_text_leaves_the_screen_at_once(make_scene: MakeScene) -> None:
    scene = make_scene(residents=1)
    key = scene.clerk.open_screen(room=scene.room, by=scene.moderator["id"])
    async with (
        screen(scene, key) as shown,
        visit(scene.url, scene.room, scene.people[0]["session"]) as speaker,
        visit(scene.url, scene.room, scene.moderator["session"]) as moderator,
    ):
        number = (await speaker.post(SECRET))["number"]
        await shown.event("opinion.posted")
        await moderator.call("opinion.hide", number=number, reason="含个人信息")
        await shown.event("opinion.hidden")
        assert shown.view.card(number)["text"] == ""
        await shown.until(lambda: shown.view.head == scene.clerk.head(room=scene.room))
        assert "含个人信息" not in str(shown.frames)
    # A moderator's own session beside the key makes no difference: the key decides.
    both = {"Cookie": f"sessionid={scene.moderator['session']}; hall_screen={key}"}
    async with visit(scene.url, f"{scene.room}/screen", None, headers=both) as again:  # type: ignore[arg-type]
        assert again.view.card(number)["text"] == ""
        assert SECRET not in str(again.frames)


async def test_held_text_comes_to_the_screen_when_it_is_let_through_and_no_sooner(
    make_scene: MakeScene,
) -> None:
    scene = make_scene(residents=1)
    key = scene.clerk.open_screen(room=scene.room, by=scene.moderator["id"])
    async with (
        visit(scene.url, scene.room, scene.people[0]["session"]) as speaker,
        visit(scene.url, scene.room, scene.moderator["session"]) as moderator,
        screen(scene, key) as shown,
    ):
        await moderator.call("posting.set", holds_residents=True)
        number, returned = [(await speaker.post(text))["number"] for text in (SECRET, "再说。")]
        later = (await moderator.post("先改下水。"))["number"]
        await shown.until(lambda: later in [card["number"] for card in shown.view.opinions])
        async with screen(scene, key) as fresh:
            for one in (shown, fresh):
                pages = await one.call("room.opinions", before=later + 1)
                assert [card["number"] for card in pages["opinions"]] == [later]
                assert SECRET not in str(one.frames)
        await moderator.call("opinion.return", numbers=[returned], reason="含个人信息")
        await moderator.call("opinion.approve", numbers=[number])
        await shown.event("opinion.approved")
        assert shown.view.card(number)["text"] == SECRET
        assert "再说。" not in str(shown.frames)
        # Said before the other, and newer to all who see it: also to those who come later.
        async with screen(scene, key) as fresh:
            await fresh.until(lambda: fresh.view.head == shown.view.head)
            for one in (shown, fresh):
                newest = max(one.view.opinions, key=lambda card: card["seq"])
                assert newest["number"] == number < later
            pages = await fresh.call("room.opinions", before=later + 1)
            assert pages["opinions"] == [{**card, "mine": None} for card in fresh.view.opinions]


async def test_screen_is_shut_out_when_it_is_ended(scene: Scene) -> None:
    key = scene.clerk.open_screen(room=scene.room, by=scene.moderator["id"])
    async with screen(scene, key) as shown:
        scene.clerk.end_screens(room=scene.room, by=scene.moderator["id"])
        assert await shown.closed() == 4001
    await _is_refused(scene, key)


async def test_no_key_and_another_rooms_key_are_refused(make_scene: MakeScene) -> None:
    scene, other = make_scene(), make_scene()
    key = other.clerk.open_screen(room=other.room, by=other.moderator["id"])
    for wrong in ("", "made-up", key):
        await _is_refused(scene, wrong)
    # A person's session is no screen's key, and a screen's key no person's session.
    given = {"Cookie": f"sessionid={scene.moderator['session']}"}
    place = f"{scene.room}/screen"
    async with visit(scene.url, place, None, headers=given, greeted=False) as person:  # type: ignore[arg-type]
        assert await person.closed() == 4001
    async with visit(other.url, other.room, key, greeted=False) as stranger:
        assert await stranger.closed() == 4001


async def _is_refused(scene: Scene, key: str) -> None:
    async with screen(scene, key, greeted=False) as refused:
        client: Client = refused
        assert await client.closed() == 4001
