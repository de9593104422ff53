"""Everything that a run of the bench has: sizes, servers, the prepared hall, the results."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.generator import Generator, Talk
from bench.install import ROOT, Tools
from bench.machine import Cores, cpu_seconds, pin, pinned, tree
from bench.results import Results
from bench.stacks import FRAME, Peers, Stack
from bench.turns import Thing, in_turn
from tests.support.hall_server import HallInstallation, HallProcess
from tests.support.postgres_server import start_postgres
from tests.support.redis_server import start_redis

JOIN = '{"do":"room.since","key":"00000000-0000-4000-8000-000000000000","seq":0,"epoch":""}'


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything; `budget` is the whole run's in seconds."""

    budget: float
    quick: bool
    fanout_rounds: int
    fanout_posts: int
    fanout_seconds: float
    room_rounds: int
    room_seconds: float
    settle_seconds: float
    window_seconds: float
    writing_rounds: int
    writing_seconds: float
    join_rounds: int
    join_seconds: float
    pair_rounds: int
    map_rounds: int
    document_rounds: int
    verify_rounds: int
    pair_seats: int = 1000
    fanout_seats: int = 500
    fanout_gap_ms: int = 15
    room_seats: int = 1000
    windows: int = 3
    join_people: int = 1000


FULL = Size(
    budget=540,
    quick=False,
    fanout_rounds=5,
    fanout_posts=150,
    fanout_seconds=3.0,
    room_rounds=3,
    room_seconds=10.0,
    settle_seconds=3.0,
    window_seconds=14.0,
    writing_rounds=4,
    writing_seconds=5.0,
    join_rounds=3,
    join_seconds=60,
    pair_rounds=5,
    map_rounds=5,
    document_rounds=2,
    verify_rounds=3,
)
QUICK = Size(
    budget=80,
    quick=True,
    fanout_rounds=2,
    fanout_posts=40,
    fanout_seconds=0.6,
    room_rounds=1,
    room_seconds=2.5,
    settle_seconds=1.0,
    window_seconds=2.0,
    writing_rounds=1,
    writing_seconds=2.0,
    join_rounds=1,
    join_seconds=15,
    pair_rounds=1,
    pair_seats=500,
    map_rounds=1,
    document_rounds=1,
    verify_rounds=1,
)


