import json
from pathlib import Path

import pytest
from django.core.management import call_command

from consultations.models import WorkItem
from tests.support.shared import shared

pytestmark = pytest.mark.django_db


def real() -> str:
    return str(shared("workplan/feixi-2023.txt"))


def failed(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        call_command("import_workplan", *arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_import_workplan_json_is_the_plan_alone(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_workplan", real(), "--json")
    out, err = capsys.readouterr()
    read = json.loads(out)
    assert list(read) == ["title", "year", "issuer", "published_on", "preamble", "sections"]
    assert (read["title"], read["year"], read["published_on"]) == (
        "肥西县政协2023年工作要点",
        2023,
        "2023-03-08",
    )
    items = [item for section in read["sections"] for item in section["items"]]
    assert (len(read["sections"]), len(items), err) == (6, 20, "")
    assert {frozenset(item) for item in items} == {frozenset({"number", "title", "body"})}
    assert {frozenset(section) for section in read["sections"]} == {
        frozenset({"number", "title", "items"})
    }
    assert WorkItem.objects.count() == 20


def test_import_workplan_dry_run_tells_and_leaves_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("import_workplan", real(), "--dry-run")
    assert capsys.readouterr().out == (
        "试读，没有写入：肥西县政协2023年工作要点\n新增 20 条，更新 0 条，删除 0 条，保留 0 条\n"
    )
    assert not WorkItem.objects.exists()


def test_import_workplan_complains_one_line_each_and_imports_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(
        "清河县政协2026年工作要点\n一、民生\n1.改造老旧小区。\n1.增设公交线路。\n4.疏通管网。\n",
        encoding="utf-8",
    )
    assert failed(str(file)) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) >= 2
    assert all(line.startswith("第 ") for line in err.splitlines())
    assert not WorkItem.objects.exists()


def test_import_workplan_says_that_there_is_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert failed("missing.txt") == 1
    assert capsys.readouterr().err == "读不到 missing.txt：No such file or directory。\n"
