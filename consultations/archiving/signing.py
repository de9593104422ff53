"""Ed25519 keys of the hall, and the signed heads that it publishes while a room is live.

Rotation: make a new key, have the old one sign it, and sign with it from then on. Archives name
the key that signed them, and their links to one another do not depend on keys. The keys form a
chain of their own: whoever trusts one of them can follow it to all others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from consultations.archiving.canonical import canonical


class KeyUnusable(ValueError):
    """The key text is damaged, locked by a password, or not Ed25519."""


def key_id(public_key: str) -> str:
    """Return a public key's id: the SHA-256 of its 32 raw bytes. Both are 64 hex characters."""
    return sha256(bytes.fromhex(public_key)).hexdigest()


class SigningKey:
    """A private key; ``public_key`` (64 hex characters) and ``key_id`` may be published."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public_key = raw.hex()
        self.key_id = key_id(self.public_key)

    @classmethod
    def generate(cls) -> "SigningKey":
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_pem(cls, pem: bytes) -> "SigningKey":
        """Read a PKCS 8 PEM; raises KeyUnusable."""
        try:
            private = load_pem_private_key(pem, None)
        except (ValueError, TypeError) as exc:
            raise KeyUnusable("the private key cannot be read") from exc
        if not isinstance(private, Ed25519PrivateKey):
            raise KeyUnusable("the private key is not Ed25519")
        return cls(private)

    def to_pem(self) -> bytes:
        """Return the private key as PKCS 8 PEM."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def public_pem(self) -> bytes:
        """Return the public key as PEM, as ``verify.py --key`` reads it."""
        return self._private.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature."""
        return self._private.sign(message)


@dataclass(frozen=True, slots=True)
class LiveHead:
    """A signed statement of how far a room's log had come; ``signature`` is over ``content``."""

    content: bytes
    signature: bytes


def sign_live_head(
    key: SigningKey,
    *,
    room: str,
    hall: str,
    count: int,
    chain_head: str,
    merkle_root: str,
    at: str,
) -> LiveHead:
    """Sign the state of a live log.

    Whoever keeps it can later run ``verify.py ARCHIVE --receipt COUNT:CHAIN_HEAD`` and learn
    whether the log was rewritten after that moment. It can never pass for an archive's head:
    its fields differ.
    """
    content = canonical(
        {
            "kind": "live",
            "room": room,
            "hall": hall,
            "count": count,
            "chain_head": chain_head,
            "merkle_root": merkle_root,
            "at": at,
            "key_id": key.key_id,
            "public_key": key.public_key,
        }
    )
    return LiveHead(content, key.sign(content))


def chain_keys(
    entries: Sequence[dict[str, Any]], *, former: SigningKey | None, key: SigningKey, at: str
) -> dict[str, Any]:
    """The entry by which ``key`` joins the chain after ``entries``.

    ``{statement, signature, own}``: what is said of the key (canonical text), signed with the key
    before it, and with the key itself: so trust leads either way. The first key has no former
    and signs for itself.
    """
    statement = canonical(
        {
            "kind": "key",
            "number": len(entries) + 1,
            "key_id": key.key_id,
            "public_key": key.public_key,
            "former": former.key_id if former else None,
            "at": at,
        }
    )
    return {
        "statement": statement.decode(),
        "signature": (former or key).sign(statement).hex(),
        "own": key.sign(statement).hex(),
    }
