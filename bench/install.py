"""What the bench needs beside the hall: compiled and installed into build/bench alone."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "bench"
BUILD = ROOT / "build" / "bench"
LOAD = HERE / "load"
PEERS = HERE / "peers"
WARNINGS = ("-Wall", "-Wextra", "-Werror")
SECONDS = 300


class MissingTool(RuntimeError):
    """Something that a stack needs is not on this machine; the text says what, in one sentence."""


@dataclass(frozen=True, slots=True)
class Tools:
    """Where the installed things are."""

    load: Path
    raw_send: Path
    python: Path
    node: Path | None
    scripts: Path


def install(say: Callable[[str], None]) -> Tools:
    """Compile and install what is not there yet, or has changed.

    Raises:
        MissingTool: without a C compiler, or where the Python peers cannot be installed.
    """
    BUILD.mkdir(parents=True, exist_ok=True)
    return Tools(
        load=compiled("load", sorted(LOAD.glob("*.c")), [LOAD / "load.h"]),
        raw_send=compiled("raw_send", [PEERS / "raw_send.c"], []),
        python=environment("peers", PEERS / "requirements.lock", say),
        node=node_peers(say),
        scripts=BUILD / "node",
    )


def compiled(name: str, sources: Iterable[Path], headers: Iterable[Path]) -> Path:
    """The program, built by the system's compiler.

    Raises:
        MissingTool: without a compiler.
    """
    files = list(sources)
    program = BUILD / name
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise MissingTool("There is no C compiler: install gcc or clang.")
    if _stale(program, [*files, *headers]):
        _run(
            [compiler, "-std=c11", "-D_GNU_SOURCE", "-O2", *WARNINGS, "-o", program, *files],
            f"The C compiler could not build {name}",
        )
        _fresh(program, [*files, *headers])
    return program


def environment(name: str, lock: Path, say: Callable[[str], None]) -> Path:
    """The interpreter of a virtual environment with what the lock lists.

    Raises:
        MissingTool: where it cannot be made.
    """
    folder = BUILD / f"venv-{name}"
    python = folder / "bin" / "python"
    if _stale(folder, [lock]) or not python.exists():
        say(f"installing the bench's Python packages ({name})")
        shutil.rmtree(folder, ignore_errors=True)
        what = f"The Python packages of {lock.name} could not be installed"
        _run([sys.executable, "-m", "venv", folder], what)
        pip = [python, "-m", "pip", "-qq", "--disable-pip-version-check", "install"]
        _run([*pip, "--no-compile", "--require-hashes", "-r", lock], what)
        _fresh(folder, [lock])
    return python


def installed(name: str) -> bool:
    """Whether `environment` has made this one already, from whichever lock."""
    return _mark(BUILD / f"venv-{name}").exists()


def node_peers(say: Callable[[str], None]) -> Path | None:
    """Node.js with its packages beside the peers' scripts; None where there is no Node.js.

    Raises:
        MissingTool: where npm is there and cannot install them.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    folder = BUILD / "node"
    manifests = [PEERS / "package.json", PEERS / "package-lock.json"]
    if _stale(folder, manifests):
        say("installing the bench's npm packages")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for manifest in manifests:
            shutil.copy(manifest, folder)
        _run([npm, "ci", "--silent", "--prefix", folder], "npm could not install the peers")
        _fresh(folder, manifests)
    for script in PEERS.glob("*.js"):
        shutil.copy(script, folder)
    return Path(node)


@contextmanager
def made_from(made: Path, sources: Iterable[Path]) -> Iterator[bool]:
    """Whether `made` is not there, or was made from other sources: then it is made in here."""
    files = list(sources)
    stale = _stale(made, files)
    yield stale
    if stale:
        _fresh(made, files)


def _mark(made: Path) -> Path:
    return made.with_name(made.name + ".made-from")


def _digest(files: Iterable[Path]) -> str:
    found = hashlib.sha256(sys.version.encode())
    for file in files:
        found.update(file.read_bytes())
    return found.hexdigest()


def _stale(made: Path, files: Iterable[Path]) -> bool:
    mark = _mark(made)
    return not made.exists() or not mark.exists() or mark.read_text() != _digest(files)


def _fresh(made: Path, files: Iterable[Path]) -> None:
    _mark(made).write_text(_digest(files))


def _run(command: Iterable[object], what: str) -> None:
    try:
        subprocess.run(
            [str(part) for part in command],
            check=True,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    except subprocess.CalledProcessError as failure:
        end = failure.stderr.strip().splitlines()[-5:]
        raise MissingTool(f"{what}: {' '.join(end)}") from None
    except subprocess.TimeoutExpired:
        raise MissingTool(f"{what} within {SECONDS} s.") from None
