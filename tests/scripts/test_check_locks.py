import subprocess
from pathlib import Path

import pytest

from scripts.check_locks import (
    PACKAGES,
    REQUIREMENTS,
    faults_in,
    package_lock_faults,
    requirement_faults,
)

ROOT = Path(__file__).resolve().parent.parent.parent
SUM = "a" * 64
GOOD = f"django==5.2.1 \\\n    --hash=sha256:{SUM}\n    # via channels\n"


def test_lock_files_of_the_project_name_no_source() -> None:
    assert faults_in(ROOT) == []


def test_no_lock_file_is_forgotten() -> None:
    patterns = ("*requirements*.lock", "*package-lock.json")
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(listed.stdout.split()) == {*REQUIREMENTS, *PACKAGES}


def test_requirement_with_version_and_hash_passes() -> None:
    assert (
        requirement_faults(GOOD + 'colorama==0.4 ; sys_platform == "win32" \\\n' + hashed()) == []
    )


def hashed() -> str:
    return f"    --hash=sha256:{SUM}\n"


@pytest.mark.parametrize(
    "line",
    [
        "--index-url " + "https:" + "//example.org/simple",
        "--extra-index-url x",
        "-i x",
        "--find-links x",
        "-e .",
        "django @ " + "https:" + "//example.org/django.whl",
        "django @ " + "file:" + "///tmp/django.whl",
        "django @ " + "git+ssh:" + "//example.org/django",
        "    # from " + "http:" + "//10.0.0.1/simple",
    ],
)
def test_requirement_that_names_a_source_is_found(line: str) -> None:
    found = requirement_faults(GOOD + line + "\n" + hashed())

    assert any(fault.startswith("line 4: a") for fault in found)


@pytest.mark.parametrize("line", ["django>=5.2", "django", "./django"])
def test_requirement_without_exact_version_is_found(line: str) -> None:
    assert "line 4: not an exact version" in requirement_faults(f"{GOOD}{line}\n{hashed()}")


def test_requirement_without_hash_is_found_wherever_it_stands() -> None:
    bare = "redis==7.0"

    assert requirement_faults(f"{bare}\n{GOOD}") == [f"line 1: {bare} has no hash"]
    assert requirement_faults(f"{GOOD}{bare}\n") == [f"line 4: {bare} has no hash"]


def test_package_with_version_and_sum_passes() -> None:
    package = {"version": "3.3.3", "integrity": "sha512-x", "dependencies": {"a": "^1"}}

    assert package_lock_faults({"packages": {"": {}, "node_modules/lit": package}}) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"resolved": "x"}, "a resolved address"),
        ({"integrity": "sha1-x"}, "no integrity sum"),
        ({"version": "file:" + "../lit"}, "an address in place of a version"),
        ({"link": True}, "an address in place of a version"),
        ({"dependencies": {"a": "git+https:" + "//example.org/a"}}, "a comes from an address"),
    ],
)
def test_package_that_names_a_source_is_found(change: dict[str, object], fault: str) -> None:
    package = {"version": "3.3.3", "integrity": "sha512-x", **change}

    found = package_lock_faults({"packages": {"node_modules/lit": package}})

    assert found == [f"node_modules/lit: {fault}"]
