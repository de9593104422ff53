"""The hall's own signing keys, kept in `settings.HALL_KEYS`: the present one, and how it came."""

import contextlib
import json
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from consultations.archiving.canonical import timestamp
from consultations.archiving.signing import SigningKey, chain_keys
from consultations.domain import clock

PRIVATE = "archive-key.pem"
PUBLIC = "archive-key.pub.pem"
CHAIN = "archive-keys.json"
NEXT = "archive-key.next.pem"


def signing_key() -> SigningKey:
    """The key that seals archives, created on first use for its owner's eyes alone (0600).

    Its public half lies beside it, and the chain of keys that it belongs to. Several processes
    may ask first at once: one creates it, and all use that one.

    Raises:
        OSError: where the folder cannot be written.
        consultations.archiving.signing.KeyUnusable: for a damaged key; it is never replaced.
    """
    folder = Path(settings.HALL_KEYS)
    path = folder / PRIVATE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _place(path, SigningKey.generate().to_pem(), mode=0o600)
    key = SigningKey.from_pem(path.read_bytes())
    public = folder / PUBLIC
    if not public.exists() or (
        public.read_bytes() != key.public_pem() and not (folder / NEXT).exists()
    ):
        _replace(public, key.public_pem(), mode=0o644)
    _join_chain(folder, key)
    return key


def rotate_key() -> tuple[str, SigningKey]:
    """Sign with a new key from now on, which the present one vouches for.

    Returns the former key's id, and the new key. Interrupted anywhere, it goes on from there when
    it is run again. The former private key is kept beside the new one as `archive-key.<id>.pem`;
    nothing needs it any more.

    Raises:
        OSError, consultations.archiving.signing.KeyUnusable: as `signing_key`.
    """
    former = signing_key()
    folder = Path(settings.HALL_KEYS)
    waiting = folder / NEXT
    if not waiting.exists():
        _place(waiting, SigningKey.generate().to_pem(), mode=0o600)
    key = SigningKey.from_pem(waiting.read_bytes())
    entries = _entries(folder)
    if json.loads(entries[-1]["statement"])["key_id"] != key.key_id:
        at = timestamp(clock.now())
        entries.append(chain_keys(entries, former=former, key=key, at=at))
        _replace(folder / CHAIN, _chain_text(entries), mode=0o644)
    _place(folder / f"archive-key.{former.key_id[:16]}.pem", former.to_pem(), mode=0o600)
    _replace(folder / PUBLIC, key.public_pem(), mode=0o644)
    waiting.replace(folder / PRIVATE)
    sync_folder(folder)
    return former.key_id, key


def public_key_file() -> Path | None:
    """The public half for whoever verifies, or None before the first archive."""
    return _existing(PUBLIC)


def key_chain_file() -> Path | None:
    """All public keys that the hall has had, each vouched for by the one before; or None."""
    return _existing(CHAIN)


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One public key of the hall's, as a page shows it."""

    number: int
    key_id: str
    at: datetime


def key_chain() -> list[KeyLine]:
    """The hall's public keys, the present one first; none before the first archive."""
    path = key_chain_file()
    if path is None:
        return []
    said = [json.loads(entry["statement"]) for entry in _entries(path.parent)]
    return [
        KeyLine(each["number"], each["key_id"], datetime.fromisoformat(each["at"]))
        for each in reversed(said)
    ]


def _existing(name: str) -> Path | None:
    path = Path(settings.HALL_KEYS) / name
    return path if path.exists() else None


def _entries(folder: Path) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((folder / CHAIN).read_text("utf-8"))["keys"]
    return entries


def _chain_text(entries: list[dict[str, Any]]) -> bytes:
    return json.dumps({"keys": entries}, indent=1).encode() + b"\n"


def _join_chain(folder: Path, key: SigningKey) -> None:
    """Begin the chain with this key, where it is in none.

    A key that nobody vouched for, because the one before it was lost, begins another: the chain
    that ended is kept beside it.
    """
    path = folder / CHAIN
    if path.exists():
        if any(json.loads(e["statement"])["key_id"] == key.key_id for e in _entries(folder)):
            return
        with contextlib.suppress(FileNotFoundError):  # another process was quicker
            path.rename(folder / f"archive-keys.before-{key.key_id[:16]}.json")
    first = chain_keys([], former=None, key=key, at=timestamp(clock.now()))
    _place(path, _chain_text([first]), mode=0o644)


def _place(path: Path, content: bytes, *, mode: int) -> None:
    """Put a whole file under its name, unless another process was quicker."""
    draft = _draft(path.parent, content, mode)
    try:
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    sync_folder(path.parent)


def _replace(path: Path, content: bytes, *, mode: int) -> None:
    """Put a whole file under its name, instead of the one that is there."""
    _draft(path.parent, content, mode).replace(path)
    sync_folder(path.parent)


def _draft(folder: Path, content: bytes, mode: int) -> Path:
    descriptor, draft = tempfile.mkstemp(prefix=".key-", dir=folder)
    with os.fdopen(descriptor, "wb") as stream:
        os.fchmod(stream.fileno(), mode)
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return Path(draft)


def sync_folder(folder: Path) -> None:
    """Bring the folder's entries to the disk: a file is only kept once its name is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
