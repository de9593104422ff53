"""red-dwarf's map of the same stances: FILE and ROUNDS as arguments; prints {"cold": [ms]}."""

import json
import sys
import time

import numpy as np
from reddwarf.implementations.polis import run_pipeline

with np.load(sys.argv[1]) as file:
    columns = [file[name].tolist() for name in ("rows", "cols", "values")]
votes = [
    {"participant_id": person, "statement_id": opinion, "vote": value, "modified": 0}
    for person, opinion, value in zip(*columns, strict=True)
]
times = []
for _ in range(int(sys.argv[2])):
    began = time.perf_counter()
    run_pipeline(votes=votes, random_state=1)
    times.append((time.perf_counter() - began) * 1000)
print(json.dumps({"cold": times}))
