"""Moderators hide, restore, pin and mark; nobody else reads what is hidden."""

import pytest

from tests.live.client import Refused, visit
from tests.live.conftest import MakeScene, Scene

SECRET = "他家住在三号楼二单元,电话一三九。"


def words(client: object) -> str:
    return str(client.frames)  # type: ignore[attr-defined]


async def test_hidden_text_is_for_author_and_moderators_alone(make_scene: MakeScene) -> None:
    scene = make_scene(residents=3)
    author, bystander, latecomer = (person["session"] for person in scene.people)
    async with (
        visit(scene.url, scene.room, author) as writing,
        visit(scene.url, scene.room, bystander) as watching,
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
    ):
        number = (await writing.post(SECRET))["number"]
        await watching.event("opinion.posted")
        await moderating.call("opinion.hide", number=number, reason="含个人信息")
        reason = await writing.event("opinion.hide_reason")
        assert reason["body"] == {"number": number, "reason": "含个人信息", "text": SECRET}
        assert (await moderating.event("opinion.hide_reason"))["body"]["reason"] == "含个人信息"
        hidden = await watching.event("opinion.hidden")
        skipped = await watching.until(lambda: watching.view.head == hidden["seq"] + 1)
        assert skipped
        assert watching.events()[-1] == {"seq": hidden["seq"] + 1}
        assert "含个人信息" not in words(watching)
        assert watching.view.card(number)["text"] == ""
        assert writing.view.card(number)["text"] == SECRET
        assert moderating.view.card(number)["text"] == SECRET

        async with visit(scene.url, scene.room, latecomer) as late:
            assert SECRET not in words(late)
            assert late.view.card(number)["state"] == "hidden"
            epoch = late.hello["epoch"]
            replayed = await late.catch_up(seq=hidden["seq"] - 2, epoch=epoch)
            posted = replayed["events"][0]
            assert (posted["type"], posted["body"]["text"]) == ("opinion.posted", "")
            assert {"seq": hidden["seq"] + 1} in replayed["events"]
            assert SECRET not in words(late)
        replayed = await writing.catch_up(seq=hidden["seq"] - 2, epoch=writing.view.epoch)
        assert replayed["events"][0]["body"]["text"] == SECRET

        await moderating.call("opinion.restore", number=number)
        restored = await watching.event("opinion.restored")
        assert restored["body"] == {"number": number, "text": SECRET}
        assert watching.view.card(number)["text"] == SECRET
        assert "reason" not in writing.view.card(number)


async def test_moderation_is_refused_to_others(scene: Scene) -> None:
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        number = (await client.post("路口要红绿灯。"))["number"]
        for command in (
            {"do": "opinion.hide", "number": number, "reason": "不喜欢"},
            {"do": "opinion.restore", "number": number},
            {"do": "opinion.pin", "number": number, "pinned": True},
            {"do": "opinion.mark_answered", "number": number, "answered": True},
            {"do": "agenda.move", "to": 2},
        ):
            with pytest.raises(Refused) as refused:
                await client.call(**command)
            assert refused.value.code == "forbidden"
        assert client.events()[-1]["type"] == "opinion.posted"


async def test_pin_and_answer_reach_all(scene: Scene) -> None:
    async with (
        visit(scene.url, scene.room, scene.people[0]["session"]) as client,
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
    ):
        number = (await client.post("什么时候开工?", kind="question"))["number"]
        await moderating.call("opinion.pin", number=number, pinned=True)
        await moderating.call("opinion.mark_answered", number=number, answered=True)
        again = await moderating.call("opinion.pin", number=number, pinned=True)
        assert again == {"seq": None}
        await client.event("opinion.answered")
        card = client.view.card(number)
        assert (card["pinned"], card["answered"]) == (True, True)


async def test_agenda_and_stage_change_what_may_be_done(scene: Scene) -> None:
    async with (
        visit(scene.url, scene.room, scene.people[0]["session"]) as client,
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
    ):
        await moderating.call("agenda.move", to=2)
        news = await client.until(lambda: client.news("may"), what="news of rights")
        assert news[0]["may"] == ["stance", "hand", "vote"]
        with pytest.raises(Refused) as refused:
            await client.post("现在还能说吗?")
        assert refused.value.code == "wrong_stage"
        scene.clerk.move_stage(room=scene.room, to="summarising", by=scene.moderator["id"])
        await client.until(lambda: client.news("may")[-1]["may"] == [], what="nothing to do")
        view = client.view  # news may come before the event that it is about
        await client.until(
            lambda: view.snapshot["room"]["stage"] == "summarising", what="the next stage"
        )
        with pytest.raises(Refused) as refused:
            await client.call("stance.take", number=1, value=1)
        assert refused.value.code == "wrong_stage"


async def test_key_is_good_for_one_post(scene: Scene) -> None:
    key = "00000000-0000-4000-8000-00000000000a"
    async with visit(scene.url, scene.room, scene.people[0]["session"]) as client:
        await client.post("第一条。", key=key)
        with pytest.raises(Refused) as refused:
            await client.post("另一条。", key=key)
        assert refused.value.code == "key_reused"
