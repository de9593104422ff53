"""Frames that no client of ours sends: generated from a seed, so that a failure can be repeated."""

import json
import random
import uuid
from collections.abc import Callable
from typing import Any

from tests.faults.hostile.broken import MOST, Breaker

FIELDS = ["seq", "epoch", "number", "text", "choices", "attendee", "evidence", "never"]
BIDI = "\u202e\u2066\u200f看不见的方向\u2069\u202c"
ZALGO = "议" + "\u0300\u0316\u0334" * 60
STRINGS = [
    "",
    " ",
    "\x00",
    "\u2028",
    BIDI,
    ZALGO,
    "' OR 1=1 --",
    "<script>",
    "x" * 9000,
    "💥" * 500,
]


class Hostile:
    """One generator of frames that are no command at all, each a JSON text or something like it."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.breaker = Breaker(seed)
        self.kinds: list[Callable[[], str]] = [
            self._unknown,
            self._deep,
            self._cut_off,
            self._doubled,
            self._no_object,
        ]

    def frames(self, count: int) -> list[str]:
        """So many frames, none of them beyond 16 KiB: the server itself closes at those."""
        whole = (self.chance.choice(self.kinds)() for _number in range(count))
        return [text.encode()[:MOST].decode(errors="ignore") for text in whole]

    def _command(self) -> dict[str, Any]:
        return self.breaker.command(self.chance.choice(sorted(self.breaker.commands)))

    def _key(self) -> Any:
        return self.chance.choice([str(uuid.uuid4()), "", "no uuid", 7, None, "x" * 100, [], {}])

    def _value(self, depth: int = 2) -> Any:
        kinds: list[Callable[[], Any]] = [
            lambda: self.chance.choice(STRINGS),
            lambda: self.chance.choice([None, True, False, 0, -1, 1.5, 2**53, 2**70]),
            lambda: [],
            lambda: {},
        ]
        if depth:
            kinds += [
                lambda: [self._value(depth - 1) for _each in range(3)],
                lambda: {self.chance.choice(FIELDS): self._value(depth - 1)},
            ]
        return self.chance.choice(kinds)()

    def _unknown(self) -> str:
        """No command of ours, with the fields of one that is."""
        do = self.chance.choice(["", "room.delete", "__init__", "opinion.post ", None, 1, [], {}])
        return json.dumps(self._command() | {"do": do, "key": self._key()})

    def _deep(self) -> str:
        depth = self.chance.choice([50, 1000, 7000])
        opening, closing = self.chance.choice([("[", "]"), ('{"a":', "}")])
        depth = min(depth, 16000 // (len(opening) + len(closing)))
        return opening * depth + "1" + closing * depth

    def _cut_off(self) -> str:
        whole = json.dumps(self._command(), ensure_ascii=self.chance.random() < 0.5)
        end = self.chance.choice(["", "\x00", ","])
        return whole[: self.chance.randint(0, len(whole) - 1)] + end

    def _doubled(self) -> str:
        whole = json.dumps(self._command())
        return self.chance.choice([whole + whole, f"{whole},", f"[{whole}]", json.dumps(whole)])

    def _no_object(self) -> str:
        return json.dumps(self._value(3))
