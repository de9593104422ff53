"""Signing the logs of live rooms every few minutes, wherever their people are."""

import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from consultations.archiving.chain import ChainBroken
from consultations.domain import heads
from hall import metrics

if TYPE_CHECKING:
    from consultations.live.hub import Hub

logger = logging.getLogger(__name__)

LOOKS = 20


class HeadWatch:
    """One process of many publishes each head: the database takes the first of a turn."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._looked_at = float("-inf")

    async def look(self) -> None:
        """Sign what is due. Looks into the database twenty times in the time of one head."""
        every = timedelta(seconds=settings.HALL_HEAD_SECONDS)
        now = time.monotonic()
        if now - self._looked_at < every.total_seconds() / LOOKS:
            return
        self._looked_at = now
        for room_id in await self._hub.pools.readers.run(heads.rooms_due, every):
            await self._publish(room_id)

    async def _publish(self, room_id: int) -> None:
        try:
            head = await self._hub.pools.readers.run(heads.publish_head, room_id)
        except ChainBroken as broken:
            # Not to be passed over in silence: what the log says now was not said then.
            metrics.heads_refused.inc()
            logger.error("room %s: the log does not verify, no head is signed: %s", room_id, broken)
        else:
            if head is not None:
                metrics.heads_signed.inc()
