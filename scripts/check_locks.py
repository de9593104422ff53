"""Verify that the lock files say what to install and not where it came from.

An address in a lock binds everybody to the index of the person who wrote it.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PEERS = "bench/peers"
REQUIREMENTS = (
    "requirements.lock",
    "requirements-dev.lock",
    f"{PEERS}/requirements.lock",
    f"{PEERS}/requirements-map.lock",
)
PACKAGES = ("package-lock.json", f"{PEERS}/package-lock.json")

_ADDRESS = re.compile(
    r"\b(?:[a-z]+\+)?(?:https?|ftp|file|git|ssh)://?\S*|\bfile:\S+", re.IGNORECASE
)
_OPTION = re.compile(
    r"^\s*(--(?:extra-)?index-url|-i|--find-links|-f|--trusted-host|-e|--editable)\b"
)
_REQUIREMENT = re.compile(r"^[A-Za-z0-9][\w.\-]*==\S+")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


def requirement_faults(text: str) -> list[str]:
    """Sentences by line on a pip lock: addresses, options that name one, pins without a hash."""
    faults = []
    pinned: tuple[int, str] | None = None
    hashes = 0

    def unhashed() -> list[str]:
        return [f"line {pinned[0]}: {pinned[1]} has no hash"] if pinned and not hashes else []

    for number, line in enumerate(text.splitlines(), start=1):
        if _ADDRESS.search(line):
            faults.append(f"line {number}: an address")
        if _OPTION.match(line):
            faults.append(f"line {number}: an option that names a source")
        if line and not line[0].isspace() and not line.startswith(("#", "-")):
            faults += unhashed()
            if not _REQUIREMENT.match(line):
                faults.append(f"line {number}: not an exact version")
            pinned, hashes = (number, line.split()[0]), 0
        hashes += len(_HASH.findall(line))
    return faults + unhashed()


def package_lock_faults(lock: dict[str, Any]) -> list[str]:
    """Sentences by package on a package-lock.json: addresses, and packages without their sum."""
    faults = []
    for path, package in lock["packages"].items():
        name = path or "the root"
        if "resolved" in package:
            faults.append(f"{name}: a resolved address")
        if _ADDRESS.search(json.dumps(package.get("version", ""))) or package.get("link"):
            faults.append(f"{name}: an address in place of a version")
        for kind in ("dependencies", "devDependencies", "optionalDependencies"):
            for dependency, version in package.get(kind, {}).items():
                if _ADDRESS.search(version):
                    faults.append(f"{name}: {dependency} comes from an address")
        if path and not str(package.get("integrity", "")).startswith("sha512-"):
            faults.append(f"{name}: no integrity sum")
    return faults


def faults_in(root: Path) -> list[str]:
    """Every fault of every lock file of the project and of its peers, each as one line."""
    faults = []
    for name in REQUIREMENTS:
        text = (root / name).read_text(encoding="utf-8")
        faults += [f"{name}, {fault}" for fault in requirement_faults(text)]
    for name in PACKAGES:
        lock = json.loads((root / name).read_text(encoding="utf-8"))
        faults += [f"{name}, {fault}" for fault in package_lock_faults(lock)]
    return faults


def main() -> int:
    faults = faults_in(ROOT)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
