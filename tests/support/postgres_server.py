"""A real PostgreSQL for the tests: from the environment, the system, or the pgserver package."""

import contextlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.support.processes import ServerError, ServerProcess, free_port, remove_folder

URL_VARIABLE = "HALL_TEST_DATABASE_URL"
SUPERUSER = "postgres"
PROGRAMS = ("initdb", "postgres")
# PostgreSQL refuses to run as root, so the tests of a root user give it one of these accounts.
ACCOUNTS = ("postgres", "nobody")
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
)

StopMode = Literal["smart", "fast", "immediate"]
STOP_SIGNALS: dict[StopMode, signal.Signals] = {
    "smart": signal.SIGTERM,
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
}


def _version(folder: Path) -> int:
    numbers = re.findall(r"\d+", folder.parent.name)
    return int(numbers[0]) if numbers else 0


def find_postgres_programs() -> Path:
    """The folder of initdb and postgres; ServerError where there is none.

    First the PATH, then where systems keep them (the newest version), then the pgserver package.
    """
    candidates = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    for pattern in SYSTEM_FOLDERS:
        folders = Path("/").glob(pattern.lstrip("/"))
        candidates += sorted(folders, key=_version, reverse=True)
    package = importlib.util.find_spec("pgserver")
    if package is not None and package.origin is not None:
        candidates.append(Path(package.origin).parent / "pginstall" / "bin")
    for folder in candidates:
        if all((folder / program).exists() for program in PROGRAMS):
            return folder
    raise ServerError(
        f"No PostgreSQL: set {URL_VARIABLE}, install Debian's postgresql, or install pgserver."
    )


def unprivileged_account() -> str | None:
    """The account to run PostgreSQL under; None for our own, which is not root's."""
    if os.geteuid() != 0:
        return None
    for name in ACCOUNTS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise ServerError("PostgreSQL does not run as root, and there is no account to lend it.")


class PostgresServer:
    """A PostgreSQL of our own on a free port of 127.0.0.1 with an empty cluster.

    With `durable` a commit reaches the disk before it is acknowledged, as in production; without
    it only the kernel, which outlives a killed server but not a power cut, and is quicker. `url`
    is the superuser's, of the database "postgres". `restart` comes back on the same port with its
    data.
    """

    def __init__(self, *, durable: bool = False, max_connections: int = 100) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hall-postgres-"))
        self.account = unprivileged_account()
        self.programs = self._reachable_programs(find_postgres_programs())
        self.data = self.folder / "data"
        self.port = free_port()
        self.url = f"postgresql://{SUPERUSER}@127.0.0.1:{self.port}/postgres"
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": str(max_connections),
            "shared_buffers": "64MB",
            "fsync": "on" if durable else "off",
            "full_page_writes": "on" if durable else "off",
        }
        self.process = ServerProcess(
            [
                self.programs / "postgres",
                "-D",
                self.data,
                *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
            ],
            log=self.folder / "postgres.log",
            user=self.account,
            directory=self.folder,
        )
        self._make_cluster()

    def _reachable_programs(self, programs: Path) -> Path:
        """The programs' folder, or a copy of it where the account may not enter the original."""
        if self.account is None:
            return programs
        shutil.chown(self.folder, user=self.account)
        with contextlib.suppress(OSError):
            asked = subprocess.run(
                [programs / "postgres", "--version"],
                user=self.account,
                cwd=self.folder,
                capture_output=True,
                check=False,
            )
            if asked.returncode == 0:
                return programs
        package = programs.parent.parent
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.is_dir():
                shutil.copytree(part, self.folder / part.name, symlinks=True)
        return self.folder / package.name / programs.parent.name / programs.name

    def _make_cluster(self) -> None:
        made = subprocess.run(
            [
                self.programs / "initdb",
                f"--pgdata={self.data}",
                f"--username={SUPERUSER}",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ],
            user=self.account,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise ServerError(f"initdb failed:\n{made.stdout}{made.stderr}")

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        return self.process.pid

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url, connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def start(self) -> Self:
        self.process.start(answers=self.answers)
        return self

    def stop(self, mode: StopMode = "fast") -> None:
        """End it: after its clients have left, after rolling them back, or without a checkpoint."""
        if self.process.running:
            self.process.send(STOP_SIGNALS[mode])
        self.process.wait(seconds=30)

    def kill(self) -> None:
        """End it and its backends at once; the next start recovers from its log."""
        self.process.kill()

    def restart(self, mode: StopMode = "fast") -> None:
        """Stop it where it runs, and start it on the same port with the same data."""
        if self.process.running:
            self.stop(mode)
        self.start()

    def close(self) -> None:
        """End it and remove its folder."""
        self.kill()
        remove_folder(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def start_postgres(*, durable: bool = False, max_connections: int = 100) -> PostgresServer:
    """Start a PostgreSQL of the test's own, which the test may stop, kill and restart."""
    server = PostgresServer(durable=durable, max_connections=max_connections)
    try:
        return server.start()
    except BaseException:
        server.close()
        raise


def given_database_url() -> str | None:
    """The PostgreSQL that the environment offers to the tests, if any: a role that may CREATEDB."""
    return os.environ.get(URL_VARIABLE) or None


@contextlib.contextmanager
def empty_database(server_url: str) -> Iterator[str]:
    """The URL of a new, empty database on the server, dropped at the end with its clients."""
    name = f"hall_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server_url, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
