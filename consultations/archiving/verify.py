#!/usr/bin/env python3
"""核验归档 Check sealed archives of the consultation hall.

    python3 verify.py                         the unpacked archive that this file lies in
    python3 verify.py A.zip [B.zip …]         archives, in the order in which they were sealed
    python3 verify.py A.zip --heads H.json    and against the heads that were signed while live
    python3 verify.py --proof P.json          one receipt's place in a signed head

One file, Python 3.9+, standard library only; of the hall it needs nothing. Exit 0 when all is
as it was sealed, 1 with what is wrong and where. A copy of this file inside an archive is for
convenience: whoever doubts the archive takes this file, and the hall's public key, from
elsewhere (``--key``).
"""

# Annotations stay text: the syntax used in them is newer than Python 3.9.
from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any

RECORDS = "data/records.jsonl"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
SIGNED_TAGS = {"bag-info.txt", "bagit.txt", MANIFEST, "verify.py"}
REQUIRED = SIGNED_TAGS | {TAG_MANIFEST, "head.json", "head.sig", RECORDS}
DROPPINGS = {".DS_Store", "Thumbs.db", "desktop.ini"}

MAX_BYTES = 4 << 30
MAX_FILES = 10_000
MAX_TAG = 16 << 20
MAX_LINE = 16 << 20
MAX_DIRECTORY = 8 << 20
MAX_FINDINGS = 100
BLOCK = 1 << 20

