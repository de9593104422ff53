"""Signed heads: what the hall publishes every few minutes of a live room's log.

Whoever keeps one can tell later whether the log was changed behind it: the archive has to pass
through every head that was published.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q

from consultations.archiving.canonical import timestamp
from consultations.archiving.chain import ChainBroken, ChainWalk
from consultations.archiving.signing import sign_live_head
from consultations.domain import clock
from consultations.domain.events import room_name
from consultations.domain.log import chained_events
from consultations.domain.pages import Listed
from consultations.domain.reading import one_moment
from consultations.domain.signing_key import signing_key
from consultations.models import Consultation, LiveHead, RoomEvent, RoomHead, Stage


@dataclass(frozen=True, slots=True)
class HeadLine:
    """A published head as a page shows it."""

    turn: int
    at: datetime
    count: int
    chain_head: str
    merkle_root: str
    key_id: str


def rooms_due(every: timedelta) -> list[int]:
    """Rooms whose log should be signed now. One query.

    While live one head each `every`, the first at once; after the close one more, over the close.
    """
    newest = Consultation.objects.annotate(signed_at=Max("live_heads__at"))
    stale = Q(signed_at=None) | Q(signed_at__lte=clock.now() - every)
    closing = Q(stage=Stage.SUMMARISING, signed_at__lt=F("closed_at"))
    due = newest.filter(Q(stage=Stage.LIVE) & stale | closing)
    return list(due.order_by("pk").values_list("pk", flat=True))


def publish_head(consultation_id: int) -> LiveHead | None:
    """Check the log since the last head, sign how far it has come, and keep that for everyone.

    Returns None where another process has published this turn: the database takes one of them.

    Raises:
        consultations.archiving.chain.ChainBroken: the log does not verify; nothing is signed.
        OSError, consultations.archiving.signing.KeyUnusable: there is no key to sign with.
    """
    with one_moment():
        last = _newest(consultation_id)
        at = clock.now()
        walk = _walk_from(consultation_id, last)
        for event in chained_events(consultation_id, after=walk.count):
            walk.add(event)
        stands = RoomHead.objects.values_list("seq", flat=True).get(pk=consultation_id)
        if walk.count != stands:
            raise ChainBroken(walk.count, "count")
    key = signing_key()
    signed = sign_live_head(
        key,
        room=room_name(consultation_id),
        hall="",
        count=walk.count,
        chain_head=walk.head,
        merkle_root=walk.root(),
        at=timestamp(at),
    )
    head = LiveHead(
        consultation_id=consultation_id,
        turn=last.turn + 1 if last else 1,
        count=walk.count,
        chain_head=walk.head,
        merkle_root=walk.root(),
        peaks=",".join(walk.peaks),
        key_id=key.key_id,
        at=at,
        content=signed.content.decode(),
        signature=signed.signature.hex(),
    )
    try:
        with transaction.atomic():
            head.save(force_insert=True)
    except IntegrityError:  # published by another process, or sealed meanwhile
        return None
    return head


def _newest(consultation_id: int) -> LiveHead | None:
    heads = LiveHead.objects.filter(consultation_id=consultation_id)
    return heads.order_by("-turn").first()


def _walk_from(consultation_id: int, last: LiveHead | None) -> ChainWalk:
    if last is None or last.count == 0:
        return ChainWalk(room_name(consultation_id))
    there = RoomEvent.objects.filter(consultation_id=consultation_id, seq=last.count)
    if there.values_list("digest", flat=True).first() != last.chain_head:
        raise ChainBroken(last.count, "line-digest")
    return ChainWalk.resume(count=last.count, head=last.chain_head, peaks=last.peaks.split(","))


def head_lines(consultation: Consultation) -> Listed[HeadLine]:
    """The published heads, the latest first."""
    heads = LiveHead.objects.filter(consultation=consultation).order_by("-turn")
    shown = heads.defer("content", "signature", "peaks")
    return Listed(shown, lambda found: map(_head_line, found), bare=heads)


def _head_line(head: LiveHead) -> HeadLine:
    return HeadLine(
        turn=head.turn,
        at=head.at,
        count=head.count,
        chain_head=head.chain_head,
        merkle_root=head.merkle_root,
        key_id=head.key_id,
    )


def heads_file(consultation: Consultation) -> dict[str, Any]:
    """All published heads as `verify.py --heads` reads them, in their order. One query."""
    heads = LiveHead.objects.filter(consultation=consultation).order_by("turn")
    return {
        "room": room_name(consultation.pk),
        "heads": [{"content": head.content, "signature": head.signature} for head in heads],
    }


def first_head_over(consultation_id: int, seq: int) -> LiveHead | None:
    """The first published head that an event is in. One query."""
    heads = LiveHead.objects.filter(consultation_id=consultation_id, count__gte=seq)
    return heads.order_by("turn").first()
