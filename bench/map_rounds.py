"""Rounds of our opinion map: python -m bench.map_rounds FILE ROUNDS

Writes the stances to FILE (rows, cols, values), for others to compute the same, and prints
{"cold": [ms], "warm": [ms]}; warm is from the state before the last hundred stances.
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
    rounds = range(int(sys.argv[2]))
    cold = [timed(arrays, None) for _ in rounds]
    warm = [timed(arrays, before) for _ in rounds]
    print(json.dumps({"cold": cold, "warm": warm}))


if __name__ == "__main__":
    main()
