"""Whoever goes somewhere and comes back is where they were: in sight, and with the focus."""

from playwright.sync_api import expect

from tests.browser.room.pages import RoomPage, held_back, stand_still
from tests.browser.room.test_senior import large
from tests.support.browsing import PHONE

MANY = OPINIONS = 90
READ = 40


# How far an opinion is from the top of the window.
TOP = "n => Math.round(document.getElementById(`opinion-${n}`).getBoundingClientRect().top)"


def test_who_reads_before_the_room_stands_goes_on_reading(resident: RoomPage) -> None:
    """On a slow line the page as the server wrote it is read for a while."""
    page = resident.page
    with held_back(page, "**/elements/opinion-feed*") as go_on:
        page.goto(f"/rooms/{resident.room}/", wait_until="domcontentloaded")
    read = MANY - 8
    page.locator(f".room-static #opinion-{read}").evaluate("card => card.scrollIntoView()")
    expect(page.locator(f".room-static #opinion-{read}")).to_be_in_viewport()
    page.wait_for_function("() => document.querySelector('room-app')?.room?.state.ready")
    before = page.evaluate(TOP, read)
    assert 0 < before < PHONE["height"]
    go_on()
    expect(page.locator("opinion-card").first).to_be_visible()
    stand_still(page)
    assert abs(page.evaluate(TOP, read) - before) <= 1


def with_a_reply(room: RoomPage, number: int) -> RoomPage:
    """Have this opinion answered, and read it."""
    room.enter(f"#opinion-{number}")
    expect(room.opinion(number)).to_be_focused()
    room.opinion(number).get_by_role("button", name="回复").click()
    room.page.get_by_label("您想说的话").fill("说到这一条")
    room.page.get_by_role("button", name="发送", exact=True).click()
    expect(room.opinion(number).get_by_role("button", name="1 条回复")).to_be_attached()
    return room


def go_and_come_back(room: RoomPage, number: int) -> None:
    room.opinion(number).get_by_role("button", name="1 条回复").press("Enter")
    back = room.page.get_by_role("button", name="返回全部意见")
    expect(back).to_be_visible()
    expect(room.opinion(number)).to_be_focused()
    back.press("Enter")
    expect(back).to_have_count(0)
    expect(room.opinion(number)).to_be_focused()
    expect(room.opinion(number)).to_be_in_viewport()


def test_thread_leads_back_to_its_opinion(resident: RoomPage) -> None:
    with_a_reply(resident, READ).enter(f"#opinion-{READ}")
    go_and_come_back(resident, READ)
    assert READ - 1 in resident.numbers
    assert READ + 1 in resident.numbers


def test_thread_leads_back_into_a_ranking(resident: RoomPage) -> None:
    with_a_reply(resident, READ)
    for number in (10, READ, 70):
        resident.enter(f"#opinion-{number}")
        resident.stance(number, "赞成").click()
        expect(resident.stance(number, "赞成")).to_have_attribute("aria-pressed", "true")
    resident.order("最多赞成")
    expect(resident.page.locator("opinion-card")).to_have_count(3)
    ranked = resident.numbers
    go_and_come_back(resident, READ)
    assert resident.numbers == ranked
    expect(resident.page.get_by_role("button", name="最多赞成")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_thread_leads_back_to_its_opinion_in_large_type(resident: RoomPage) -> None:
    with_a_reply(resident, READ)
    large(resident).enter(f"#opinion-{READ}")
    go_and_come_back(resident, READ)
    assert resident.numbers == [READ]
