"""Polis files: read as they are published, refused by file and line where they are wrong."""

from pathlib import Path

import pytest

from consultations.analysis.matrix import AnalysisRefused, build_matrix
from consultations.analysis.polis_csv import read_conversation, read_groups, read_moderated

HEADER = "participant,group-id,n-comments,n-votes,n-agree,n-disagree"
PEOPLE = f"{HEADER},0,1\n5,1,0,2,1,1,1,-1\n3,,0,1,0,0,,0\n"
VOTES = "timestamp,datetime,comment-id,voter-id,vote\n"


def write(folder: Path, text: str, name: str = "votes.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_participants_file_is_read(tmp_path: Path) -> None:
    comments = 'comment-id,moderated,comment-body\n0,1,"a, b\nc"\n1,-1,x\n'
    read = read_conversation(
        write(tmp_path, PEOPLE), write(tmp_path, comments, name="comments.csv")
    )
    matrix = build_matrix(read.stances)
    assert matrix.people[matrix.listed_people].tolist() == [5, 3]
    assert matrix.values.tolist() == [0, 1, -1]
    assert matrix.moderated.tolist() == [False, True]
    assert read.groups == {5: 1, 3: None}


def test_votes_hold_in_the_order_of_their_time(tmp_path: Path) -> None:
    text = f"{VOTES}20,x,1,7,1\n10,x,1,7,-1\n30,x,2,7,-1\n30,x,2,7,0\n"
    read = read_conversation(write(tmp_path, text))
    matrix = build_matrix(read.stances)
    assert matrix.opinions.tolist() == [1, 2]
    assert matrix.values.tolist() == [1, 0]
    assert read.groups == {7: None}


def test_votes_file_and_participants_file_say_the_same(conversation: Path) -> None:
    one = build_matrix(read_conversation(conversation / "participants-votes.csv").stances)
    two = build_matrix(read_conversation(conversation / "votes.csv").stances)
    for left, right in (
        (one.people[one.rows], two.people[two.rows]),
        (one.opinions[one.cols], two.opinions[two.cols]),
        (one.values, two.values),
    ):
        assert left.tolist() == right.tolist()


def test_groups_of_either_file_are_the_same(conversation: Path) -> None:
    table = read_groups(conversation / "participants-votes.csv")
    assert table == read_groups(conversation.with_suffix(".json"))


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    read = read_conversation(write(tmp_path, "\ufeff" + PEOPLE))
    assert len(read.groups) == 2


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("", "bad_header", "votes.csv"),
        ("a,b\n", "bad_header", "votes.csv"),
        (f"{HEADER},0,x\n", "bad_id", "line 1"),
        (f"{HEADER},0,0\n", "duplicate_opinion", "line 1"),
        (f"{HEADER},0\n1,,0,0,0,0\n", "bad_row", "line 2"),
        (f"{HEADER},0\n1,,0,0,0,0,1\n1,,0,0,0,0,1\n", "duplicate_person", "line 3"),
        (f"{HEADER},0\nx,,0,0,0,0,1\n", "bad_id", "line 2"),
        (f"{HEADER},0\n1_0,,0,0,0,0,1\n", "bad_id", "line 2"),
        (f"{HEADER},0\n{10**30},,0,0,0,0,1\n", "bad_id", "line 2"),
        (f"{HEADER},0\n1,a,0,0,0,0,1\n", "bad_id", "line 2"),
        (f"{HEADER},0\n\n1,,0,0,0,0,nan\n", "bad_value", "line 3"),
        (f"{HEADER},0\n1,,0,0,0,0,2\n", "bad_value", "line 2"),
        (f'{HEADER},0\n1,,0,0,0,0,"1\n', "unreadable", "votes.csv"),
        (f"{VOTES}1,x,1,7\n", "bad_row", "line 2"),
        (f"{VOTES}1,x,1,7,1\n?,x,1,7,1\n", "bad_id", "line 3"),
        (f"{VOTES}1,x,1,7,\n", "bad_value", "line 2"),
    ],
)
def test_faults_name_their_place(tmp_path: Path, text: str, code: str, where: str) -> None:
    with pytest.raises(AnalysisRefused) as refused:
        read_conversation(write(tmp_path, text))
    assert refused.value.code == code
    assert where in refused.value.detail
    assert str(tmp_path) not in str(refused.value)


def test_unreadable_files_are_refused(tmp_path: Path) -> None:
    latin = tmp_path / "votes.csv"
    latin.write_bytes(PEOPLE.encode() + b"\xff\xfe")
    for path in (tmp_path / "none.csv", tmp_path, latin):
        with pytest.raises(AnalysisRefused) as refused:
            read_conversation(path)
        assert refused.value.code == "unreadable"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("comment-id\n1\n", "bad_header"),
        ("comment-id,moderated\n1,2\n", "bad_value"),
        ("comment-id,moderated\nx,1\n", "bad_id"),
        ("comment-id,moderated\n1\n", "bad_row"),
    ],
)
def test_bad_comments_are_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(AnalysisRefused) as refused:
        read_moderated(write(tmp_path, text))
    assert refused.value.code == code


def test_a_statement_moderated_out_has_a_column(tmp_path: Path) -> None:
    comments = write(tmp_path, "comment-id,moderated\n9,-1\n", name="comments.csv")
    read = read_conversation(write(tmp_path, PEOPLE), comments)
    with pytest.raises(AnalysisRefused) as refused:
        build_matrix(read.stances)
    assert refused.value.code == "unknown_opinion"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "unreadable"),
        ("[]", "bad_groups"),
        ("{}", "bad_groups"),
        ('{"participant_ids": [1, 2], "groups": [0]}', "bad_groups"),
        ('{"participant_ids": [1], "groups": ["a"]}', "bad_groups"),
        ('{"participant_ids": [true], "groups": [0]}', "bad_groups"),
    ],
)
def test_bad_groups_are_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(AnalysisRefused) as refused:
        read_groups(write(tmp_path, text, name="groups.json"))
    assert refused.value.code == code


def test_groups_come_from_our_own_output_too(tmp_path: Path) -> None:
    path = write(tmp_path, '{"participant_ids": [4, 5], "groups": [1, null]}', name="map.json")
    assert read_groups(path) == {4: 1, 5: None}
