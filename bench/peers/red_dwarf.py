"""red-dwarf's map of the same stances, from the FILE that is the one argument.

Says {} when it has read them; then, for each line that it is told, {"cold": ms} of CPU.
"""

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
print("{}", flush=True)
for _line in sys.stdin:
    began = time.process_time()
    run_pipeline(votes=votes, random_state=1)
    print(json.dumps({"cold": (time.process_time() - began) * 1000}), flush=True)
