"""Archives made to hurt: whatever the file holds, a report comes back, soon and small."""

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.archiving import verify
from consultations.archiving.bag import SealedArchive
from consultations.archiving.verify import verify_archive

Seal = Callable[..., SealedArchive]
Bag = Any


@pytest.fixture
def sealed(seal: Seal) -> Path:
    return seal().path


def codes(path: Path, **options: Any) -> set[str]:
    return {problem.code for problem in verify_archive(path, **options).problems}


def append(path: Path, *entries: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    with zipfile.ZipFile(path, "a") as archive:
        for entry, content in entries:
            archive.writestr(entry, content)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "A/../../evil.txt",
        "A/data/../../../evil.txt",
        "/etc/evil.txt",
        "A\\..\\evil.txt",
        "C:evil.txt",
        "A/data//evil.txt",
        "A/./evil.txt",
        "A/\nevil.txt",
    ],
)
def test_name_that_leaves_the_folder(sealed: Path, name: str) -> None:
    report = verify_archive(append(sealed, (name, b"evil")))
    assert {problem.code for problem in report.problems} == {"entry-name"}
    assert "evil" in report.as_text()


def test_name_cut_at_a_nul(sealed: Path) -> None:
    append(sealed, ("A/data/xNevil", b"evil"))
    sealed.write_bytes(sealed.read_bytes().replace(b"A/data/xNevil", b"A/data/x\0evil"))
    assert codes(sealed) == {"entry-name"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["A/head.json", "A/HEAD.json", "A/data/records.jsonl"])
def test_entry_twice(sealed: Path, name: str) -> None:
    report = verify_archive(append(sealed, (name, b"{}")))
    assert ("entry-duplicate", name) in [(p.code, p.file) for p in report.problems]


def test_two_bags_in_one_file(sealed: Path) -> None:
    assert "bag-form" in codes(append(sealed, ("B/bagit.txt", verify.BAGIT)))


@pytest.mark.parametrize("name", ["stray.txt", "B/stray.txt"])
def test_file_beside_the_bag(sealed: Path, name: str) -> None:
    report = verify_archive(append(sealed, (name, b"")))
    assert [(p.code, p.file) for p in report.problems] == [("file-added", name)]


def test_folder_entries_are_harmless(sealed: Path) -> None:
    assert verify_archive(append(sealed, ("A/data/附件/", b""))).ok


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR])
def test_entry_that_is_no_file(sealed: Path, kind: int) -> None:
    entry = zipfile.ZipInfo("A/data/link")
    entry.external_attr = (kind | 0o644) << 16
    assert codes(append(sealed, (entry, b"/etc/passwd"))) == {"entry-type"}


def test_folder_entry_with_content(sealed: Path) -> None:
    append(sealed, ("A/data/hiddenN", b"content"))
    sealed.write_bytes(sealed.read_bytes().replace(b"A/data/hiddenN", b"A/data/hidden/"))
    assert codes(sealed) == {"entry-type"}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compression(sealed: Path, method: int) -> None:
    entry = zipfile.ZipInfo("A/data/x")
    entry.compress_type = method
    assert codes(append(sealed, (entry, b"x"))) == {"entry-type"}


def test_more_than_the_bound_when_unpacked(sealed: Path) -> None:
    entry = zipfile.ZipInfo("A/data/zeros")
    entry.compress_type = zipfile.ZIP_DEFLATED
    append(sealed, (entry, bytes(50 << 20)))
    assert sealed.stat().st_size < 1 << 20
    assert codes(sealed, max_bytes=20 << 20) == {"size"}


def test_size_stated_smaller_than_it_is(sealed: Path) -> None:
    """A bomb that lies in its directory: no more is unpacked than it states."""
    entry = zipfile.ZipInfo("A/data/zeros")
    entry.compress_type = zipfile.ZIP_DEFLATED
    append(sealed, (entry, bytes(50 << 20)))
    content = sealed.read_bytes()
    sealed.write_bytes(content.replace(struct.pack("<L", 50 << 20), struct.pack("<L", 9)))
    found = verify_archive(sealed, max_bytes=20 << 20)
    assert ("file-added", "A/data/zeros"[2:]) in [(p.code, p.file) for p in found.problems]


def test_entries_that_share_their_bytes(tmp_path: Path) -> None:
    """The overlapping bomb: one block of data, claimed by a hundred entries."""
    block = zlib.compress(bytes(1 << 20), 9)[2:-4]
    crc = zlib.crc32(bytes(1 << 20))
    body = struct.pack("<4sHHHHHLLLHH", b"PK\3\4", 20, 0, 8, 0, 33, crc, len(block), 1 << 20, 1, 0)
    body += b"a" + block
    directory = b"".join(
        struct.pack(
            "<4sHHHHHHLLLHHHHHLL",
            b"PK\1\2",
            *(20, 20, 0, 8, 0, 33, crc, len(block), 1 << 20, 3, 0, 0, 0, 0, 0, 0),
        )
        + f"{number:03}".encode()
        for number in range(100)
    )
    end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 100, 100, len(directory), len(body), 0)
    path = tmp_path / "bomb.zip"
    path.write_bytes(body + directory + end)
    assert codes(path) == {"size"}


