"""Write a sealed archive: a BagIt 1.0 (RFC 8493) bag in a zip, signed.

Layout under one top-level folder: ``data/records.jsonl`` (the log), ``data/…`` (documents),
the BagIt tag files, ``head.json`` and ``head.sig``, ``verify.py``, and ``earlier/head-N.json``
with ``.sig`` for each superseded edition. ``head.json`` states the digests of the manifest and of
the other tag files, so its signature covers every byte of content in the bag. The same input and
key give the same bytes.
"""

import json
import os
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from consultations.archiving import verify
from consultations.archiving.canonical import canonical
from consultations.archiving.chain import ChainedEvent, ChainWalk
from consultations.archiving.signing import SigningKey

FORMAT = 1
BLOCK = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)


class BagRefused(ValueError):
    """The contents cannot be sealed; nothing was written."""


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A ``head.json`` with its signature, byte for byte."""

    content: bytes
    signature: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of ``head.json``: what the next archive names as its previous one."""
        return sha256(self.content).hexdigest()

    @property
    def fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = json.loads(self.content)
        return fields


@dataclass(frozen=True, slots=True)
class ArchiveContents:
    """All that goes into an archive.

    ``files`` maps names below ``data/`` to bytes or to files on disk; ``previous`` is the digest
    of the previous archive's head, None for the hall's first. ``earlier`` holds the heads of all
    former editions of this same archive, oldest first: a body erased by law after the seal needs
    a new edition, which must keep the log's chain and tree.

    ``complete`` makes it the public edition of the archive with this head's digest: only then may
    events be withheld. It is one with the complete one in chain, tree and place among archives.
    """

    room: str
    title: str
    sealed_at: str
    events: Iterable[ChainedEvent]
    hall: str = ""
    organization: str = ""
    previous: str | None = None
    files: Mapping[str, bytes | Path] = field(default_factory=dict)
    earlier: Sequence[SignedHead] = ()
    complete: str | None = None


@dataclass(frozen=True, slots=True)
class SealedArchive:
    """What was written: ``size`` in bytes and ``digest`` (SHA-256) of the zip itself."""

    path: Path
    head: SignedHead
    size: int
    digest: str


def write_bag(target: Path, contents: ArchiveContents, key: SigningKey) -> SealedArchive:
    """Check the log, write the archive to ``target`` and return its head.

    The file appears under its name only when complete and on disk. The top-level folder is
    called like the file without ``.zip``. Raises ChainBroken when the log does not verify,
    BagRefused for unsafe or reserved names and for an edition that departs from the earlier
    one, FileExistsError when there is a file already: archives are never overwritten.
    """
    if target.exists():
        raise FileExistsError(target)
    base = target.name.removesuffix(".zip")
    for name in [base, *(f"data/{name}" for name in contents.files)]:
        _require_safe(name)
    if "records.jsonl" in contents.files:
        raise BagRefused("data/records.jsonl is the log itself")
    folded = {name.casefold() for name in contents.files}
    if len(folded) != len(contents.files):
        raise BagRefused("names differ by case alone")
    descriptor, draft_name = tempfile.mkstemp(prefix=".sealing-", dir=target.parent)
    draft = Path(draft_name)
    try:
        with os.fdopen(descriptor, "w+b") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
                head = _Writer(archive, base).write(contents, key)
            stream.flush()
            os.fsync(stream.fileno())
            stream.seek(0)
            digest = sha256()
            while block := stream.read(BLOCK):
                digest.update(block)
            size = stream.tell()
        draft.chmod(0o644)
        draft.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return SealedArchive(target, head, size, digest.hexdigest())


def read_heads(archive: Path) -> list[SignedHead]:
    """Return the heads in an archive, earlier editions first, its own last.

    They are read, not verified: call ``verify_archive`` first.
    """
    with zipfile.ZipFile(archive) as bag:
        names = bag.namelist()
        base = next(name.split("/", 1)[0] for name in names)
        earlier = sum(1 for name in names if re.fullmatch(r"[^/]+/earlier/head-\d+\.json", name))
        stems = [
            *(f"{base}/earlier/head-{number + 1}" for number in range(earlier)),
            f"{base}/head",
        ]
        return [SignedHead(bag.read(f"{stem}.json"), bag.read(f"{stem}.sig")) for stem in stems]


