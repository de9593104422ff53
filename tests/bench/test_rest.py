"""A room at rest works in bursts: what it costs is reckoned over all the time, not by windows."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from bench.generator import Generator, Talk
from bench.measures.room import IDLE, MEMORY, rest
from bench.stacks import Stack
from tests.support.processes import free_port

BURST = 0.3
BURSTS_ONCE = f"""
import time
while time.process_time() < {BURST}:
    pass
input()
"""


@pytest.fixture
def bursting():
    with subprocess.Popen([sys.executable, "-c", BURSTS_ONCE], stdin=subprocess.PIPE) as server:
        yield server
        server.kill()


def test_one_burst_among_quiet_windows_is_counted(world, program, bursting):
    world.size = replace(world.size, settle_seconds=0, windows=3, window_seconds=0.5)
    talk = Talk("/", "%M")
    stack = Stack("hall", talk, [free_port()], [bursting.pid])
    core = min(os.sched_getaffinity(0))
    with Generator(program, talk, ports=stack.ports, seats=1, core=core) as generator:
        rest(world, [(stack, generator)], {"hall": 0.0})
    figure = world.results.figure(IDLE, "hall")
    assert figure is not None
    assert figure.rounds == 1
    assert 5 < figure.median < 30  # 20 on a machine that has nothing else to do
    assert len(world.results.rounds[MEMORY]["hall"]) == 3
    assert world.results.notes == [
        "The rooms rested for 2 s; servers ping every 20 s, so that the cost of it is in the "
        "figure of a room at rest, or is not."
    ]
