"""Every page of the demo hall, for everyone: by keyboard alone, and looked over by axe.

Axe looks at both versions (usual and large type), in light and dark, at what opens over a page as
at the page, and every page must fit into 360 px. A page that is built like one that was looked at
already, for another person or with other numbers, is passed over. In usual type, what a field asks
for and the way to the page are read whole there, too.
"""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from scripts.layers import layers
from scripts.screenshots import PEOPLE, UNLINKED, sign_in, walk
from tests.browser.looking import serious
from tests.support.browsing import DESK, PHONE, Visitor
from tests.support.hall_server import HallProcess

pytestmark = pytest.mark.reach

Visit = Callable[..., Visitor]

# One step by Tab: what has the focus, whether one sees it, and how it stands to the step before.
STEP = """() => {
  const now = document.activeElement;
  if (!now || now === document.body) return null;
  const before = window.before;
  window.before = now;
  const rings = [now, now.nextElementSibling, now.closest("label"), now.closest("article")]
    .filter(Boolean).map((each) => getComputedStyle(each))
    .some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  const box = (now.matches("[type=radio], [type=checkbox]") ? now.closest("label") ?? now : now)
    .getBoundingClientRect();
  const inside = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 &&
    box.top < innerHeight && box.left < innerWidth;
  // A date has several fields within: the focus stays on it for as many steps.
  const later = !before || !before.isConnected || before === now ||
    Boolean(before.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING);
  now.dataset.visited = "yes";
  const words = (now.textContent || now.name || "").trim().slice(0, 30);
  return {name: `${now.localName}.${now.className} “${words}”`, rings, inside, later};
}"""
# A page may have put the focus where one begins; the walk begins above everything. What a feed
# fetches meanwhile comes above it. Whoever acts is not taken to the newest opinion any more.
TOP = """() => {
  dispatchEvent(new Event("click"));
  for (const each of document.querySelectorAll("article")) each.dataset.there = "yes";
  const top = document.createElement("span");
  top.tabIndex = -1;
  document.body.prepend(top);
  top.focus();
  window.before = null;
}"""
MISSED = """() => [...document.querySelectorAll(
    "a[href], button:not(:disabled), input:not(:disabled):not([type=hidden]), select, textarea, "
    + "summary, [contenteditable=true], [tabindex='0']")]
  .filter((each) => each.checkVisibility({visibilityProperty: true}) && each.tabIndex >= 0)
  .filter((each) => !each.closest("[inert], article:not([data-there])") && !each.dataset.visited)
  .filter((each) => each.type !== "radio" ||
    ![...document.getElementsByName(each.name)].some((other) => other.dataset.visited))
  .map((each) => `${each.localName}.${each.className} “${each.textContent.trim().slice(0, 30)}”`)
"""
# What a page is built of, whatever stands in it.
BUILT = """() => [...new Set([...document.body.querySelectorAll("*")]
  .filter((each) => each.checkVisibility())
  .map((each) => `${each.localName}.${each.className.baseVal ?? each.className}${each.type ?? ""}`)
)].sort().join(" ")"""
WIDER = "() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"
# Words that are not read whole where they should be: in a field's hint, and on the way here.
CUT = """() => {
  const all = (which) => [...document.querySelectorAll(which)];
  const hints = all("input[placeholder]").filter((each) => {
    const style = getComputedStyle(each);
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = style.font;
    const room = each.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return each.checkVisibility() && pen.measureText(each.placeholder).width > room;
  });
  const short = ".crumbs:has(.long) li:not(.long) > a, .crumbs .long ~ [aria-current]";
  const cut = all(short).filter((each) => each.scrollWidth > each.clientWidth);
  const line = (way) => parseFloat(getComputedStyle(way.firstChild).lineHeight);
  const folded = all(".crumbs").filter((way) => way.offsetHeight > 1.5 * line(way));
  return [
    ...hints.map(({placeholder}) => `hint cut: ${placeholder}`),
    ...cut.map(({textContent}) => `way cut: ${textContent}`),
    ...folded.map(() => "way in two lines"),
  ];
}"""
NARROW = {"width": 360, "height": 780}
STATUS = {"/no-such-page/": 404}
IN_SCHEME = "scheme => matchMedia(`(prefers-color-scheme: ${scheme})`).matches"
MOST_STEPS = 400


def opened(page: Page) -> str:
    """Where that stands which a layer has opened."""
    places = ("dialog[open]", ".room-side", "hall-desk")
    return next(place for place in places if page.locator(place).count())


def show_in(page: Page, scheme: Literal["light", "dark"]) -> None:
    # Nothing passes from one colour to the other where less motion is asked for.
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.wait_for_function(IN_SCHEME, arg=scheme)


