"""docs/operations.md and docker-compose.yml name what the code has, and nothing else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from hall import metrics

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
READS = re.compile(r'env\.\w+\(\s*"([A-Z_]+)"')
NAMED = re.compile(r"`([A-Z][A-Z_]{3,})`")
LEVELS = {"info", "warning", "error", "exception"}
# A hall that people use has neither.
NOT_FOR_PEOPLE = {"HALL_DEMO", "HALL_DEBUG"}


def settings_read() -> set[str]:
    settings = (ROOT / "hall" / "settings.py").read_text(encoding="utf-8")
    return set(READS.findall(settings)) | {"HALL_DATA"}


def section(heading: str) -> str:
    return OPERATIONS.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def first_cells(heading: str) -> list[str]:
    rows = [line for line in section(heading).splitlines() if line.startswith("| `")]
    return [row.split(" | ", 1)[0] for row in rows]


def lines_logged() -> Iterator[str]:
    """What the hall itself logs, up to its first value."""
    for folder in ("hall", "members", "consultations"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and getattr(node.func.value, "id", "") == "logger"
                    and node.func.attr in LEVELS
                ):
                    assert isinstance(node.args[0], ast.Constant)
                    yield str(node.args[0].value)


def test_operations_lists_every_setting() -> None:
    named = {name for cell in first_cells("Settings") for name in NAMED.findall(cell)}
    assert named == settings_read()


def test_compose_passes_on_every_setting() -> None:
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    passed = set(re.findall(r"^ {4}([A-Z_]+): ", compose, re.MULTILINE))
    fixed = set(re.findall(r"\b(HOST|PORT|HALL_DATA)=", compose))
    assert passed | fixed == settings_read() - NOT_FOR_PEOPLE


def test_operations_explains_every_line_of_the_log() -> None:
    def plain(line: str) -> str:
        return re.sub(r"[\s:…]+", " ", line).strip()

    told = {plain(line) for cell in first_cells("The log") for line in re.findall(r"`(.+?)`", cell)}
    assert told == {plain(line.replace("%s", "…")) for line in lines_logged()}


def test_operations_explains_every_figure() -> None:
    told = {name for cell in first_cells("Watching") for name in re.findall(r"`(\w+)`", cell)}
    made = re.findall(r"^# TYPE (hall_\w+) ", metrics.exposition().decode(), re.MULTILINE)
    assert told == {name for name in made if not name.endswith("_created")}
