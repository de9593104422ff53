"""What commands say where the database, or the file that they were given, is none."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from tests.hall.beginning import PLAN, begin
from tests.support.hall_server import HallInstallation


@pytest.mark.parametrize(
    "arguments",
    [
        ("import_workplan", str(PLAN)),
        ("import_workplan", str(PLAN), "--dry-run", "--json"),
        ("export_outcome", "1", "--format", "docx"),
        ("seal", "1"),
        ("erase_opinion", "1", "1", "--basis", "法", "--reason", "因", "--by", "1"),
        ("reindex",),
        ("appoint", "13800000001", "--role", "admin"),
    ],
)
def test_command_on_a_database_without_tables_says_so(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    code, said, complained = begin(tmp_path, *arguments)

    assert (code, said) == (1, "")
    assert complained == "数据库还没有准备好，请先运行 python manage.py migrate。\n"


def test_command_says_what_the_database_lacks(tmp_path: Path) -> None:
    hall = HallInstallation(tmp_path, data=tmp_path)
    hall.prepare()
    with contextlib.closing(sqlite3.connect(tmp_path / "hall.sqlite3")) as database:
        database.execute("DROP TABLE consultations_workitem")

    code, said, complained = begin(tmp_path, "import_workplan", str(PLAN))

    assert (code, said) == (1, "")
    assert complained == "数据库用不了：no such table: consultations_workitem\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("verify_archive", "missing.zip"),
        ("verify_archive", str(PLAN)),
        ("verify_archive", str(PLAN), "--heads", "missing.json"),
        ("map_opinions", "missing.csv"),
        ("map_opinions", str(PLAN)),
        ("map_opinions", str(PLAN.parent)),
        ("holidays", "missing.json"),
    ],
)
def test_command_on_a_file_that_is_none_of_its_own_names_it(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    code, said, complained = begin(tmp_path, *arguments)

    assert code != 0
    assert "Traceback" not in complained
    assert Path(arguments[-1]).name in said + complained
