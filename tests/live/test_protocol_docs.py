"""docs/protocol.md and docs/asyncapi.json say what the code does."""

import ast
import json
import re
from pathlib import Path
from typing import get_args

from consultations.live import protocol
from hall.errors import Code
from scripts.asyncapi import FILE, document

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "protocol.md").read_text()


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def words(cell: str) -> set[str]:
    """What a cell names in code marks, up to a colon."""
    return {
        word.strip(" ?")
        for mark in re.findall(r"`([^`]+)`", cell)
        for word in mark.partition(":")[0].split(",")
    }


def literals(*folders: str) -> set[str]:
    """Every plain string in the code of these folders."""
    found = set()
    for folder in folders:
        for file in (ROOT / "consultations" / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return found


def test_asyncapi_is_as_the_code_writes_it() -> None:
    assert json.loads(FILE.read_text()) == document()


def test_protocol_lists_every_command_with_its_fields() -> None:
    coded = {}
    for command in get_args(protocol.AnyCommand):
        fields = set(command.model_fields) - {"do", "key"}
        coded[get_args(command.model_fields["do"].annotation)[0]] = fields
    listed = {}
    for row in rows("Commands"):
        marks = re.findall(r"`([a-z_]+)`", row[1])
        listed[row[0].strip("`")] = set(marks)
    assert listed == coded


def test_protocol_lists_every_event_that_is_recorded() -> None:
    listed = {name for row in rows("Events") for name in words(row[0])}
    named = re.compile(
        r"(opinion|seat|agenda|stage|consultation|ballot|minutes|outcome|stances)\.(?!html|json)[a-z_]+"
    )
    recorded = {text for text in literals("domain") if named.fullmatch(text)}
    sentences = {
        f"{what}.{how}" for what in ("clause", "dissent") for how in ("written", "moved", "removed")
    }
    assert listed == recorded | sentences


def test_protocol_lists_all_news() -> None:
    sent = set()
    for file in (ROOT / "consultations" / "live").glob("*.py"):
        sent |= set(re.findall(r'news\(\s*"(\w+)"', file.read_text()))
    assert {row[0].strip("`") for row in rows("News")} == sent


def test_protocol_lists_every_refusal_and_close_code() -> None:
    assert {name for row in rows("Refusals") for name in words(row[0])} == {c.value for c in Code}
    assert {int(row[0]) for row in rows("Close codes")} == {int(code) for code in protocol.Close}
