from pathlib import Path

import pytest

from scripts.check_tree import LARGEST, faults_in, file_faults, text_faults, tracked_files

ROOT = Path(__file__).resolve().parent.parent.parent


def test_tracked_files_of_the_project_belong_to_no_machine() -> None:
    paths = tracked_files(ROOT)

    assert len(paths) > 20
    assert faults_in(ROOT, paths) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("open('/" + "home/li/notes')", "a path of one machine"),
        ('PATH = "/' + 'root/.cache"', "a path of one machine"),
        ("cd /" + "work/main", "a path of one machine"),
        ("https:" + "//registry.npm" + "js.org/lit", "the address of a package registry"),
        ("https:" + "//files.python" + "hosted.org/x", "the address of a package registry"),
        ("-----BEGIN RSA " + "PRIVATE KEY-----", "a private key"),
    ],
)
def test_text_that_belongs_to_a_machine_is_found_by_line(line: str, fault: str) -> None:
    assert text_faults(f"first\n{line}\n") == [f"line 2: {fault}"]


@pytest.mark.parametrize(
    "line",
    ["GET /home/", "see https:" + "//example.org/" + "home/x", "static/" + "work/plan.css"],
)
def test_text_with_addresses_of_the_site_passes(line: str) -> None:
    assert text_faults(line) == []


@pytest.mark.parametrize("name", ["a.TTF", "b.woff2", "c.pem", ".env", "hall.sqlite3"])
def test_file_of_a_kind_that_is_not_kept_is_found(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"\0")

    assert len(file_faults(path)) == 1


def test_file_that_is_too_large_is_found(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(b"\0" * LARGEST)
    assert file_faults(path) == []

    path.write_bytes(b"\0" * (LARGEST + 1))
    assert file_faults(path) == ["1,000,001 bytes, more than 1,000,000"]
