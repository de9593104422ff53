"""What opens over or within a page without an address of its own: tabs, dialogs, the side panel."""

import re
from collections.abc import Iterator

from playwright.sync_api import Locator, Page, expect

_MANAGE = "opinion-card:has(.opinion__text) .manage"


def layers(page: Page) -> Iterator[str]:
    """Open one after the other, and yield each one's name while it is open.

    Of the room: the side panel where it is folded away, the console's tabs, and the dialogs; of the
    desk: its parts. Elsewhere, and for whoever has none of them, nothing.
    """
    yield from _parts_of_the_desk(page)
    if not page.locator("room-app").count():
        return
    side = page.locator(".room-facts__more")
    folded = side.is_visible()
    if folded:
        side.click()
        expect(page.locator(".room-side.is-open")).to_be_visible()
        yield "side"
    for tab in page.locator(".console [role=tab]").all():
        tab.click()
        panel = page.locator(".console__panel")
        expect(panel).to_have_text(re.compile(r"\S"))
        expect(panel).not_to_contain_text("正在取")
        yield tab.get_attribute("id") or "tab"
    yield from _dialogs(page, folded)


def _parts_of_the_desk(page: Page) -> Iterator[str]:
    parts = page.locator("hall-desk .desk-part").all()
    if parts:
        expect(page.locator("hall-desk .number")).not_to_be_empty()
    for at, part in enumerate(parts):
        part.click()
        part.evaluate("button => button.scrollIntoView()")
        yield f"desk-{at + 1}"


def _dialogs(page: Page, folded: bool) -> Iterator[str]:
    """By the buttons that open them; those of the side panel come first, while it is open."""
    meeting = page.locator("#console-tab-meeting")
    if meeting.count():
        meeting.click()
    button = page.get_by_role("button", name=re.compile("发起表决"))
    yield from _open(page, button, "ballot-form")
    side = page.locator(".room-side.is-open")
    if folded and not side.count():
        page.locator(".room-facts__more").click()
        expect(side).to_be_visible()
    papers = page.locator(".side__about a").first
    if papers.is_visible():
        yield from _open(page, papers, "papers")
    else:
        page.keyboard.press("Escape")
    # Escape, which ends the papers, closes the side as well.
    expect(side).to_have_count(0)
    yield from _open(page, page.locator(".speaking__acts button", has_text="名单"), "speaking-list")
    for name, words in (("hide", "隐藏…"), ("mute", "请其暂停发言…")):
        offering = page.locator(_MANAGE, has=page.get_by_text(words, exact=True))
        if not offering.count():
            continue
        # By its number: as the feed scrolls to it, cards above are built, and the first is another.
        card = offering.first.evaluate("acts => acts.closest('article').id")
        acts = page.locator(f"#{card} .manage")
        acts.locator("summary").click()
        expect(acts).to_have_attribute("open", "")
        yield from _open(page, acts.get_by_text(words, exact=True), name)


def _open(page: Page, button: Locator, name: str) -> Iterator[str]:
    if not button.first.is_visible():
        return
    button.first.click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    if name == "papers":
        expect(dialog.locator(".sheet__body > *").first).to_be_visible()
    yield name
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
