"""A phone that was away too long gets a snapshot: what its owner reads stays where it is."""

import pytest
from playwright.sync_api import expect

from tests.browser.room.conftest import Enter
from tests.browser.room.pages import RoomPage, stand_still
from tests.browser.room.test_senior import large
from tests.support.browsing import DESK, PHONE

MANY = OPINIONS = 90
FAR = 20
NEXT_IN_LOG = """(event) => {
  const { store } = document.querySelector("room-app").room;
  store.apply({ seq: store.state.head + 1, at: new Date().toISOString(), ...event });
}"""


def erase(room: RoomPage, number: int) -> None:
    room.page.evaluate(NEXT_IN_LOG, {"type": "opinion.erased", "body": {"number": number}})


def top_of(room: RoomPage, number: int) -> float:
    box = room.opinion(number).bounding_box()
    assert box is not None
    return box["y"]


def test_what_is_read_stays_and_the_way_on_has_no_hole(enter: Enter) -> None:
    room = enter("resident", PHONE)
    room.enter(f"#opinion-{FAR}")
    expect(room.opinion(FAR)).to_be_focused()
    stand_still(room.page)
    before = top_of(room, FAR)
    room.take_a_snapshot()
    expect(room.page.get_by_role("button", name="回到最新")).to_be_visible()
    stand_still(room.page)
    assert abs(top_of(room, FAR) - before) < 2
    for number in (1, MANY):
        while room.opinion(number).count() == 0:
            seen = room.numbers
            assert seen == list(range(seen[0], seen[-1] + 1))
            room.opinion(seen[0 if number == 1 else -1]).scroll_into_view_if_needed()
            room.page.mouse.wheel(0, -400 if number == 1 else 400)
    assert room.numbers == list(range(1, MANY + 1))


def test_at_the_end_one_follows_on(enter: Enter) -> None:
    room, other = enter("resident", PHONE), enter("member", DESK)
    room.take_a_snapshot()
    other.post("快照之后的一条")
    expect(room.saying("快照之后的一条")).to_be_in_viewport()


def test_ranking_stays_and_goes_on(enter: Enter) -> None:
    member, room = enter("member", DESK), enter("resident", PHONE)
    for number in (6, 8):
        member.enter(f"#opinion-{number}")
        member.stance(number, "赞成").click()
        expect(member.stance(number, "赞成")).to_have_attribute("aria-pressed", "true")
    room.order("最多赞成")
    expect(room.page.locator("opinion-card")).to_have_count(2)
    room.take_a_snapshot()
    room.stance(6, "赞成").click()
    expect(room.stance(6, "赞成")).to_have_attribute("aria-pressed", "true")
    assert room.numbers == [6, 8]
    erase(room, 6)
    expect(room.page.locator("opinion-card")).to_have_count(1)
    room.order("按时间")
    expect(room.opinion(MANY)).to_be_in_viewport()


@pytest.mark.parametrize("which", ["只看提问", "我的", "发言讨论"])
def test_fetched_pages_are_there_again(enter: Enter, which: str) -> None:
    room = enter("member", DESK)
    if which == "发言讨论":
        room.page.get_by_label("哪一项议程").select_option(label=which)
        expected = list(range(1, MANY + 1))
    else:
        room.order(which)
        expected = list(range(3, MANY + 1, 3) if which == "只看提问" else range(2, MANY + 1, 2))
    expect(room.opinion(expected[-1])).to_be_visible()
    while room.opinion(expected[0]).count() == 0:
        room.page.mouse.wheel(0, -100_000)
    assert room.numbers == expected
    room.page.mouse.wheel(0, -100_000)
    expect(room.opinion(expected[0])).to_be_in_viewport()
    room.take_a_snapshot()
    other = enter("resident", PHONE)
    other.post("新的提问", kind="提问")
    if which != "我的":
        expect(room.saying("新的提问")).to_have_count(1)
        expected.append(MANY + 1)
    expect(room.opinion(expected[0])).to_be_in_viewport()
    assert room.numbers == expected


def test_replies_are_there_again_with_what_they_are_to(enter: Enter) -> None:
    room = enter("member", DESK)
    room.enter("#opinion-5")
    room.opinion(5).get_by_role("button", name="回复").click()
    room.page.get_by_label("您想说的话").fill("对第五条的回复")
    room.page.get_by_role("button", name="发送").click()
    room.opinion(5).get_by_role("button", name="1 条回复").click()
    expect(room.page.locator("opinion-card")).to_have_count(2)
    room.take_a_snapshot()
    room.stance(5, "赞成").click()
    expect(room.stance(5, "赞成")).to_have_attribute("aria-pressed", "true")
    assert room.numbers == [5, MANY + 1]


def test_one_at_a_time_stays_where_it_is(enter: Enter) -> None:
    room = large(enter("resident", PHONE))
    room.enter(f"#opinion-{FAR}")
    expect(room.opinion(FAR)).to_be_focused()
    room.take_a_snapshot()
    room.page.get_by_role("button", name="上一条").click()
    expect(room.opinion(FAR - 1)).to_be_focused()
    erase(room, FAR - 1)
    expect(room.opinion(FAR - 2)).to_be_visible()
    room.page.get_by_role("button", name="上一条").click()
    expect(room.opinion(FAR - 3)).to_be_focused()
