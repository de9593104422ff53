"""MiB by which one recompute of the opinion map raises a fresh process at its peak.

    python -m bench.map_memory

The process holds the stances already: they are the caller's.
"""

from bench.analysis import make_stances, peak_of_a_recompute
from bench.map_rounds import OPINIONS, PEOPLE, STANCES

if __name__ == "__main__":
    print(peak_of_a_recompute(make_stances("camps", PEOPLE, OPINIONS, STANCES)))
