"""Every change that someone might make to an archive, one by one: found, and where."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consultations.archiving import verify
from consultations.archiving.bag import SealedArchive
from consultations.archiving.signing import SigningKey
from consultations.archiving.verify import Receipt, Report, verify_archive, verify_archives

RECORDS = verify.RECORDS
Bag = Any
Seal = Callable[..., SealedArchive]
ReadBag = Callable[[Path], Bag]


@pytest.fixture
def bag(seal: Seal, read_bag: ReadBag) -> Bag:
    return read_bag(seal().path)


@pytest.fixture
def check(tmp_path: Path, key: SigningKey) -> Callable[[Bag], Report]:
    def run(bag: Bag) -> Report:
        """Packed and unpacked have to be judged alike."""
        packed = verify_archive(bag.pack(tmp_path / "X.zip"), trusted=[key.public_key])
        folder = bag.unpack(tmp_path / "unpacked")
        unpacked = verify_archive(folder, trusted=[key.public_key])
        assert unpacked.problems == packed.problems
        return packed

    return run


Check = Callable[[Bag], Report]


def places(report: Report) -> set[tuple[str, str, int]]:
    return {(problem.code, problem.file, problem.line) for problem in report.problems}


def codes_at_line(report: Report, line: int) -> set[str]:
    """The codes at one line; no other line but the last may be named."""
    lines = {problem.line for problem in report.problems if problem.line} - {line}
    assert lines <= {report.events}
    return {problem.code for problem in report.problems if problem.line == line}


def test_untouched_repacked_archive_verifies(bag: Bag, check: Check) -> None:
    report = check(bag)
    assert report.ok, report.as_text()


@pytest.mark.parametrize("fitted", [False, True], ids=["bare", "manifests-fitted"])
@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("body", {"number": 5, "text": "建议5:减设公交站台", "kind": "opinion"}, "body-digest"),
        ("salt", "f" * 32, "body-digest"),
        ("type", "opinion.hidden", "line-digest"),
        ("at", "2024-05-20T08:00:00.000006Z", "line-digest"),
        ("by", 6, "line-digest"),
        ("by", None, "line-digest"),
        ("audience", "moderators", "line-digest"),
        ("body_digest", "0" * 64, "body-digest"),
        ("digest", "0" * 64, "line-digest"),
        ("seq", 50, "line-gap"),
        ("seq", 3, "line-order"),
        ("seq", "5", "line-form"),
        ("at", "yesterday", "line-form"),
        ("body", None, "line-form"),
    ],
    ids=str,
)
def test_one_field_changed(
    bag: Bag, check: Check, field: str, value: Any, code: str, fitted: bool
) -> None:
    records = bag.records()
    records[4][field] = value
    bag.set_records(records)
    if fitted:
        bag.remake_manifests()
    report = check(bag)
    assert any((p.code, p.file, p.line) == (code, RECORDS, 5) for p in report.problems)
    signed = ("head-file", verify.MANIFEST, 0) if fitted else ("file-digest", RECORDS, 0)
    assert signed in places(report)


def test_every_single_character_of_a_line_changed(bag: Bag, tmp_path: Path) -> None:
    original = bag.files[RECORDS]
    start = sum(len(line) + 1 for line in original.split(b"\n")[:4])
    end = original.index(b"\n", start)
    text = original[start:end].decode()
    for place, char in enumerate(text):
        other = "1" if char == "0" else "0"
        changed = (text[:place] + other + text[place + 1 :]).encode()
        bag.files[RECORDS] = original[:start] + changed + original[end:]
        bag.remake_manifests()
        report = verify_archive(bag.unpack(tmp_path))
        named = {p.line for p in report.problems if p.line}
        assert 5 in named, (place, report.as_text())
        # A damaged digest or number also leaves the link of the line after it open.
        assert named <= {5, 6, report.events}, (place, report.as_text())


def test_white_space_added(bag: Bag, check: Check) -> None:
    bag.files[RECORDS] = bag.files[RECORDS].replace(b'"seq":5,', b'"seq": 5,')
    bag.remake_manifests()
    assert codes_at_line(check(bag), 5) == {"line-form"}


def test_field_hidden_behind_another_of_its_name(bag: Bag, check: Check) -> None:
    bag.files[RECORDS] = bag.files[RECORDS].replace(b'"seq":5,', b'"seq":99,"seq":5,')
    bag.remake_manifests()
    assert codes_at_line(check(bag), 5) == {"line-form"}


def test_field_added(bag: Bag, check: Check) -> None:
    records = bag.records()
    records[4]["note"] = "x"
    bag.set_records(records)
    bag.remake_manifests()
    assert codes_at_line(check(bag), 5) == {"line-form"}


def test_two_lines_exchanged(bag: Bag, check: Check) -> None:
    records = bag.records()
    records[4], records[5] = records[5], records[4]
    bag.set_records(records)
    bag.remake_manifests()
    report = check(bag)
    assert ("line-gap", RECORDS, 5) in places(report)
    assert ("line-order", RECORDS, 6) in places(report)
    assert {p.line for p in report.problems if p.line} == {5, 6}


def test_line_removed_in_the_middle(bag: Bag, check: Check) -> None:
    records = bag.records()
    del records[4]
    bag.set_records(records)
    bag.remake_manifests()
    report = check(bag)
    assert codes_at_line(report, 5) == {"line-gap"}
    assert "缺少序号 5" in report.as_text()
    assert ("count", RECORDS, 11) in places(report)


def test_line_repeated(bag: Bag, check: Check) -> None:
    records = bag.records()
    records.insert(5, records[4])
    bag.set_records(records)
    bag.remake_manifests()
    assert codes_at_line(check(bag), 6) == {"line-order"}


@pytest.mark.parametrize("keep", [11, 6, 0])
def test_truncated_at_the_end(bag: Bag, check: Check, keep: int) -> None:
    bag.set_records(bag.records()[:keep])
    bag.remake_manifests()
    report = check(bag)
    assert ("count", RECORDS, keep) in places(report)
    assert ("chain-head", RECORDS, keep) in places(report)
    assert ("merkle-root", RECORDS, 0) in places(report)
    assert f"封存时 12 条，现有 {keep} 条" in report.as_text()


def test_truncated_in_the_middle_of_a_line(bag: Bag, check: Check) -> None:
    bag.files[RECORDS] = bag.files[RECORDS][:-40]
    bag.remake_manifests()
    report = check(bag)
    assert codes_at_line(report, 12) == {"line-form"}
    assert ("merkle-root", RECORDS, 0) in places(report)


def test_last_line_end_cut_off(bag: Bag, check: Check) -> None:
    bag.files[RECORDS] = bag.files[RECORDS][:-1]
    bag.remake_manifests()
    assert "line-form" in codes_at_line(check(bag), 12)


def test_line_appended(bag: Bag, check: Check) -> None:
    records = bag.records()
    records.append(records[-1] | {"seq": 13})
    bag.set_records(records, rechain=True)
    bag.remake_manifests()
    report = check(bag)
    assert {"count", "chain-head"} <= codes_at_line(report, 13)
    assert "封存时 12 条，现有 13 条" in report.as_text()


def test_whole_chain_recomputed(bag: Bag, check: Check) -> None:
    records = bag.records()
    records[4]["body"]["text"] = "另一句话"
    bag.set_records(records, rechain=True)
    bag.remake_manifests()
    assert places(check(bag)) == {
        ("head-file", verify.MANIFEST, 0),
        ("chain-head", RECORDS, 12),
        ("merkle-root", RECORDS, 0),
    }


def test_whole_chain_and_head_recomputed(bag: Bag, check: Check) -> None:
    records = bag.records()
    records[4]["body"]["text"] = "另一句话"
    bag.set_records(records, rechain=True)
    bag.remake_head()
    assert places(check(bag)) == {("signature", "head.json", 0)}


def test_signed_again_with_another_key(
    bag: Bag, check: Check, other_key: SigningKey, tmp_path: Path
) -> None:
    records = bag.records()
    records[4]["body"]["text"] = "另一句话"
    bag.set_records(records, rechain=True)
    bag.resign(other_key)
    report = check(bag)
    assert places(report) == {("key-untrusted", "head.json", 0)}
    assert other_key.key_id in report.as_text()
    alone = verify_archive(tmp_path / "X.zip")
    assert alone.ok
    assert [(w.code, w.file) for w in alone.warnings] == [("key-unconfirmed", "head.json")]
    assert other_key.key_id in alone.as_text()


def test_key_put_in_the_head_without_its_id(
    bag: Bag, check: Check, key: SigningKey, other_key: SigningKey
) -> None:
    bag.remake_head(public_key=other_key.public_key, key_id=key.key_id)
    bag.files["head.sig"] = other_key.sign(bag.files["head.json"])
    bag.remake_manifests()
    assert ("key-id", "head.json", 0) in places(check(bag))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "另一个题目"),
        ("room", "8"),
        ("hall", "elsewhere"),
        ("count", 11),
        ("sealed_at", "2024-05-21T09:30:00.000000Z"),
        ("previous_archive", "0" * 64),
        ("chain_head", "0" * 64),
        ("merkle_root", "0" * 64),
        ("edition", 2),
        ("superseded", ["0" * 64]),
        ("files", {}),
        ("format", 2),
        ("extra", 1),
        ("key_id", "0" * 64),
    ],
    ids=str,
)
def test_head_edited(bag: Bag, check: Check, field: str, value: Any) -> None:
    bag.files["head.json"] = verify.canonical(bag.head() | {field: value}).encode()
    bag.remake_manifests()
    found = places(check(bag))
    assert found & {("signature", "head.json", 0), ("head-form", "head.json", 0)}


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"null", b"\xff", b"{" * 100_000, b'{"count":1e999}', b'{"a":NaN}'],
    ids=lambda content: repr(content[:12]),
)
def test_head_replaced_by_nonsense(bag: Bag, check: Check, content: bytes) -> None:
    bag.files["head.json"] = content
    bag.remake_manifests()
    report = check(bag)
    assert ("head-form", "head.json", 0) in places(report)
    assert report.events == 12


def test_head_with_a_lone_surrogate(bag: Bag, check: Check) -> None:
    head = bag.head() | {"title": "\ud800"}
    bag.files["head.json"] = json.dumps(head, sort_keys=True, separators=(",", ":")).encode()
    report = check(bag)
    assert ("head-form", "head.json", 0) in places(report)
    report.as_text().encode()


@pytest.mark.parametrize("signature", [b"", b"\0" * 64, b"\xff" * 64, b"\0" * 65])
def test_signature_replaced(bag: Bag, check: Check, signature: bytes) -> None:
    bag.files["head.sig"] = signature
    bag.remake_manifests()
    assert places(check(bag)) == {("signature", "head.json", 0)}


def test_two_files_exchanged(bag: Bag, check: Check) -> None:
    first, second = "data/minutes.docx", "data/附件/图 1.txt"
    bag.files[first], bag.files[second] = bag.files[second], bag.files[first]
    report = check(bag)
    assert places(report) == {("file-digest", first, 0), ("file-digest", second, 0)}
    assert f"内容实为 {second}" in report.as_text()


@pytest.mark.parametrize("fitted", [False, True])
def test_every_file_changed_in_one_byte(bag: Bag, check: Check, fitted: bool) -> None:
    for name, content in list(bag.files.items()):
        middle = len(content) // 2
        bag.files[name] = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        if fitted:
            bag.remake_manifests()
        report = check(bag)
        bag.files[name] = content
        if fitted:
            bag.remake_manifests()
        if fitted and name in (verify.MANIFEST, verify.TAG_MANIFEST):
            assert report.ok  # made anew, they are what they were
            continue
        signed_by = verify.MANIFEST if name.startswith("data/") else "head.json"
        assert not report.ok
        text = report.as_text()
        assert name in text or (fitted and signed_by in text), text


@pytest.mark.parametrize("name", sorted(verify.REQUIRED | {"data/minutes.docx"}))
@pytest.mark.parametrize("fitted", [False, True])
def test_file_missing(bag: Bag, check: Check, name: str, fitted: bool) -> None:
    del bag.files[name]
    if fitted and name not in (verify.MANIFEST, verify.TAG_MANIFEST):
        bag.remake_manifests()
    report = check(bag)
    if fitted and name == "data/minutes.docx":
        assert ("head-file", verify.MANIFEST, 0) in places(report)
    else:
        assert ("file-missing", name, 0) in places(report)


@pytest.mark.parametrize("name", ["data/more.txt", "more.txt", "earlier/head-1.json"])
def test_file_added(bag: Bag, check: Check, name: str) -> None:
    bag.files[name] = b"more"
    assert places(check(bag)) == {("file-added", name, 0)}


def test_tag_file_added_with_fitted_manifests(bag: Bag, check: Check) -> None:
    bag.files["notes.txt"] = b"more"
    bag.remake_manifests()
    assert places(check(bag)) == {("file-added", "notes.txt", 0)}


def test_erasure_without_a_new_edition(bag: Bag, check: Check) -> None:
    records = bag.records()
    records[4] |= {"body": None, "salt": None, "erased": {"basis": "x", "at": "y"}}
    bag.set_records(records)
    bag.remake_manifests()
    assert places(check(bag)) == {("head-file", verify.MANIFEST, 0)}


@pytest.mark.parametrize("erased", [{}, {"basis": ""}, {"basis": "", "at": "x"}, "law", None])
def test_erasure_without_a_basis(bag: Bag, check: Check, erased: object) -> None:
    records = bag.records()
    records[4] |= {"body": None, "salt": None, "erased": erased}
    bag.set_records(records)
    assert "line-form" in codes_at_line(check(bag), 5)


def test_manifest_line_damaged(bag: Bag, check: Check) -> None:
    lines = bag.files[verify.MANIFEST].split(b"\n")
    bag.files[verify.MANIFEST] = b"\n".join([lines[0], b"zz" + lines[1][2:], *lines[1:]])
    assert ("manifest-line", verify.MANIFEST, 2) in places(check(bag))


# --- the chain of archives


@pytest.fixture
def row(seal: Seal) -> list[Path]:
    first = seal("A", room="1")
    second = seal("B", room="2", previous=first.head.digest)
    third = seal("C", room="3", previous=second.head.digest)
    return [first.path, second.path, third.path]


def link_codes(paths: list[Path]) -> list[list[str]]:
    reports = verify_archives(paths)
    return [[problem.code for problem in report.problems] for report in reports]


def test_archives_in_order(row: list[Path]) -> None:
    assert link_codes(row) == [[], [], []]


def test_archive_replaced(row: list[Path], seal: Seal) -> None:
    """Signed with the right key and linked to the one before it: the next one gives it away."""
    before = verify_archive(row[0]).head_digest
    row[1] = seal("B2", room="2", count=11, previous=before).path
    assert link_codes(row) == [[], [], ["archive-link"]]
    assert "B2.zip" in verify_archives(row)[2].as_text()


def test_archive_replaced_at_the_front(row: list[Path], seal: Seal) -> None:
    row[0] = seal("A2", room="1", count=11).path
    assert link_codes(row) == [[], ["archive-link"], []]


def test_archive_left_out(row: list[Path]) -> None:
    assert link_codes([row[0], row[2]]) == [[], ["archive-link"]]


def test_archives_out_of_order(row: list[Path]) -> None:
    assert link_codes([row[1], row[0], row[2]]) == [[], ["archive-link"], ["archive-link"]]


def test_archive_that_hides_its_predecessor(row: list[Path], seal: Seal) -> None:
    row[1] = seal("B2", room="2").path
    assert link_codes(row) == [[], ["archive-link"], ["archive-link"]]


def test_archive_alone_says_that_its_link_is_unchecked(row: list[Path]) -> None:
    report = verify_archives(row[1:2])[0]
    assert report.ok
    assert "link-unchecked" in [warning.code for warning in report.warnings]


def test_receipts(bag: Bag, tmp_path: Path) -> None:
    path = bag.pack(tmp_path / "X.zip")
    digest = bag.records()[4]["digest"]
    assert verify_archive(path, receipts=[Receipt(5, digest), Receipt(5, digest, "7")]).ok
    for seq, given, room in (
        (5, "0" * 64, ""),
        (6, digest, ""),
        (13, digest, ""),
        (5, digest, "8"),
    ):
        report = verify_archive(path, receipts=[Receipt(seq, given, room)])
        assert [problem.code for problem in report.problems] == ["receipt"]
