"""The hall itself as a test sees it from outside: one installation, one or more processes."""

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.support.made_once import made_once
from tests.support.processes import ServerError, ServerProcess, free_port

ROOT = Path(__file__).resolve().parent.parent.parent
HEALTH_PATH = "/healthz"


def unsettled_environment() -> dict[str, str]:
    """Our environment without the variables that set up a hall."""
    ours = {"DATABASE_URL", "REDIS_URL", "HOST", "PORT"}
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith("HALL_")
    }


class HallProcess:
    """One `manage.py serve` (or another command that serves) on a port of 127.0.0.1."""

    def __init__(
        self, environment: Mapping[str, str], *, port: int, log: Path, command: str = "serve"
    ) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.socket_url = f"ws://127.0.0.1:{port}"
        self.process = ServerProcess(
            [sys.executable, ROOT / "manage.py", command],
            environment={**environment, "HOST": "127.0.0.1", "PORT": str(port)},
            log=log,
            directory=ROOT,
        )

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def log(self) -> str:
        return self.process.log

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with (
            contextlib.closing(connection),
            contextlib.suppress(OSError, http.client.HTTPException),
        ):
            connection.request("GET", HEALTH_PATH)
            return connection.getresponse().status == http.HTTPStatus.OK
        return False

    def start(self) -> None:
        self.process.start(answers=self.answers, seconds=60)

    def stop(self, *, seconds: float = 15) -> None:
        """Ask it to end (SIGTERM); ServerError where it does not end in time and with 0."""
        self.process.send(signal.SIGTERM)
        code = self.process.wait(seconds=seconds)
        if code != 0:
            raise ServerError(f"the hall ended with {code}\n{self.process.tail()}")

    def kill(self) -> None:
        """End it at once (SIGKILL)."""
        self.process.kill()


class HallInstallation:
    """A hall of the test's own: a data folder, a database, perhaps a Redis, and its processes.

    Without `database_url` the database is a SQLite file in the data folder. Several processes
    need `redis_url`. `settings` are further environment variables.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str | None = None,
        redis_url: str | None = None,
        settings: Mapping[str, str] | None = None,
        data: Path | None = None,
    ) -> None:
        self.folder = folder
        self.data = data or folder / "data"
        self.data.mkdir(parents=True, exist_ok=True)
        self.environment = {
            **unsettled_environment(),
            "HALL_DATA": str(self.data),
            "PYTHONUNBUFFERED": "1",
            "HALL_OBJECTION_DAYS": "0",  # whoever tests the window says how many
            **(settings or {}),
        }
        if database_url is not None:
            self.environment["DATABASE_URL"] = database_url
        if redis_url is not None:
            self.environment["REDIS_URL"] = redis_url
        self.processes: list[HallProcess] = []

    def manage(self, *arguments: str, stdin: str | None = None) -> str:
        """What `manage.py ...` writes to its standard output; ServerError with all where not 0."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            cwd=ROOT,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            said = f"{done.stdout}{done.stderr}"
            raise ServerError(f"manage.py {' '.join(arguments)}: {done.returncode}\n{said}")
        return done.stdout

    def prepare(self, *, demo: bool = False) -> None:
        """Migrate the empty database, and lay out the demo hall in it where that is asked for.

        What all halls have alike was made once, and is copied.
        """
        made = made_once("demo", _make_demo) if demo else empty_data()
        shutil.copytree(made, self.data, dirs_exist_ok=True)
        if "DATABASE_URL" in self.environment:
            assert not demo, "the demo hall is laid out in SQLite"
            self.manage("migrate", "--verbosity", "0")

    def start(self, command: str = "serve") -> HallProcess:
        """Start one more process and wait until it is healthy."""
        number = len(self.processes) + 1
        process = HallProcess(
            self.environment,
            port=free_port(),
            log=self.folder / f"serve-{number}.log",
            command=command,
        )
        self.processes.append(process)
        process.start()
        return process

    def stop(self) -> None:
        """Stop what still runs, in order; ServerError where a process does not end well."""
        for process in self.processes:
            if process.process.running:
                process.stop()

    def kill(self) -> None:
        """End what still runs, at once."""
        for process in self.processes:
            process.kill()


def empty_data() -> Path:
    """The data folder of an empty hall, to copy from."""
    return made_once("empty", _make_empty)


def _make_empty(data: Path) -> None:
    hall = HallInstallation(data.parent, data=data)
    hall.manage("migrate", "--verbosity", "0")
    hall.manage("shell", "-c", "from hall import assets; assets.collect_static()")


def _make_demo(data: Path) -> None:
    hall = HallInstallation(data.parent, data=data, settings={"HALL_DEMO": "1"})
    hall.prepare()
    hall.manage("shell", "-c", "from consultations.demo.fill import fill_hall; fill_hall()")


MakeHall = Callable[..., HallInstallation]
