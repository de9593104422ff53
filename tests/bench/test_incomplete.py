"""A run that lacks something says so, and does not end as if it were whole."""

from contextlib import ExitStack
from dataclasses import replace

import pytest

from bench import __main__ as bench


@pytest.mark.parametrize("name", ["ws", "socket.io", "socket.io-redis"])
def test_a_peer_without_node_is_missing(world, name):
    with ExitStack() as ends:
        assert world._start_all([name], ends) == []
    assert world.results.missing == [f"{name}: there is no Node.js with npm here."]


def test_a_measure_that_fails_or_has_no_time_left_is_missing(world, monkeypatch):
    def fails(_world):
        raise RuntimeError("the server was gone")

    monkeypatch.setitem(bench.MEASURES, "room", fails)
    bench.measure(world, ["room"])
    world.size = replace(world.size, budget=0.0)
    bench.measure(world, ["map"])
    assert world.results.missing == [
        "room could not be measured to its end: the server was gone",
        "map: the time was up.",
    ]
