"""Seconds that the documents of a room with 5,000 opinions take, as Word and as PDF.

    python bench/documents.py [--opinions 5000] [--rounds 3]

The consensus list cites every opinion; the record of speeches has every one of them. CPU time is
what is judged: what others do on the machine meanwhile is not ours. Exits with 1 where the median
passes the limit.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
os.environ.setdefault("HALL_DATA", tempfile.mkdtemp(prefix="hall-bench-"))

import django

django.setup()

from consultations.domain.outcome_parts import Outcome  # noqa: E402
from consultations.domain.record_view import Record  # noqa: E402
from consultations.exports import export  # noqa: E402
from consultations.exports.sample import sample_outcome, sample_paper, sample_record  # noqa: E402
from consultations.models import PaperKind  # noqa: E402

LIMIT = 3.0
TEXT = "夜间水压不够，请把二次供水泵房的水泵换成变频的，并且定期公布水质检测结果，第{}条。"
CLAUSES = 10


def make(opinions: int) -> tuple[Outcome, Record]:
    """The sample with so many opinions, each of which a clause cites."""
    found, record = sample_outcome(), sample_record()
    cited = found.clauses[0].evidence[0]
    evidence = [
        replace(cited, number=n, text=TEXT.format(n), by_identity=cited.by_identity * 2)
        for n in range(1, opinions + 1)
    ]
    clauses = tuple(
        replace(found.clauses[0], position=n + 1, evidence=tuple(evidence[n::CLAUSES]))
        for n in range(CLAUSES)
    )
    said = record.speeches[0]
    speeches = tuple(
        replace(said, number=n, text=TEXT.format(n), agree=n % 50) for n in range(1, opinions + 1)
    )
    return replace(found, clauses=clauses, dissent=()), replace(record, speeches=speeches)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--opinions", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    outcome, record = make(options.opinions)
    late = False
    for kind in (PaperKind.CONSENSUS, PaperKind.SPEECHES):
        for fmt in ("docx", "pdf"):
            cpu, wall, size = [], [], 0
            for _round in range(options.rounds):
                began, busy = time.perf_counter(), time.process_time()
                size = len(export(outcome, fmt, paper=sample_paper(kind), record=record).data)
                cpu.append(time.process_time() - busy)
                wall.append(time.perf_counter() - began)
            took = statistics.median(cpu)
            late = late or took > LIMIT
            print(
                f"{kind.value:10} {fmt:5} {took:5.2f} s of CPU, {min(wall):5.2f} s at best,"
                f" {size / 1e6:.1f} MB{'  TOO SLOW' if took > LIMIT else ''}"
            )
    return int(late)


if __name__ == "__main__":
    sys.exit(main())
