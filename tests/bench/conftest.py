import shutil
import subprocess

import pytest

from bench.install import LOAD, WARNINGS, Tools
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


@pytest.fixture(scope="session")
def program(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    assert compiler, "the load generator needs a C compiler"
    made = tmp_path_factory.mktemp("load") / "load"
    sources = [str(path) for path in sorted(LOAD.glob("*.c"))]
    checks = ["-fsanitize=undefined", "-fno-sanitize-recover"]
    flags = ["-std=c11", "-D_GNU_SOURCE", "-O1", *WARNINGS, "-Wconversion", "-Wshadow", *checks]
    subprocess.run([compiler, *flags, "-o", str(made), *sources], check=True)
    return made
