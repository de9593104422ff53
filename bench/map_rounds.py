"""Rounds of our opinion map: python -m bench.map_rounds FILE

Writes the stances to FILE (rows, cols, values), for others to compute the same, and says {}; then,
for each line that it is told, {"cold": ms, "warm": ms} of CPU. Warm is from the state before the
last hundred stances.
"""

import json
import sys

import numpy as np

from bench.analysis import FRESH, make_stances, timed
from consultations.analysis.matrix import Stances
from consultations.analysis.opinion_map import compute_map

PEOPLE, OPINIONS, STANCES = 2000, 300, 79_000


def main() -> None:
    arrays = make_stances("camps", PEOPLE, OPINIONS, STANCES)
    np.savez(sys.argv[1], rows=arrays[0], cols=arrays[1], values=arrays[2])
    before = compute_map(Stances.from_arrays(*(column[:-FRESH] for column in arrays))).state
    print("{}", flush=True)
    for _line in sys.stdin:
        times = {"cold": timed(arrays, None), "warm": timed(arrays, before)}
        print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main()