DIGEST = re.compile(r"[0-9a-f]{64}")
SALT = re.compile(r"[0-9a-f]{32}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
SIGNATURE = re.compile(r"[0-9a-f]{128}")
READ_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong; ``line`` counts from 1, 0 where no line is meant."""

    code: str
    message: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        place = self.file + (f" 第 {self.line} 行" if self.line else "")
        return (
            f"[{self.code}] {place}：{self.message}" if place else f"[{self.code}] {self.message}"
        )


@dataclass
class Report:
    """What was found in one archive. ``head`` is what it claims, true only when ``ok``.

    ``key_trusted`` is None when no trusted key was given. ``erased`` lists lawfully erased
    bodies as (seq, basis), ``withheld`` counts those that a public edition leaves out, and
    ``answers_to`` lists the digests by which a later archive may name this one. ``omitted``
    counts problems beyond the first hundred.
    """

    archive: str
    problems: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    omitted: int = 0
    head: dict[str, Any] = field(default_factory=dict)
    head_digest: str = ""
    key_trusted: bool | None = None
    checked_with: str = ""
    events: int = 0
    erased: list[tuple[int, str]] = field(default_factory=list)
    withheld: int = 0
    answers_to: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems

    def problem(self, code: str, message: str, file: str = "", line: int = 0) -> None:
        if len(self.problems) < MAX_FINDINGS:
            self.problems.append(Finding(code, message, file, line))
        else:
            self.omitted += 1

    def warn(self, code: str, message: str, file: str = "") -> None:
        self.warnings.append(Finding(code, message, file))

    def as_dict(self) -> dict[str, Any]:
        plain = dict(vars(self), ok=self.ok)
        for name in ("problems", "warnings"):
            plain[name] = [dict(vars(finding), text=str(finding)) for finding in plain[name]]
        return plain

    def as_text(self) -> str:
        lines = [f"{'通过 OK' if self.ok else '不通过 FAILED'}  {self.archive}"]
        if head := self.head:
            key = {None: "未与可信公钥核对", True: "可信", False: "不可信"}[self.key_trusted]
            lines += [
                f"  议题 {head['title']}（房间 {head['room']}，第 {head['edition']} 版）",
                f"  记录 {self.events} 条，封存于 {head['sealed_at']}",
                f"  签名公钥编号 {head['key_id']}({key})",
                f"  head.json sha256 {self.head_digest}",
            ]
        if "complete" in head:
            lines.append(f"  公开版：{self.withheld} 条未公开的正文只留摘要")
        lines += [f"  依法删除 第 {seq} 条：{basis}" for seq, basis in self.erased]
        lines += [f"  {note}" for note in self.notes]
        lines += [f"  错误 {finding}" for finding in self.problems]
        if self.omitted:
            lines.append(f"  另有 {self.omitted} 处错误未列出")
        lines += [f"  注意 {finding}" for finding in self.warnings]
        return "".join(f"{_printable(line)}\n" for line in lines)


def _printable(text: str) -> str:
    """No control or bidi characters: the archive must not write the report on itself."""
    return "".join(
        char if char.isprintable() or unicodedata.category(char) == "Zs" else ascii(char)[1:-1]
        for char in text
    )


class Unreadable(Exception):
    """Nothing more can be read: the finding says why."""

    def __init__(self, code: str, message: str, file: str = "") -> None:
        super().__init__(message)
        self.finding = Finding(code, message, file)


# --- where the files come from ------------------------------------------------------------


@dataclass
class Source:
    """The regular files of one bag by their path in it, each with a way to open it."""

    files: dict[str, Callable[[], IO[bytes]]]

    def blocks(self, name: str) -> Iterator[bytes]:
        with self.files[name]() as stream:
            while block := stream.read(BLOCK):
                yield block

    def read(self, name: str) -> bytes:
        try:
            with self.files[name]() as stream:
                content = stream.read(MAX_TAG + 1)
        except READ_ERRORS as exc:
            raise Unreadable("file-damaged", f"无法读取：{exc}", name) from exc
        if len(content) > MAX_TAG:
            raise Unreadable("size", f"超过 {MAX_TAG} 字节", name)
        return content

    def digest(self, name: str) -> str:
        total = hashlib.sha256()
        for block in self.blocks(name):
            total.update(block)
        return total.hexdigest()

    def lines(self, name: str) -> Iterator[bytes]:
        """Lines with their ends; an overlong one comes without its end."""
        opened: Any = self.files[name]()
        with io.BufferedReader(opened, BLOCK) as stream:
            while line := stream.readline(MAX_LINE):
                yield line


@contextmanager
def open_source(path: Path, report: Report, max_bytes: int) -> Iterator[Source]:
    try:
        if path.is_dir():
            yield _folder(path, report, max_bytes)
            return
        with path.open("rb") as stream:
            size = _check_zip_end(stream, max_bytes)
            with zipfile.ZipFile(stream) as archive:
                yield _zip(archive, size, report, max_bytes)
    except (*READ_ERRORS, ValueError) as exc:
        raise Unreadable("unreadable", f"无法读取：{exc}") from exc


def _check_zip_end(stream: IO[bytes], max_bytes: int) -> int:
    """Bound the directory before zipfile loads it whole; return the size of the file."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - 42))
    tail = stream.read()
    end = tail[-22:]
    if size > max_bytes:
        raise Unreadable("size", f"文件超过 {max_bytes} 字节")
    if (
        len(end) < 22
        or end[:4] != b"PK\x05\x06"
        or tail[:4] == b"PK\x06\x07"
        or end[20:] != b"\0\0"
    ):
        raise Unreadable("zip-form", "不是完整的 ZIP 文件（结尾缺失、带注释或为 ZIP64）")
    if int.from_bytes(end[12:16], "little") > MAX_DIRECTORY:
        raise Unreadable("size", "ZIP 目录过大")
    return size


def _zip(archive: zipfile.ZipFile, size: int, report: Report, max_bytes: int) -> Source:
    entries = archive.infolist()
    if len(entries) > MAX_FILES:
        raise Unreadable("size", f"文件超过 {MAX_FILES} 个")
    if sum(entry.file_size for entry in entries) > max_bytes:
        raise Unreadable("size", f"展开后超过 {max_bytes} 字节")
    if sum(entry.compress_size for entry in entries) > size:
        raise Unreadable("size", "条目相互重叠（疑为压缩炸弹）")
    kept: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        same = unicodedata.normalize("NFC", name).casefold()
        if same in seen:
            report.problem("entry-duplicate", "ZIP 内同名条目重复", name)
        seen.add(same)
        fault = _entry_fault(entry)
        if fault is not None:
            report.problems.append(fault)
        elif not name.endswith("/"):
            kept.setdefault(name, entry)
    bags = [name[: -len("bagit.txt")] for name in kept if re.fullmatch("[^/]+/bagit.txt", name)]
    if len(bags) > 1:
        report.problem("bag-form", f"只应有一个顶层目录含 bagit.txt，实有 {len(bags)} 个")
    base = bags[0] if bags else next(iter(kept), "").partition("/")[0] + "/"
    files: dict[str, Callable[[], IO[bytes]]] = {}
    for name, entry in kept.items():
        if name.startswith(base):
            files[name[len(base) :]] = partial(archive.open, entry)
        else:
            report.problem("file-added", "顶层目录之外多出的文件", name)
    return Source(files)


def _entry_fault(entry: zipfile.ZipInfo) -> Finding | None:
    name = entry.orig_filename
    folder = name.endswith("/")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if not is_safe(name[:-1] if folder else name):
        return Finding("entry-name", f"条目名不安全：{name!r}")
    if kind not in (0, stat.S_IFDIR if folder else stat.S_IFREG) or entry.flag_bits & 1:
        return Finding("entry-type", "不是普通文件（链接、设备或加密条目）", name)
    if folder and entry.file_size:
        return Finding("entry-type", "目录条目带有内容", name)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Finding("entry-type", "压缩方法不被允许", name)
    return None


def _folder(root: Path, report: Report, max_bytes: int) -> Source:
    files: dict[str, Callable[[], IO[bytes]]] = {}
    total = 0
    for folder, folders, names in os.walk(root):
        for leaf in (*folders, *names):
            path = Path(folder, leaf)
            name = unicodedata.normalize("NFC", path.relative_to(root).as_posix())
            status = path.lstat()
            if stat.S_ISDIR(status.st_mode):
                continue
            if leaf in DROPPINGS:
                report.warn("file-ignored", "操作系统留下的文件，未核验", name)
            elif not stat.S_ISREG(status.st_mode):
                report.problem("entry-type", "不是普通文件（链接或设备）", name)
            elif not is_safe(name) or name in files:
                report.problem("entry-name", f"文件名不安全或重复：{name!r}")
            else:
                total += status.st_size
                files[name] = partial(io.FileIO, path)
    if total > max_bytes or len(files) > MAX_FILES:
        raise Unreadable("size", f"超过 {max_bytes} 字节或 {MAX_FILES} 个文件")
    return Source(files)


def is_safe(name: str) -> bool:
    """Whether a path in an archive can be unpacked anywhere without leaving its folder.

    No ``%`` either: BagIt implementations differ on how a manifest writes it.
    """
    parts = name.split("/")
    return not (
        any(part in ("", ".", "..") for part in parts)
        or any(char in '\\:*?"<>|%' or unicodedata.category(char) in ("Cc", "Cs") for char in name)
    )


# --- the check of one archive -------------------------------------------------------------


def verify_archive(
    path: str | Path,
    *,
    trusted: Iterable[str] = (),
    receipts: Iterable[Receipt] = (),
    heads: Iterable[tuple[str, str]] = (),
    max_bytes: int = MAX_BYTES,
    method: str = "auto",
) -> Report:
    """Check one archive: a zip, or the folder that one was unpacked to.

    ``trusted`` are public keys or key ids (64 hex characters); with any given, another key is a
    problem, with none a warning. ``receipts`` are what posters were given, as ``read_receipt``
    reads them. ``heads`` are (content, signature) of those signed while the room was live: the
    archive has to pass through each of them.
    ``method`` names what checks the signature: auto, cryptography, openssl or python. Whatever
    the file holds, this returns a report and never raises; memory does not grow with the log.
    """
    report = Report(str(path))
    try:
        with open_source(Path(path), report, max_bytes) as source:
            _check_bag(source, report)
            keys = {key.lower() for key in trusted}
            _check_head(source, report, keys, method)
            _check_tags(source, report)
            marks = _live_marks(report, heads, keys, method)
            if RECORDS in source.files:
                _Records(report, receipts, marks).check(source)
    except Unreadable as exc:
        finding = exc.finding
        report.problem(finding.code, finding.message, finding.file)
    return report


def verify_archives(
    paths: Sequence[str | Path],
    *,
    receipts: Iterable[Receipt] = (),
    heads: Iterable[tuple[str, str]] = (),
    **options: Any,
) -> list[Report]:
    """Check archives in the order of their sealing, and that each names the one before it.

    The complete and the public form of one archive, side by side, have one place in the order.
    Receipts and heads are held against the last one; the other options are those of
    ``verify_archive``.
    """
    reports = [verify_archive(path, **options) for path in paths[:-1]]
    reports += [
        verify_archive(path, receipts=receipts, heads=heads, **options) for path in paths[-1:]
    ]
    before: Report | None = None
    beside: Report | None = None
    for report in reports:
        if beside is None or not _are_one(beside, report):
            before = beside
        beside = report
        stated = report.head.get("previous_archive")
        if not report.head:
            continue
        if before is None:
            if stated:
                report.warn(
                    "link-unchecked", f"未给出上一份归档，未核对（应为 {stated}）", "head.json"
                )
        elif stated not in before.answers_to:
            report.problem(
                "archive-link",
                f"封存时的上一份归档是 {stated or '无'}，给出的 {before.archive} 是"
                f" {before.head_digest or '不可读的归档'}：其中一份被替换，或缺少、颠倒",
                "head.json",
            )
    return reports


def _are_one(report: Report, other: Report) -> bool:
    """Whether one is the public form of the other, by its signed word."""
    named = {report.head.get("complete"), other.head.get("complete")} - {None}
    return bool(named & {report.head_digest, other.head_digest})


def _check_bag(source: Source, report: Report) -> None:
    for name in sorted(REQUIRED - set(source.files)):
        report.problem("file-missing", "缺少文件", name)
    if "bagit.txt" in source.files and source.read("bagit.txt") != BAGIT:
        report.problem("bag-form", "不是 BagIt 1.0 的声明", "bagit.txt")
    payload = {name for name in source.files if name.startswith("data/")}
    _check_manifest(source, report, MANIFEST, payload)
    _check_manifest(source, report, TAG_MANIFEST, set(source.files) - payload - {TAG_MANIFEST})


def _check_manifest(source: Source, report: Report, manifest: str, present: set[str]) -> None:
    if manifest not in source.files:
        return
    listed: dict[str, str] = {}
    for number, line in enumerate(source.read(manifest).split(b"\n")[:-1], 1):
        digest, _, name = line.decode("utf-8", "replace").partition("  ")
        if not DIGEST.fullmatch(digest) or not name or name in listed:
            report.problem("manifest-line", "清单行格式不对或重复", manifest, number)
        else:
            listed[name] = digest
    for name in sorted(present - set(listed)):
        report.problem("file-added", f"多出的文件，不在 {manifest} 中", name)
    owners = {digest: name for name, digest in listed.items()}
    for name, digest in sorted(listed.items()):
        if name not in present:
            if name not in REQUIRED:
                report.problem("file-missing", f"缺少 {manifest} 中的文件", name)
            continue
        try:
            found = source.digest(name)
        except READ_ERRORS as exc:
            report.problem("file-damaged", f"无法读取：{exc}", name)
            del source.files[name]
            continue
        if found != digest:
            other = owners.get(found, "")
            hint = f";内容实为 {other}" if other else ""
            report.problem("file-digest", f"内容与 {manifest} 不符{hint}", name)


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and bool(DIGEST.fullmatch(value))


HEAD_SHAPE: dict[str, Callable[[Any], bool]] = {
    "format": lambda value: type(value) is int and value == 1,
    "edition": lambda value: type(value) is int and value >= 1,
    "count": lambda value: type(value) is int and value >= 0,
    "hall": lambda value: isinstance(value, str),
    "room": lambda value: isinstance(value, str),
    "title": lambda value: isinstance(value, str),
    "sealed_at": lambda value: isinstance(value, str) and bool(MOMENT.fullmatch(value)),
    "previous_archive": lambda value: value is None or _is_digest(value),
    "chain_head": _is_digest,
    "merkle_root": _is_digest,
    "key_id": _is_digest,
    "public_key": _is_digest,
    "superseded": lambda value: isinstance(value, list) and all(map(_is_digest, value)),
    "files": lambda value: (
        isinstance(value, dict)
        and set(value) == SIGNED_TAGS
        and all(map(_is_digest, value.values()))
    ),
}
# A public edition names the complete one, whose digest a later archive states.
OPTIONAL_SHAPE: dict[str, Callable[[Any], bool]] = {"complete": _is_digest}
# A later edition may erase bodies and change documents, never what the log committed to.
KEPT_BY_EDITIONS = ("hall", "room", "count", "chain_head", "merkle_root", "previous_archive")


def _check_head(source: Source, report: Report, trusted: set[str], method: str) -> None:
    head = _signed_head(source, report, "head", trusted, method)
    if head is None:
        return
    report.head, report.head_digest = head, source.digest("head.json")
    report.answers_to = [report.head_digest, *head["superseded"]]
    report.answers_to += [head["complete"]] if "complete" in head else []
    for name, digest in sorted(head["files"].items()):
        if name in source.files and source.digest(name) != digest:
            report.problem("head-file", "与 head.json 中签名的摘要不符", name)
    if len(head["superseded"]) != head["edition"] - 1:
        report.problem("edition", "版次与所列旧版数不符", "head.json")
    for number, digest in enumerate(head["superseded"], 1):
        stem = f"earlier/head-{number}"
        earlier = _signed_head(source, report, stem, trusted, method)
        if earlier is None:
            continue
        kept = all(earlier[name] == head[name] for name in KEPT_BY_EDITIONS)
        in_order = (
            earlier["edition"] == number
            and earlier["superseded"] == head["superseded"][: number - 1]
        )
        same_kind = ("complete" in earlier) is ("complete" in head)
        if source.digest(f"{stem}.json") != digest or not kept or not in_order or not same_kind:
            report.problem("edition", "旧版与本版不相承", f"{stem}.json")
        elif "complete" in earlier:
            report.answers_to.append(earlier["complete"])


def _check_tags(source: Source, report: Report) -> None:
    """Nobody signs the list of tag files, so there is room for the known ones alone."""
    editions = range(1, len(report.head.get("superseded", ())) + 1)
    known = {f"earlier/head-{number}.{end}" for number in editions for end in ("json", "sig")}
    known |= REQUIRED | {finding.file for finding in report.problems}
    for name in sorted(set(source.files) - known):
        if not name.startswith("data/"):
            report.problem("file-added", "多出的文件", name)


def _signed_head(
    source: Source, report: Report, stem: str, trusted: set[str], method: str
) -> dict[str, Any] | None:
    name = f"{stem}.json"
    for part in (name, f"{stem}.sig"):
        if part not in source.files:
            if part not in REQUIRED:
                report.problem("file-missing", "缺少文件", part)
            return None
    content = source.read(name)
    try:
        head = _shaped(content.decode("utf-8"), HEAD_SHAPE, OPTIONAL_SHAPE)
    except (ValueError, RecursionError) as exc:
        report.problem("head-form", f"格式不对：{exc}", name)
        return None
    _check_signed(report, head, content, source.read(f"{stem}.sig"), name, trusted, method)
    return head


def _shaped(
    text: str,
    shape: Mapping[str, Callable[[Any], bool]],
    optional: Mapping[str, Callable[[Any], bool]] | None = None,
) -> dict[str, Any]:
    """Canonical text of an object of this shape; raises ValueError with what is wrong with it."""
    value = _load(text)
    if canonical(value) != text:
        raise ValueError("不是规范形式")
    further = optional or {}
    if not isinstance(value, dict) or not set(shape) <= set(value) <= set(shape) | set(further):
        raise ValueError("字段缺少或多出")
    rules = {**shape, **further}
    wrong = sorted(key for key, each in value.items() if not rules[key](each))
    if wrong:
        raise ValueError(f"字段不合规定：{'、'.join(wrong)}")
    return value


def _check_signed(
    report: Report,
    head: dict[str, Any],
    content: bytes,
    signature: bytes,
    name: str,
    trusted: set[str],
    method: str,
    line: int = 0,
) -> None:
    public = bytes.fromhex(head["public_key"])
    if hashlib.sha256(public).hexdigest() != head["key_id"]:
        report.problem("key-id", "公钥编号与公钥不符", name, line)
    valid, report.checked_with = check_signature(public, content, signature, method=method)
    if not valid:
        report.problem("signature", "签名不符:head 或签名被改动", name, line)
    _check_trust(report, head, name, trusted, line)


def _check_trust(
    report: Report, head: dict[str, Any], name: str, trusted: set[str], line: int = 0
) -> None:
    known = bool({head["public_key"], head["key_id"]} & trusted) if trusted else None
    if known is None:
        if line <= 1:
            message = f"未给出可信公钥(--key):签名者自称 {head['key_id']}"
            report.warn("key-unconfirmed", message, name)
    elif not known:
        report.problem("key-untrusted", f"由不可信的公钥签名：{head['key_id']}", name, line)
    report.key_trusted = known if report.key_trusted is not False else False


# --- heads signed while a room was live ---------------------------------------------------


HEADS = "heads"
LIVE_SHAPE: dict[str, Callable[[Any], bool]] = {
    "kind": lambda value: value == "live",
    "room": lambda value: isinstance(value, str),
    "hall": lambda value: isinstance(value, str),
    "count": lambda value: type(value) is int and value >= 0,
    "at": lambda value: isinstance(value, str) and bool(MOMENT.fullmatch(value)),
    "chain_head": _is_digest,
    "merkle_root": _is_digest,
    "key_id": _is_digest,
    "public_key": _is_digest,
}


@dataclass(frozen=True)
class Mark:
    """What a live head says of the log at ``count``; ``line`` is its place among the heads."""

    line: int
    at: str
    chain_head: str
    merkle_root: str


def _live_marks(
    report: Report, heads: Iterable[tuple[str, str]], trusted: set[str], method: str
) -> dict[int, list[Mark]]:
    """The live heads of the archive's room by their count, each checked for its signature."""
    marks: dict[int, list[Mark]] = {}
    for line, (content, signature) in enumerate(heads, 1):
        try:
            live = _shaped(content, LIVE_SHAPE)
        except (ValueError, RecursionError) as exc:
            report.problem("head-form", f"格式不对：{exc}", HEADS, line)
            continue
        raw = bytes.fromhex(signature)
        _check_signed(report, live, content.encode(), raw, HEADS, trusted, method, line)
        head = report.head
        if head and (live["room"], live["hall"]) != (head["room"], head["hall"]):
            report.problem("live-head", f"是另一间房 {live['room']} 的日志头", HEADS, line)
            continue
        mark = Mark(line, live["at"], live["chain_head"], live["merkle_root"])
        marks.setdefault(live["count"], []).append(mark)
    if marks:
        report.notes.append(f"与 {sum(map(len, marks.values()))} 个会中公布的签名日志头核对")
    return marks


class _Records:
    """Checks ``records.jsonl`` line by line and keeps only the running state of chain and tree."""

    def __init__(
        self, report: Report, receipts: Iterable[Receipt], marks: dict[int, list[Mark]]
    ) -> None:
        head = report.head
        self.report = report
        self.marks = marks
        self.receipts: dict[int, str] = {}
        for receipt in receipts:
            if head and receipt.room and receipt.room != head["room"]:
                message = f"回执属于 {receipt.room},本归档是 {head['room']}"
                report.problem("receipt", message)
            else:
                self.receipts[receipt.seq] = receipt.digest
        self.last = 0
        # None: the digest before the next line is not known, so its link cannot be checked.
        self.previous: bytes | None = None
        if head:
            start = canonical({"room": head["room"], "hall": head["hall"]}).encode()
            self.previous = hashlib.sha256(start).digest()
        self.peaks: list[bytes] = []

    def check(self, source: Source) -> None:
        number = 0
        self._pass_marks(0)
        try:
            for number, raw in enumerate(source.lines(RECORDS), 1):
                self._line(number, raw)
                if number in self.marks:
                    self._pass_marks(number)
        except READ_ERRORS as exc:
            self.report.problem("file-damaged", f"无法读取：{exc}", RECORDS, number + 1)
        self.report.events = number
        self._end(number)

    def _line(self, number: int, raw: bytes) -> None:
        add = self.report.problem
        line, digest, record = b"", b"", None
        try:
            if raw[-1:] != b"\n":
                raise ValueError("行不完整，缺少换行或过长")
            text = raw[:-1].decode("utf-8")
            record = _load(text)
            _check_shape(record)
            chained, body, whole = _texts(record)
            if whole != text:
                raise ValueError("不是规范形式")
        except (ValueError, RecursionError) as exc:
            add("line-form", f"格式不对：{exc}", RECORDS, number)
            if not isinstance(record, dict) or not _is_digest(record.get("digest")):
                self.previous = None
                self._leaf(number, b"")
                self.last += 1
                return
        else:
            self._body(number, record, body)
            line = chained.encode()
        digest = bytes.fromhex(record["digest"])
        self._leaf(number, line)
        seq = record["seq"] if line else self.last + 1
        if seq <= self.last:
            add(
                "line-order", f"序号 {seq} 出现在 {self.last} 之后：重复或顺序被改", RECORDS, number
            )
            return
        if seq > self.last + 1:
            gap = f"{self.last + 1}" if seq == self.last + 2 else f"{self.last + 1}–{seq - 1}"
            add("line-gap", f"此处缺少序号 {gap}", RECORDS, number)
        elif line and self.previous and hashlib.sha256(self.previous + line).digest() != digest:
            add(
                "line-digest", f"序号 {seq} 与上一条的链接不符：本条或其字段被改动", RECORDS, number
            )
        self.last, self.previous = seq, digest
        receipt = self.receipts.pop(seq, None)
        if receipt is not None and receipt.lower() != record["digest"]:
            add("receipt", f"序号 {seq} 与回执不符", RECORDS, number)

    def _body(self, number: int, record: dict[str, Any], body: str) -> None:
        report, seq = self.report, record["seq"]
        if "erased" in record:
            report.erased.append((seq, record["erased"]["basis"]))
        elif "withheld" in record:
            report.withheld += 1
            if report.head and "complete" not in report.head:
                message = f"序号 {seq} 的正文缺失：完整版不得略去正文"
                report.problem("withheld-body", message, RECORDS, number)
        else:
            content = bytes.fromhex(record["salt"]) + body.encode()
            if hashlib.sha256(content).hexdigest() != record["body_digest"]:
                report.problem("body-digest", f"序号 {seq} 的正文被改动", RECORDS, number)

    def _leaf(self, number: int, line: bytes) -> None:
        node = hashlib.sha256(b"\x00" + line).digest()
        size = number - 1
        while size & 1:
            node = hashlib.sha256(b"\x01" + self.peaks.pop() + node).digest()
            size >>= 1
        self.peaks.append(node)

    def _pass_marks(self, number: int) -> None:
        """The log so far against what was signed when it had come to here."""
        for mark in self.marks.pop(number, ()):
            chain = self.previous.hex() if self.previous is not None else ""
            if (chain, self._root()) != (mark.chain_head, mark.merkle_root):
                message = f"前 {number} 条与 {mark.at} 公布的日志头不符：此前的记录后来被改写"
                self.report.problem("live-head", message, HEADS, mark.line)

    def _root(self) -> str:
        if not self.peaks:
            return hashlib.sha256(b"").hexdigest()
        root = self.peaks[-1]
        for peak in self.peaks[-2::-1]:
            root = hashlib.sha256(b"\x01" + peak + root).digest()
        return root.hex()

    def _end(self, number: int) -> None:
        add, head = self.report.problem, self.report.head
        for count, marks in sorted(self.marks.items()):
            for mark in marks:
                message = f"{mark.at} 已公布到第 {count} 条，现只有 {number} 条：末尾被截断"
                add("live-head", message, HEADS, mark.line)
        for seq in sorted(self.receipts):
            add("receipt", f"回执所指的序号 {seq} 不在记录中", RECORDS)
        if not head:
            return
        if number != head["count"]:
            add("count", f"封存时 {head['count']} 条，现有 {number} 条", RECORDS, number)
        if self.previous is not None and self.previous.hex() != head["chain_head"]:
            message = "末条摘要与 head.json 不符：末尾被截断、追加或整链重算"
            add("chain-head", message, RECORDS, number)
        if self._root() != head["merkle_root"]:
            add("merkle-root", "全部记录的默克尔根与 head.json 不符", RECORDS)


RECORD = {"seq", "type", "at", "by", "audience", "salt", "body", "body_digest", "digest"}
RECORD_SHAPES = (RECORD, RECORD | {"erased"}, RECORD | {"withheld"})


def _check_shape(record: Any) -> None:
    if not isinstance(record, dict) or record.keys() not in RECORD_SHAPES:
        raise ValueError("字段缺少或多出")
    at, by = record["at"], record["by"]
    fits = (
        isinstance(at, str)
        and MOMENT.fullmatch(at)
        and isinstance(record["type"], str)
        and isinstance(record["audience"], str)
        and type(record["seq"]) is int
        and (by is None or type(by) is int)
        and _is_digest(record["body_digest"])
        and _is_digest(record["digest"])
    )
    if not fits:
        raise ValueError("字段不合规定")
    if "erased" in record:
        erased = record["erased"]
        if record["body"] is not None or record["salt"] is not None:
            raise ValueError("已删除的记录仍带正文")
        if (
            not isinstance(erased, dict)
            or set(erased) != {"basis", "at"}
            or not all(isinstance(value, str) and value for value in erased.values())
        ):
            raise ValueError("删除未写明依据")
    elif "withheld" in record:
        if record["body"] is not None or record["salt"] is not None:
            raise ValueError("未公开的记录仍带正文")
        if record["withheld"] is not True:
            raise ValueError("字段不合规定")
    elif not isinstance(record["body"], dict) or not (
        isinstance(record["salt"], str) and SALT.fullmatch(record["salt"])
    ):
        raise ValueError("正文或盐值缺失，又未注明依法删除")


def _texts(record: dict[str, Any]) -> tuple[str, str, str]:
    """Canonical text of what is chained, of the body, and of the whole record.

    Put together by hand, as the body is by far the longest part and is encoded once this way.
    """
    start = f'{{"at":{_quote(record["at"])},"audience":{_quote(record["audience"])},'
    body = canonical(record["body"])
    person = "null" if record["by"] is None else record["by"]
    by = f'"body_digest":"{record["body_digest"]}","by":{person},'
    digest = f'"digest":"{record["digest"]}",'
    salt = f'"salt":"{record["salt"]}",'
    if "erased" in record:
        salt = f'"erased":{canonical(record["erased"])},"salt":null,'
    elif "withheld" in record:
        salt = '"salt":null,'
    end = f'"seq":{record["seq"]},"type":{_quote(record["type"])}'
    last = ',"withheld":true}' if "withheld" in record else "}"
    whole = f'{start}"body":{body},{by}{digest}{salt}{end}{last}'
    return f"{start}{by}{end}}}", body, whole


def _refuse(token: str) -> Any:
    raise ValueError(f"不允许的数 {token[:20]}")


_load = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse).decode
canonical = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode

