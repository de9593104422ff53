"""Reads conversations in the CSV files of Polis exports.

``participants-votes.csv`` has one row a participant, ``votes.csv`` one row a vote in the order of
arrival, ``comments.csv`` the statements with their moderation. 1 agrees, -1 disagrees, 0 passes; an
empty cell was not seen. Every fault names file and line.
"""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from consultations.analysis.matrix import AnalysisRefused, Stances

FIXED = ("participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree")
VOTES = ("timestamp", "comment-id", "voter-id", "vote")
VALUES = {"1": 1, "-1": -1, "0": 0, "1.0": 1, "-1.0": -1, "0.0": 0}
MODERATED_OUT = "-1"


@dataclass(frozen=True, slots=True, eq=False)
class PolisConversation:
    """Stances, and the published group of each participant (None: in no group)."""

    stances: Stances
    groups: dict[int, int | None]


def read_conversation(votes: Path, comments: Path | None = None) -> PolisConversation:
    """A conversation from either kind of votes file, and the statements moderated out.

    Raises AnalysisRefused: ``unreadable`` (no such file, not UTF-8 CSV), ``bad_header``,
    ``bad_row``, ``bad_id``, ``bad_value``, ``duplicate_person``, ``duplicate_opinion``, or
    ``unknown_opinion`` (moderated out, but no column of participants-votes.csv).
    """
    moderated = read_moderated(comments) if comments is not None else frozenset()
    rows = _rows(votes)
    _line, header = next(rows, (0, []))
    if header[: len(FIXED)] == list(FIXED):
        return _from_participants(votes, header, rows, moderated)
    if set(VOTES) <= set(header):
        return _from_votes(votes, header, rows, moderated)
    raise AnalysisRefused("bad_header", f"{votes.name}: neither participants-votes nor votes")


def read_moderated(comments: Path) -> frozenset[int]:
    """Ids of the statements moderated out in a comments.csv. Raises as `read_conversation`."""
    rows = _rows(comments)
    _line, header = next(rows, (0, []))
    if not {"comment-id", "moderated"} <= set(header):
        raise AnalysisRefused("bad_header", f"{comments.name}: no comment-id, moderated")
    which, state = header.index("comment-id"), header.index("moderated")
    found = set()
    for line, row in rows:
        _same_length(comments, line, row, header)
        opinion = _integer(row[which], comments, line)
        if row[state] not in {"1", "0", "-1"}:
            raise _fault("bad_value", comments, line, f"moderated is {row[state]!r}")
        if row[state] == MODERATED_OUT:
            found.add(opinion)
    return frozenset(found)


def read_groups(path: Path) -> dict[int, int | None]:
    """Groups of participants, from a participants-votes.csv or from a JSON file.

    The JSON has ``participant_ids`` and, one entry a participant, ``published_group`` or
    ``groups``. Raises AnalysisRefused as `read_conversation`, or ``bad_groups``.
    """
    if path.suffix != ".json":
        return read_conversation(path).groups
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AnalysisRefused("unreadable", f"{path.name}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise AnalysisRefused("unreadable", f"{path.name}: not JSON in UTF-8") from error
    try:
        people = data["participant_ids"]
        groups = data["published_group"] if "published_group" in data else data["groups"]
        pairs = list(zip(people, groups, strict=True))
    except (KeyError, TypeError, ValueError) as error:
        raise AnalysisRefused("bad_groups", f"{path.name}: no groups of participants") from error
    for person, group in pairs:
        if type(person) is not int or not (group is None or type(group) is int):
            raise AnalysisRefused("bad_groups", f"{path.name}: participant {person!r}: {group!r}")
    return dict(pairs)


def _from_participants(
    path: Path, header: list[str], rows: Iterator[tuple[int, list[str]]], moderated: frozenset[int]
) -> PolisConversation:
    opinions = [_integer(name, path, 1) for name in header[len(FIXED) :]]
    if len(set(opinions)) < len(opinions):
        raise _fault("duplicate_opinion", path, 1, "a statement has two columns")
    groups: dict[int, int | None] = {}
    stances: list[tuple[int, int, int]] = []
    for line, row in rows:
        _same_length(path, line, row, header)
        person = _integer(row[0], path, line)
        if person in groups:
            raise _fault("duplicate_person", path, line, f"participant {person} again")
        groups[person] = _integer(row[1], path, line) if row[1] else None
        for opinion, cell in zip(opinions, row[len(FIXED) :], strict=True):
            if cell:
                stances.append((person, opinion, _value(cell, path, line)))
    return PolisConversation(
        Stances.from_rows(stances, roll=groups, agenda=opinions, moderated=moderated), groups
    )


def _from_votes(
    path: Path, header: list[str], rows: Iterator[tuple[int, list[str]]], moderated: frozenset[int]
) -> PolisConversation:
    when, which, who, what = (header.index(name) for name in VOTES)
    timed: list[tuple[int, tuple[int, int, int]]] = []
    for line, row in rows:
        _same_length(path, line, row, header)
        stance = (
            _integer(row[who], path, line),
            _integer(row[which], path, line),
            _value(row[what], path, line),
        )
        timed.append((_integer(row[when], path, line), stance))
    # Exports are sorted by statement; within one moment the order of the file holds.
    timed.sort(key=lambda pair: pair[0])
    stances = [stance for _when, stance in timed]
    groups: dict[int, int | None] = {person: None for person, _opinion, _value in stances}
    return PolisConversation(Stances.from_rows(stances, moderated=moderated), groups)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line number, row) of each row that is not empty, the header first."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            for row in reader:
                if row:
                    yield reader.line_num, row
    except OSError as error:
        raise AnalysisRefused("unreadable", f"{path.name}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise AnalysisRefused("unreadable", f"{path.name}: not a CSV file in UTF-8") from error


def _fault(code: str, path: Path, line: int, what: str) -> AnalysisRefused:
    return AnalysisRefused(code, f"{path.name}, line {line}: {what}")


def _same_length(path: Path, line: int, row: list[str], header: list[str]) -> None:
    if len(row) != len(header):
        raise _fault("bad_row", path, line, f"{len(row)} cells, the header has {len(header)}")


def _integer(cell: str, path: Path, line: int) -> int:
    # Eighteen digits fit 64 bits; int() alone would also take "1_0" and " 1".
    if not re.fullmatch(r"-?[0-9]{1,18}", cell):
        raise _fault("bad_id", path, line, f"{cell!r} is not an integer")
    return int(cell)


def _value(cell: str, path: Path, line: int) -> int:
    if cell not in VALUES:
        raise _fault("bad_value", path, line, f"a vote is 1, 0, -1 or empty, not {cell!r}")
    return VALUES[cell]