class _Writer:
    """Streams files into the zip and remembers what the manifests need."""

    def __init__(self, archive: zipfile.ZipFile, base: str) -> None:
        self.archive = archive
        self.base = base
        self.digests: dict[str, str] = {}
        self.sizes: dict[str, int] = {}

    def write(self, contents: ArchiveContents, key: SigningKey) -> SignedHead:
        walk = ChainWalk(contents.room, contents.hall)
        self.add(verify.RECORDS, _lines(walk, contents))
        for name, content in sorted(contents.files.items()):
            self.add(f"data/{name}", _blocks(content))
        self.add("bagit.txt", [verify.BAGIT])
        self.add("bag-info.txt", [self.bag_info(contents)])
        self.add("verify.py", [Path(verify.__file__).read_bytes()])
        self.add(verify.MANIFEST, [self.manifest(payload=True)])
        head = self.head(contents, walk, key)
        for number, earlier in enumerate(contents.earlier, 1):
            self.add(f"earlier/head-{number}.json", [earlier.content])
            self.add(f"earlier/head-{number}.sig", [earlier.signature])
        self.add("head.json", [head.content])
        self.add("head.sig", [head.signature])
        self.add(verify.TAG_MANIFEST, [self.manifest(payload=False)])
        return head

    def add(self, name: str, content: Iterable[bytes]) -> None:
        entry = zipfile.ZipInfo(f"{self.base}/{name}", _EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.create_system = 3
        entry.external_attr = 0o100644 << 16
        digest, size = sha256(), 0
        with self.archive.open(entry, "w") as stream:
            for block in content:
                digest.update(block)
                size += len(block)
                stream.write(block)
        self.digests[name], self.sizes[name] = digest.hexdigest(), size

    def manifest(self, *, payload: bool) -> bytes:
        lines = [
            f"{digest}  {name}\n"
            for name, digest in sorted(self.digests.items())
            if name.startswith("data/") is payload
        ]
        return "".join(lines).encode()

    def bag_info(self, contents: ArchiveContents) -> bytes:
        payload = [size for name, size in self.sizes.items() if name.startswith("data/")]
        tags = {
            "Source-Organization": contents.organization,
            "External-Description": contents.title,
            "External-Identifier": contents.room,
            "Bagging-Date": contents.sealed_at[:10],
            "Payload-Oxum": f"{sum(payload)}.{len(payload)}",
        }
        lines = (f"{label}: {' '.join(text.split())}\n" for label, text in tags.items() if text)
        return "".join(lines).encode()

    def head(self, contents: ArchiveContents, walk: ChainWalk, key: SigningKey) -> SignedHead:
        fields: dict[str, Any] = {
            "format": FORMAT,
            "edition": len(contents.earlier) + 1,
            "hall": contents.hall,
            "room": contents.room,
            "title": contents.title,
            "sealed_at": contents.sealed_at,
            "count": walk.count,
            "chain_head": walk.head,
            "merkle_root": walk.root(),
            "previous_archive": contents.previous,
            "superseded": [earlier.digest for earlier in contents.earlier],
            "key_id": key.key_id,
            "public_key": key.public_key,
            "files": {name: self.digests[name] for name in sorted(verify.SIGNED_TAGS)},
        }
        if contents.complete is not None:
            fields["complete"] = contents.complete
        for earlier in contents.earlier:
            former = earlier.fields
            changed = [name for name in verify.KEPT_BY_EDITIONS if former[name] != fields[name]]
            if changed:
                raise BagRefused(f"the new edition changes {', '.join(changed)}")
        rules = {**verify.HEAD_SHAPE, **verify.OPTIONAL_SHAPE}
        wrong = [name for name, value in fields.items() if not rules[name](value)]
        if wrong:
            raise BagRefused(f"out of shape: {', '.join(wrong)}")
        content = canonical(fields)
        return SignedHead(content, key.sign(content))


def _lines(walk: ChainWalk, contents: ArchiveContents) -> Iterable[bytes]:
    for event in contents.events:
        if event.withheld and contents.complete is None:
            raise BagRefused(f"event {event.seq} is withheld from a complete archive")
        yield walk.add(event) + b"\n"


def _require_safe(name: str) -> None:
    if not verify.is_safe(name) or unicodedata.normalize("NFC", name) != name:
        raise BagRefused(f"unsafe name: {name!r}")


def _blocks(content: bytes | Path) -> Iterable[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as stream:
        while block := stream.read(BLOCK):
            yield block