_quote = json.encoder.encode_basestring


# --- receipts and proofs ------------------------------------------------------------------


@dataclass(frozen=True)
class Receipt:
    """What a poster was given: the event's number and digest; ``room`` is "" where unknown."""

    seq: int
    digest: str
    room: str = ""


PROOF = {"kind", "line", "previous", "digest", "path", "head"}
LINE = {"seq", "type", "at", "by", "audience", "body_digest"}


def verify_proof(
    path: str | Path,
    *,
    trusted: Iterable[str] = (),
    receipts: Iterable[Receipt] = (),
    method: str = "auto",
) -> Report:
    """Check a proof that one event is in a signed head: a live one, or an archive's.

    Signature, the event's digest, and the path from it to the head's Merkle root; with
    ``receipts``, that they name this event. Always returns a report.
    """
    report = Report(str(path))
    name = Path(path).name
    try:
        content = Path(path).read_bytes()
        if len(content) > MAX_TAG:
            raise ValueError(f"超过 {MAX_TAG} 字节")
        proof = _load(content.decode("utf-8"))
        _check_proof_shape(proof)
        text = proof["head"]["content"]
        live = isinstance(_load(text), dict) and "kind" in _load(text)
        head = _shaped(text, LIVE_SHAPE) if live else _shaped(text, HEAD_SHAPE, OPTIONAL_SHAPE)
    except (OSError, ValueError, RecursionError) as exc:
        report.problem("proof-form", f"格式不对：{exc}", name)
        return report
    keys = {key.lower() for key in trusted}
    signature = bytes.fromhex(proof["head"]["signature"])
    _check_signed(report, head, text.encode(), signature, name, keys, method)
    line = canonical(proof["line"]).encode()
    if hashlib.sha256(bytes.fromhex(proof["previous"]) + line).hexdigest() != proof["digest"]:
        report.problem("line-digest", "记录的摘要不符", name)
    seq = proof["line"]["seq"]
    if not _is_included(line, seq - 1, head["count"], proof["path"], head["merkle_root"]):
        report.problem("inclusion", f"第 {seq} 条不在所签的日志头之内", name)
    for receipt in receipts:
        same_room = receipt.room in ("", head["room"])
        if (receipt.seq, receipt.digest) != (seq, proof["digest"]) or not same_room:
            report.problem("receipt", "回执所指的不是这一条", name)
    kind = "会中公布的日志头" if live else "归档"
    moment = head["at"] if live else head["sealed_at"]
    report.notes += [
        f"房间 {head['room']} 第 {seq} 条（{proof['line']['type']}，{proof['line']['at']}）",
        f"在{kind}之内：{moment}，共 {head['count']} 条",
        f"签名公钥编号 {head['key_id']}",
    ]
    return report


