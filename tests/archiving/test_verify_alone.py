"""verify.py as a stranger runs it: one file, a bare Python, no hall."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consultations.archiving import verify
from consultations.archiving.bag import SealedArchive
from consultations.archiving.signing import SigningKey

Seal = Callable[..., SealedArchive]
Bag = Any
SOURCE = Path(verify.__file__)


def run(*arguments: object, script: Path = SOURCE, path: str = "") -> tuple[int, str, str]:
    """Isolated (-I) and without site-packages (-S), so neither the hall nor cryptography exist.

    ``path`` is where programs are looked for: by default nowhere, so that openssl is absent too.
    """
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", script, *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PATH": path},
        cwd="/",
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def folder(seal: Seal, read_bag: Callable[[Path], Bag], tmp_path: Path) -> Path:
    unpacked: Path = read_bag(seal().path).unpack(tmp_path / "out")
    return unpacked


def report_of(output: str) -> dict[str, Any]:
    (report,) = json.loads(output)
    assert isinstance(report, dict)
    return report


def test_isolated_interpreter_has_no_cryptography() -> None:
    command = [sys.executable, "-I", "-S", "-c", "import cryptography"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "ModuleNotFoundError" in done.stderr


def test_inside_its_bag_it_checks_the_bag(folder: Path) -> None:
    code, output, errors = run(script=folder / "verify.py")
    assert (code, errors) == (0, "")
    assert "通过 OK" in output
    assert sorted(path.name for path in folder.iterdir()).count("__pycache__") == 0


@pytest.mark.parametrize("method", ["auto", "python", "openssl"])
def test_each_fallback_accepts_and_refuses(folder: Path, method: str) -> None:
    path = os.environ["PATH"] if method == "openssl" else ""
    options = ("--json", "--method", method)
    code, output, errors = run(*options, script=folder / "verify.py", path=path)
    assert (code, errors) == (0, "")
    assert report_of(output)["checked_with"] == ("openssl" if method == "openssl" else "python")
    head = folder / "head.json"
    head.write_bytes(head.read_bytes().replace("改造".encode(), "拆除".encode()))
    code, output, _ = run(*options, script=folder / "verify.py", path=path)
    assert code == 1
    assert "signature" in [problem["code"] for problem in report_of(output)["problems"]]


def test_auto_takes_openssl_where_it_is(folder: Path) -> None:
    _, output, _ = run("--json", folder, path=os.environ["PATH"])
    assert report_of(output)["checked_with"] == "openssl"


@pytest.mark.parametrize("behaviour", ["exit 1", "echo usage; exit 0", "kill -9 $$"])
def test_auto_passes_over_an_openssl_that_cannot(
    folder: Path, tmp_path: Path, behaviour: str
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "openssl").write_text(f"#!/bin/sh\n{behaviour}\n")
    (programs / "openssl").chmod(0o755)
    code, output, _ = run("--json", folder, path=str(programs))
    assert (code, report_of(output)["checked_with"]) == (0, "python")


def test_hall_takes_cryptography(folder: Path) -> None:
    assert verify.verify_archive(folder).checked_with == "cryptography"


def test_failure_names_code_file_and_line(folder: Path) -> None:
    records = folder / verify.RECORDS
    records.write_bytes(records.read_bytes().replace("建议5:".encode(), "建议6:".encode()))
    code, output, errors = run(script=folder / "verify.py")
    assert (code, errors) == (1, "")
    assert "不通过 FAILED" in output
    assert "[body-digest] data/records.jsonl 第 5 行：序号 5 的正文被改动" in output
    _, output, _ = run("--json", folder)
    problems = report_of(output)["problems"]
    assert {"code": "body-digest", "file": verify.RECORDS, "line": 5}.items() <= next(
        problem.items() for problem in problems if problem["line"]
    )


def test_outside_a_bag_it_asks_for_an_archive() -> None:
    code, output, errors = run()
    assert (code, output) == (2, "")
    assert "请给出归档" in errors


@pytest.mark.parametrize("form", ["pem", "public", "id", "upper", "hexfile"])
def test_trusted_key_in_every_form(
    seal: Seal, key: SigningKey, other_key: SigningKey, tmp_path: Path, form: str
) -> None:
    (tmp_path / "key.pem").write_bytes(other_key.public_pem() + key.public_pem())
    (tmp_path / "key.hex").write_text(f"{key.public_key}\n")
    forms = {
        "pem": tmp_path / "key.pem",
        "public": key.public_key,
        "id": key.key_id,
        "upper": key.public_key.upper(),
        "hexfile": tmp_path / "key.hex",
    }
    archive = seal().path
    code, output, _ = run(archive, "--key", forms[form])
    assert (code, "可信" in output) == (0, True)
    assert "key-unconfirmed" not in output
    code, output, _ = run(archive, "--key", other_key.public_key)
    assert (code, "[key-untrusted] head.json" in output) == (1, True)
    assert run(archive, "--key", other_key.public_key, "--key", forms[form])[0] == 0


@pytest.mark.parametrize("given", ["nothing.pem", "abc", SOURCE], ids=str)
def test_trusted_key_that_is_none_stops_the_check(seal: Seal, given: object) -> None:
    code, output, errors = run(seal().path, "--key", given)
    assert (code, output) == (2, "")
    assert "公钥" in errors


def test_several_archives_and_previous(seal: Seal) -> None:
    first = seal("A")
    second = seal("B", room="8", previous=first.head.digest)
    assert run(first.path, second.path)[0] == 0
    assert run("--previous", first.path, second.path)[0] == 0
    code, output, _ = run("--previous", second.path, first.path)
    assert (code, "[archive-link] head.json" in output) == (1, True)


def test_receipt(seal: Seal) -> None:
    sealed = seal()
    head = sealed.head.fields
    receipt = f"{head['count']}:{head['chain_head']}"
    assert run(sealed.path, "--receipt", receipt)[0] == 0
    code, output, _ = run(sealed.path, "--receipt", f"3:{head['chain_head']}")
    assert (code, "[receipt] data/records.jsonl 第 3 行" in output) == (1, True)
    for wrong in ("3", "x:y", f"3:{'g' * 64}"):
        assert run(sealed.path, "--receipt", wrong)[0] == 2
    assert run(sealed.path, sealed.path, "--receipt", receipt)[0] == 2


def test_poor_terminal_gets_escapes_not_a_crash(seal: Seal) -> None:
    done = subprocess.run(
        [sys.executable, "-S", SOURCE, seal().path],
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
        check=False,
    )
    assert done.returncode == 0
    assert b"OK" in done.stdout


def test_source_is_python_3_9_and_standard_library_alone() -> None:
    tree = ast.parse(SOURCE.read_text(), feature_version=(3, 9))
    optional = {"cryptography"}
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - optional <= sys.stdlib_module_names
    assert any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and node.names[0].name == "annotations"
        for node in tree.body
    )


# Runs verify.py and notes its own processor seconds and its largest resident size in KiB.
PROBE = """
import resource, runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as end:
    status = end.code
used = resource.getrusage(resource.RUSAGE_SELF)
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
with open(sys.argv[-1] + ".cost", "w") as file:
    file.write(f"{used.ru_utime + used.ru_stime} {peak}")
sys.exit(status)
"""


def test_hundred_thousand_events_in_five_seconds(seal: Seal) -> None:
    sealed = seal(count=100_000)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", PROBE, SOURCE, "--json", sealed.path],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert report_of(done.stdout.decode())["events"] == 100_000
    seconds, peak = Path(f"{sealed.path}.cost").read_text().split()
    # Processor time: what else the machine is doing is not this program's matter.
    assert float(seconds) <= 5
    assert int(peak) <= 64 * 1024
