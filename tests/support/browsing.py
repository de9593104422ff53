"""A real Chromium for the tests, and a watch over what its pages do."""

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from scripts.ensure_test_tools import find_chromium
from tests.support.processes import ServerError

# No sandbox: the tests may run as root. The rest keeps the browser from calling anybody.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 390, "height": 844}
SMALL_PHONE = {"width": 360, "height": 740}
DESK = {"width": 1440, "height": 900}
OWN_HOSTS = {"127.0.0.1", "localhost", ""}


def launch_chromium(playwright: Playwright) -> Browser:
    """The browser of HALL_CHROMIUM or of the PATH, headless; ServerError where there is none."""
    program = find_chromium()
    if program is None:
        raise ServerError("No Chromium: run scripts/ensure_test_tools.py")
    return playwright.chromium.launch(
        executable_path=shutil.which(program), headless=True, args=list(ARGUMENTS)
    )


def without_scripts(browser: Browser, base_url: str, viewport: dict[str, int]) -> BrowserContext:
    """A browser that runs no script."""
    return browser.new_context(
        base_url=base_url, viewport=viewport, java_script_enabled=False, locale="zh-CN"
    )


@dataclass
class Watch:
    """What went wrong in the pages of one context: errors, and requests to other hosts.

    `expected` are patterns of what the test itself brings about, such as the error lines of a
    connection that it cut.
    """

    seen: list[str] = field(default_factory=list)
    expected: list[re.Pattern[str]] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        self.expected.append(re.compile(pattern))

    @property
    def problems(self) -> list[str]:
        return [
            line for line in self.seen if not any(known.search(line) for known in self.expected)
        ]

    def over(self, context: BrowserContext) -> None:
        context.on("weberror", lambda error: self.seen.append(f"error: {error.error}"))
        context.on("console", self._on_console)
        context.on("request", lambda request: self._on_address(request.url))
        context.on("page", self._on_page)

    def _on_console(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.seen.append(f"console {message.type}: {message.text}")

    def _on_address(self, address: str) -> None:
        if (urlsplit(address).hostname or "") not in OWN_HOSTS:
            self.seen.append(f"request to another host: {address}")

    def _on_page(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._on_address(socket.url))


class Visitor:
    """One person at one browser: a context of their own, with its page and its watch."""

    def __init__(self, browser: Browser, *, base_url: str, viewport: dict[str, int]) -> None:
        self.watch = Watch()
        self.context = browser.new_context(
            base_url=base_url,
            viewport=viewport,
            has_touch=viewport["width"] < 600,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            accept_downloads=True,
        )
        self.watch.over(self.context)
        self.page = self.context.new_page()

    def close(self) -> None:
        self.context.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def problems_of(visitors: Iterable[Visitor]) -> list[str]:
    return [problem for visitor in visitors for problem in visitor.watch.problems]
