"""How long an archive of 100,000 events takes to verify, by the verifier that travels in it."""

import resource
import subprocess
import time
from pathlib import Path

from bench.install import BUILD, ROOT, made_from
from bench.machine import pinned
from bench.world import World

SECONDS = "verify_s"
CPU = "verify_cpu_s"
STACK = "hall"
LONGEST = 120


def run(world: World) -> None:
    """Each round a fresh interpreter without the hall, from its start to its exit."""
    archive = _archive(world)
    program = ROOT / "consultations" / "archiving" / "verify.py"
    command = pinned([world.python, "-I", "-S", program, "--json", archive], [world.cores.server])
    for number in range(world.size.verify_rounds):
        began, busy = time.perf_counter(), _children()
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST)
        took = time.perf_counter() - began
        if done.returncode != 0:
            raise RuntimeError(f"the archive did not verify: {done.stdout[-400:]}{done.stderr}")
        world.results.add(SECONDS, STACK, took, "s", number=number)
        world.results.add(CPU, STACK, _children() - busy, "s", number=number)


def _children() -> float:
    """CPU of all children that have ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _archive(world: World) -> Path:
    """Made once, and again when what writes archives has changed."""
    archive = BUILD / "large-archive.zip"
    sources = [
        *sorted((ROOT / "consultations" / "archiving").glob("*.py")),
        ROOT / "bench" / "large_archive.py",
    ]
    with made_from(archive, sources) as stale:
        if stale:
            world.say("writing an archive of 100,000 events")
            archive.unlink(missing_ok=True)
            world.run_module("bench.large_archive", str(archive))
    return archive
