"""Verify that static/vendor is what scripts/vendor.mjs wrote from the locked packages.

The sums in manifest.json and the versions in package-lock.json are compared always. With Node.js
at hand the packages are fetched anew into an empty folder and the copies compared with them.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = "manifest.json"


def sum_faults(vendor: Path) -> list[str]:
    """One sentence for each file that is missing, changed or not in the manifest."""
    manifest = json.loads((vendor / MANIFEST).read_text(encoding="utf-8"))
    listed: dict[str, str] = manifest["files"]
    there = {
        path.relative_to(vendor).as_posix()
        for path in vendor.rglob("*")
        if path.is_file() and path != vendor / MANIFEST
    }
    faults = [f"{path}: not in the manifest" for path in there - listed.keys()]
    faults += [f"{path}: missing" for path in listed.keys() - there]
    for path in there & listed.keys():
        if hashlib.sha256((vendor / path).read_bytes()).hexdigest() != listed[path]:
            faults.append(f"{path}: changed by hand")
    return sorted(faults)


def version_faults(vendor: Path, lock: Path) -> list[str]:
    """One sentence for each vendored package at another version than the lock file names."""
    manifest = json.loads((vendor / MANIFEST).read_text(encoding="utf-8"))
    locked = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    faults = []
    for name, package in manifest["packages"].items():
        version = locked.get(f"node_modules/{name}", {}).get("version")
        if version != package["version"]:
            faults.append(f"{name}: {package['version']} vendored, {version} in {lock.name}")
    return faults


def compare_with_packages(root: Path) -> bool:
    """Install the locked packages into a temporary folder and let vendor.mjs compare."""
    with tempfile.TemporaryDirectory(prefix="hall-vendor-") as scratch:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(root / name, scratch)
        installed = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--prefer-offline", "--silent"],
            cwd=scratch,
            capture_output=True,
            text=True,
            check=False,
        )
        if installed.returncode != 0:
            print(installed.stdout + installed.stderr, file=sys.stderr)
            print("static/vendor: npm could not install the locked packages.", file=sys.stderr)
            return False
        compared = subprocess.run(
            ["node", str(root / "scripts" / "vendor.mjs"), "--check"],
            env={**os.environ, "HALL_NODE_MODULES": str(Path(scratch) / "node_modules")},
            check=False,
        )
        return compared.returncode == 0


def main() -> int:
    vendor = ROOT / "static" / "vendor"
    faults = sum_faults(vendor) + version_faults(vendor, ROOT / "package-lock.json")
    for fault in faults:
        print(f"static/vendor/{fault}", file=sys.stderr)
    if faults:
        return 1
    if shutil.which("npm") and shutil.which("node"):
        return 0 if compare_with_packages(ROOT) else 1
    print(
        "static/vendor: every file has the sum in its manifest; not compared with the packages "
        "themselves, as there is no Node.js here."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
