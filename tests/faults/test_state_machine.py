"""Old snapshot + events == new snapshot: in our Python, and in the JavaScript of the page."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from playwright.sync_api import Route, sync_playwright

from tests.faults.room_machine import RoomMachine
from tests.faults.room_readers import Theatre
from tests.support.browsing import launch_chromium
from tests.support.hall_server import ROOT

PAGE = "http://hall.test/"
REPLAY = """async (stories) => {
  const store = await import("/js/room/state.js");
  const take = {
    snapshot: (state, snapshot) => store.withSnapshot(state, snapshot),
    events: (state, events) => store.withEvents(state, events),
    news: (state, news) => store.withNews(state, news),
    mine: (state, number, value) => store.withMine(state, number, value),
    vote: (state, number, choices) => store.withVote(state, number, choices),
  };
  return stories.map((told) => {
    let state = store.NOTHING;
    for (const [what, ...rest] of told) state = take[what](state, ...rest);
    const { epoch, head, room, total, ballots, speaking, outcome, posting, mutes } = state;
    const byNumber = (one, other) => one.number - other.number;
    const opinions = [...state.cards.values()].sort(byNumber);
    const requests = [...new Set([...state.requests.values()].flat())].sort(byNumber);
    const rest = { total, ballots, speaking, requests, outcome, posting, mutes };
    return { epoch, head, room, opinions, ...rest };
  });
}"""


@pytest.mark.parametrize(
    ("examples", "steps", "phases"),
    [
        pytest.param(8, 40, [Phase.generate], id="some", marks=pytest.mark.reduced),
        # Shrinking a failure takes minutes; the same seed fails here as well.
        pytest.param(80, 50, list(Phase), id="many", marks=pytest.mark.faults),
    ],
)
def test_old_snapshot_and_events_equal_new_snapshot(
    examples: int, steps: int, phases: list[Phase], theatre: Theatre
) -> None:
    RoomMachine.theatre = theatre
    RoomMachine.stories.clear()
    run_state_machine_as_test(
        RoomMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=phases,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    _check_in_chromium(RoomMachine.stories)


def _check_in_chromium(stories: list[tuple[list[list[Any]], dict[str, Any]]]) -> None:
    """The page's own reducer comes from the same frames to the same room."""
    assert len(stories) > 20
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        page = browser.new_page()
        page.route("**/*", _serve)
        page.goto(PAGE)
        shown = page.evaluate(REPLAY, [told for told, _view in stories])
        browser.close()
    for (_told, view), state in zip(stories, shown, strict=True):
        # The page has no use for the name of the session's kind, and keeps none.
        view["room"].pop("kind_label")
        assert state == view


def _serve(route: Route) -> None:
    path = urlsplit(route.request.url).path
    if path == "/":
        route.fulfill(body="<!doctype html>", content_type="text/html")
    else:
        route.fulfill(path=ROOT / "static" / path.lstrip("/"), content_type="text/javascript")