def _check_proof_shape(proof: Any) -> None:
    if not isinstance(proof, dict) or set(proof) != PROOF or proof["kind"] != "inclusion":
        raise ValueError("不是一条记录的证明")
    line, head, path = proof["line"], proof["head"], proof["path"]
    fits = (
        isinstance(line, dict)
        and set(line) == LINE
        and type(line["seq"]) is int
        and line["seq"] >= 1
        and _is_digest(proof["previous"])
        and _is_digest(proof["digest"])
        and isinstance(path, list)
        and all(map(_is_digest, path))
        and isinstance(head, dict)
        and set(head) == {"content", "signature"}
        and isinstance(head["content"], str)
        and isinstance(head["signature"], str)
        and SIGNATURE.fullmatch(head["signature"])
    )
    if not fits:
        raise ValueError("字段不合规定")


def _is_included(line: bytes, index: int, size: int, path: Sequence[str], root: str) -> bool:
    """RFC 9162 §2.1.3.2."""
    if not 0 <= index < size:
        return False
    node, last = hashlib.sha256(b"\x00" + line).digest(), size - 1
    for sibling in map(bytes.fromhex, path):
        if last == 0:
            return False
        if index & 1 or index == last:
            node = hashlib.sha256(b"\x01" + sibling + node).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + sibling).digest()
        index, last = index >> 1, last >> 1
    return last == 0 and node.hex() == root


