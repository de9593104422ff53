"""Canonical JSON and the hash chain of a room's log.

The formulas (all digests SHA-256, lower-case hex; ``‖`` joins bytes):

- ``body_digest = sha256(salt ‖ canonical(body))`` with 16 random salt bytes, so that an erased
  body cannot be guessed back from its digest;
- ``line = canonical({seq, type, at, by, audience, body_digest})``;
- ``digest = sha256(previous digest as 32 bytes ‖ line)``;
- the digest before the first event is ``genesis(room)``.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 64
SALT_BYTES = 16

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_PLAIN = frozenset({str, bool, type(None)})
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}")


class CanonicalError(ValueError):
    """The value has no canonical form; the message names the place inside it."""


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """What ``seal_event`` adds to an event: the columns to store beside it.

    ``salt`` is 32 hex characters, the digests 64; ``line`` is what was chained and is also the
    data of the event's Merkle leaf.
    """

    body_digest: str
    salt: str
    digest: str
    line: bytes


def canonical(value: object) -> bytes:
    """Return the one byte string that stands for ``value``.

    UTF-8, object keys sorted by code point, no white space, text as it is (no normalisation, no
    ``\\u`` escapes but for control characters): what ``json.dumps(sort_keys=True,
    ensure_ascii=False, separators=(",", ":"))`` gives.

    Raises CanonicalError for floats, integers beyond ±(2**53 - 1), keys that are not plain
    strings, lone surrogates, nesting deeper than 64, and any other type: a reader in another
    language would not get the same bytes back.
    """
    _check(value, "", 0)
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except orjson.JSONEncodeError as exc:
        raise CanonicalError(str(exc)) from exc


def timestamp(moment: datetime) -> str:
    """Return ``moment`` in UTC with microseconds and ``Z``; raises CanonicalError if naive."""
    if moment.utcoffset() is None:
        raise CanonicalError("a timestamp needs a time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def genesis(room: str, hall: str = "") -> str:
    """Return the digest that precedes the first event of ``room`` in ``hall``.

    Both are stable public names; an archive states both in its head. The digest keeps a log from
    passing for the log of another room.
    """
    return sha256(canonical({"room": room, "hall": hall})).hexdigest()


def body_digest(salt: str, body: dict[str, Any]) -> str:
    """Return the salted digest of ``body``; ``salt`` is 32 hex characters."""
    return sha256(bytes.fromhex(salt) + canonical(body)).hexdigest()


def event_line(
    *,
    seq: int,
    type: str,  # noqa: A002 - the field's name in the contract
    at: str,
    by: int | None,
    audience: str,
    body_digest: str,
) -> bytes:
    """Return the bytes of an event that are chained: everything but the body itself.

    Raises CanonicalError when a field is out of shape.
    """
    if seq.__class__ is not int or seq < 1:
        raise CanonicalError("seq must be an integer from 1")
    if not type or not audience:
        raise CanonicalError("type and audience must not be empty")
    if not _TIMESTAMP.fullmatch(at):
        raise CanonicalError("at must be UTC with microseconds and Z")
    if by is not None and by.__class__ is not int:
        raise CanonicalError("by must be an integer or null")
    if not _DIGEST.fullmatch(body_digest):
        raise CanonicalError("body_digest must be 64 hex characters")
    return canonical(
        {
            "seq": seq,
            "type": type,
            "at": at,
            "by": by,
            "audience": audience,
            "body_digest": body_digest,
        }
    )


def chain_next(previous: str, line: bytes) -> str:
    """Return the digest of an event from the digest before it and its line."""
    if not _DIGEST.fullmatch(previous):
        raise CanonicalError("the previous digest must be 64 hex characters")
    return sha256(bytes.fromhex(previous) + line).hexdigest()


def seal_event(
    previous: str,
    *,
    seq: int,
    type: str,  # noqa: A002
    at: str,
    by: int | None,
    audience: str,
    body: dict[str, Any],
    salt: str | None = None,
) -> SealedEvent:
    """Chain one event to the digest before it; a fresh salt is drawn unless one is given.

    ``at`` comes from ``timestamp``. Raises CanonicalError, and then nothing may be stored.
    """
    salt = secrets.token_hex(SALT_BYTES) if salt is None else salt
    content = body_digest(salt, body)
    line = event_line(seq=seq, type=type, at=at, by=by, audience=audience, body_digest=content)
    return SealedEvent(content, salt, chain_next(previous, line), line)


def _check(value: object, place: str, depth: int) -> None:
    if value.__class__ in _PLAIN or isinstance(value, str):
        return
    if isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise CanonicalError(f"integer beyond 53 bits at {place or '/'}")
    elif isinstance(value, dict):
        if depth >= MAX_DEPTH:
            raise CanonicalError(f"nested deeper than {MAX_DEPTH}")
        for key, inner in value.items():
            if key.__class__ is not str:
                raise CanonicalError(f"key is not a plain string at {place or '/'}")
            _check(inner, f"{place}/{key}", depth + 1)
    elif isinstance(value, list | tuple):
        if depth >= MAX_DEPTH:
            raise CanonicalError(f"nested deeper than {MAX_DEPTH}")
        for index, inner in enumerate(value):
            _check(inner, f"{place}/{index}", depth + 1)
    else:
        raise CanonicalError(f"{value.__class__.__name__} has no canonical form at {place or '/'}")
