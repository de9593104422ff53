import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from consultations.archiving import verify
from consultations.archiving.bag import BagRefused, SealedArchive, read_heads
from consultations.archiving.chain import ChainBroken, ChainedEvent
from consultations.archiving.signing import SigningKey
from consultations.archiving.verify import verify_archive, verify_archives

Seal = Callable[..., SealedArchive]
Chained = Callable[..., list[ChainedEvent]]


def test_write_bag_gives_an_archive_that_verifies(seal: Seal, key: SigningKey) -> None:
    sealed = seal()
    report = verify_archive(sealed.path, trusted=[key.key_id])
    assert report.ok, report.as_text()
    assert report.key_trusted is True
    assert not report.warnings
    assert report.events == report.head["count"] == 12
    assert report.head_digest == sealed.head.digest
    assert sealed.digest == sha256(sealed.path.read_bytes()).hexdigest()
    assert sealed.size == sealed.path.stat().st_size


def test_write_bag_of_an_empty_room_verifies(seal: Seal) -> None:
    assert verify_archive(seal(count=0, files={}).path).ok


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 8, 9, 31])
def test_write_bag_of_every_shape_of_tree_verifies(seal: Seal, count: int) -> None:
    assert verify_archive(seal(count=count).path).ok


def test_write_bag_follows_rfc_8493(seal: Seal) -> None:
    """The rules that any BagIt reader applies, checked without our own verifier."""
    with zipfile.ZipFile(seal().path) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {"A"}
        files = {name[2:]: archive.read(name) for name in archive.namelist()}
    assert files["bagit.txt"] == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    for manifest, payload in (("manifest-sha256.txt", True), ("tagmanifest-sha256.txt", False)):
        lines = files[manifest].decode().splitlines()
        listed = {line[66:]: line[:64] for line in lines}
        covered = {name for name in files if name.startswith("data/") is payload}
        assert set(listed) == covered - {"tagmanifest-sha256.txt"}
        assert all(sha256(files[name]).hexdigest() == digest for name, digest in listed.items())
    info = dict(line.split(": ", 1) for line in files["bag-info.txt"].decode().splitlines())
    payload_sizes = [len(content) for name, content in files.items() if name.startswith("data/")]
    assert info["Payload-Oxum"] == f"{sum(payload_sizes)}.{len(payload_sizes)}"
    assert info["Bagging-Date"] == "2024-05-20"
    assert info["External-Description"] == "菜市场改造"


def test_write_bag_gives_the_same_bytes_again(seal: Seal) -> None:
    first = seal().path
    content = first.read_bytes()
    first.unlink()
    assert seal().path.read_bytes() == content


def test_write_bag_takes_files_from_disk(seal: Seal, tmp_path: Path) -> None:
    (tmp_path / "m.pdf").write_bytes(b"%PDF" * 700_000)
    sealed = seal(files={"minutes.pdf": tmp_path / "m.pdf"})
    with zipfile.ZipFile(sealed.path) as archive:
        assert archive.read("A/data/minutes.pdf") == b"%PDF" * 700_000
    assert verify_archive(sealed.path).ok


def test_write_bag_carries_the_verifier_itself(seal: Seal) -> None:
    with zipfile.ZipFile(seal().path) as archive:
        assert archive.read("A/verify.py") == Path(verify.__file__).read_bytes()


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "/x",
        "a/../b",
        "a//b",
        "a\\b",
        "c:x",
        "",
        ".",
        "a\nb",
        "e\u0301",
        "100%",
        "records.jsonl",
    ],
)
def test_write_bag_refuses_unsafe_names(seal: Seal, tmp_path: Path, name: str) -> None:
    with pytest.raises(BagRefused):
        seal(files={name: b""})
    assert list(tmp_path.iterdir()) == []


def test_write_bag_refuses_names_that_meet_on_some_disks(seal: Seal) -> None:
    with pytest.raises(BagRefused):
        seal(files={"A.txt": b"", "a.txt": b""})


@pytest.mark.parametrize(
    "fields", [{"previous": "x"}, {"sealed_at": "2024-05-20"}, {"previous": "AB" * 32}], ids=str
)
def test_write_bag_refuses_a_head_out_of_shape(
    seal: Seal, tmp_path: Path, fields: dict[str, Any]
) -> None:
    with pytest.raises(BagRefused):
        seal(**fields)
    assert list(tmp_path.iterdir()) == []


def test_write_bag_never_overwrites(seal: Seal) -> None:
    content = seal().path.read_bytes()
    with pytest.raises(FileExistsError):
        seal(count=3)
    path = seal("B").path.with_name("A.zip")
    assert path.read_bytes() == content