def test_directory_larger_than_the_bound(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(verify.MAX_FILES + 1):
            archive.writestr(f"A/data/{number}", b"")
    assert codes(path) == {"size"}
    content = bytearray(path.read_bytes())
    content[-10:-6] = struct.pack("<L", verify.MAX_DIRECTORY + 1)
    path.write_bytes(content)
    assert codes(path) == {"size"}


def test_tag_file_larger_than_the_bound(seal: Seal, read_bag: Callable[[Path], Bag]) -> None:
    path = seal().path
    bag = read_bag(path)
    bag.files["head.json"] = b" " * (verify.MAX_TAG + 1)
    assert "size" in codes(bag.pack(path))


def test_line_longer_than_the_bound(seal: Seal, read_bag: Callable[[Path], Bag]) -> None:
    path = seal().path
    bag = read_bag(path)
    bag.files[verify.RECORDS] = b"[" * (verify.MAX_LINE * 2 + 5)
    report = verify_archive(bag.pack(path))
    lines = [problem.line for problem in report.problems if problem.code == "line-form"]
    assert lines == [1, 2, 3]


def test_problems_are_listed_up_to_a_bound(seal: Seal, read_bag: Callable[[Path], Bag]) -> None:
    path = seal(count=300).path
    bag = read_bag(path)
    bag.files[verify.RECORDS] = b"x\n" * 300
    report = verify_archive(bag.pack(path))
    assert len(report.problems) == verify.MAX_FINDINGS
    assert report.omitted > 150
    assert f"另有 {report.omitted} 处错误未列出" in report.as_text()


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\5\6" + bytes(18), b"x" * 5000])
def test_no_zip_at_all(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert not verify_archive(path).ok


def test_no_file_at_all(tmp_path: Path) -> None:
    assert codes(tmp_path / "none.zip") == {"unreadable"}


def test_bytes_after_the_end(sealed: Path) -> None:
    with sealed.open("ab") as stream:
        stream.write(b"more")
    assert codes(sealed) == {"zip-form"}


def test_every_truncation_of_the_file(sealed: Path) -> None:
    content = sealed.read_bytes()
    for length in range(0, len(content), 97):
        sealed.write_bytes(content[:length])
        assert not verify_archive(sealed).ok


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_bit_flips_are_found_or_change_no_content(sealed: Path) -> None:
    """Time stamps and the like are nobody's content; everything else has to be found."""
    original, good = contents(sealed), sealed.read_bytes()
    harmless = 0
    for place in range(0, len(good), 11):
        changed = bytearray(good)
        changed[place] ^= 1 << place % 8
        sealed.write_bytes(changed)
        if verify_archive(sealed).ok:
            harmless += 1
            assert contents(sealed) == original, place
    assert harmless < 60


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "x.zip"


@given(st.dictionaries(st.sampled_from(sorted(verify.REQUIRED)), st.binary(max_size=300)))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_content_gives_a_report(scratch: Path, files: dict[str, bytes]) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"A/{name}", content)
    scratch.write_bytes(stream.getvalue())
    report = verify_archive(scratch)
    assert not report.ok
    report.as_text().encode()


def test_report_cannot_steer_the_terminal(seal: Seal) -> None:
    """Titles come from whoever made the archive."""
    text = verify_archive(seal(title="\x1b[2J\u202e题目\n通过 OK", count=1).path).as_text()
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\x1b[2J\\u202e题目\\n通过 OK" in text


def test_folder_with_links(sealed: Path, read_bag: Callable[[Path], Bag], tmp_path: Path) -> None:
    folder = read_bag(sealed).unpack(tmp_path / "out")
    assert verify_archive(folder).ok
    (folder / "data/link").symlink_to("/etc/passwd")
    (folder / "data/loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    found = {(p.code, p.file) for p in verify_archive(folder).problems}
    assert found == {("entry-type", name) for name in ("data/link", "data/loop", "pipe")}


def test_droppings_of_the_desktop_are_named_not_condemned(
    sealed: Path, read_bag: Callable[[Path], Bag], tmp_path: Path
) -> None:
    folder = read_bag(sealed).unpack(tmp_path / "out")
    (folder / "data/.DS_Store").write_bytes(b"")
    report = verify_archive(folder)
    assert report.ok
    assert ("file-ignored", "data/.DS_Store") in [(w.code, w.file) for w in report.warnings]