# --- the hall's keys, one after another ---------------------------------------------------


KEY_SHAPE: dict[str, Callable[[Any], bool]] = {
    "kind": lambda value: value == "key",
    "number": lambda value: type(value) is int and value >= 1,
    "key_id": _is_digest,
    "public_key": _is_digest,
    "former": lambda value: value is None or _is_digest(value),
    "at": lambda value: isinstance(value, str) and bool(MOMENT.fullmatch(value)),
}


def read_key_chain(text: str, *, method: str = "auto") -> list[dict[str, Any]]:
    """Return the statements of a key chain, oldest first, after checking every link.

    Each but the first is signed with the key before it, and all with their own. Raises ValueError.
    """
    chain: list[dict[str, Any]] = []
    whole = _load(text)
    if not isinstance(whole, dict) or set(whole) != {"keys"} or not isinstance(whole["keys"], list):
        raise ValueError("不是公钥链")
    for number, entry in enumerate(whole["keys"], 1):
        if not isinstance(entry, dict) or set(entry) != {"statement", "signature", "own"}:
            raise ValueError(f"公钥链第 {number} 条格式不对")
        if not all(isinstance(value, str) for value in entry.values()):
            raise ValueError(f"公钥链第 {number} 条格式不对")
        said = _shaped(entry["statement"], KEY_SHAPE)
        former = chain[-1] if chain else said
        signers = ((former, "signature"), (said, "own"))
        valid = all(
            SIGNATURE.fullmatch(entry[part])
            and check_signature(
                bytes.fromhex(signer["public_key"]),
                entry["statement"].encode(),
                bytes.fromhex(entry[part]),
                method=method,
            )[0]
            for signer, part in signers
        )
        own_id = hashlib.sha256(bytes.fromhex(said["public_key"])).hexdigest()
        follows = said["number"] == number and said["former"] == (
            chain[-1]["key_id"] if chain else None
        )
        if not valid or not follows or own_id != said["key_id"]:
            raise ValueError(f"公钥链第 {number} 条不符：被改动，或没有由上一把公钥签名")
        chain.append(said)
    return chain


