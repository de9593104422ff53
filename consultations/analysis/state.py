"""What one recompute of the map hands to the next."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from consultations.analysis.groups import K_MAX, GroupState
from consultations.analysis.matrix import AnalysisRefused


@dataclass(frozen=True, slots=True, eq=False)
class MapState:
    """What the next recompute starts from: components (by opinion id) and groups."""

    axes: Mapping[int, tuple[float, float]]
    groups: GroupState

    def to_json(self) -> str:
        """A JSON text that `from_json` reads back, to be kept between two recomputes."""
        g = self.groups
        return json.dumps(
            {
                "axes": {str(opinion): list(pair) for opinion, pair in self.axes.items()},
                "centres": {str(k): centres.tolist() for k, centres in g.centres.items()},
                "shown": g.shown,
                "rival": g.rival,
                "wins": g.wins,
                "labels": {str(person): label for person, label in g.labels.items()},
                "next_id": g.next_id,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises AnalysisRefused ``bad_state`` for anything that `to_json` did not write."""
        try:
            data = json.loads(text, parse_constant=_finite, parse_float=_finite)
            state = cls(
                {int(key): (float(x), float(y)) for key, (x, y) in data["axes"].items()},
                GroupState(
                    centres={
                        int(k): np.array(rows, dtype=np.float64).reshape(int(k), 2)
                        for k, rows in data["centres"].items()
                    },
                    shown=int(data["shown"]),
                    rival=int(data["rival"]),
                    wins=int(data["wins"]),
                    labels={int(person): int(label) for person, label in data["labels"].items()},
                    next_id=int(data["next_id"]),
                ),
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise AnalysisRefused("bad_state", "not a state of an opinion map") from error
        if len(set(state.groups.labels.values())) > K_MAX:
            raise AnalysisRefused("bad_state", f"more than {K_MAX} groups")
        return state


def _finite(literal: str) -> float:
    value = float(literal)
    if not math.isfinite(value):
        raise ValueError(literal)
    return value