def steps_of(page: Page) -> list[str]:
    """Walk from the top to the end by Tab; what is wrong on the way, one line each."""
    wrong: list[str] = []
    page.evaluate(TOP)
    first, navigated = True, page.locator("nav").count() > 0
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        step = page.evaluate(STEP)
        if step is None or not step["later"]:
            break
        if first and navigated and "skip" not in step["name"]:
            wrong.append(f"begins with {step['name']}, not with the way to the text")
        first = False
        if not step["rings"]:
            wrong.append(f"no visible focus: {step['name']}")
        if not step["inside"]:
            wrong.append(f"focus out of sight: {step['name']}")
    else:
        wrong.append(f"no end after {MOST_STEPS} steps: {step['name']}")
    return [*wrong, *(f"not reached: {each}" for each in page.evaluate(MISSED))]


@pytest.fixture(scope="module")
def looked() -> dict[str, set[str]]:
    """What the pages that were looked at are built of, by the kind of look."""
    return {}


def is_new(page: Page, seen: set[str]) -> bool:
    """Whether nothing that is built like this page was looked at before."""
    built = page.evaluate(BUILT)
    fresh = built not in seen
    seen.add(built)
    return fresh


def in_dialog(page: Page) -> list[str]:
    """Whether the focus is in the open dialog, stays there, and can be seen at each step."""
    if not page.locator("dialog[open]").count():
        return []
    inside = "document.activeElement.closest('dialog[open]') !== null"
    wrong = [] if page.evaluate(inside) else ["focus outside of the dialog"]
    page.evaluate("window.before = null")
    for _ in range(3):
        page.keyboard.press("Tab")
        step = page.evaluate(STEP)
        if step and not step["rings"]:
            wrong.append(f"no visible focus: {step['name']}")
        if step and not page.evaluate(inside):
            wrong.append(f"out of the dialog: {step['name']}")
    return wrong


@pytest.mark.parametrize("who", [name for name in PEOPLE if name != "visitor"])
def test_every_page_by_keyboard_alone(
    demo_process: HallProcess, visit: Visit, looked: dict[str, set[str]], who: str
) -> None:
    seen = looked.setdefault("keyboard", set())
    visitor = visit(demo_process.url, DESK)
    visitor.page.emulate_media(reduced_motion="reduce")  # what scrolls is there at once
    sign_in(visitor.page, PEOPLE[who])
    visitor.watch.expect("404")
    wrong, page = {}, visitor.page
    for path, status in walk(page, ["/", *UNLINKED], follow=True, each=1):
        assert status == STATUS.get(path, 200), path
        if not is_new(page, seen):
            continue
        if found := steps_of(page):
            wrong[path] = found
        for layer in layers(page):
            if found := in_dialog(page):
                wrong[f"{path} {layer}"] = found
    assert wrong == {}


def test_skip_link_leads_to_the_text(demo_process: HallProcess, visit: Visit) -> None:
    page = visit(demo_process.url, DESK).page
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("version", ["usual", "senior"])
@pytest.mark.parametrize("who", list(PEOPLE))
def test_axe_finds_nothing_serious(
    demo_process: HallProcess, visit: Visit, looked: dict[str, set[str]], who: str, version: str
) -> None:
    visitor = visit(demo_process.url, PHONE if version == "senior" else DESK)
    page = visitor.page
    if PEOPLE[who]:
        sign_in(page, PEOPLE[who])
    value = "1" if version == "senior" else "0"
    visitor.context.add_cookies([{"name": "hall_senior", "value": value, "url": demo_process.url}])
    visitor.watch.expect("404")
    wrong, seen, size = {}, looked.setdefault(version, set()), page.viewport_size
    assert size is not None
    for path, _status in walk(page, ["/", *UNLINKED], follow=True, each=1):
        # Of every page, also of one that is built like another: the words decide it.
        page.set_viewport_size(NARROW)
        if wider := page.evaluate(WIDER):
            wrong[f"{path} at 360 px"] = [f"{wider} px too wide"]
        if version == "usual" and (cut := page.evaluate(CUT)):
            wrong.setdefault(f"{path} at 360 px", []).extend(cut)
        page.set_viewport_size(size)
        show_in(page, "light")
        if not is_new(page, seen):
            continue
        found = serious(page)
        show_in(page, "dark")
        colours = {"type": "rule", "values": ["color-contrast"]}
        found += [f"dark: {each}" for each in serious(page, runOnly=colours)]
        show_in(page, "light")
        for layer in layers(page):
            found += [f"{layer}: {each}" for each in serious(page, opened(page))]
        if found:
            wrong[path] = found
    assert wrong == {}


def test_nothing_moves_for_who_wants_less_motion(demo_process: HallProcess, visit: Visit) -> None:
    visitor = visit(demo_process.url, PHONE)
    page = visitor.page
    page.emulate_media(reduced_motion="reduce")
    sign_in(page, PEOPLE["resident"])
    for path, _status in walk(page, ["/"], follow=True, each=1):
        moving = page.evaluate(
            """() => document.getAnimations().filter((each) => each.playState === "running")
              .map((each) => each.animationName ?? each.transitionProperty)"""
        )
        assert moving == [], path
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
