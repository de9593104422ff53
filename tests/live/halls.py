"""Installations to visit: the hall's own server, stock Daphne and uvicorn, by the same clients."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests.support.hall_server import ROOT, HallInstallation, HallProcess
from tests.support.processes import ServerProcess, free_port

SERVERS = ("serve", "daphne", "uvicorn")


def command_of(server: str, port: int) -> list[str]:
    """How to start `hall.asgi:application` under this server."""
    address = {
        "daphne": ["-b", "127.0.0.1", "-p", str(port)],
        "uvicorn": ["--host", "127.0.0.1", "--port", str(port), "--ws-max-size", "16384"],
    }
    return [sys.executable, "-m", server, *address[server], "hall.asgi:application"]


class OtherProcess(HallProcess):
    """The hall under a server that is not its own."""

    def __init__(
        self, server: str, environment: Mapping[str, str], *, port: int, log: Path
    ) -> None:
        super().__init__(environment, port=port, log=log)
        self.process = ServerProcess(
            command_of(server, port), environment=environment, log=log, directory=ROOT
        )


class Clerk:
    """The clerk process of an installation: `clerk.people(count=3)` asks it for `people`."""

    def __init__(self, hall: HallInstallation) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.live.clerk"],
            cwd=ROOT,
            env={**hall.environment, "DJANGO_SETTINGS_MODULE": "hall.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __getattr__(self, name: str) -> Any:
        def ask(**arguments: Any) -> Any:
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            self.process.stdin.write(json.dumps({"do": name, **arguments}) + "\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline())
            if "refusal" in answer:
                raise AssertionError(f"{name} was refused: {answer['refusal']}")
            return answer["ok"]

        return ask

    def close(self) -> None:
        with self.process:
            assert self.process.stdin is not None
            self.process.stdin.close()
            self.process.wait(timeout=15)


class LiveHall:
    """One installation with its clerk and its processes."""

    def __init__(self, hall: HallInstallation, *, server: str = "serve") -> None:
        self.hall = hall
        self.server = server
        hall.prepare()
        self.clerk = Clerk(hall)

    def start(self) -> HallProcess:
        if self.server == "serve":
            return self.hall.start()
        number = len(self.hall.processes) + 1
        process = OtherProcess(
            self.server,
            self.hall.environment,
            port=free_port(),
            log=self.hall.folder / f"{self.server}-{number}.log",
        )
        self.hall.processes.append(process)
        process.start()
        return process

    @property
    def url(self) -> str:
        return self.hall.processes[0].socket_url

    @property
    def log(self) -> str:
        return "\n".join(process.log for process in self.hall.processes)

    def close(self) -> None:
        self.clerk.close()
        self.hall.kill()


def metrics(url: str) -> str:
    """What a process says of itself to operators."""
    with urlopen(f"{url}/metrics") as answer:  # noqa: S310 (an address of this machine)
        return str(answer.read().decode())