class World:
    """Redis, PostgreSQL and a prepared hall, pinned beside the generator; all gone at the end."""

    def __init__(self, tools: Tools, cores: Cores, size: Size, say: Callable[[str], None]) -> None:
        self.tools = tools
        self.cores = cores
        self.size = size
        self.say = say
        self.results = Results()
        self.python = Path(sys.executable)
        self.began = time.monotonic()
        self._standing: HallProcess | None = None
        self._ends = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as ends:
            self.folder = Path(tempfile.mkdtemp(prefix="hall-bench-"))
            ends.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self.redis = ends.enter_context(start_redis())
            self.postgres = ends.enter_context(start_postgres(durable=True, max_connections=200))
            for server in (self.redis.pid, self.postgres.pid):
                pin(server, self.cores.others)
            self.hall = HallInstallation(
                self.folder,
                database_url=self.postgres.url,
                redis_url=self.redis.url,
                settings={
                    "HALL_LOG_LEVEL": "WARNING",
                    # A thousand people come from one address here, and post as fast as they can.
                    "HALL_COMMAND_RATE": "100000",
                    "HALL_SOCKETS_PER_ADDRESS": "100000",
                    "HALL_SOCKETS_PER_PERSON": "100000",
                },
            )
            ends.callback(self.hall.kill)
            self._prepare()
            self.peers = Peers(self.tools, self.cores, self.redis, self.folder, self.python)
            self._ends = ends.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends.close()

    def _prepare(self) -> None:
        self.hall.manage("migrate", "-v0")
        storms = [f"storm-{number}:full" for number in range(self.size.join_rounds)]
        rooms = ["fanout:seated", "elsewhere:seated", "full:seated:full", "opinions:seated"]
        rooms += ["one:seated", "two:seated", "loop", *storms]
        people = str(max(self.size.join_people, self.size.room_seats))
        # Without Redis: nobody listens yet, and every bell would be carried to nobody.
        self.run_module(
            "bench.prepare", str(self.folder), people, *rooms, settings={"REDIS_URL": ""}
        )
        prepared = json.loads((self.folder / "hall.json").read_text())
        self.rooms: dict[str, int] = prepared["rooms"]
        self.pad = FRAME - int(prepared["bare_frame"])

    def run_module(
        self, module: str, *arguments: str, settings: Mapping[str, str] | None = None
    ) -> str:
        """What a module prints that runs in the hall's environment on the server's core."""
        command = pinned([self.python, "-m", module, *arguments], [self.cores.server])
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**self.hall.environment, **(settings or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{module} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    @property
    def cookies(self) -> Path:
        return self.folder / "cookies.txt"

    @property
    def speakers(self) -> Path:
        return self.folder / "speakers.txt"

    def talk(self, room: str) -> Talk:
        """How one posts opinions in a room of the hall."""
        return Talk(
            path=f"/ws/rooms/{self.rooms[room]}/",
            post='{"do":"opinion.post","key":"%K","kind":"opinion","text":"%M%P"}',
            pad=self.pad,
            on=(('"hello"', JOIN),),
            seated='"snapshot"',
        )

    def serve(self, core: int | None = None) -> HallProcess:
        """One more process of the hall, on the server's core unless told otherwise."""
        process = self.hall.start()
        pin(process.pid, [self.cores.server if core is None else core])
        return process

    def hall_stack(self, room: str, processes: list[HallProcess], *, name: str = "hall") -> Stack:
        return Stack(
            name,
            self.talk(room),
            [process.port for process in processes],
            [*(process.pid for process in processes), self.redis.pid],
            cookies=self.cookies,
            servers=[process.process for process in processes],
        )

    def fed_stack(
        self, room: str, processes: list[HallProcess], feeder: HallProcess, *, name: str
    ) -> Stack:
        """The same, with every post made and logged by `feeder`, which is not counted."""
        stack = self.hall_stack(room, processes, name=name)
        stack.posts_at, stack.posters = feeder.port, 20
        stack.servers.append(feeder.process)
        return stack

    def standing(self) -> HallProcess:
        """The one process that measures share which do not need it fresh."""
        if self._standing is None or not self._standing.process.running:
            self._standing = self.serve()
        return self._standing

    def feeder(self) -> HallProcess:
        """A process of the hall for posting, beside the generator."""
        return self.serve(self.cores.others[-1])

    def start(self, name: str) -> Stack | None:
        """A stack by its name; None where this machine has not what it needs."""
        if name == "hall":
            return self.hall_stack("fanout", [self.serve()])
        if name == "hall-fanout":
            return self.fed_stack("elsewhere", [self.serve()], self.feeder(), name=name)
        return self.peers.start(name)

    @contextmanager
    def stacks(self, *names: str) -> Iterator[list[Stack]]:
        """These stacks, all running, stopped at the end. What cannot run is noted and left out."""
        halls = [name for name in names if name.startswith("hall")]
        with ExitStack() as ends, ThreadPoolExecutor(2) as pool:
            peers = [name for name in names if name not in halls]
            parts = [pool.submit(self._start_all, part, ends) for part in (halls, peers)]
            running = [stack for part in parts for stack in part.result()]
            yield sorted(running, key=lambda stack: names.index(stack.name))

    def _start_all(self, names: list[str], ends: ExitStack) -> list[Stack]:
        running = []
        for name in names:
            stack = self.start(name)
            if stack is None:
                self.results.lack(f"{name}: there is no Node.js with npm here.")
            else:
                ends.callback(stack.stop)
                running.append(stack)
        return running

    def seat(self, stack: Stack, *, seats: int, connecting: int = 64) -> Generator:
        """A generator with every seat taken."""
        generator = stack.generator(self.tools, self.cores, seats=seats, connecting=connecting)
        try:
            generator.connect()
        except BaseException:
            generator.close()
            raise
        return generator

    def postgres_cpu(self) -> float:
        """Of the server and its backends; a worker that ended has no clock any more."""
        used = 0.0
        for pid in tree(self.postgres.pid):
            with suppress(OSError):
                used += cpu_seconds([pid])
        return used

    @property
    def passed(self) -> float:
        return time.monotonic() - self.began

    def rounds(
        self, things: Sequence[Thing], *, at_most: int, share: float
    ) -> Iterator[tuple[int, list[Thing]]]:
        """Each round's number, and the things in the order of their turns in it.

        The first round always comes, others only while they fit into `share` of the whole run.
        """
        began = time.monotonic()
        for number in range(at_most):
            spent = time.monotonic() - began
            if number and spent / number * (number + 1) > share * self.size.budget:
                return
            yield number, in_turn(things, number)
