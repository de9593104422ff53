"""The opinion map of one room: computed anew while stances come, and told to the room's seats.

The room never waits for it: it is read in a reader's thread and computed in the map's own process,
and whatever goes wrong there leaves the last map as it is.
"""

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings
from django.utils import translation

from consultations.archiving.canonical import timestamp
from consultations.domain import map_view, opinion_map
from consultations.domain.map_view import GroupShare, MapView, Share, TellingOpinion
from consultations.domain.map_worker import MapFailed, worker
from consultations.domain.opinion_map import Kept
from consultations.live.coalesced import Coalesced
from consultations.live.protocol import Packet, news

if TYPE_CHECKING:
    from consultations.live.room import Room

logger = logging.getLogger(__name__)

Shown = tuple[Kept | None, orjson.Fragment]

MAP_SECONDS = 3.0
CHANGES_MAP = frozenset({"opinion.hidden", "opinion.restored", "opinion.erased"})
SHOWN_TEXT = 60


class MapWatch:
    """Keeps the newest map of a room, computed at most every 3 s."""

    def __init__(self, room: "Room") -> None:
        self._room = room
        # By language: a map has sentences in it.
        self._shown: dict[str, Shown] = {}
        self._told: Kept | None = None
        self._version = 0
        self._reading: dict[str, asyncio.Task[Shown]] = {}
        self._computing = Coalesced(self._compute, seconds=MAP_SECONDS)

    def ask(self) -> None:
        """Stances have changed: have the map computed soon, and tell of it."""
        self._computing.ask()

    def cancel(self) -> None:
        self._computing.cancel()

    def react(self, types: set[str]) -> None:
        """What is hidden or corrected now must not be read from the map any more, not even once."""
        if types & CHANGES_MAP:
            self.ask()
        if types & {*CHANGES_MAP, "opinion.corrected"}:
            self._forget()

    async def answer(self, person_id: int) -> dict[str, Any]:
        """`{map, you}` as it stands; a newer one, where there is one, is told of when it comes."""
        language = translation.get_language() or settings.LANGUAGE_CODE
        if language not in self._shown:
            self.ask()
        kept, shown = self._shown.get(language) or await self._show(language)
        you = None if kept is None else map_view.you(kept.found, person_id)
        return {"map": shown, "you": you}

    async def _compute(self) -> None:
        room = self._room
        try:
            task = await room.pools.readers.run(opinion_map.task_for, room.id)
            if task is not None:
                answer = await asyncio.to_thread(worker.compute, task.packed)
                await room.pools.writers.run(opinion_map.keep, task, answer)
        except MapFailed as failure:
            logger.warning("no map of room %s: %s", room.id, failure)
            return
        self._forget()
        kept, _shown = await self._show(settings.LANGUAGE_CODE)
        before, self._told = self._told, kept
        if kept is not None and (before is None or before.computed_at != kept.computed_at):
            room.tell(Packet([news("map", at=timestamp(kept.computed_at), **_headline(kept))]))

    def _forget(self) -> None:
        self._version += 1
        self._shown.clear()

    async def _show(self, language: str) -> Shown:
        """Read the kept map, once for all who ask meanwhile in this language."""
        if language not in self._reading:
            self._reading[language] = asyncio.ensure_future(self._read(language))
        return await asyncio.shield(self._reading[language])

    async def _read(self, language: str) -> Shown:
        try:
            while True:
                version = self._version
                kept, view = await self._room.pools.readers.run(_read, self._room.id, language)
                if version == self._version:
                    shown = kept, orjson.Fragment(orjson.dumps(_on_wire(view)))
                    self._shown[language] = shown
                    return shown
        finally:
            del self._reading[language]


def _read(room_id: int, language: str) -> tuple[Kept | None, MapView]:
    with translation.override(language):
        kept = opinion_map.kept_map(room_id)
        return kept, opinion_map.view_of(room_id, kept)


def _headline(kept: Kept) -> dict[str, Any]:
    """What everyone is told at once: enough to know whether to ask for the map."""
    found = kept.found
    return {"status": found["status"], "people": found["people"], "groups": len(found["groups"])}


def _on_wire(view: MapView) -> dict[str, Any]:
    return {
        "at": timestamp(view.computed_at) if view.computed_at is not None else None,
        "status": view.status,
        "missing": view.missing,
        "people": view.people,
        "opinions": view.opinions,
        "stances": view.stances,
        "dots": [[dot.x, dot.y, dot.slot, dot.people] for dot in view.dots],
        "groups": [
            {
                "letter": group.letter,
                "slot": group.slot,
                "size": group.size,
                "sentence": group.sentence,
                "centre": group.centre,
                "outline": group.outline,
            }
            for group in view.groups
        ],
        "uniting": [_telling(one) for one in view.uniting],
        "dividing": [_telling(one) for one in view.dividing],
    }


def _telling(one: TellingOpinion) -> dict[str, Any]:
    short = one.text if len(one.text) <= SHOWN_TEXT else f"{one.text[:SHOWN_TEXT]}…"
    return {
        "number": one.number,
        "text": short,
        "share": _share(one.share) if one.share is not None else None,
        "groups": [_group_share(each) for each in one.groups],
    }


def _group_share(one: GroupShare) -> dict[str, Any]:
    return {"letter": one.letter, "slot": one.slot, **_share(one.share)}


def _share(share: Share) -> dict[str, Any]:
    return {
        "stance": share.stance,
        "percent": share.percent,
        "low": share.low,
        "high": share.high,
        "seen": share.seen,
    }
