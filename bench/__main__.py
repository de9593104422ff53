"""make bench: measure the hall beside its peers.

    python -m bench [--quick] [--json FILE] [--only MEASURE ...] [--write-docs]

A full run takes up to ten minutes, a quick one up to 90 seconds; what the peers need is installed
into build/bench the first time. Prints what was measured as ratios, beside the targets. Exit
code 0 however they turn out, 1 where the run is incomplete (a measure could not be taken, or a peer
is missing), 2 where nothing could be measured.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

# One thread for whoever computes here, and in whatever is started from here.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

from bench import machine, report
from bench.generator import LoadError
from bench.install import MissingTool, install
from bench.measures import (
    documents,
    fanout,
    joining,
    opinion_map,
    pair,
    room,
    verify,
    writing,
)
from bench.world import FULL, QUICK, World
from tests.support.processes import ServerError

MEASURES: dict[str, Callable[[World], None]] = {
    "fanout": fanout.run,
    "room": room.run,
    "writing": writing.run,
    "joining": joining.run,
    "pair": pair.run,
    "map": opinion_map.run,
    "documents": documents.run,
    "verify": verify.run,
}


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def measure(world: World, names: list[str]) -> None:
    """Take these measures; what could not be taken is told to the results with the reason."""
    for name in names:
        began = time.monotonic()
        if world.passed > world.size.budget:
            world.results.lack(f"{name}: the time was up.")
            continue
        try:
            MEASURES[name](world)
        except (LoadError, ServerError, RuntimeError) as failure:
            world.results.lack(f"{name} could not be measured to its end: {failure}")
        say(f"{name}: {time.monotonic() - began:.0f} s")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure the hall beside its peers."
    )
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds: ≤ 90 s")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    parser.add_argument("--only", action="append", choices=MEASURES, help="take this measure alone")
    parser.add_argument("--write-docs", action="store_true", help="put the run into the document")
    options = parser.parse_args()
    began = time.monotonic()
    try:
        cores = machine.cores()
        tools = install(say)
        with World(tools, cores, QUICK if options.quick else FULL, say) as world:
            say(f"prepared: {world.passed:.0f} s")
            measure(world, options.only or list(MEASURES))
            results = world.results
    except (MissingTool, ServerError, RuntimeError) as failure:
        say(str(failure))
        return 2
    text = report.report(
        results, cores.count, time.monotonic() - began, every_target=options.only is None
    )
    print(text)
    if options.json:
        results.write(options.json)
    complete = not results.missing
    if options.write_docs and complete and options.only is None:
        report.write_document(text)
    elif options.write_docs:
        say("docs/performance.md is as it was: this run did not take every measure.")
    if not complete:
        say("This run is incomplete: " + " ".join(results.missing))
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
