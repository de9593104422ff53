"""Measure a large room as a resident meets it: a phone's engine, a slow processor, a slow line.

    python -m scripts.measure_room [--opinions 5000] [--rate 60] [--seconds 30]

A hall of its own is started with a room of that many opinions. Chromium opens it with the processor
slowed down four times and 1.6 Mbit/s at 150 ms: with nothing of the room fetched before, and as
people come who sign in on their way. It then reads on, at its own pace or slowed down by
`--rain-slow-down`, while `rate` opinions arrive each second. Prints each figure beside its target,
with the machine's load; exit code 1 where one is missed.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median as middle
from typing import Any

import django
from playwright.sync_api import Page, sync_playwright

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
django.setup()

# The client knows the models, which can be imported only now.
from tests.live.client import visit  # noqa: E402
from tests.support.browsing import PHONE, Visitor, launch_chromium  # noqa: E402
from tests.support.hall_server import HallInstallation  # noqa: E402

SLOW_DOWN = 4
LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
USABLE_SECONDS = 1.5
LONGEST_TASK_MS = 100
MOST_SHIFT = 0.05
MOST_GROWTH_MB = 10.0

# What the page notes about itself, from its first moment on.
NOTES = """
window.noted = {tasks: [], shift: 0};
const observe = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note))
  .observe({type, buffered: true});
