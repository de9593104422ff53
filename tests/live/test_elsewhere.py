"""One person with two sockets: what the one does, the other learns."""

import asyncio
import uuid
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from tests.live.client import Client, visit
from tests.live.conftest import MakeScene, Scene


def vote_by_page(scene: Scene, session: str, number: int, choice: int) -> None:
    """Send the form of the page that does without scripts."""
    token = "a" * 32
    fields = {"number": number, "choices": choice, "key": uuid.uuid4()}
    body = urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
    cookie = f"sessionid={session}; csrftoken={token}"
    url = f"{scene.url.replace('ws://', 'http://')}/rooms/{scene.room}/vote/"
    with urlopen(Request(url, body, {"Cookie": cookie})) as page:  # noqa: S310 (ours)
        assert page.status == 200


def mine_in(client: Client, number: int) -> Any:
    """The reader's own vote in the ballot with this number, as the client shows it."""
    ballot = client.view.ballot(number)
    assert ballot is not None
    return ballot["mine"]


async def test_second_socket_learns_the_stance_and_others_do_not(scene: Scene) -> None:
    mine, theirs = (person["session"] for person in scene.people)
    async with (
        visit(scene.url, scene.room, mine) as phone,
        visit(scene.url, scene.room, mine) as desk,
        visit(scene.url, scene.room, theirs) as other,
    ):
        number = (await phone.post("菜场夜间也开门。"))["number"]
        await other.event("opinion.posted")
        await phone.call("stance.take", number=number, value=1)
        await desk.until(lambda: desk.news("own"), what="the stance")
        assert desk.view.card(number)["mine"] == 1
        await other.until(lambda: other.news("tally"), what="the tally")
        assert other.news("own") == []
        assert other.view.card(number)["mine"] is None


async def test_second_socket_learns_the_vote(scene: Scene) -> None:
    session = scene.people[0]["session"]
    async with (
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
        visit(scene.url, scene.room, session) as phone,
        visit(scene.url, scene.room, session) as desk,
    ):
        ballot = await moderating.call("ballot.open", question="今年动工吗？", kind="yes_no")
        await phone.event("ballot.opened")
        await phone.call("ballot.vote", number=ballot["number"], choices=[1])
        await desk.until(lambda: mine_in(desk, ballot["number"]) == [1], what="the vote")


async def test_who_comes_back_by_events_learns_what_they_did_elsewhere(scene: Scene) -> None:
    session = scene.people[0]["session"]
    async with (
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
        visit(scene.url, scene.room, session) as phone,
    ):
        before = (await phone.post("菜场夜间也开门。"))["number"]
        async with visit(scene.url, scene.room, session) as away:
            await away.until(lambda: before in away.view.cards, what="what was said")
            left_at, epoch = away.view.head, away.view.epoch
        after = (await phone.post("东门设临时摊位。"))["number"]
        ballot = await moderating.call("ballot.open", question="今年动工吗？", kind="yes_no")
        await phone.event("ballot.opened")
        await phone.call("stance.take", number=before, value=1)
        await phone.call("stance.take", number=after, value=-1)
        await phone.call("ballot.vote", number=ballot["number"], choices=[2])
        async with visit(scene.url, scene.room, session, greeted=False) as back:
            back.view = away.view
            await back.until(lambda: back.hello, what="the greeting")
            assert "events" in await back.catch_up(seq=left_at, epoch=epoch)
            await back.until(lambda: back.news("own"), what="one's own")
            assert [back.view.card(number)["mine"] for number in (before, after)] == [1, -1]
            assert mine_in(back, ballot["number"]) == [2]


async def test_who_never_asks_learns_what_they_do_elsewhere_from_the_greeting_on(
    scene: Scene,
) -> None:
    session = scene.people[0]["session"]
    async with visit(scene.url, scene.room, session) as phone:
        number = (await phone.post("菜场夜间也开门。"))["number"]
        async with visit(scene.url, scene.room, session, greeted=False) as silent:
            await silent.until(lambda: silent.hello, what="the greeting")
            await phone.call("stance.take", number=number, value=1)
            await silent.until(lambda: silent.news("own"), what="the stance")
            assert silent.news("own")[-1]["stances"] == [[number, 1]]


async def test_vote_by_the_page_is_told_to_the_room_in_the_other_tab(scene: Scene) -> None:
    session = scene.people[0]["session"]
    async with (
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
        visit(scene.url, scene.room, session) as tab,
    ):
        ballot = await moderating.call("ballot.open", question="今年动工吗？", kind="yes_no")
        await tab.event("ballot.opened")
        await asyncio.to_thread(vote_by_page, scene, session, ballot["number"], 1)
        await tab.until(lambda: mine_in(tab, ballot["number"]) == [1], what="the vote")


async def test_pages_of_a_ranking_through_a_socket(make_scene: MakeScene) -> None:
    scene = make_scene(residents=3)
    first, *others = (person["session"] for person in scene.people)
    async with visit(scene.url, scene.room, first) as client:
        numbers = [(await client.post(f"第 {n} 件事。"))["number"] for n in range(3)]
        for session in others:
            async with visit(scene.url, scene.room, session) as voter:
                await voter.call("stance.take", number=numbers[2], value=1)
        await client.call("stance.take", number=numbers[0], value=1)
        agreed = await client.call("room.list", order="agree", limit=1)
        assert [card["number"] for card in agreed["opinions"]] == [numbers[2]]
        assert agreed["more"]
        rest = await client.call("room.list", order="agree", after=numbers[2])
        assert [(card["number"], card["mine"]) for card in rest["opinions"]] == [(numbers[0], 1)]
        own = await client.call("room.list", only="mine", after=numbers[1])
        assert [card["number"] for card in own["opinions"]] == [numbers[0]]