def test_write_bag_refuses_a_broken_log_and_leaves_nothing(
    seal: Seal, make_chained: Chained, tmp_path: Path
) -> None:
    events = make_chained(6)
    events[3] = replace(events[3], body={"text": "改过"})
    with pytest.raises(ChainBroken, match="event 4: body-digest"):
        seal(events=events)
    assert list(tmp_path.iterdir()) == []


def test_archives_form_a_chain_across_a_key_rotation(
    seal: Seal, key: SigningKey, other_key: SigningKey
) -> None:
    first = seal("A")
    second = seal("B", room="8", previous=first.head.digest)
    third = seal("C", room="9", previous=second.head.digest, signer=other_key)
    paths = [first.path, second.path, third.path]
    reports = verify_archives(paths, trusted=[key.public_key, other_key.key_id])
    assert [report.ok for report in reports] == [True, True, True]
    reports = verify_archives(paths, trusted=[key.public_key])
    assert [[problem.code for problem in report.problems] for report in reports] == [
        [],
        [],
        ["key-untrusted"],
    ]


def second_edition(
    seal: Seal, make_chained: Chained, erase_event: Callable[..., ChainedEvent], **changes: Any
) -> tuple[SealedArchive, SealedArchive]:
    events = make_chained(12)
    first = seal("A", events=events, previous="ab" * 32)
    events[4] = erase_event(events[4])
    fields = {"events": events, "previous": "ab" * 32, "earlier": read_heads(first.path)}
    return first, seal("A2", **(fields | changes))


def test_erasure_after_the_seal_makes_a_second_edition(
    seal: Seal,
    key: SigningKey,
    make_chained: Chained,
    erase_event: Callable[..., ChainedEvent],
) -> None:
    first, second = second_edition(seal, make_chained, erase_event)
    report = verify_archive(second.path, trusted=[key.key_id])
    assert report.ok, report.as_text()
    assert report.erased == [(5, "个人信息保护法第四十七条")]
    assert "依法删除 第 5 条：个人信息保护法第四十七条" in report.as_text()
    assert "建议5:".encode() not in zipfile.ZipFile(second.path).read("A2/data/records.jsonl")
    heads = read_heads(second.path)
    assert [head.digest for head in heads] == [first.head.digest, second.head.digest]
    assert report.head["edition"] == 2


def test_next_archive_links_to_either_edition(
    seal: Seal, make_chained: Chained, erase_event: Callable[..., ChainedEvent]
) -> None:
    first, second = second_edition(seal, make_chained, erase_event)
    for number, link in enumerate((first, second)):
        after = seal(f"B{number}", room="8", previous=link.head.digest)
        assert all(report.ok for report in verify_archives([second.path, after.path]))
    late = seal("C", room="8", previous=second.head.digest)
    assert [report.ok for report in verify_archives([first.path, late.path])] == [True, False]


def test_second_edition_cannot_change_the_log(
    seal: Seal, make_chained: Chained, erase_event: Callable[..., ChainedEvent]
) -> None:
    with pytest.raises(BagRefused, match="count, chain_head, merkle_root"):
        second_edition(seal, make_chained, erase_event, events=make_chained(11))


def test_second_edition_that_changes_the_log_is_found(
    seal: Seal,
    key: SigningKey,
    read_bag: Callable[[Path], Any],
    make_chained: Chained,
    erase_event: Callable[..., ChainedEvent],
    tmp_path: Path,
) -> None:
    """Even the hall with its key cannot pass another log off as an edition."""
    _, second = second_edition(seal, make_chained, erase_event)
    bag = read_bag(second.path)
    bag.set_records(bag.records()[:-1])
    bag.resign(key)
    report = verify_archive(bag.pack(tmp_path / "X.zip"), trusted=[key.key_id])
    assert [(problem.code, problem.file) for problem in report.problems] == [
        ("edition", "earlier/head-1.json")
    ]
    for name in ("earlier/head-1.json", "earlier/head-1.sig"):
        bag = read_bag(second.path)
        del bag.files[name]
        bag.remake_manifests()
        report = verify_archive(bag.pack(tmp_path / "Y.zip"), trusted=[key.key_id])
        assert [(p.code, p.file) for p in report.problems] == [("file-missing", name)]


def test_third_edition_names_both_before_it(
    seal: Seal, make_chained: Chained, erase_event: Callable[..., ChainedEvent]
) -> None:
    _, second = second_edition(seal, make_chained, erase_event)
    events = make_chained(12)
    events[4], events[7] = erase_event(events[4]), erase_event(events[7])
    third = seal("A3", events=events, previous="ab" * 32, earlier=read_heads(second.path))
    report = verify_archive(third.path)
    assert report.ok, report.as_text()
    assert [seq for seq, _ in report.erased] == [5, 8]
    assert len(json.loads(third.head.content)["superseded"]) == 2
