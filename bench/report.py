"""The run's tables in Markdown: readable in a terminal, and in docs/performance.md as they are."""

import platform
import statistics
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.install import ROOT
from bench.measures import fanout
from bench.results import Figure, Results
from bench.targets import TARGETS, Verdict

DOCUMENT = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- the bench writes from here -->", "<!-- the bench writes to here -->"

TITLES = {
    "fanout_cpu_us": "CPU per delivered frame (server and Redis)",
    "fanout_frame_bytes": "Bytes on the wire per message",
    "fanout_postgres_cpu_us": "PostgreSQL's CPU per delivered frame, beside the above",
    "post_to_screen_p99_ms": "Post to screen, p99 (1,000 seats, 10 posts/s)",
    "post_to_screen_p50_ms": "Post to screen, p50 (1,000 seats, 10 posts/s)",
    "memory_per_seat_kb": "Resident memory per seat",
    "idle_room_cpu_percent": "A room of 1,000 at rest, of one core",
    "opinions_per_second": "Opinions acknowledged, one room, 32 posters",
    "opinion_answered_p99_ms": "Opinion to answer, p99",
    "stances_per_second": "Stances acknowledged, one room, 200 people",
    "stance_answered_p99_ms": "Stance to answer, p99",
    "join_storm_s": "1,000 people at once, until the last is seated",
    "join_storm_seated_percent": "1,000 people at once: how many got in",
    "join_storm_post_p95_ms": "Posts meanwhile, p95 to the screens of those inside",
    "processes_cpu_us": "CPU per delivered frame, one room on one and on two processes",
    "deliveries_per_second": "Deliveries a second under a flood",
    "opinion_map_ms": "Opinion map of 2,000 people × 300 opinions",
    "opinion_map_memory_mib": "Opinion map, memory above the baseline",
    "document_s": "A document of 5,000 opinions, read and made",
    "document_cpu_s": "The document's CPU, without the database's",
    "verify_s": "Verifying an archive of 100,000 events",
    "verify_cpu_s": "The verifier's CPU",
}


def number(value: float) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}"


def spread(figure: Figure) -> str:
    """Median, and from where to where the rounds went if they differ."""
    middle = f"{number(figure.median)} {figure.unit}"
    if figure.low == figure.high:
        return middle
    return f"{middle} ({number(figure.low)}–{number(figure.high)})"


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown, with the columns aligned for those who read it unrendered."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(width(line[i]) for line in lines) for i in range(len(head))]

    def written(line: Sequence[str]) -> str:
        cells = (text + " " * (w - width(text)) for text, w in zip(line, widths, strict=True))
        return f"| {' | '.join(cells)} |"

    rule = f"|{'|'.join('-' * (w + 2) for w in widths)}|"
    return "\n".join([written(lines[0]), rule, *map(written, lines[1:])])


def target_table(results: Results, *, every: bool) -> str:
    """Every target, or only those that something was measured for."""
    rows = []
    for target in TARGETS:
        figure, verdict = target.find(results), target.verdict(results)
        if figure is None and not every:
            continue
        measured = [spread(figure), str(figure.rounds)] if figure is not None else ["", ""]
        rows.append([target.text, target.bound_text, *measured, verdict.value])
    return table(["what", "target", "measured", "rounds", ""], rows)


def fanout_table(results: Results) -> str:
    measure = fanout.MEASURE
    rows = []
    figures = {
        stack: figure
        for stack in results.rounds.get(measure, {})
        if (figure := results.figure(measure, stack)) is not None
    }
    for stack, figure in sorted(figures.items(), key=lambda item: item[1].median):
        against = [results.ratio(measure, stack, to) for to in ("raw-send", "websockets.broadcast")]
        cells = [spread(ratio) if ratio else "" for ratio in against]
        rows.append([stack, spread(figure), str(figure.rounds), *cells])
    head = ["stack", "µs per frame", "rounds", "÷ raw-send", "÷ websockets.broadcast"]
    return table(head, rows)


def other_table(results: Results) -> str:
    rows = [
        [TITLES[measure], stack, spread(figure), str(figure.rounds)]
        for measure in TITLES
        if measure != fanout.MEASURE
        for stack in results.rounds.get(measure, {})
        if measure != "fanout_frame_bytes"
        and (figure := results.figure(measure, stack)) is not None
    ]
    return table(["what", "stack", "median (lowest–highest round)", "rounds"], rows)


def busy_table(results: Results) -> str:
    """How busy the load generator was, of one core, and how full that core was with all else."""
    rows = [
        [measure, *(_mean_and_most(shares) for shares in zip(*found, strict=True))]
        for measure, found in results.busy.items()
    ]
    return table(["on the load's core, during", "the generator", "all together"], rows)


def _mean_and_most(shares: Sequence[float]) -> str:
    return f"{100 * statistics.mean(shares):.0f} % (at most {100 * max(shares):.0f} %)"


def machine_line(cores: int, seconds: float) -> str:
    return (
        f"{cores} cores ({_processor()}), {platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}; the run took {seconds:.0f} s."
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def report(results: Results, cores: int, seconds: float, *, every_target: bool = True) -> str:
    parts = [machine_line(cores, seconds)]
    if results.missing:
        parts.append("**Incomplete.** What is missing: " + " ".join(results.missing))
    if any(target.verdict(results) is not Verdict.UNKNOWN for target in TARGETS):
        parts.append(target_table(results, every=every_target))
    if fanout.MEASURE in results.rounds:
        parts.append(fanout_table(results))
    if set(results.rounds) - {fanout.MEASURE}:
        parts.append(other_table(results))
    if results.busy:
        parts.append(busy_table(results))
    parts += results.notes
    return "\n\n".join(parts)


def write_document(text: str, path: Path = DOCUMENT) -> None:
    """Put the run between the document's markers. ValueError where it has none."""
    document = path.read_text(encoding="utf-8")
    before, begin, rest = document.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path.name} lacks the markers of the bench")
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
