"""Run every check of the source, two at a time, and say in one line each how it went.

What a check has to say is printed only where it fails. Exit code 1 where any of them failed.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
MANAGE = (sys.executable, "manage.py")
SCRIPTS = "scripts"


@dataclass(frozen=True)
class Check:
    name: str
    command: tuple[str, ...]
    says: bool = False


def program(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(PROGRAMS / name), *arguments)


def checks(templates: tuple[str, ...]) -> tuple[Check, ...]:
    """Every check, the longest first."""
    djade = program("djade", "--check", "--target-version", "5.2", *templates)
    return (
        Check("types (mypy)", program("mypy", "--no-error-summary")),
        Check("layers (import-linter)", program("lint-imports")),
        Check("vendored files", (sys.executable, f"{SCRIPTS}/check_vendor.py"), says=True),
        Check("migrations complete", (*MANAGE, "makemigrations", "--check", "--dry-run")),
        Check("Django's own checks", (*MANAGE, "check", "--fail-level", "WARNING")),
        Check(
            "style (ruff check)",
            program("ruff", "check", "--quiet", "--output-format", "concise", "."),
        ),
        Check("format (ruff format)", program("ruff", "format", "--check", "--quiet", ".")),
        *([Check("templates (djade)", djade)] if templates else []),
        Check("lock files", (sys.executable, f"{SCRIPTS}/check_locks.py")),
        Check("what is tracked", (sys.executable, f"{SCRIPTS}/check_tree.py")),
    )


def run(check: Check, environment: dict[str, str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        check.command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    passed = done.returncode == 0
    lines = [
        f"{'ok    ' if passed else 'FAILED'} {check.name} ({time.monotonic() - started:.1f} s)"
    ]
    if check.says or not passed:
        said = (done.stdout + done.stderr).strip()
        lines += [f"       {line}" for line in said.splitlines()]
    print("\n".join(lines), flush=True)
    return passed


def main() -> int:
    templates = tuple(
        path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("templates/**/*.html"))
    )
    with tempfile.TemporaryDirectory(prefix="hall-check-") as data:
        # The checks import the settings, which must not touch an installation's own data.
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("HALL_")
        }
        environment |= {"HALL_DATA": data, "DATABASE_URL": "", "REDIS_URL": ""}
        with ThreadPoolExecutor(max_workers=2) as pool:
            results = list(pool.map(lambda check: run(check, environment), checks(templates)))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
