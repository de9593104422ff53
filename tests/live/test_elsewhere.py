"""One person with two sockets: what the one does, the other learns."""

from tests.live.client import visit
from tests.live.conftest import MakeScene, Scene


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
        await desk.until(lambda: desk.news("stance"), what="the stance")
        assert desk.view.card(number)["mine"] == 1
        await other.until(lambda: other.news("tally"), what="the tally")
        assert phone.news("stance") == other.news("stance") == []
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
        await desk.until(lambda: desk.news("vote"), what="the vote")
        shown = desk.view.ballot(ballot["number"])
        assert shown is not None
        assert shown["mine"] == [1]


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
