import json
import shutil
from pathlib import Path

import pytest

from scripts.check_vendor import sum_faults, version_faults

ROOT = Path(__file__).resolve().parent.parent.parent
LOCK = ROOT / "package-lock.json"


@pytest.fixture
def vendor(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "static" / "vendor", tmp_path / "vendor"))


def test_vendored_files_of_the_project_are_unchanged(vendor: Path) -> None:
    assert sum_faults(vendor) == []
    assert version_faults(vendor, LOCK) == []


def test_vendored_packages_come_with_their_licences(vendor: Path) -> None:
    packages = json.loads((vendor / "manifest.json").read_text())["packages"]

    assert packages
    for package in packages.values():
        assert "BSD" in package["license"]
        assert "Redistribution and use" in (vendor / package["licence"]).read_text()


def test_vendored_file_that_was_changed_added_or_removed_is_found(vendor: Path) -> None:
    (vendor / "lit-html" / "lit-html.js").write_text("export {};\n")
    (vendor / "lit-html" / "more.js").write_text("export {};\n")
    (vendor / "lit-html" / "LICENSE").unlink()

    assert sum_faults(vendor) == [
        "lit-html/LICENSE: missing",
        "lit-html/lit-html.js: changed by hand",
        "lit-html/more.js: not in the manifest",
    ]


def test_vendored_version_that_the_lock_does_not_name_is_found(
    vendor: Path, tmp_path: Path
) -> None:
    lock = json.loads(LOCK.read_text())
    lock["packages"]["node_modules/lit-html"]["version"] = "9.9.9"
    changed = tmp_path / "package-lock.json"
    changed.write_text(json.dumps(lock))

    [fault] = version_faults(vendor, changed)
    assert fault.startswith("lit-html: ")
    assert fault.endswith("9.9.9 in package-lock.json")
