"""Snapshots for many who come at once: the common part is read and encoded once."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from consultations.archiving.canonical import timestamp
from consultations.domain import clock
from consultations.domain.ballot_cards import votes_of
from consultations.domain.cards import LATEST, card_for, is_for, stances_of
from consultations.domain.deliveries import Viewer
from consultations.domain.room_queries import Picture
from consultations.domain.speaking_list import floor_for
from consultations.live.attendee import Attendee
from consultations.models import OpinionState

MAX_AGE = 1.0
_ANYONE = Viewer(0, moderates=False)
_MODERATOR = Viewer(0, moderates=True)


@dataclass(frozen=True, slots=True)
class Own:
    """What a reader has done: stances by the opinion's number, votes by the ballot's."""

    stances: dict[int, int]
    votes: dict[int, list[int]]


def own_of(room_id: int, person_id: int, *, ballots: bool) -> Own:
    """One query, and one more where the room has ballots."""
    votes = votes_of(room_id, person_id) if ballots else {}
    return Own(stances_of(room_id, person_id), votes)


class Developed:
    """A picture, encoded as far as it is the same for everyone.

    `tallies` is the version of the counts that were told when the reading began.
    """

    def __init__(self, picture: Picture, *, tallies: int, made_at: float) -> None:
        self.picture = picture
        self.tallies = tallies
        self.made_at = made_at
        self.numbers = [card["number"] for card in picture.cards]
        self._public = self._cards_for(_ANYONE)
        self._full = self._cards_for(_MODERATOR)
        # What a short snapshot may leave out, where it is not among the latest.
        self._plain = {
            card["number"]
            for card in picture.cards
            if card["state"] == OpinionState.VISIBLE and not card["pinned"]
        }
        self._private_of: dict[int, set[int]] = {}
        for card in picture.cards:
            if card["state"] != OpinionState.VISIBLE:
                self._private_of.setdefault(card["author"]["id"], set()).add(card["number"])
        self._room = orjson.dumps(picture.room)
        self._speaking = {
            viewer: orjson.dumps(floor_for(picture.speaking, viewer))
            for viewer in (_ANYONE, _MODERATOR)
        }
        turns = [picture.speaking["now"], *picture.speaking["waiting"]]
        self._with_own = {one["person"]["id"] for one in turns if one and one["held"]}
        self._requests = orjson.dumps(picture.requests)
        self._outcome = orjson.dumps(picture.outcome)
        self.ballots = [card["number"] for card in picture.ballots]

    def _cards_for(self, viewer: Viewer) -> dict[int, bytes]:
        """Each card without its end, to which the reader's own stance is added, by number."""
        return {
            card["number"]: orjson.dumps(card_for(card, viewer))[:-1]
            for card in self.picture.cards
            if is_for(card, viewer)
        }

    def _shown_to(self, viewer: Viewer) -> dict[int, bytes]:
        """The cards of this reader, ascending."""
        if viewer.moderates:
            return self._full
        mine = self._private_of.get(viewer.person_id)
        if not mine:
            return self._public
        return {
            number: self._full[number] if number in mine else self._public[number]
            for number in self.numbers
            if number in mine or number in self._public
        }

    def _speaking_for(self, viewer: Viewer) -> bytes:
        """The floor; who has a withheld subject there reads it."""
        if viewer.person_id in self._with_own and not viewer.moderates:
            return orjson.dumps(floor_for(self.picture.speaking, viewer))
        return self._speaking[_MODERATOR if viewer.moderates else _ANYONE]

    def tally_lines(self) -> list[list[int]]:
        """`[number, agree, disagree, passed]` of all cards on which someone has taken a stance."""
        lines = (
            [card["number"], card["agree"], card["disagree"], card["passed"]]
            for card in self.picture.cards
        )
        return [line for line in lines if any(line[1:])]

    def ballot_standing(self) -> dict[str, Any] | None:
        """`{number, voted, counts}` of the ballot that was open."""
        for card in self.picture.ballots:
            if card["closed_at"] is None:
                return {name: card[name] for name in ("number", "voted", "counts")}
        return None

    def snapshot(
        self, attendee: Attendee, own: Own, presence: dict[str, Any], *, most: int = LATEST
    ) -> orjson.Fragment:
        """The snapshot of this attendee, with what is their own in it.

        It has the latest `most` opinions, all pinned ones, and those that not everyone can read.
        """
        viewer, cards = attendee.viewer, self._shown_to(attendee.viewer)
        if most < len(cards):
            left_out = self._plain & set(list(cards)[:-most])
            cards = {number: card for number, card in cards.items() if number not in left_out}
        opinions = b",".join(
            card + b',"mine":%s}' % _stance(own.stances.get(number))
            for number, card in cards.items()
        )
        head = {
            "epoch": self.picture.epoch,
            "head": self.picture.head,
            "server_time": timestamp(clock.now()),
            "room": orjson.Fragment(self._room),
            "may": attendee.may,
            "opinions": orjson.Fragment(b"[%s]" % opinions),
            "total": self.picture.total if viewer.moderates else max(cards, default=0),
            "ballots": [
                {**card, "mine": own.votes.get(card["number"])} for card in self.picture.ballots
            ],
            "speaking": orjson.Fragment(self._speaking_for(viewer)),
            "requests": orjson.Fragment(self._requests),
            "presence": presence,
            "outcome": orjson.Fragment(self._outcome),
            "posting": self.picture.posting,
            "mutes": self.picture.mutes_for(viewer),
        }
        return orjson.Fragment(orjson.dumps(head))


def _stance(value: int | None) -> bytes:
    return b"null" if value is None else b"%d" % value


class Darkroom:
    """The newest developed picture of a room. It is read again when it is a second old, and never
    by two at the same time."""

    def __init__(self, take: Callable[[], Any]) -> None:
        self._take = take
        self._newest: Developed | None = None
        self._developing: asyncio.Task[Developed] | None = None

    async def newest(self, *, not_before: float = float("-inf")) -> Developed:
        """A picture at most a second old, taken after `not_before` (time of the loop)."""
        now = asyncio.get_running_loop().time()
        oldest = max(not_before, now - MAX_AGE)
        if self._newest is not None and self._newest.made_at >= oldest:
            return self._newest
        while True:
            if self._developing is None:
                self._developing = asyncio.ensure_future(self._develop())
            developed = await asyncio.shield(self._developing)
            if developed.made_at >= not_before:  # it may have been begun before
                return developed

    async def _develop(self) -> Developed:
        try:
            developed: Developed = await self._take()
            self._newest = developed
            return developed
        finally:
            self._developing = None
