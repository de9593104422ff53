"""What the tests of the room do in its page, said once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from scripts.screenshots import STILL
from tests.support.browsing import Visitor

LINE_CUT = r"ERR_INTERNET_DISCONNECTED|WebSocket connection to .* failed"
# What it knows is of a hall that has been restored since.
RESTORED = """() => {
  const { room } = document.querySelector("room-app");
  const { snapshots } = room.state;
  room.store.state = { ...room.state, epoch: "before" };
  window.snapshotTaken = new Promise((taken) =>
    room.addEventListener("change", () => room.state.snapshots > snapshots && taken()));
}"""


def sign_in(page: Page, person: int) -> None:
    """By one click, as in the demo hall."""
    page.goto("/accounts/login/")
    button = page.locator(f'form[action="/demo/sign-in/{person}/"] button')
    if not button.is_visible():
        page.locator(".demo summary").click()
    button.click()
    expect(page.locator('.masthead__me a[href="/me/"]')).to_be_visible()


def stand_still(page: Page) -> None:
    """Wait until nothing moves under the pointer any more."""
    page.evaluate(STILL)


def wait_for_scripts(page: Page) -> None:
    """Of a plain page: nothing on it shows that they are there, and keep what is typed."""
    page.wait_for_load_state("networkidle")


@contextmanager
def held_back(page: Page, address: str) -> Iterator[Callable[[], None]]:
    """Keep back what is asked for within, until what this gives is called."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route))  # noqa: PLW0108 (it looks at the name)
    with page.expect_request(address):
        yield lambda: held.pop().continue_()


def sign_in_unseen(context: BrowserContext, person: int) -> None:
    """The same without looking at a page: what most tests are about comes after."""
    context.request.get("/accounts/login/")
    (token,) = [each["value"] for each in context.cookies() if each["name"] == "csrftoken"]
    answer = context.request.post(
        f"/demo/sign-in/{person}/", headers={"X-CSRFToken": token}, max_redirects=0
    )
    assert answer.status == HTTPStatus.FOUND


@dataclass
class RoomPage:
    """One person's browser, signed in and in the room."""

    visitor: Visitor
    room: int

    @property
    def page(self) -> Page:
        return self.visitor.page

    def sign_in(self, person: int) -> "RoomPage":
        sign_in_unseen(self.visitor.context, person)
        return self

    def enter(self, fragment: str = "") -> "RoomPage":
        self.page.goto(f"/rooms/{self.room}/{fragment}")
        expect(self.page.locator("room-header")).to_be_visible()
        return self

    def opinion(self, number: int) -> Locator:
        return self.page.locator(f"#opinion-{number}")

    def saying(self, text: str) -> Locator:
        """The cards with this text."""
        return self.page.locator("opinion-card article", has_text=text)

    @property
    def numbers(self) -> list[int]:
        """The numbers of the cards in the feed, from top to bottom."""
        found: list[Any] = self.page.locator("opinion-card article").evaluate_all(
            "cards => cards.map(card => Number(card.id.replace('opinion-', '')))"
        )
        return [int(number) for number in found]

    def write(self, text: str, kind: str = "意见") -> None:
        if self.page.locator(".composer__open").is_visible():
            self.page.locator(".composer__open").click()
        self.page.get_by_role("radio", name=kind).check(force=True)
        self.page.get_by_label("您想说的话").fill(text)

    def post(self, text: str, kind: str = "意见") -> None:
        self.write(text, kind)
        self.page.get_by_role("button", name="发送").click()

    def act(self, do: str, **fields: Any) -> Any:
        """Give the hall a command past every form of the page; returns its answer."""
        act = "command => document.querySelector('room-app').room.act(command)"
        answer = self.page.evaluate(act, {"do": do, **fields})
        assert answer is not None, f"{do} was declined"
        return answer

    def stance(self, number: int, words: str) -> Locator:
        return self.opinion(number).locator(".stance", has=self.page.get_by_text(words, exact=True))

    def ways(self) -> Locator:
        """The ways to read; in large type they are behind a button."""
        way = self.page.locator(".orders__way[aria-expanded=false]")
        if way.count():
            way.click()
        return self.page.locator("order-bar")

    def order(self, words: str) -> None:
        self.ways().get_by_role("button", name=words, exact=True).click()

    def jump(self, number: int) -> None:
        self.ways().get_by_label("跳到第几号意见").fill(str(number))
        self.page.get_by_role("button", name="跳到").click()

    def dismiss(self) -> None:
        """In large type what the hall says stays in sight until it is read."""
        understood = self.page.get_by_role("button", name="知道了")
        if understood.count():
            understood.click()

    def hold_residents(self) -> None:
        """As a moderator: what residents say waits for a moderator from here on."""
        self.page.get_by_role("tab", name="规则").click()
        self.page.get_by_label("居民发言先审后发").check()
        self.page.wait_for_function(
            "() => document.querySelector('room-app').room.state.posting.holds_residents"
        )

    def manage(self, number: int, act: str) -> None:
        """Choose one of a moderator's acts on an opinion."""
        self.opinion(number).locator(".manage summary").click()
        self.opinion(number).get_by_role("button", name=act).click()

    def cut_line(self) -> None:
        self.visitor.watch.expect(LINE_CUT)
        self.visitor.context.set_offline(True)

    def mend_line(self) -> None:
        self.visitor.context.set_offline(False)

    def take_a_snapshot(self) -> None:
        """The line breaks, and what has happened meanwhile comes as a snapshot."""
        self.cut_line()
        self.page.evaluate(RESTORED)
        self.mend_line()
        self.page.evaluate("snapshotTaken")

    def hide(self, number: int, reason: str) -> None:
        self.manage(number, "隐藏…")
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_label("理由").fill(reason)
        dialog.get_by_role("button", name="隐藏", exact=True).click()
        expect(dialog).to_be_hidden()
