"""One recompute of the opinion map on 2,000 people × 300 opinions, beside red-dwarf."""

import json
import subprocess
from pathlib import Path

from bench.install import PEERS, ROOT, MissingTool, environment, installed
from bench.machine import pinned
from bench.world import World

MEASURE = "opinion_map_ms"
MEMORY = "opinion_map_memory_mib"
COLD, WARM, PEER = "hall", "hall-warm", "red-dwarf"
SECONDS = 120


def run(world: World) -> None:
    stances = world.folder / "stances.npz"
    found = _times(world, world.python, "bench.map_rounds", stances)
    _add(world, COLD, found["cold"])
    _add(world, WARM, found["warm"])
    for number in range(min(3, world.size.map_rounds)):
        grown = float(_printed(world, world.python, "bench.map_memory"))
        world.results.add(MEMORY, COLD, grown, "MiB", number=number)
    if world.size.quick and not installed("map"):
        world.results.note("red-dwarf was left out: a full run installs it.")
        return
    try:
        python = environment("map", PEERS / "requirements-map.lock", world.say)
    except MissingTool as missing:
        world.results.lack(f"red-dwarf: {missing}")
        return
    _add(world, PEER, _times(world, python, str(PEERS / "red_dwarf.py"), stances)["cold"])


def _add(world: World, stack: str, times: list[float]) -> None:
    for number, time in enumerate(times):
        world.results.add(MEASURE, stack, time, "ms", number=number)


def _times(world: World, python: Path, program: str, stances: Path) -> dict[str, list[float]]:
    """Milliseconds by kind, as the program prints them."""
    told = _printed(world, python, program, str(stances), str(world.size.map_rounds))
    found: dict[str, list[float]] = json.loads(told)
    return found


def _printed(world: World, python: Path, program: str, *arguments: str) -> str:
    """What a programme prints that runs on one core, in one thread."""
    start = [program] if program.endswith(".py") else ["-m", program]
    done = subprocess.run(
        pinned([python, *start, *arguments], [world.cores.server]),
        cwd=ROOT,
        env={**world.hall.environment, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{program} ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    return done.stdout
