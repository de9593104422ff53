"""The machine under the bench: which core does what, and what a process has used of it."""

import os
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

_CPUCLOCK_SCHED = 2

_PIN = (
    "import os,sys;"
    "os.sched_setaffinity(0,{int(c) for c in sys.argv[1].split(',')});"
    "os.execvp(sys.argv[2],sys.argv[2:])"
)


@dataclass(frozen=True, slots=True)
class Cores:
    """Who runs where: `server` is the core of what is measured, `load` that of the generator.

    On two cores Redis, PostgreSQL and second processes share the generator's.
    """

    server: int
    load: int
    others: tuple[int, ...]
    count: int


def cores() -> Cores:
    """The cores that we may use, dealt out; RuntimeError where there is only one."""
    free = sorted(os.sched_getaffinity(0))
    if len(free) < 2:
        raise RuntimeError("The bench needs two cores: one for the server, one for the load.")
    server, load, *rest = free
    return Cores(server, load, tuple(rest) or (load,), len(free))


def pinned(command: Sequence[str | Path], on: Iterable[int]) -> list[str]:
    """The command, to be run on these cores from its first instruction on, under the same pid."""
    where = ",".join(str(core) for core in on)
    return [sys.executable, "-c", _PIN, where, *(str(part) for part in command)]


def pin(pid: int, on: Iterable[int]) -> None:
    """Move a running process, its threads and its children."""
    where = set(on)
    for process in tree(pid):
        with suppress(FileNotFoundError, ProcessLookupError):  # it may end meanwhile
            for task in Path(f"/proc/{process}/task").iterdir():
                os.sched_setaffinity(int(task.name), where)


def tree(pid: int) -> list[int]:
    """The process and all its descendants."""
    return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of these processes so far, with all their threads, in nanosecond steps.

    /proc counts in hundredths of a second; the clock that clock_getcpuclockid(3) names does not.
    """
    return sum(time.clock_gettime(~pid << 3 | _CPUCLOCK_SCHED) for pid in pids)


def core_ticks(core: int) -> tuple[int, int]:
    """What the core has spent on anything whatever, and all its time, in ticks since the start.

    What the machine below us took away counts as spent: nobody here could have had it.
    """
    for line in Path("/proc/stat").read_text(encoding="ascii").splitlines():
        name, *fields = line.split()
        if name == f"cpu{core}":
            # user nice system idle iowait irq softirq steal; guests are in user and nice.
            ticks = [int(field) for field in fields[:8]]
            return sum(ticks) - ticks[3] - ticks[4], sum(ticks)
    raise RuntimeError(f"/proc/stat does not know core {core}.")


def resident_kb(pid: int) -> float:
    """Memory of the process that is in RAM, shared pages included, in KiB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return float(status.split("VmRSS:")[1].split()[0])
