"""A program that is told its work line by line, and one that fails at it."""

import sys

import pytest

from bench.lines import NoAnswer, Teller

DOUBLES = """
import json, sys
for line in sys.stdin:
    if line.strip() == "?":
        sys.exit("I do not know that.")
    print(json.dumps({"twice": 2 * int(line)}), flush=True)
"""


def test_each_line_has_its_answer():
    with Teller("doubles", [sys.executable, "-c", DOUBLES]) as teller:
        for number in (1, 20):
            teller.tell(str(number))
            assert teller.heard() == {"twice": 2 * number}
    assert teller.process.returncode == 0


def test_who_fails_is_quoted():
    with Teller("doubles", [sys.executable, "-c", DOUBLES]) as teller:
        teller.tell("?")
        with pytest.raises(NoAnswer, match="doubles ended with 1: I do not know that"):
            teller.heard()


def test_who_is_gone_hears_nothing_more():
    with Teller("doubles", [sys.executable, "-c", "raise SystemExit(3)"]) as teller:
        teller.process.wait()
        with pytest.raises(NoAnswer, match="doubles ended with 3"):
            teller.tell("1")
