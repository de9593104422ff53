"""The command on the open conversations, figure by figure, and on everything that can be wrong."""

import io
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from tests.support.shared import shared

ROOT = Path(__file__).resolve().parents[2]
CONVERSATIONS = ("brexit-consensus", "canadian-electoral-reform")
TOLERANCE = 1e-6
HEADER = "participant,group-id,n-comments,n-votes,n-agree,n-disagree"


def polis() -> Path:
    return shared("polis")


def run(*arguments: Any) -> tuple[int, str, str]:
    """(exit code, stdout, stderr)"""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("map_opinions", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, out.getvalue(), err.getvalue()


@cache
def figures(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """(ours, the published ones) of one conversation, from its published groups."""
    folder, published = polis() / name, polis() / f"{name}.json"
    code, out, err = run(
        folder / "participants-votes.csv",
        "--comments",
        folder / "comments.csv",
        "--groups-from",
        published,
        "--json",
    )
    assert (code, err) == (0, "")
    return json.loads(out), json.loads(published.read_text("utf-8"))


@pytest.fixture(params=CONVERSATIONS)
def both(request: pytest.FixtureRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    return figures(request.param)


@pytest.mark.parametrize(
    "key", ["statement_ids", "participant_ids", "mod_out", "in_conv", "representative"]
)
def test_json_lists_are_the_published_ones(key: str, both: tuple[Any, Any]) -> None:
    ours, published = both
    assert ours[key] == published[key]


def test_json_groups_are_the_published_ones(both: tuple[Any, Any]) -> None:
    ours, published = both
    assert ours["groups"] == published["published_group"]
    assert None in ours["groups"]


@pytest.mark.parametrize(
    "key",
    [
        "mean",
        "statement_extremity",
        "group_agree",
        "group_disagree",
        "group_seen",
        "group_informed_consensus",
        "rat",
        "rdt",
        "pat",
        "pdt",
        "priority",
    ],
)
def test_json_figure_matches_the_published_one(key: str, both: tuple[Any, Any]) -> None:
    ours, published = both
    np.testing.assert_allclose(ours[key], published[key], rtol=0, atol=TOLERANCE)


def test_json_components_and_projection_match_up_to_sign(both: tuple[Any, Any]) -> None:
    ours, published = both
    signs = []
    for key in ("pc1", "pc2"):
        sign = np.sign(np.dot(ours[key], published[key]))
        signs.append(sign)
        turned = np.array(ours[key]) * sign
        np.testing.assert_allclose(turned, published[key], rtol=0, atol=TOLERANCE)
    turned = np.array(ours["projection"]) * signs
    np.testing.assert_allclose(turned, published["projection"], rtol=0, atol=TOLERANCE)


def test_command_line_prints_json_and_nothing_else(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "map_opinions",
            str(polis() / "brexit-consensus" / "participants-votes.csv"),
            "--seed",
            "7",
            "--json",
        ],
        cwd=ROOT,
        env={**os.environ, "HALL_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["status"] == "ready"
    assert len(told["groups"]) == len(told["participant_ids"]) == 204
    assert sum(group is not None for group in told["groups"]) == 189


def test_the_same_seed_gives_the_same_groups() -> None:
    votes = polis() / "canadian-electoral-reform" / "participants-votes.csv"
    assert run(votes, "--seed", 3, "--json") == run(votes, "--seed", 3, "--json")


def test_summary_is_plain_chinese() -> None:
    folder = polis() / "brexit-consensus"
    code, out, err = run(
        folder / "participants-votes.csv", "--groups-from", polis() / "brexit-consensus.json"
    )
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[:3] == [
        "204 人对 50 条意见作了 5303 次表态，其中 189 人满 7 条。",
        "A 组 106 人：这一组多数赞成意见 8，不赞成意见 2、4、7、37。",
        "B 组 91 人：这一组多数赞成意见 7、14，不赞成意见 5、6、8。",
    ]
    assert "  意见 27：不赞成 95/99（96%，95% 区间 90%–98%）" in lines
    assert (
        "  意见 8：A 组赞成 77/91（85%，95% 区间 76%–91%），B 组赞成 7/72（10%，95% 区间 5%–19%）"
        in lines
    )


def test_arrival_order_file_is_read_too() -> None:
    code, out, _err = run(polis() / "brexit-consensus" / "votes.csv", "--json")
    assert code == 0
    assert json.loads(out)["status"] == "ready"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([f"{HEADER},0,1"], "还没有人表态。"),
        ([HEADER], "还没有人表态。"),
        ([f"{HEADER},0", "5,,0,0,0,0,"], "还没有人表态。"),
        ([f"{HEADER},0,1", "5,,0,2,1,1,1,-1"], "还只有一个人表态。"),
        (
            [f"{HEADER},0,1", "5,,0,2,2,0,1,1", "6,,0,2,2,0,1,1"],
            "到目前为止大家的表态完全一样，分不出不同的看法。",
        ),
        (
            [f"{HEADER},0", *(f"{p},,0,1,0,0,{p % 3 - 1}" for p in range(20))],
            "现在下结论还太早：只有 1 条意见有人表态，至少要 7 条。",
        ),
        (
            [
                f"{HEADER},{','.join(map(str, range(8)))}",
                *(
                    f"{p},,0,8,0,0,{','.join(str((p + o) % 3 - 1) for o in range(8))}"
                    for p in range(10)
                ),
            ],
            "现在下结论还太早：表态满 7 条的有 10 人，还差 5 人。",
        ),
    ],
)
def test_too_little_is_said_honestly(rows: list[str], told: str, tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    votes.write_text("\n".join(rows) + "\n", "utf-8")
    code, out, err = run(votes)
    assert (code, err) == (0, "")
    assert out.splitlines()[1:] == [told]
    code, out, _err = run(votes, "--json")
    assert code == 0
    figures = json.loads(out)
    assert figures["status"] in {"too_early", "not_enough"}
    assert figures["reason"]


BAD_VOTES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "第一行的列名不对（votes.csv: neither participants-votes nor votes）。"),
    "binary": (
        bytes(range(256)) * 8,
        "读不了这个文件（votes.csv: not a CSV file in UTF-8）。",
    ),
    "utf-16": ("participant".encode("utf-16"), "读不了这个文件"),
    "other columns": (b"a,b\n1,2\n", "第一行的列名不对"),
    "a quote never closed": (f'{HEADER},0\n5,,0,1,1,0,"\n'.encode(), "读不了这个文件"),
    "a cell of megabytes": (f"{HEADER},0\n5,,0,1,1,0,{'1' * 2**20}\n".encode(), "读不了这个文件"),
    "NaN": (
        f"{HEADER},0\n5,,0,1,1,0,NaN\n".encode(),
        "有不认识的值（votes.csv, line 2: a vote is 1, 0, -1 or empty, not 'NaN'）。",
    ),
    "infinity": (f"{HEADER},0\n5,,0,1,1,0,inf\n".encode(), "有不认识的值"),
    "a NUL": (f"{HEADER},0\n5,,0,1,1,0,\0\n".encode(), "有不认识的值"),
    "a name for an id": (f"{HEADER},0\n王,,0,1,1,0,1\n".encode(), "编号不是整数"),
    "a huge id": (f"{HEADER},0\n{'9' * 30},,0,1,1,0,1\n".encode(), "编号不是整数"),
    "a short row": (f"{HEADER},0,1\n5,,0,1,1,0,1\n".encode(), "有一行的列数不对"),
}


@pytest.mark.parametrize("json_wanted", [False, True])
@pytest.mark.parametrize("case", BAD_VOTES)
def test_a_bad_file_is_one_sentence(case: str, json_wanted: bool, tmp_path: Path) -> None:
    content, sentence = BAD_VOTES[case]
    votes = tmp_path / "votes.csv"
    votes.write_bytes(content)
    code, out, err = run(votes, *(["--json"] if json_wanted else []))
    assert (code, out) == (1, "")
    assert err.startswith(sentence)
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (["5,,0,1,1,0,1", "5,,0,1,1,0,1"], "同一个人出现了两次（votes.csv, line 3"),
        (["5,x,0,1,1,0,1"], "编号不是整数（votes.csv, line 2"),
    ],
)
def test_a_bad_row_is_named_by_its_line(rows: list[str], sentence: str, tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    votes.write_text("\n".join([f"{HEADER},0", *rows]), "utf-8")
    code, _out, err = run(votes)
    assert code == 1
    assert err.startswith(sentence)


def test_a_missing_file_and_a_folder_are_one_sentence(tmp_path: Path) -> None:
    gone = "读不了这个文件（gone.csv: No such file or directory）。\n"
    assert run(tmp_path / "gone.csv") == (1, "", gone)
    code, _out, err = run(tmp_path)
    assert code == 1
    assert err.endswith("Is a directory）。\n")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "读不了这个文件"),
        ("[" * 100_000, "读不了这个文件"),
        ("[]", "分组文件的内容不对"),
        ('{"participant_ids": [5], "groups": []}', "分组文件的内容不对"),
        ('{"participant_ids": [true], "groups": [1]}', "分组文件的内容不对"),
        ('{"participant_ids": [5], "groups": [0.5]}', "分组文件的内容不对"),
        ('{"participant_ids": [5], "groups": [-3]}', "组号不对"),
        ('{"participant_ids": [5], "groups": [99999999999999999999999]}', "组号不对"),
        ('{"participant_ids": [77], "groups": [1]}', "有不认识的人"),
    ],
)
def test_bad_groups_are_one_sentence(content: str, sentence: str, tmp_path: Path) -> None:
    votes, groups = tmp_path / "votes.csv", tmp_path / "groups.json"
    votes.write_text(f"{HEADER},0\n5,,0,1,1,0,1\n", "utf-8")
    groups.write_text(content, "utf-8")
    code, out, err = run(votes, "--groups-from", groups)
    assert (code, out) == (1, "")
    assert err.startswith(sentence)
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("x,y\n", "第一行的列名不对（comments.csv"),
        ("comment-id,moderated\n0,maybe\n", "有不认识的值（comments.csv, line 2"),
        ("comment-id,moderated\n77,-1\n", "有不认识的意见"),
    ],
)
def test_bad_comments_are_one_sentence(content: str, sentence: str, tmp_path: Path) -> None:
    votes, comments = tmp_path / "votes.csv", tmp_path / "comments.csv"
    votes.write_text(f"{HEADER},0\n5,,0,1,1,0,1\n", "utf-8")
    comments.write_text(content, "utf-8")
    code, out, err = run(votes, "--comments", comments)
    assert (code, out) == (1, "")
    assert err.startswith(sentence)


@pytest.mark.parametrize("seed", ["-1", "x", "1.5", "²"])
def test_a_bad_seed_is_refused(seed: str) -> None:
    with pytest.raises(CommandError, match="种子是 0 或更大的整数"):
        call_command("map_opinions", "votes.csv", f"--seed={seed}")
