"""Frames of every command with exactly one thing wrong, made from the commands' own schemas."""

import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from consultations.live.asyncapi import commands, describe

Schema = dict[str, Any]

MOST = 16 * 1024
ABSENT = object()
# What takes the field's place is written as it stands, where Python's JSON has no word for it.
RAW = "\x01"
HUGE = [str(2**63), str(2**64), str(-(2**70)), "9" * 400, "1e999", "-1e400"]
NO_NUMBERS = ["NaN", "Infinity", "-Infinity"]
SURROGATES = ["\\ud800", "\\udfff", "\\udc00\\ud800", "前\\ud83d后"]


@dataclass(frozen=True)
class Broken:
    """`field` is what is wrong, `how` in which way, and `names` whether the hall has to say so."""

    text: str
    do: str
    field: str
    how: str
    names: bool


class Breaker:
    """Breaks one field after the other of one command after the other, differently each time."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.commands = commands()
        self.shared: Schema = describe()["components"]["schemas"]

    def frames(self, count: int) -> list[Broken]:
        """So many; with enough of them each way of each field of each command is among them."""
        found: list[Broken] = []
        while len(found) < count:
            round_of_all = list(self._each())
            self.chance.shuffle(round_of_all)
            found += round_of_all
        return found[:count]

    def command(self, do: str) -> dict[str, Any]:
        """A frame of this command that is as it should be, optional fields included or not."""
        schema = self.commands[do]
        return {
            name: self._valid(field)
            for name, field in schema["properties"].items()
            if name in schema["required"] or self.chance.random() < 0.5
        }

    def _each(self) -> Iterator[Broken]:
        for do, schema in self.commands.items():
            for name, field in schema["properties"].items():
                for how, value in self._ways(self._plain(field)):
                    yield self._broken(do, name, how, value)
                if name in schema["required"]:
                    yield self._broken(do, name, "missing", ABSENT)
            name = self.chance.choice(["never", "room", "seq", "by", "__class__", ""])
            if name not in schema["properties"]:
                yield self._broken(do, name, "unknown", self._anything())

    def _broken(self, do: str, name: str, how: str, value: Any) -> Broken:
        frame = self.command(do) | {name: value}
        if value is ABSENT:
            del frame[name]
        raw = value[1:] if isinstance(value, str) and value.startswith(RAW) else None
        if raw is not None:
            frame[name] = RAW
        text = json.dumps(frame, ensure_ascii=self.chance.random() < 0.2)
        if raw is not None:
            text = text.replace(json.dumps(RAW), raw)
        assert len(text.encode()) <= MOST, f"{do} {name} {how}"
        # Without a `do` it is no command, and what is no JSON has no fields.
        names = name not in {"", "do"} and how not in {"surrogate", "deep", "no number", "huge"}
        return Broken(text, do, name, how, names)

    def _plain(self, field: Schema) -> list[Schema]:
        """The alternatives of a field, each without references."""
        if "$ref" in field:
            return self._plain(self.shared[field["$ref"].rpartition("/")[2]])
        if "anyOf" in field:
            return [each for one in field["anyOf"] for each in self._plain(one)]
        return [field]

    def _valid(self, field: Schema) -> Any:
        one = self.chance.choice(self._plain(field))
        if "const" in one:
            return one["const"]
        if "enum" in one:
            return self.chance.choice(one["enum"])
        kind = one["type"]
        if kind == "array":
            fewest = one.get("minItems", 0)
            count = self.chance.randint(fewest, max(fewest, 3))
            return [self._valid(one["items"]) for _item in range(count)]
        if kind == "integer":
            low, high = one.get("minimum", 0), one.get("maximum", 2**31)
            return self.chance.choice([low, high, self.chance.randint(low, high)])
        if kind == "string":
            return self._string(one)
        return {"boolean": self.chance.random() < 0.5, "null": None}[kind]

    def _string(self, one: Schema) -> str:
        if one.get("format") == "uuid":
            return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        if one.get("format") == "date-time":
            return "2026-05-12T09:00:00+08:00"
        return "议" * self.chance.randint(1, min(20, one.get("maxLength", 20)))

    def _ways(self, field: list[Schema]) -> Iterator[tuple[str, Any]]:
        kinds = {self._kind(one) for one in field}
        yield "wrong type", self._of_none(kinds)
        yield "huge", RAW + self.chance.choice(HUGE)
        yield "no number", RAW + self.chance.choice(NO_NUMBERS)
        yield "surrogate", RAW + f'"{self.chance.choice(SURROGATES)}"'
        opening, closing = self.chance.choice([("[", "]"), ('{"a":', "}")])
        depth = self.chance.choice([250, 1000, 1500])
        yield "deep", RAW + opening * depth + "1" + closing * depth
        if "null" not in kinds:
            yield "null", None
        for one in field:
            yield from self._beyond(one)

    def _beyond(self, one: Schema) -> Iterator[tuple[str, Any]]:
        """What the alternative's own bounds do not let through."""
        if "maxLength" in one:
            yield "too long", "x" * (one["maxLength"] + 1)
        if "maxItems" in one:
            yield "too many", [self._valid(one["items"])] * (one["maxItems"] + 1)
        if one.get("minItems"):
            yield "too few", []
        if "maximum" in one:
            yield "too large", one["maximum"] + 1
        if "minimum" in one:
            yield "too small", one["minimum"] - 1
        if "const" in one or "enum" in one or "format" in one:
            yield (
                "no such word",
                self.chance.choice(["", " ", "room.delete", "opinion ", "x" * 900]),
            )
        if "items" in one:
            of = {self._kind(each) for each in self._plain(one["items"])}
            yield "wrong inside", [self._valid(one["items"]), self._of_none(of)]

    @staticmethod
    def _kind(one: Schema) -> str:
        return "string" if "const" in one or "enum" in one else str(one["type"])

    def _of_none(self, kinds: set[str]) -> Any:
        """A value of none of these types."""
        values = {
            "string": ["", "1", "true", "null"],
            "integer": [0, 1, -1, 2**53],
            "number": [1.5, -0.5],
            "boolean": [True, False],
            "array": [[], [1], [[]], [None]],
            "object": [{}, {"number": 1}],
        }
        return self.chance.choice(values[self.chance.choice(sorted(set(values) - kinds))])

    def _anything(self) -> Any:
        return self._of_none(set())
