"""Frames that no client of ours sends: generated from a seed, so that a failure can be repeated."""

import json
import random
import uuid
from collections.abc import Callable
from typing import Any

COMMANDS = [
    "room.since",
    "room.opinions",
    "opinion.post",
    "stance.take",
    "opinion.hide",
    "opinion.restore",
    "opinion.pin",
    "opinion.mark_answered",
    "agenda.move",
]
FIELDS = [
    "seq",
    "epoch",
    "before",
    "limit",
    "kind",
    "text",
    "reply_to",
    "number",
    "value",
    "reason",
    "pinned",
    "answered",
    "to",
]
BIDI = "\u202e\u2066\u200f看不见的方向\u2069\u202c"
ZALGO = "议" + "\u0300\u0316\u0334" * 60
NUMBERS = [
    "0",
    "-1",
    "1e999",
    "-0.0",
    "1.5",
    "NaN",
    "Infinity",
    "-Infinity",
    str(2**31),
    str(2**63),
    str(2**64),
    "9" * 400,
]
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
MOST = 16 * 1024


class Hostile:
    """One generator of frames, each a JSON text or something like it."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.kinds: list[Callable[[], str]] = [
            self._wrong_types,
            self._unknown,
            self._deep,
            self._numbers,
            self._surrogates,
            self._broken,
            self._no_object,
        ]

    def frames(self, count: int) -> list[str]:
        """So many frames, none of them beyond 16 KiB: the server itself closes at those."""
        whole = (self.chance.choice(self.kinds)() for _number in range(count))
        return [text.encode()[:MOST].decode(errors="ignore") for text in whole]

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

    def _fields(self) -> dict[str, Any]:
        return {
            name: self._value() for name in self.chance.sample(FIELDS, self.chance.randint(0, 6))
        }

    def _wrong_types(self) -> str:
        """A known command with a good key, and whatever else."""
        command = {"do": self.chance.choice(COMMANDS), "key": str(uuid.uuid4()), **self._fields()}
        return json.dumps(
            {**command, "never": self._value()}, ensure_ascii=self.chance.random() < 0.5
        )

    def _unknown(self) -> str:
        do = self.chance.choice(["", "room.delete", "__init__", "opinion.post ", None, 1, [], {}])
        return json.dumps({"do": do, "key": self._key(), **self._fields()})

    def _deep(self) -> str:
        depth = self.chance.choice([50, 1000, 7000])
        opening, closing = self.chance.choice([("[", "]"), ('{"a":', "}")])
        depth = min(depth, 16000 // (len(opening) + len(closing)))
        inner = opening * depth + "1" + closing * depth
        return self.chance.choice([inner, f'{{"do":"opinion.post","text":{inner}}}'[:16000]])

    def _numbers(self) -> str:
        number = self.chance.choice(NUMBERS)
        field = self.chance.choice(FIELDS)
        do = self.chance.choice(COMMANDS)
        return f'{{"do":"{do}","key":"{uuid.uuid4()}","{field}":{number},"other":{number}}}'

    def _surrogates(self) -> str:
        lone = self.chance.choice(["\\ud800", "\\udfff", "\\udc00\\ud800", "\\ud83d"])
        place = self.chance.choice(["text", "epoch", "do", "reason", "key"])
        fields = {"do": "opinion.post", "key": str(uuid.uuid4()), "kind": "opinion"}
        fields.pop(place, None)
        return json.dumps(fields)[:-1] + f',"{place}":"前{lone}后"}}'

    def _broken(self) -> str:
        whole = self._wrong_types()
        return whole[: self.chance.randint(0, len(whole) - 1)] + self.chance.choice(
            ["", "}", "\x00"]
        )

    def _no_object(self) -> str:
        return json.dumps(self._value(3))
