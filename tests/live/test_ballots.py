"""Ballots over the socket: opened, voted in, told live or at the close, and closed by time."""

import asyncio
from typing import Any

import pytest

from tests.live.client import Client, Refused, visit
from tests.live.conftest import MakeScene, Scene

YES_NO: dict[str, Any] = {"question": "是否同意周末施工?", "kind": "yes_no"}


def ballot_of(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.view.snapshot["ballots"][-1]  # type: ignore[index]
    return found


async def test_ballot_goes_its_way_before_everyone(make_scene: MakeScene) -> None:
    scene = make_scene(residents=3)
    sessions = [person["session"] for person in scene.people]
    async with (
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
        visit(scene.url, scene.room, sessions[0]) as voting,
        visit(scene.url, scene.room, sessions[1]) as watching,
    ):
        key = "00000000-0000-4000-8000-00000000000b"
        for _ in range(2):  # sent again after a cut line
            answer = await moderating.call(
                "ballot.open", key=key, **YES_NO, results="live", quorum=2
            )
            assert answer == {"number": 1}
        await voting.event("ballot.opened")
        answer = await voting.call("ballot.vote", number=1, choices=[2])
        assert answer == {"number": 1, "choices": [2]}
        await watching.until(lambda: watching.news("ballot"), what="live results")
        assert watching.news("ballot")[-1] == {
            "now": "ballot",
            "number": 1,
            "voted": 1,
            "counts": [0, 1, 0],
        }
        await voting.call("ballot.vote", number=1, choices=[1])
        await watching.until(
            lambda: ballot_of(watching)["counts"] == [1, 0, 0], what="the changed vote"
        )
        async with visit(scene.url, scene.room, sessions[0]) as elsewhere:
            assert ballot_of(elsewhere)["mine"] == [1]
            assert ballot_of(elsewhere)["counts"] == [1, 0, 0]

        await moderating.call("ballot.close", number=1)
        closed = await watching.event("ballot.closed")
        assert closed["body"]["result"]["quorum_reached"] is False
        for client, person in ((watching, scene.people[1]), (voting, scene.people[0])):
            await client.event("ballot.closed")
            seen = scene.clerk.see(room=scene.room, person=person["id"])
            assert client.view.snapshot is not None
            assert client.view.snapshot["ballots"] == seen["ballots"]


async def test_void_ballot_is_told_with_its_reason(scene: Scene) -> None:
    person = scene.people[0]
    async with (
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
        visit(scene.url, scene.room, person["session"]) as voting,
    ):
        await moderating.call("ballot.open", **YES_NO, results="live")
        await voting.event("ballot.opened")
        await voting.call("ballot.vote", number=1, choices=[1])
        with pytest.raises(Refused) as refused:
            await voting.call("ballot.void", number=1, reason="不该问")
        assert refused.value.code == "forbidden"
        await moderating.call("ballot.void", number=1, reason="题目写错了")
        await voting.event("ballot.voided")
        seen = scene.clerk.see(room=scene.room, person=person["id"])
        assert voting.view.snapshot is not None
        assert voting.view.snapshot["ballots"] == seen["ballots"]
        assert ballot_of(voting)["reason"] == "题目写错了"


async def test_result_at_the_close_is_not_told_before(scene: Scene) -> None:
    async with (
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
        visit(scene.url, scene.room, scene.people[0]["session"]) as client,
    ):
        await moderating.call("ballot.open", **YES_NO, secrecy="secret")
        assert await client.call("ballot.vote", number=1, choices=[3]) == {
            "number": 1,
            "choices": [],
        }
        await moderating.until(lambda: moderating.news("ballot"), what="turnout")
        assert moderating.news("ballot")[-1] == {
            "now": "ballot",
            "number": 1,
            "voted": 1,
            "counts": None,
        }
        with pytest.raises(Refused) as refused:
            await client.call("ballot.vote", number=1, choices=[1])
        assert refused.value.code == "wrong_state"
        await moderating.call("ballot.close", number=1)
        closed = await client.event("ballot.closed")
        assert [one["count"] for one in closed["body"]["result"]["options"]] == [0, 0, 1]
        assert ballot_of(client)["mine"] == []


async def test_time_closes_a_ballot_without_anyone_asking(scene: Scene) -> None:
    async with (
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
        visit(scene.url, scene.room, scene.people[0]["session"]) as client,
    ):
        await moderating.call("ballot.open", **YES_NO, minutes=5)
        await client.call("ballot.vote", number=1, choices=[1])
        scene.clerk.let_time_pass(room=scene.room)
        closed = await client.event("ballot.closed")
        assert (closed["by"], closed["body"]["how"]) == (None, "time")
        assert closed["body"]["result"]["voted"] == 1


async def test_votes_of_many_are_told_coalesced(make_scene: MakeScene) -> None:
    scene = make_scene(residents=8)
    async with visit(scene.url, scene.room, scene.moderator["session"]) as moderating:
        await moderating.call(
            "ballot.open",
            question="先改哪里?",
            kind="multiple",
            options=["水", "电"],
            results="live",
        )

        async def vote(session: str, choices: list[int]) -> None:
            async with visit(scene.url, scene.room, session) as client:
                await client.call("ballot.vote", number=1, choices=choices)

        choices = [[1], [1, 2], [2, 1], [2], [1], [1], [2], [1, 2]]
        sessions = [person["session"] for person in scene.people]
        await asyncio.gather(*map(vote, sessions, choices))
        await moderating.until(
            lambda: (
                (ballot_of(moderating)["voted"], ballot_of(moderating)["counts"]) == (8, [6, 5])
            ),
            what="all votes",
        )


async def test_leaving_live_tells_the_result(scene: Scene) -> None:
    async with visit(scene.url, scene.room, scene.moderator["session"]) as client:
        await client.call("ballot.open", **YES_NO)
        scene.clerk.move_stage(room=scene.room, to="summarising", by=scene.moderator["id"])
        closed = await client.event("ballot.closed")
        assert closed["body"]["how"] == "stage"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kind": "yes_no"}, "invalid"),
        ({"question": "问", "kind": "show_of_hands"}, "invalid"),
        ({"question": "问", "kind": "yes_no", "quorum": "3"}, "invalid"),
        ({"question": "问", "kind": "single", "options": ["甲"]}, "invalid"),
        ({"question": "", "kind": "yes_no"}, "empty"),
    ],
)
async def test_what_cannot_be_put_to_the_vote_is_refused(
    scene: Scene, fields: dict[str, Any], code: str
) -> None:
    async with visit(scene.url, scene.room, scene.moderator["session"]) as client:
        with pytest.raises(Refused) as refused:
            await client.call("ballot.open", **fields)
        assert refused.value.code == code


async def test_opening_and_closing_are_refused_to_others(scene: Scene) -> None:
    async with (
        visit(scene.url, scene.room, scene.moderator["session"]) as moderating,
        visit(scene.url, scene.room, scene.people[0]["session"]) as client,
    ):
        with pytest.raises(Refused) as refused:
            await client.call("ballot.open", **YES_NO)
        assert refused.value.code == "forbidden"
        await moderating.call("ballot.open", **YES_NO)
        with pytest.raises(Refused) as refused:
            await client.call("ballot.close", number=1)
        assert refused.value.code == "forbidden"
