"""An installation to do harm to: its witness, and its processes by way of the launcher."""

import asyncio
import copy
import json
import re
import subprocess
import sys
import threading
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from tests.faults.people import Person
from tests.support.figures import figure_in
from tests.support.hall_server import ROOT, HallInstallation, HallProcess
from tests.support.processes import ServerError, free_port

METRICS_TOKEN = "faults"
STAMP = re.compile(r"^\S+ \S+ (?P<level>[A-Z]+) (?P<logger>\S+) ")


class Witness:
    """The witness process of an installation; see `tests.faults.witness` for what it answers."""

    def __init__(self, hall: HallInstallation) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.witness"],
            cwd=ROOT,
            env={**hall.environment, "DJANGO_SETTINGS_MODULE": "hall.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    async def ask(self, do: str, **question: Any) -> Any:
        return await asyncio.to_thread(self.ask_now, do, **question)

    def ask_now(self, do: str, **question: Any) -> Any:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        with self._lock:
            stdin.write(json.dumps({"do": do, **question}) + "\n")
            stdin.flush()
            answer = json.loads(stdout.readline())
        if "error" in answer:
            raise ServerError(f"{do}: {answer['error']}")
        return answer["ok"]

    def close(self) -> None:
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait(timeout=15)


class Victim(HallProcess):
    """One process of the hall, started by the launcher with a fault of the test's choice."""

    def __init__(self, hall: HallInstallation, *, port: int, log: Path) -> None:
        super().__init__(hall.environment, port=port, log=log)
        self.process.command = [sys.executable, "-m", "tests.faults.launcher"]
        token = {"HALL_METRICS_TOKEN": METRICS_TOKEN}  # some stand behind a proxy
        self._environment = {**(self.process.environment or {}), **token}
        self.address = f"127.0.0.1:{port}"

    def start_with(self, fault: str = "none", *, after: int = 1) -> None:
        """Start it, or start it again on the same port."""
        settings = {"FAULT": fault, "FAULT_AFTER": str(after)}
        self.process.environment = {**self._environment, **settings}
        self.start()

    async def start_soon(self, fault: str = "none", *, after: int = 1) -> None:
        await asyncio.to_thread(self.start_with, fault, after=after)

    async def dead(self, *, seconds: float = 30) -> int:
        """Wait until it has ended; returns its exit code."""
        return await asyncio.to_thread(self.process.wait, seconds=seconds)

    async def figure(self, name: str) -> float:
        """One figure of /metrics, its labels included in the name; 0 where it is not there yet."""
        return figure_in(await asyncio.to_thread(self.get, "/metrics"), name)

    async def seats_fall_to(self, most: int, *, seconds: float = 20) -> None:
        """Wait until no more sockets than these sit in its rooms."""
        async with asyncio.timeout(seconds):
            while await self.figure("hall_seats") > most:  # noqa: ASYNC110 (it is asked over HTTP)
                await asyncio.sleep(0.05)

    def get(self, path: str, *, person: Person | None = None) -> str:
        """A page's text, of a person who is signed in or of a stranger.

        urllib's HTTPError for any status but 200.
        """
        headers = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        if person is not None:
            headers["Cookie"] = f"sessionid={person.session}"
        request = urllib.request.Request(f"{self.url}{path}", headers=headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=10) as page:  # noqa: S310
            text: str = page.read().decode()
        return text

    def rss(self) -> int:
        """Resident memory in bytes."""
        pages = Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * 4096


class Ground:
    """A hall, one room in it and its people."""

    def __init__(self, hall: HallInstallation, *, people: int, processes: int = 1) -> None:
        hall.prepare()
        self.hall = hall
        self.witness = Witness(hall)
        try:
            self._take(self.witness.ask_now("lay_out", people=people))
        except ServerError:
            self.witness.close()
            raise
        self.victims = [
            Victim(hall, port=free_port(), log=hall.folder / f"victim-{number}.log")
            for number in range(processes)
        ]

    def _take(self, laid: dict[str, Any]) -> None:
        self.room: int = laid["room"]
        self.moderator = Person(**laid["moderator"], moderates=True)
        self.people = [Person(**each) for each in laid["residents"]]

    def move_on(self, *, people: int) -> None:
        """Go to another room of the same hall, with other people."""
        self._take(self.witness.ask_now("lay_out", people=people))

    def another_room(self, *, people: int) -> Self:
        """The same hall, with another room of it and other people, beside this one."""
        there = copy.copy(self)
        there.move_on(people=people)
        return there

    @property
    def victim(self) -> Victim:
        return self.victims[0]

    @property
    def log(self) -> str:
        logs = [each.process.log_path for each in self.victims]
        return "\n".join(path.read_text(errors="replace") for path in logs if path.exists())

    def failures(self, *, but: str = "") -> list[str]:
        """The log's errors and tracebacks, without what the logger named `but` has to say."""
        found, told = [], ""
        for line in self.log.splitlines():
            if stamped := STAMP.match(line):
                told = stamped["logger"]
            failed = (stamped and stamped["level"] in {"ERROR", "CRITICAL"}) or "Traceback" in line
            if failed and told != but:
                found.append(line)
        return found

    def close(self) -> None:
        for victim in self.victims:
            with suppress(ServerError):
                victim.kill()
        self.witness.close()
