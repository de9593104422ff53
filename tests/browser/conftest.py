"""Browser tests drive a real Chromium against a hall that runs as a process of its own.

They are plain functions (Playwright's synchronous interface) and reach the data through the
pages or `hall.manage(...)`, never through the ORM of the test process.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.support.browsing import DESK, Visitor, launch_chromium, problems_of
from tests.support.hall_server import HallInstallation, HallProcess, MakeHall

Visit = Callable[..., Visitor]

# A page beside two other tests on two cores; what is there at once takes no longer by it.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="package")
def chromium(request: pytest.FixtureRequest) -> Iterator[Browser]:
    # Not for the whole session: Playwright keeps an event loop running in this thread, which the
    # asynchronous tests of other folders could not share. Without __init__.py it would be.
    assert isinstance(request.node, pytest.Package)
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture
def demo_hall(make_hall: MakeHall) -> HallInstallation:
    """An installation with one-click sign-in, migrated, not yet started."""
    return make_hall(settings={"HALL_DEMO": "1"})


@pytest.fixture
def hall_server(demo_hall: HallInstallation) -> HallProcess:
    """One running process of `demo_hall`."""
    return demo_hall.start()


@pytest.fixture(scope="module")
def demo_county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallInstallation]:
    """The demo hall with all that is laid out in it, one process running, for a module's tests."""
    installation = HallInstallation(tmp_path_factory.mktemp("demo"), settings={"HALL_DEMO": "1"})
    try:
        installation.prepare(demo=True)
        installation.start()
        yield installation
        installation.stop()
    finally:
        installation.kill()


@pytest.fixture(scope="module")
def demo_process(demo_county: HallInstallation) -> HallProcess:
    return demo_county.processes[0]


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """Open a browser of its own for each call: visit(url, DESK or PHONE) -> Visitor.

    At the end no page may have raised or logged an error, or asked another host for anything,
    beyond what the test told `visitor.watch.expect(pattern)`.
    """
    visitors: list[Visitor] = []

    def open_browser(base_url: str, viewport: dict[str, int] = DESK) -> Visitor:
        visitor = Visitor(chromium, base_url=base_url, viewport=viewport)
        visitors.append(visitor)
        return visitor

    yield open_browser
    problems = problems_of(visitors)
    for visitor in visitors:
        visitor.close()
    assert problems == []
