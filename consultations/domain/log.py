"""Reading the room's log whole, as it is chained and sealed."""

from collections.abc import Iterator

from consultations.archiving.canonical import timestamp
from consultations.archiving.chain import ChainedEvent, Erasure
from consultations.models import RoomEvent

BATCH = 1000


def chained_events(consultation_id: int, *, after: int = 0) -> Iterator[ChainedEvent]:
    """The events after `after` in order, as `consultations.archiving` reads them.

    One query per thousand. No cursor stays open between the queries: a reader may stop anywhere.
    """
    log = RoomEvent.objects.filter(consultation_id=consultation_id).order_by("seq")
    last = after
    while batch := list(log.filter(seq__gt=last).select_related("erasure")[:BATCH]):
        last = batch[-1].seq
        for event in batch:
            yield chained(event)


def chained(event: RoomEvent) -> ChainedEvent:
    """One event as it is chained, with its erasure where its body was erased."""
    erased = None
    if event.erasure is not None and event.erasure.decided_at is not None:
        erased = Erasure(event.erasure.basis, timestamp(event.erasure.decided_at))
    return ChainedEvent(
        seq=event.seq,
        type=event.type,
        at=timestamp(event.at),
        by=event.by_id,
        audience=event.audience,
        salt=event.salt or None,
        body=event.body,
        body_digest=event.body_digest,
        digest=event.digest,
        erased=erased,
    )
