"""What was measured, round by round, and the shape in which it is written down."""

import json
import statistics
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """Several rounds in one line."""

    median: float
    low: float
    high: float
    unit: str
    rounds: int

    @classmethod
    def of(cls, values: list[float], unit: str) -> "Figure":
        """ValueError without a value."""
        if not values:
            raise ValueError("a figure needs at least one round")
        return cls(statistics.median(values), min(values), max(values), unit, len(values))

    def as_json(self) -> dict[str, Any]:
        return {
            "median": round(self.median, 4),
            "min": round(self.low, 4),
            "max": round(self.high, 4),
            "unit": self.unit,
        }


@dataclass(slots=True)
class Results:
    """The rounds of every stack in every measure, by their numbers.

    `busy` has the generator's share of its core and that of all who run on it, for each phase.
    `notes` are sentences on what went otherwise than meant; `missing` on what ought to have been
    measured and could not be: a run with one of them is not complete.
    """

    rounds: dict[str, dict[str, dict[int, float]]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    busy: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def add(self, measure: str, stack: str, value: float, unit: str, *, number: int) -> None:
        """Add the round with this number; what other stacks did in it is what it is compared with.

        ValueError where the measure has another unit, or the round is there already.
        """
        if self.units.setdefault(measure, unit) != unit:
            raise ValueError(f"{measure} is in {self.units[measure]}, not in {unit}")
        rounds = self.rounds.setdefault(measure, {}).setdefault(stack, {})
        if number in rounds:
            raise ValueError(f"{measure} of {stack} has a round {number} already")
        rounds[number] = value

    def add_busy(self, measure: str, *, generator: float, core: float) -> None:
        """Say which share of its core the generator used in a phase, and how full the core was."""
        self.busy.setdefault(measure, []).append((generator, core))

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def lack(self, sentence: str) -> None:
        if sentence not in self.missing:
            self.missing.append(sentence)

    def figure(self, measure: str, stack: str) -> Figure | None:
        """None where it was not measured."""
        rounds = self.rounds.get(measure, {}).get(stack)
        return Figure.of(list(rounds.values()), self.units[measure]) if rounds else None

    def ratio(
        self, measure: str, stack: str, to: str, *, other: str | None = None
    ) -> Figure | None:
        """`stack` against `to` of the same measure (or of `other`), each round with its own.

        Pairs rounds of the same number, so that what slows the machine slows both; a round that
        only one of them came through has no ratio. None where there is no pair.
        """
        above = self.rounds.get(measure, {}).get(stack, {})
        below = self.rounds.get(other or measure, {}).get(to, {})
        pairs = [value / below[number] for number, value in above.items() if below.get(number)]
        return Figure.of(pairs, "×") if pairs else None

    def as_json(self) -> dict[str, dict[str, dict[str, Any]]]:
        """`{measure: {stack: {median, min, max, unit}}}`."""
        return {
            measure: {
                stack: Figure.of(list(rounds.values()), self.units[measure]).as_json()
                for stack, rounds in stacks.items()
            }
            for measure, stacks in self.rounds.items()
        }

    def write(self, path: Path) -> None:
        path.write_text(
            json.dumps(self.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
