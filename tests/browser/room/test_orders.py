"""A room of which only a part is loaded: orders from the server, papers in place, two tabs."""

from playwright.sync_api import expect

from tests.browser.room.conftest import Enter
from tests.browser.room.pages import RoomPage
from tests.support.browsing import DESK, PHONE

MANY = OPINIONS = 206
FAR = 5


def test_most_agreed_are_ranked_over_the_whole_room(enter: Enter) -> None:
    member, neighbour = enter("member", DESK), enter("neighbour", DESK)
    for room in (member, neighbour):
        room.enter(f"#opinion-{FAR}")
        room.stance(FAR, "赞成").click()
        expect(room.stance(FAR, "赞成")).to_have_attribute("aria-pressed", "true")
    neighbour.stance(FAR + 1, "赞成").click()
    expect(neighbour.stance(FAR + 1, "赞成")).to_have_attribute("aria-pressed", "true")

    fresh = enter("resident", PHONE)
    fresh.order("最多赞成")
    expect(fresh.page.locator("opinion-card")).to_have_count(2)
    assert fresh.numbers == [FAR, FAR + 1]
    fresh.order("分歧最大")
    expect(fresh.page.get_by_text("还没有看法不一的意见。")).to_be_visible()


def test_number_of_an_opinion_that_is_not_loaded(enter: Enter) -> None:
    room = enter("resident", PHONE)
    assert room.page.locator(f"#opinion-{FAR}").count() == 0
    room.jump(FAR)
    expect(room.opinion(FAR)).to_be_in_viewport()
    expect(room.opinion(FAR)).to_be_focused()


def test_back_at_the_newest_there_is_no_hole_above(enter: Enter) -> None:
    room = enter("resident", PHONE)
    room.enter(f"#opinion-{FAR}")
    expect(room.opinion(FAR)).to_be_focused()
    room.page.get_by_role("button", name="回到最新").click()
    expect(room.opinion(MANY)).to_be_in_viewport()
    numbers = room.numbers
    assert numbers == list(range(numbers[0], MANY + 1))


def test_questions_come_by_the_page(enter: Enter) -> None:
    room = enter("member", DESK)
    room.order("只看提问")
    questions = [number for number in range(1, MANY + 1) if number % 3 == 0]
    expect(room.opinion(questions[-1])).to_be_visible()
    numbers = room.numbers
    assert numbers == questions[-len(numbers) :]
    # The feed asks for more by itself as soon as its upper end can be seen.
    room.page.mouse.wheel(0, -100_000)
    expect(room.opinion(questions[0])).to_be_attached()
    assert room.numbers == questions


def test_one_step_of_the_agenda(enter: Enter) -> None:
    room, moderator = enter("member", DESK), enter("moderator", DESK)
    room.page.get_by_label("哪一项议程").select_option(label="提问解答")
    expect(room.page.get_by_text("这一项还没有人发言。")).to_be_visible()
    room.page.get_by_label("哪一项议程").select_option(label="发言讨论")
    expect(room.opinion(MANY)).to_be_visible()
    moderator.post("在这一项里新说的一句")
    expect(room.saying("在这一项里新说的一句")).to_have_count(1)


def test_papers_open_in_place_and_give_the_focus_back(enter: Enter) -> None:
    room = enter("member", DESK)
    address = room.page.url
    link = room.page.get_by_role("link", name="本场介绍与背景材料")
    link.click()
    sheet = room.page.get_by_role("dialog", name="背景材料")
    expect(sheet.get_by_role("heading", name="对应的工作要点")).to_be_visible()
    room.page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(link).to_be_focused()
    assert room.page.url == address


def test_second_tab_learns_ones_own_stance(enter: Enter) -> None:
    first = enter("neighbour", DESK)
    second = RoomPage(first.visitor, first.room)
    tab = first.visitor.context.new_page()
    tab.goto(first.page.url)
    expect(tab.locator("room-header")).to_be_visible()
    second.stance(MANY, "不赞成").click()
    pressed = tab.locator(f"#opinion-{MANY} .stance--disagree")
    expect(pressed).to_have_attribute("aria-pressed", "true")
