"""docs/operations.md names every setting, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READS = re.compile(r'env\.\w+\(\s*"([A-Z_]+)"')
NAMED = re.compile(r"`([A-Z][A-Z_]{3,})`")


def test_operations_lists_every_setting() -> None:
    settings = (ROOT / "hall" / "settings.py").read_text()
    read = set(READS.findall(settings)) | {"HALL_DATA"}
    table = (ROOT / "docs" / "operations.md").read_text().partition("## Starting")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in NAMED.findall(row)}
    assert named == read
