"""A run that lacks something says so, and does not end as if it were whole."""

from contextlib import ExitStack
from dataclasses import replace

import pytest

from bench import __main__ as bench
from bench.install import Tools
from bench.machine import Cores
from bench.stacks import Peers
from bench.world import QUICK, World


@pytest.fixture
def world(tmp_path):
    """A world of whose parts nothing has been started, on a machine without Node.js."""
    tools = Tools(
        load=tmp_path / "load",
        raw_send=tmp_path / "raw",
        python=tmp_path / "python",
        node=None,
        scripts=tmp_path,
    )
    cores = Cores(0, 0, (0,), 1)
    made = World(tools, cores, QUICK, lambda _sentence: None)
    made.peers = Peers(tools, cores, None, tmp_path, tools.python)
    return made


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
