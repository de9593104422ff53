"""Receipts: what a poster was given, held against the log, with proof to take away."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from consultations.archiving.bag import SignedHead, read_heads
from consultations.archiving.canonical import (
    body_digest,
    chain_next,
    event_line,
    genesis,
    timestamp,
)
from consultations.archiving.merkle import inclusion_proof, leaf_hash, verify_inclusion
from consultations.domain.editions import archive_file, newest_edition
from consultations.domain.events import room_name
from consultations.domain.heads import first_head_over
from consultations.domain.queries.lines import known_to
from consultations.domain.reading import one_moment
from consultations.models import Archive, Consultation, LiveHead, Opinion, RoomEvent, RoomHead
from hall.errors import Code, Refusal
from members.access import Visitor

_HEX = r"([0-9a-f](?:\s*[0-9a-f]){63})(?![0-9a-f])"
_CODE = re.compile(rf"(?<!\d)(\d{{1,15}})\s*:\s*(\d{{1,15}})\s*:\s*{_HEX}", re.ASCII)
_ADDRESS = re.compile(rf"c=(\d{{1,15}})&n=(\d{{1,15}})&d={_HEX}", re.ASCII)
_BATCH = 5000


class Found(StrEnum):
    """What became of the event that a receipt names."""

    HOLDS = "holds"
    NO_ROOM = "no_room"
    NO_EVENT = "no_event"
    OTHER = "other"
    BROKEN = "broken"


class Within(StrEnum):
    """Which signed head a proof leads to."""

    LIVE = "live"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class ReceiptCode:
    """A receipt as it is written down: `7:345:<64 hex>`."""

    consultation_id: int
    seq: int
    digest: str

    def __str__(self) -> str:
        return f"{self.consultation_id}:{self.seq}:{self.digest}"


@dataclass(frozen=True, slots=True)
class ReceiptAnswer:
    """What the log says to a receipt.

    `count` is how many events the log has. What stands after `found` is there only where the
    receipt holds: the opinion that was posted, if it was one, and what it is part of.
    """

    code: ReceiptCode
    found: Found
    count: int = 0
    consultation: Consultation | None = None
    at: datetime | None = None
    opinion: Opinion | None = None
    live_head: LiveHead | None = None
    archive: Archive | None = None
    edition: int = 0


def read_code(text: str) -> ReceiptCode | None:
    """The receipt in what someone has pasted or scanned: its code, or an address with it."""
    plain = unicodedata.normalize("NFKC", text).lower()
    match = _CODE.search(plain) or _ADDRESS.search(plain)
    if match is None:
        return None
    consultation_id, seq, digest = match.groups()
    return ReceiptCode(int(consultation_id), int(seq), "".join(digest.split()))


def check_receipt(visitor: Visitor, code: ReceiptCode) -> ReceiptAnswer:
    """Look the receipt up, and check the event's links anew. About six queries.

    Of a consultation that the visitor may not know of, it says that there is none.
    """
    consultation = known_to(visitor).filter(pk=code.consultation_id).first()
    if consultation is None:
        return ReceiptAnswer(code, Found.NO_ROOM)
    with one_moment():
        count = RoomHead.objects.values_list("seq", flat=True).get(pk=consultation.pk)
        event = _event(consultation.pk, code.seq)
        previous = _digest_before(consultation.pk, code.seq) if event else ""
    if event is None:
        found = Found.NO_EVENT if code.seq > count or code.seq < 1 else Found.BROKEN
        return ReceiptAnswer(code, found, count, consultation)
    if event.digest != code.digest:
        return ReceiptAnswer(code, Found.OTHER, count, consultation)
    if not _holds_together(event, previous):
        return ReceiptAnswer(code, Found.BROKEN, count, consultation)
    archive = Archive.objects.filter(consultation=consultation).first()
    return ReceiptAnswer(
        code,
        Found.HOLDS,
        count,
        consultation,
        at=event.at,
        opinion=consultation.opinions.filter(posted_seq=event.seq).first(),
        live_head=first_head_over(consultation.pk, event.seq),
        archive=archive,
        edition=newest_edition(archive).number if archive else 0,
    )


def receipt_proof(visitor: Visitor, code: ReceiptCode, within: Within) -> dict[str, Any]:
    """The proof that the event is in a signed head, as `verify.py --proof` reads it.

    Reads the lines of the log up to that head. What it gives was checked before.

    Raises:
        Refusal: `not_found` where the receipt does not hold, or there is no such head;
            `wrong_state` where the log is not what was signed.
    """
    answer = check_receipt(visitor, code)
    if answer.found != Found.HOLDS:
        raise Refusal(Code.NOT_FOUND)
    count, root, head = _signed(answer, within)
    room, index = code.consultation_id, code.seq - 1
    event = _event(room, code.seq)
    if event is None:
        raise Refusal(Code.NOT_FOUND)
    hashes = [leaf_hash(line) for line in _lines(room, count)]
    path = inclusion_proof(hashes, index)
    if not verify_inclusion(hashes[index], index=index, size=count, proof=path, root=root):
        raise Refusal(Code.WRONG_STATE)
    return {
        "kind": "inclusion",
        "line": {
            "seq": event.seq,
            "type": event.type,
            "at": timestamp(event.at),
            "by": event.by_id,
            "audience": event.audience,
            "body_digest": event.body_digest,
        },
        "previous": _digest_before(room, code.seq),
        "digest": event.digest,
        "path": [node.hex() for node in path],
        "head": {"content": head.content.decode(), "signature": head.signature.hex()},
    }


def _signed(answer: ReceiptAnswer, within: Within) -> tuple[int, bytes, SignedHead]:
    """Count, Merkle root and text of the head that is asked for."""
    if within == Within.LIVE and answer.live_head is not None:
        live = answer.live_head
        head = SignedHead(live.content.encode(), bytes.fromhex(live.signature))
        return live.count, bytes.fromhex(live.merkle_root), head
    if within == Within.ARCHIVE and answer.archive is not None:
        archive = answer.archive
        public = bool(newest_edition(archive).public_file)
        head = read_heads(archive_file(archive, public=public))[-1]
        return archive.event_count, bytes.fromhex(archive.merkle_root), head
    raise Refusal(Code.NOT_FOUND)


def _event(consultation_id: int, seq: int) -> RoomEvent | None:
    return RoomEvent.objects.filter(consultation_id=consultation_id, seq=seq).first()


def _digest_before(consultation_id: int, seq: int) -> str:
    if seq == 1:
        return genesis(room_name(consultation_id))
    before = RoomEvent.objects.filter(consultation_id=consultation_id, seq=seq - 1)
    return before.values_list("digest", flat=True).first() or ""


def _holds_together(event: RoomEvent, previous: str) -> bool:
    """Whether the event is what its digests say; of an erased one the body is not asked."""
    if event.body is not None and body_digest(event.salt, event.body) != event.body_digest:
        return False
    return bool(previous) and chain_next(previous, _line(_chained(event))) == event.digest


_Fields = tuple[int, str, datetime, int | None, str, str]


def _chained(event: RoomEvent) -> _Fields:
    return event.seq, event.type, event.at, event.by_id, event.audience, event.body_digest


def _line(fields: _Fields) -> bytes:
    seq, type_, at, by, audience, digest = fields
    return event_line(
        seq=seq, type=type_, at=timestamp(at), by=by, audience=audience, body_digest=digest
    )


def _lines(consultation_id: int, count: int) -> Iterator[bytes]:
    """The chained lines of the first `count` events, without their bodies."""
    log = RoomEvent.objects.filter(consultation_id=consultation_id, seq__lte=count).order_by("seq")
    rows = log.values_list("seq", "type", "at", "by_id", "audience", "body_digest")
    last = 0
    while batch := list(rows.filter(seq__gt=last)[:_BATCH]):
        last = batch[-1][0]
        yield from map(_line, batch)
