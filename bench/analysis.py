"""CPU time and memory of one recompute of the opinion map, on one core.

    python bench/analysis.py [--people 2000] [--opinions 300] [--stances 79000] [--rounds 15]
        [--beside PYTHON]

Cold: no earlier state. Warm: from the state before the last hundred stances. Both from the arrays
that a worker holds, and from plain rows as a database hands them over. Memory: what the peak of a
fresh process grows by over the same process without a recompute. Two kinds of stances: in three
camps, and drawn at random, where no direction stands out and the components are hardest to find.
``--beside`` names an interpreter that has red-dwarf (PyPI); the same rows go through it, too.
Exits with 1 where a limit is passed.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from consultations.analysis.matrix import Stances
from consultations.analysis.opinion_map import compute_map
from consultations.analysis.state import MapState

LIMITS = {"cold": 150.0, "warm": 50.0, "memory": 100.0}
FRESH = 100

PEER = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
from reddwarf.implementations.polis import run_pipeline
rows, rounds = json.load(sys.stdin)
votes = [dict(zip(("participant_id", "statement_id", "vote"), row)) for row in rows]
times = []
for _ in range(rounds):
    start = time.process_time()
    run_pipeline(votes=votes, random_state=1)
    times.append((time.process_time() - start) * 1000)
print(json.dumps(times))
"""

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]


def make_stances(kind: str, people: int, opinions: int, stances: int) -> Arrays:
    """Ids and values of distinct cells in random order, always the same."""
    random = np.random.default_rng(20)
    cells = random.choice(people * opinions, stances, replace=False)
    rows, cols = cells // opinions, cells % opinions
    lean = np.zeros((3, opinions))
    if kind == "camps":
        lean = random.normal(0, 1.2, (3, opinions))
    camp = random.choice(3, people, p=[0.5, 0.3, 0.2])
    mood = lean[camp[rows], cols] + random.normal(0, 1, stances)
    return rows + 1, cols + 1, np.where(mood > 0.3, 1, np.where(mood < -0.3, -1, 0))


def timed(source: Arrays | list[tuple[int, int, int]], state: MapState | None) -> float:
    """Milliseconds of CPU of one recompute: what others do on the core meanwhile is not ours."""
    start = time.process_time()
    if isinstance(source, list):
        compute_map(Stances.from_rows(source), state)
    else:
        compute_map(Stances.from_arrays(*source), state)
    return (time.process_time() - start) * 1000


def measure(arrays: Arrays, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of every round."""
    earlier = Stances.from_arrays(*(column[:-FRESH] for column in arrays))
    before = compute_map(earlier).state
    rows = list(zip(*(column.tolist() for column in arrays), strict=True))
    found: dict[str, list[float]] = {"cold": [], "warm": [], "cold, rows": [], "warm, rows": []}
    for _ in range(rounds):
        for name, times in found.items():
            state = before if name.startswith("warm") else None
            took = timed(rows if name.endswith("rows") else arrays, state)
            times.append(took)
    return found


def measure_peer(python: str, arrays: Arrays, rounds: int) -> list[float]:
    """Milliseconds of red-dwarf for the same rows, on the same core."""
    rows = list(zip(*(column.tolist() for column in arrays), strict=True))
    command = [python, "-W", "ignore", "-c", PEER]
    told = json.dumps([rows, rounds])
    done = subprocess.run(command, check=True, input=told, stdout=subprocess.PIPE, text=True)
    times: list[float] = json.loads(done.stdout)
    return times


def report(kind: str, name: str, times: list[float], limit: float | None) -> None:
    bound = f"(limit {limit:.0f})" if limit else ""
    print(
        f"{kind:7} {name:11} median {statistics.median(times):6.1f} ms   "
        f"{min(times):6.1f} to {max(times):6.1f}   {bound}"
    )


def memory_mib(field: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split(field + ":")[1].split()[0]) / 1024


def memory() -> float:
    """MiB by which a recompute raises a fresh process that holds the stances, at its peak."""
    command = [sys.executable, __file__, "--in-child", *sys.argv[1:]]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def peak_of_a_recompute(arrays: Arrays) -> float:
    """MiB above what is resident now, at the highest."""
    # "5" sets the peak back to what is resident now (proc(5)).
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    baseline = memory_mib("VmRSS")
    kept = compute_map(Stances.from_arrays(*arrays))
    peak = memory_mib("VmHWM") - baseline
    del kept
    return peak


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--opinions", type=int, default=300)
    parser.add_argument("--stances", type=int, default=79_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--beside", metavar="PYTHON", help="an interpreter that has red-dwarf")
    parser.add_argument("--in-child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if options.in_child:
        sizes = (options.people, options.opinions, options.stances)
        print(peak_of_a_recompute(make_stances("camps", *sizes)))
        return 0

    print(
        f"{options.people} people × {options.opinions} opinions, {options.stances} stances, "
        f"one core, {options.rounds} rounds"
    )
    passed = False
    for kind in ("camps", "random"):
        arrays = make_stances(kind, options.people, options.opinions, options.stances)
        for name, times in measure(arrays, options.rounds).items():
            limit = LIMITS.get(name)
            passed |= limit is not None and statistics.median(times) > limit
            report(kind, name, times, limit)
        if options.beside:
            peer = measure_peer(options.beside, arrays, options.rounds)
            report(kind, "red-dwarf", peer, None)
    used = memory()
    passed |= used > LIMITS["memory"]
    print(f"memory above the baseline {used:6.1f} MiB   (limit {LIMITS['memory']:.0f})")
    return 1 if passed else 0


if __name__ == "__main__":
    sys.exit(main())
