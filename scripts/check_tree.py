"""Verify that nothing is tracked which belongs to one machine, or in no repository at all."""

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

LARGEST = 1_000_000
FONTS = {".ttf", ".otf", ".ttc", ".woff", ".woff2", ".eot", ".pfb"}
SECRETS = {".pem", ".key", ".p12", ".pfx", ".env"}
DATA = {".sqlite3", ".db", ".log", ".pyc"}

# Put together from parts, so that this file does not contain what it looks for.
_HOMES = "|".join(
    ("/" + "home/", "/" + "root/", "/" + "Users/", "/" + "work/", r"[A-Z]:\\" + r"Users\\")
)
_REGISTRIES = "|".join(
    re.escape(name + end)
    for name, end in (
        ("registry.npm", "js.org"),
        ("registry.npm", "mirror.com"),
        ("pypi", ".org/simple"),
        ("files.python", "hosted.org"),
        ("pypi.tuna.tsinghua", ".edu.cn"),
        ("mirrors.ali", "yun.com"),
    )
)
_PRIVATE_KEY = "-----BEGIN [A-Z ]*" + "PRIVATE KEY-----"
TEXT_RULES = (
    ("a path of one machine", re.compile(rf"(?<![\w.}}\])~/-])(?:{_HOMES})[\w.]")),
    ("the address of a package registry", re.compile(_REGISTRIES)),
    ("a private key", re.compile(_PRIVATE_KEY)),
)


def tracked_files(root: Path) -> list[Path]:
    """What git tracks in the working tree; files deleted there are left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True
    )
    paths = (root / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def text_faults(text: str) -> list[str]:
    """Sentences by line on what no tracked text may contain."""
    return [
        f"line {number}: {what}"
        for number, line in enumerate(text.splitlines(), start=1)
        for what, pattern in TEXT_RULES
        if pattern.search(line)
    ]


def file_faults(path: Path) -> list[str]:
    """Sentences on one file: its kind, its size, and its text where it is one."""
    faults = []
    if path.suffix.lower() in FONTS:
        faults.append("a font file")
    if path.suffix.lower() in SECRETS or path.name == ".env":
        faults.append("a file that may hold a secret")
    if path.suffix.lower() in DATA:
        faults.append("data of a running hall")
    if path.stat().st_size > LARGEST:
        faults.append(f"{path.stat().st_size:,} bytes, more than {LARGEST:,}")
    content = path.read_bytes()
    if b"\0" not in content[:8192]:
        faults += text_faults(content.decode("utf-8", errors="replace"))
    return faults


def faults_in(root: Path, paths: Iterable[Path]) -> list[str]:
    return [f"{path.relative_to(root)}: {fault}" for path in paths for fault in file_faults(path)]


def main() -> int:
    faults = faults_in(ROOT, tracked_files(ROOT))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
