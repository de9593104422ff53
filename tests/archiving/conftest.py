"""A small sealed archive, and the means of an attacker who has everything but the key."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from consultations.archiving import verify
from consultations.archiving.bag import ArchiveContents, SealedArchive, write_bag
from consultations.archiving.canonical import canonical, genesis, seal_event
from consultations.archiving.chain import ChainedEvent, Erasure
from consultations.archiving.signing import SigningKey

SEALED_AT = "2024-05-20T09:30:00.000000Z"


def chained(
    count: int,
    *,
    room: str = "7",
    hall: str = "demo",
    said: str = "增设公交站台",
    after: int = 0,
) -> list[ChainedEvent]:
    """A room's log of ``count`` opinions; the salts are fixed, so that it is always the same.

    ``said`` is what they say from the one after ``after`` on.
    """
    previous, events = genesis(room, hall), []
    for seq in range(1, count + 1):
        words = said if seq > after else "增设公交站台"
        body = {"number": seq, "text": f"建议{seq}:{words}", "kind": "opinion"}
        at = f"2024-05-20T08:00:00.{seq:06d}Z"
        by = None if seq == 1 else seq
        sealed = seal_event(
            previous,
            seq=seq,
            type="opinion.posted",
            at=at,
            by=by,
            audience="all",
            body=body,
            salt=f"{seq:032x}",
        )
        events.append(
            ChainedEvent(
                seq=seq,
                type="opinion.posted",
                at=at,
                by=by,
                audience="all",
                salt=sealed.salt,
                body=body,
                body_digest=sealed.body_digest,
                digest=sealed.digest,
            )
        )
        previous = sealed.digest
    return events


def erase(event: ChainedEvent, basis: str = "个人信息保护法第四十七条") -> ChainedEvent:
    return replace(event, salt=None, body=None, erased=Erasure(basis, SEALED_AT))


@dataclass
class Bag:
    """The files of a bag, to be changed and packed again."""

    base: str
    files: dict[str, bytes]

    @classmethod
    def read(cls, path: Path) -> "Bag":
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            base = names[0].split("/")[0]
            return cls(base, {name[len(base) + 1 :]: archive.read(name) for name in names})

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.files[verify.RECORDS].splitlines()]

    def set_records(self, records: list[dict[str, Any]], *, rechain: bool = False) -> None:
        head = json.loads(self.files["head.json"])
        previous = genesis(head["room"], head["hall"])
        lines = []
        for record in records:
            if rechain:
                previous = _rechain(record, previous)
            lines.append(canonical(record) + b"\n")
        self.files[verify.RECORDS] = b"".join(lines)

    def head(self) -> dict[str, Any]:
        fields: dict[str, Any] = json.loads(self.files["head.json"])
        return fields

    def remake_manifests(self) -> None:
        """What anyone can do: make the lists of digests fit the files again."""
        for name, payload in ((verify.MANIFEST, True), (verify.TAG_MANIFEST, False)):
            self.files[name] = b"".join(
                f"{sha256(content).hexdigest()}  {inner}\n".encode()
                for inner, content in sorted(self.files.items())
                if inner.startswith("data/") is payload and inner != verify.TAG_MANIFEST
            )

    def remake_head(self, **changes: Any) -> None:
        """Make head.json fit the files and the log again; the signature stays as it was."""
        self.remake_manifests()
        head = self.head()
        head["files"] = {
            name: sha256(self.files[name]).hexdigest() for name in sorted(verify.SIGNED_TAGS)
        }
        records = self.records()
        if records:
            head["chain_head"] = records[-1]["digest"]
        head["count"] = len(records)
        lines = [{name: record[name] for name in LINE} for record in records]
        head["merkle_root"] = _root([canonical(line) for line in lines]).hex()
        self.files["head.json"] = canonical(head | changes)
        self.remake_manifests()

    def resign(self, key: SigningKey) -> None:
        """Everything made to fit, signed with another key."""
        self.remake_head(public_key=key.public_key, key_id=key.key_id)
        self.files["head.sig"] = key.sign(self.files["head.json"])
        self.remake_manifests()

    def pack(self, path: Path) -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.files.items():
                archive.writestr(f"{self.base}/{name}", content)
        return path

    def unpack(self, folder: Path) -> Path:
        for name, content in self.files.items():
            target = folder / self.base / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return folder / self.base


LINE = ("seq", "type", "at", "by", "audience", "body_digest")


def _rechain(record: dict[str, Any], previous: str) -> str:
    if record["body"] is not None:
        content = bytes.fromhex(record["salt"]) + canonical(record["body"])
        record["body_digest"] = sha256(content).hexdigest()
    line = canonical({name: record[name] for name in LINE})
    record["digest"] = sha256(bytes.fromhex(previous) + line).hexdigest()
    return str(record["digest"])


def _root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962 §2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + _root(leaves[:split]) + _root(leaves[split:])).digest()


@pytest.fixture(scope="session")
def key() -> SigningKey:
    return SigningKey.generate()


@pytest.fixture(scope="session")
def other_key() -> SigningKey:
    return SigningKey.generate()


Seal = Callable[..., SealedArchive]


@pytest.fixture
def seal(tmp_path: Path, key: SigningKey) -> Seal:
    """seal(name, count=12, …): write an archive with two documents beside its log."""

    def write(name: str = "A", *, signer: SigningKey = key, **fields: Any) -> SealedArchive:
        fields.setdefault("room", "7")
        fields.setdefault("hall", "demo")
        fields.setdefault("title", "菜市场改造")
        fields.setdefault("sealed_at", SEALED_AT)
        fields.setdefault("files", {"minutes.docx": b"minutes" * 50, "附件/图 1.txt": b"map"})
        count = fields.pop("count", 12)
        fields.setdefault("events", chained(count, room=fields["room"], hall=fields["hall"]))
        return write_bag(tmp_path / f"{name}.zip", ArchiveContents(**fields), signer)

    return write


@pytest.fixture
def make_chained() -> Callable[..., list[ChainedEvent]]:
    return chained


@pytest.fixture
def erase_event() -> Callable[..., ChainedEvent]:
    return erase


@pytest.fixture
def read_bag() -> Callable[[Path], Bag]:
    return Bag.read
