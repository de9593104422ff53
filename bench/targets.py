"""What the hall means to reach, as ratios within one run on one machine wherever it can be."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

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
from bench.results import Figure, Results

FANOUT = fanout.MEASURE
PEER = "websockets.broadcast"


class Verdict(StrEnum):
    """By the median; at the edge where some rounds say otherwise."""

    OK = "ok"
    OK_EDGE = "ok (edge)"
    OVER = "over"
    OVER_EDGE = "over (edge)"
    UNKNOWN = "not measured"


@dataclass(frozen=True, slots=True)
class Target:
    """One line: how to find the figure, and the bound for its median."""

    text: str
    find: Callable[[Results], Figure | None]
    bound: float
    at_least: bool = False

    def verdict(self, results: Results) -> Verdict:
        figure = self.find(results)
        if figure is None:
            return Verdict.UNKNOWN
        edge = self._holds(figure.low) != self._holds(figure.high)
        if self._holds(figure.median):
            return Verdict.OK_EDGE if edge else Verdict.OK
        return Verdict.OVER_EDGE if edge else Verdict.OVER

    def _holds(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound

    @property
    def bound_text(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}"


def ratio(
    measure: str, stack: str, to: str, *, of: str | None = None
) -> Callable[[Results], Figure | None]:
    return lambda results: results.ratio(measure, stack, to, other=of)


def value(measure: str, stack: str = "hall") -> Callable[[Results], Figure | None]:
    return lambda results: results.figure(measure, stack)


TARGETS = (
    Target(
        "a frame, logged by the same process ÷ websockets.broadcast",
        ratio(FANOUT, "hall", PEER),
        1.0,
    ),
    Target(
        "a frame, logged by the same process ÷ Channels tutorial on Redis",
        ratio(FANOUT, "hall", "channels-tutorial-redis"),
        0.05,
    ),
    Target(
        "a frame, fan-out alone ÷ websockets.broadcast", ratio(FANOUT, "hall-fanout", PEER), 0.75
    ),
    Target(
        "a frame, fan-out alone ÷ raw send() in C", ratio(FANOUT, "hall-fanout", "raw-send"), 2.0
    ),
    Target(
        "a frame, fan-out alone ÷ socket.io with Redis",
        ratio(FANOUT, "hall-fanout", "socket.io-redis"),
        1.0,
    ),
    Target(
        "p99 post to screen, 1,000 seats ÷ websockets.broadcast",
        ratio(room.LATENCY, "hall", PEER),
        3.0,
    ),
    Target("p99 post to screen, 1,000 seats", value(room.LATENCY), 100),
    Target(
        "opinions acknowledged ÷ bare ORM loop",
        ratio(writing.OPINION_RATE, "hall", writing.LOOP),
        0.8,
        True,
    ),
    Target("opinions acknowledged", value(writing.OPINION_RATE), 300, True),
    Target("opinions: p99 of the answer", value(writing.OPINION_P99), 200),
    Target(
        "stances acknowledged ÷ bare ORM loop",
        ratio(writing.STANCE_RATE, "hall", writing.LOOP, of=writing.OPINION_RATE),
        6.0,
        True,
    ),
    Target("stances acknowledged", value(writing.STANCE_RATE), 2000, True),
    Target("join storm: seated of 1,000 newcomers", value(joining.SEATED), 100, True),
    Target(
        "join storm: newcomers ÷ bare accept", ratio(joining.SECONDS, "hall", joining.BARE), 2.0
    ),
    Target(
        "join storm: returning people ÷ bare accept",
        ratio(joining.SECONDS, joining.RETURNING, joining.BARE),
        2.0,
    ),
    Target("join storm: until the last newcomer is seated", value(joining.SECONDS), 10),
    Target("join storm: p95 of posts meanwhile", value(joining.POSTS), 2000),
    Target("resident memory per seat", value(room.MEMORY), 40),
    Target("an idle room with 1,000 seats, of one core", value(room.IDLE), 2.0),
    Target("2 processes ÷ 1, CPU per delivery", ratio(pair.COST, pair.TWO, pair.ONE), 1.1),
    Target("2 processes ÷ 1, deliveries a second", ratio(pair.PACE, pair.TWO, pair.ONE), 1.7, True),
    Target(
        "opinion map, cold ÷ red-dwarf", ratio(opinion_map.MEASURE, "hall", opinion_map.PEER), 1.0
    ),
    Target("opinion map, cold", value(opinion_map.MEASURE, opinion_map.COLD), 150),
    Target("opinion map, warm", value(opinion_map.MEASURE, opinion_map.WARM), 50),
    Target("opinion map, memory above the baseline", value(opinion_map.MEMORY), 100),
    *(
        Target(
            f"{paper} of 5,000 opinions as {fmt.upper()}",
            value(documents.SECONDS, f"{paper}.{fmt}"),
            3.0,
        )
        for paper in documents.PAPERS
        for fmt in documents.FORMATS
    ),
    Target("an archive of 100,000 events verified", value(verify.SECONDS), 5.0),
)
