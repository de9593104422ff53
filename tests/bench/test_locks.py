"""The peers are named by exact versions; scripts/check_locks.py sees to their sums."""

import json

from bench.install import PEERS


def test_the_npm_peers_are_named_by_exact_versions():
    wanted = json.loads((PEERS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = json.loads((PEERS / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