def trusted_by_chain(trusted: Iterable[str], chain: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the trusted keys and those that the chain joins to one of them."""
    known = {key.lower() for key in trusted}
    if not any(known & {each["key_id"], each["public_key"]} for each in chain):
        return sorted(known)
    return sorted(known | {each["key_id"] for each in chain})


# --- Ed25519 ------------------------------------------------------------------------------


def check_signature(
    public: bytes, message: bytes, signature: bytes, *, method: str = "auto"
) -> tuple[bool, str]:
    """Return whether the signature holds, and what checked it.

    ``auto`` takes ``cryptography`` if installed, else the ``openssl`` program, else the code
    below. Raises LookupError when the one method asked for is not on this machine.
    """
    ways = {"cryptography": _by_cryptography, "openssl": _by_openssl, "python": _by_python}
    for name, check in ways.items():
        if method in ("auto", name):
            valid = check(public, message, signature)
            if valid is not None:
                return valid, name
    raise LookupError(f"no {method} here that can check Ed25519")


def _by_cryptography(public: bytes, message: bytes, signature: bytes) -> bool | None:
    try:
        # Here because most machines that run this file do not have it.
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
            Ed25519PublicKey,
        )

        key = Ed25519PublicKey.from_public_bytes(public)
    except Exception:  # a broken installation is as good as none
        return None
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


SPKI = bytes.fromhex("302a300506032b6570032100")


def _by_openssl(public: bytes, message: bytes, signature: bytes) -> bool | None:
    program = shutil.which("openssl")
    # Windows looks in the current folder first, which may be the archive under suspicion.
    if program is None or Path(program).resolve().parent == Path.cwd():
        return None
    pem = b"-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
    with tempfile.TemporaryDirectory() as folder:
        key, text, seal = (Path(folder, name) for name in ("key", "text", "seal"))
        key.write_bytes(pem % base64.b64encode(SPKI + public))
        text.write_bytes(message)
        seal.write_bytes(signature)
        command = [program, "pkeyutl", "-verify", "-pubin", "-inkey", str(key), "-rawin"]
        try:
            done = subprocess.run(  # noqa: S603 - a fixed command on files of our own
                [*command, "-in", str(text), "-sigfile", str(seal)],
                capture_output=True,
                timeout=30,
                check=False,
            )
        except (OSError, subprocess.SubprocessError):
            return None
    said = done.stdout + done.stderr
    if done.returncode == 0 and b"Signature Verified Successfully" in said:
        return True
    # Older programs know no Ed25519 and say something else.
    return False if b"Signature Verification Failure" in said else None


# RFC 8032 §5.1, verification alone; points in extended coordinates (X, Y, Z, T).
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
BASE = bytes.fromhex("58" + "66" * 31)


def _by_python(public: bytes, message: bytes, signature: bytes) -> bool:
    if len(signature) != 64 or len(public) != 32:
        return False
    point, base = _decode_point(public), _decode_point(BASE)
    scalar = int.from_bytes(signature[32:], "little")
    if point is None or base is None or scalar >= ORDER:
        return False
    hashed = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(hashed, "little") % ORDER
    negated = (P - point[0], point[1], point[2], P - point[3])
    found = _add(_multiply(scalar, base), _multiply(challenge, negated))
    return _encode_point(found) == signature[:32]


def _decode_point(data: bytes) -> tuple[int, int, int, int] | None:
    y = int.from_bytes(data, "little") & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    sign = data[31] >> 7
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def _encode_point(point: tuple[int, int, int, int]) -> bytes:
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _add(
    left: tuple[int, int, int, int], right: tuple[int, int, int, int]
) -> tuple[int, int, int, int]:
    a = (left[1] - left[0]) * (right[1] - right[0])
    b = (left[1] + left[0]) * (right[1] + right[0])
    c = 2 * left[3] * right[3] * D
    d = 2 * left[2] * right[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _multiply(scalar: int, point: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _add(total, point)
        point = _add(point, point)
        scalar >>= 1
    return total


# --- the command --------------------------------------------------------------------------


def read_keys(given: str) -> list[str]:
    """Return the trusted keys in a PEM file, a text file of hex, or the hex itself.

    Raises ValueError when there is none in it.
    """
    text = given
    if not DIGEST.fullmatch(given.lower()):
        try:
            text = Path(given).read_text("ascii")
        except (OSError, ValueError) as exc:
            raise ValueError(f"读不到公钥 {given}") from exc
    keys = [word.lower() for word in text.split() if DIGEST.fullmatch(word.lower())]
    for block in re.findall("-----BEGIN PUBLIC KEY-----([^-]*)-----END PUBLIC KEY-----", text):
        der = base64.b64decode(block)
        if len(der) == len(SPKI) + 32 and der.startswith(SPKI):
            keys.append(der[len(SPKI) :].hex())
    if not keys:
        raise ValueError(f"{given} 中没有 Ed25519 公钥")
    return keys


def read_receipt(given: str) -> Receipt:
    """Return a receipt written ``SEQ:DIGEST`` or ``CONSULTATION:SEQ:DIGEST``.

    Raises ValueError.
    """
    found = re.fullmatch(r"(?:(\d{1,18}):)?(\d{1,18}):([0-9a-f]{64})", given.lower(), re.ASCII)
    if found is None:
        raise ValueError(f"回执应写作 序号:摘要 或 协商会编号:序号:摘要，而不是 {given}")
    room, seq, digest = found.groups()
    return Receipt(int(seq), digest, f"room-{int(room)}" if room else "")


def read_live_heads(path: str | Path) -> list[tuple[str, str]]:
    """Return (content, signature) of the heads in a file that the hall published.

    Raises ValueError when it is no such file.
    """
    try:
        whole = _load(Path(path).read_text("utf-8"))
        heads = [(each["content"], each["signature"]) for each in whole["heads"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as exc:
        raise ValueError(f"读不到日志头 {path}") from exc
    for content, signature in heads:
        if not isinstance(content, str) or not SIGNATURE.fullmatch(str(signature)):
            raise ValueError(f"{path} 中有不合规定的日志头")
    return heads


def _text_of(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except OSError as exc:
        raise ValueError(f"读不到 {path}") from exc


def main(
    arguments: Sequence[str] | None = None,
    also: Callable[[Sequence[Report]], None] = lambda reports: None,
) -> int:
    """The command line; ``also`` may add to the reports before they are printed."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(description="核验归档 Check sealed archives")
    parser.add_argument("archive", nargs="*", help="归档（zip 或展开的文件夹）,按封存先后排列")
    parser.add_argument("--key", action="append", default=[], help="可信公钥:PEM 文件或十六进制")
    parser.add_argument("--previous", metavar="ARCHIVE", help="上一份归档")
    parser.add_argument("--keys", metavar="FILE", help="公钥链：由可信公钥延伸到它的前后公钥")
    parser.add_argument("--receipt", action="append", default=[], metavar="SEQ:DIGEST", help="回执")
    parser.add_argument("--heads", metavar="FILE", help="会中公布的签名日志头")
    parser.add_argument("--proof", action="append", default=[], metavar="FILE", help="回执的证明")
    parser.add_argument("--max-bytes", type=int, default=MAX_BYTES, help="展开后的上限")
    parser.add_argument(
        "--method",
        choices=("auto", "cryptography", "openssl", "python"),
        default="auto",
        help="用什么核对签名",
    )
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")
    options = parser.parse_args(arguments)
    paths = [Path(name) for name in options.archive]
    if not paths and not options.proof:
        paths = [Path(__file__).resolve().parent]
        if not (paths[0] / "bagit.txt").exists():
            parser.error("本文件不在展开的归档中，请给出归档")
    if (options.receipt or options.heads) and len(paths) > 1:
        parser.error("回执和日志头只能对一份归档核对")
    if options.keys and not options.key:
        parser.error("公钥链要与 --key 同用：链上至少一把公钥要来自别处")
    before = [Path(options.previous)] if options.previous else []
    try:
        trusted = [key for given in options.key for key in read_keys(given)]
        if options.keys:
            chain = read_key_chain(_text_of(options.keys), method=options.method)
            trusted = trusted_by_chain(trusted, chain)
        receipts = [read_receipt(given) for given in options.receipt]
        common: dict[str, Any] = {"trusted": trusted, "method": options.method}
        reports = [verify_proof(file, receipts=receipts, **common) for file in options.proof]
        if paths:
            reports += verify_archives(
                [*before, *paths],
                receipts=receipts,
                heads=read_live_heads(options.heads) if options.heads else (),
                max_bytes=options.max_bytes,
                **common,
            )
    except (ValueError, LookupError, RecursionError) as exc:
        parser.error(str(exc))
    also(reports)
    if options.json:
        sys.stdout.write(json.dumps([report.as_dict() for report in reports], ensure_ascii=False))
        sys.stdout.write("\n")
    else:
        sys.stdout.write("\n".join(report.as_text() for report in reports))
    return 0 if all(report.ok for report in reports) else 1


if __name__ == "__main__":
    sys.exit(main())
