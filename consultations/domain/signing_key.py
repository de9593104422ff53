"""The hall's own signing key, kept in `settings.HALL_KEYS`."""

import contextlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from consultations.archiving.signing import SigningKey

PRIVATE = "archive-key.pem"
PUBLIC = "archive-key.pub.pem"


def signing_key() -> SigningKey:
    """The key that seals archives, created on first use for its owner's eyes alone (0600).

    Its public half lies beside it. Several processes may ask first at once: one creates it, and
    all use that one.

    Raises:
        OSError: where the folder cannot be written.
        consultations.archiving.signing.KeyUnusable: for a damaged key; it is never replaced.
    """
    path = Path(settings.HALL_KEYS) / PRIVATE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _place(path, SigningKey.generate().to_pem(), mode=0o600)
    key = SigningKey.from_pem(path.read_bytes())
    public = path.with_name(PUBLIC)
    if not public.exists():
        _place(public, key.public_pem(), mode=0o644)
    return key


def public_key_file() -> Path | None:
    """The public half for whoever verifies, or None before the first archive."""
    path = Path(settings.HALL_KEYS) / PUBLIC
    return path if path.exists() else None


def _place(path: Path, content: bytes, *, mode: int) -> None:
    """Put a whole file under its name, unless another process was quicker."""
    descriptor, draft = tempfile.mkstemp(prefix=".key-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            os.fchmod(stream.fileno(), mode)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the folder's entries to the disk: a file is only kept once its name is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
