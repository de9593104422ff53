"""One recompute of the opinion map on 2,000 people × 300 opinions, beside red-dwarf."""

from contextlib import ExitStack
from pathlib import Path

from bench.install import PEERS, MissingTool, environment, installed
from bench.lines import Teller
from bench.machine import pinned
from bench.world import World

MEASURE = "opinion_map_ms"
MEMORY = "opinion_map_memory_mib"
COLD, WARM, PEER = "hall", "hall-warm", "red-dwarf"
HALL_KINDS = {"cold": COLD, "warm": WARM}
PEER_KINDS = {"cold": PEER}
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def run(world: World) -> None:
    """Each is a process that has the stances already and computes when it is told to."""
    peer = _peer(world)
    stances = str(world.folder / "stances.npz")
    with ExitStack() as ends:
        ours = [str(world.python), "-m", "bench.map_rounds", stances]
        computing = [(ends.enter_context(_started(world, COLD, ours)), HALL_KINDS)]
        if peer is not None:  # it reads what ours has written
            theirs = [str(peer), str(PEERS / "red_dwarf.py"), stances]
            computing.append((ends.enter_context(_started(world, PEER, theirs)), PEER_KINDS))
        for number, order in world.rounds(computing, at_most=world.size.map_rounds, share=0.1):
            for teller, kinds in order:
                teller.tell()
                for kind, took in teller.heard().items():
                    world.results.add(MEASURE, kinds[kind], took, "ms", number=number)
    for number in range(min(3, world.size.map_rounds)):
        grown = float(world.run_module("bench.map_memory", settings=ONE_THREAD))
        world.results.add(MEMORY, COLD, grown, "MiB", number=number)


def _peer(world: World) -> Path | None:
    """The interpreter that has red-dwarf; None where it is left out, or missing."""
    if world.size.quick and not installed("map"):
        world.results.note("red-dwarf was left out: a full run installs it.")
        return None
    try:
        return environment("map", PEERS / "requirements-map.lock", world.say)
    except MissingTool as missing:
        world.results.lack(f"red-dwarf: {missing}")
        return None


def _started(world: World, name: str, command: list[str]) -> Teller:
    """Running on the server's core in one thread, with the stances read."""
    teller = Teller(
        name,
        pinned(command, [world.cores.server]),
        environment={**world.hall.environment, **ONE_THREAD},
    )
    try:
        teller.heard()
    except BaseException:
        teller.close()
        raise
    return teller
