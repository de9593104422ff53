"""The peers' lock files keep the same rules as the hall's."""

import json

import pytest

from bench.install import PEERS
from scripts.check_locks import package_lock_faults, requirement_faults


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-map.lock"])
def test_every_python_peer_is_pinned_with_its_sum(name):
    text = (PEERS / name).read_text(encoding="utf-8")
    assert "==" in text
    assert requirement_faults(text) == []


def test_every_npm_peer_is_pinned_with_its_sum():
    lock = json.loads((PEERS / "package-lock.json").read_text(encoding="utf-8"))
    assert {"node_modules/ws", "node_modules/socket.io"} <= lock["packages"].keys()
    assert package_lock_faults(lock) == []


def test_the_npm_peers_are_named_by_exact_versions():
    wanted = json.loads((PEERS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = json.loads((PEERS / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