observe("longtask", (each) => noted.tasks.push(each.duration));
observe("layout-shift", (each) => { if (!each.hadRecentInput) noted.shift += each.value; });
new MutationObserver((_, watch) => {
  if (!document.querySelector("room-app opinion-card .stance") ||
      !document.querySelector("opinion-form .composer")) return;
  noted.usable = performance.now();
  watch.disconnect();
}).observe(document, {childList: true, subtree: true});
"""


def lay_out(hall: HallInstallation, opinions: int) -> dict[str, Any]:
    """A live room with so many opinions; `{room, sessions, resident, …}`."""
    code = f"from tests.browser.room.seed import lay_out_large;lay_out_large(opinions={opinions})"
    found: dict[str, Any] = json.loads(hall.manage("shell", "--verbosity", "0", "-c", code))
    return found


def arrive(url: str, laid: dict[str, Any], options: argparse.Namespace) -> threading.Thread:
    """Post so many a second through sockets of members, beside what is measured."""

    async def speak(session: str, every: float) -> None:
        async with visit(url.replace("http://", "ws://"), laid["room"], session) as client:
            end = time.monotonic() + options.seconds
            due = time.monotonic()
            while due < end:
                await client.post("夜间开放到九点，下班的人也买得到菜，摊主也多做一份生意。")
                due += every
                await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def everyone() -> None:
        every = len(laid["sessions"]) / options.rate
        await asyncio.gather(*(speak(session, every) for session in laid["sessions"]))

    thread = threading.Thread(target=lambda: asyncio.run(everyone()))
    thread.start()
    return thread


def heap(session: Any) -> float:
    """Megabytes in use after a collection."""
    session.send("HeapProfiler.collectGarbage")
    metrics = session.send("Performance.getMetrics")["metrics"]
    used = next(each["value"] for each in metrics if each["name"] == "JSHeapUsedSize")
    return float(used) / 1e6


def until(page: Page, holds: str, *, seconds: float = 60) -> None:
    """Wait for an expression, asked from outside: the page evaluates no text itself."""
    end = time.monotonic() + seconds
    while not page.evaluate(holds):
        if time.monotonic() > end:
            raise TimeoutError(holds)
        page.wait_for_timeout(20)


def slow(visitor: Visitor) -> Any:
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_DOWN})
    return session


def sign_in(page: Page, person: int, *, to: str = "") -> None:
    """By one click, on the page that leads on to `to`, once it has nothing more to do."""
    page.goto(f"/accounts/login/?next={to}" if to else "/accounts/login/")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelectorAll('.demo details').forEach(part => part.open = true)")
    page.locator(f'form[action="/demo/sign-in/{person}/"] button').click()
    page.wait_for_load_state()


def measure(hall: HallInstallation, options: argparse.Namespace) -> list[tuple[str, float, float]]:
    """(figure, measured, target) each; the target is the most that it may be."""
    laid = lay_out(hall, options.opinions)
    url = hall.start().url
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        room = f"/rooms/{laid['room']}/"
        usable: dict[str, list[float]] = {"": [], room: []}
        shifts = []
        for _ in range(options.rounds):
            for to, seconds in usable.items():
                with Visitor(browser, base_url=url, viewport=PHONE) as visitor:
                    page = visitor.page
                    sign_in(page, laid["resident"], to=to)
                    page.add_init_script(NOTES)
                    slow(visitor)
                    page.goto(room, wait_until="commit")
                    until(page, "window.noted?.usable")
                    seconds.append(page.evaluate("noted.usable") / 1000)
                    shifts.append(page.evaluate("noted.shift"))
        with Visitor(browser, base_url=url, viewport=PHONE) as visitor:
            page = visitor.page
            sign_in(page, laid["resident"])
            page.add_init_script(NOTES)
            page.goto(f"/rooms/{laid['room']}/")
            until(page, "window.noted?.usable")
            session = visitor.context.new_cdp_session(page)
            session.send("HeapProfiler.enable")
            session.send("Performance.enable")
            before = page.evaluate("document.querySelector('room-app').room.state.total")
            first = heap(session)  # collecting is a long task of its own: not while it is measured
            session.send("Emulation.setCPUThrottlingRate", {"rate": options.rain_slow_down})
            page.evaluate("noted.tasks = []; noted.shift = 0")
            posting = arrive(url, laid, options)
            until(page, f"document.querySelector('room-app').room.state.total > {before}")
            began = time.monotonic()
            while posting.is_alive():
                page.wait_for_timeout(500)
            came = page.evaluate("document.querySelector('room-app').room.state.total") - before
            lasted = time.monotonic() - began
            longest = max(page.evaluate("noted.tasks"), default=0.0)
            shift = page.evaluate("noted.shift")
            growth = heap(session) - first
        browser.close()
    print("usable, s:", *(f"{each:.2f}" for seconds in usable.values() for each in seconds))
    print(f"{came} opinions came in {lasted:.0f} s; {came / max(lasted, 0.1):.0f} a second")
    return [
        ("usable, nothing fetched before, s (median)", middle(usable[""]), USABLE_SECONDS),
        ("usable, signed in on the way, s (median)", middle(usable[room]), USABLE_SECONDS),
        ("layout shift while it opens", max(shifts), MOST_SHIFT),
        ("longest task while opinions arrive, ms", longest, LONGEST_TASK_MS),
        ("layout shift while opinions arrive", shift, MOST_SHIFT),
        ("growth of memory, MB", growth, MOST_GROWTH_MB),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--opinions", type=int, default=5_000)
    parser.add_argument("--rate", type=int, default=60, help="arrivals a second")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--rain-slow-down", type=int, default=1, help="of the processor")
    parser.add_argument("--rounds", type=int, default=3, help="times the page is opened")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hall-measure-") as folder:
        hall = HallInstallation(Path(folder), settings={"HALL_DEMO": "1"})
        try:
            hall.manage("migrate", "--verbosity", "0")
            figures = measure(hall, options)
        finally:
            hall.kill()
    print(
        f"load of the machine, 1 and 5 minutes: {os.getloadavg()[0]:.1f} {os.getloadavg()[1]:.1f}"
    )
    for name, measured, most in figures:
        print(f"{'ok  ' if measured <= most else 'MISS'} {name}: {measured:.2f} (at most {most:g})")
    return int(any(measured > most for _name, measured, most in figures))


if __name__ == "__main__":
    sys.exit(main())
