"""What a person knows of a room, and how each frame changes it, as docs/protocol.md says.

The rule that all of it serves: the view of an old snapshot and the events since equals the view
of a new snapshot.
"""

import copy
from typing import Any

from consultations.models import Kind, Stage
from tests.support.floor_view import FloorView, Frame


class View(FloorView):
    """One reader's room.

    `gaps` are the places, `(head, seq)`, where an event came that was not the next one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ready = False
        self.epoch = ""
        self.head = 0
        self.room: Frame = {}
        self.may: list[str] = []
        self.server_time = ""
        self.seat: Frame | None = None
        self.cards: dict[int, Frame] = {}
        self.stances: dict[int, int] = {}
        self.total = 0
        self.presence: Frame = {}
        self.outcome: Frame | None = None
        self.posting: Frame = {}
        self.mutes: list[Frame] = []
        self.gaps: list[tuple[int, int]] = []

    @property
    def me(self) -> int:
        """The reader's id; 0 for a big screen, which has none."""
        return self.seat["person"]["id"] if self.seat else 0

    @property
    def opinions(self) -> list[Frame]:
        """The cards, ascending."""
        return [self.cards[number] for number in sorted(self.cards)]

    def card(self, number: int) -> Frame:
        return self.cards[number]

    def apply(self, frame: Frame) -> None:
        """Take whatever the hall says."""
        if "hello" in frame:
            self.greet(frame["hello"])
        elif "seq" in frame:
            self.take_events([frame])
        elif "now" in frame:
            self.take_news(frame)
        elif isinstance(frame.get("ok"), dict):
            self._take_answer(frame["ok"])

    def _take_answer(self, ok: Frame) -> None:
        if "snapshot" in ok:
            self.take_snapshot(ok["snapshot"])
        if "events" in ok:
            self.take_events(ok["events"])
        if set(ok) == {"number", "choices"}:
            self.take_vote(ok["number"], ok["choices"])
        if set(ok) == {"number", "value"}:
            self.take_mine(ok["number"], ok["value"])

    def greet(self, hello: Frame) -> None:
        self.seat, self.may = hello["seat"], hello["may"]

    def take_snapshot(self, snapshot: Frame) -> None:
        snapshot = copy.deepcopy(snapshot)
        self.ready = True
        self.epoch, self.head = snapshot["epoch"], snapshot["head"]
        self.room, self.may = snapshot["room"], snapshot["may"]
        self.server_time = snapshot["server_time"]
        self.cards = {card["number"]: card for card in snapshot["opinions"]}
        self.stances, self.votes = {}, {}
        self.total = snapshot["total"]
        self.ballots, self.speaking = snapshot["ballots"], snapshot["speaking"]
        self.requests = snapshot["requests"]
        self.presence, self.outcome = snapshot["presence"], snapshot["outcome"]
        self.posting, self.mutes = snapshot["posting"], snapshot["mutes"]

    def take_events(self, events: list[Frame]) -> None:
        """Apply events in their order; those not next in line are passed over."""
        for event in events:
            if not self.ready or event["seq"] <= self.head:
                continue
            if event["seq"] != self.head + 1:
                self.gaps.append((self.head, event["seq"]))
                continue
            self.head = event["seq"]
            apply = getattr(self, "_" + event.get("type", "").replace(".", "_"), None)
            if apply is not None:
                apply(event["body"], event)

    def take_news(self, news: Frame) -> None:
        now = news["now"]
        if now == "presence":
            self.presence = {"count": news["count"], "by_identity": news["by_identity"]}
        elif now == "may":
            self.may = news["may"]
        elif now == "tally":
            self._count(news["tallies"])
        elif now == "ballot":
            card = self.ballot(news["number"])
            if card is not None and card["closed_at"] is None:
                card.update(voted=news["voted"], counts=news["counts"])
        elif now == "own":
            for number, value in news["stances"]:
                self.take_mine(number, value)
            for number, choices in news["votes"]:
                self.take_vote(number, choices)

    def take_mine(self, number: int, value: int) -> None:
        """This person's own stance, once the hall has accepted it."""
        self.stances[number] = value
        self._change(number, mine=value)

    def take_vote(self, number: int, choices: list[int]) -> None:
        """This person's own vote, once the hall has accepted it."""
        self.votes[number] = choices
        if (card := self.ballot(number)) is not None:
            card["mine"] = choices

    def logged(self) -> Frame:
        """All that rests on the log: compare it with the same of a fresh snapshot."""
        return {
            "epoch": self.epoch,
            "head": self.head,
            "room": self.room,
            "opinions": self.opinions,
            "total": self.total,
            "ballots": self.ballots,
            "speaking": self.speaking,
            "requests": self.requests,
            "outcome": self.outcome,
            "posting": self.posting,
            "mutes": self.mutes,
        }

    @property
    def snapshot(self) -> Frame | None:
        """The room as a snapshot would have it now; None before there was one."""
        if not self.ready:
            return None
        beside = {"may": self.may, "presence": self.presence, "server_time": self.server_time}
        return {**self.logged(), **beside}

    def _change(self, number: int, **fields: Any) -> None:
        if number in self.cards:
            self.cards[number].update(fields)

    def _count(self, tallies: list[list[int]]) -> None:
        for number, agree, disagree, passed in tallies:
            self._change(number, agree=agree, disagree=disagree, passed=passed)

    def _opinion_posted(self, body: Frame, event: Frame) -> None:
        self._come_in(body, at=event["at"], seq=event["seq"], state="visible")

    def _opinion_held(self, body: Frame, event: Frame) -> None:
        self._come_in(body, at=event["at"], seq=event["seq"], state="held")

    def _opinion_approved(self, body: Frame, event: Frame) -> None:
        said = {name: value for name, value in body.items() if name != "posted_at"}
        self._come_in(said, at=body["posted_at"], seq=event["seq"], state="visible")
        self._change(body["number"], seq=event["seq"], state="visible")

    def _opinion_returned(self, body: Frame, _event: Frame) -> None:
        self._change(body["number"], state="returned", reason=body["reason"])

    def _opinion_reconsidered(self, body: Frame, _event: Frame) -> None:
        self._change(body["number"], state="held")
        self.cards.get(body["number"], {}).pop("reason", None)

    def _opinion_merged(self, body: Frame, _event: Frame) -> None:
        self._change(body["number"], merged_into=body["into"])
        if body["into"] in self.cards:
            parts = self.cards[body["into"]].get("merged", [])
            parts = [*parts, {"number": body["number"], "author": body["author"]}]
            self._change(body["into"], merged=sorted(parts, key=lambda part: part["number"]))

    def _opinion_unmerged(self, body: Frame, _event: Frame) -> None:
        self.cards.get(body["number"], {}).pop("merged_into", None)
        parts = self.cards.get(body["into"], {}).pop("merged", [])
        if rest := [part for part in parts if part["number"] != body["number"]]:
            self._change(body["into"], merged=rest)

    def _posting_set(self, body: Frame, _event: Frame) -> None:
        self.posting = body

    def _person_muted(self, body: Frame, _event: Frame) -> None:
        ids = [mute["person"]["id"] for mute in self.mutes]
        if body["person"]["id"] in ids:
            self.mutes[ids.index(body["person"]["id"])] = body
        else:
            self.mutes.append(body)

    def _person_unmuted(self, body: Frame, _event: Frame) -> None:
        self.mutes = [one for one in self.mutes if one["person"]["id"] != body["person"]["id"]]

    def _come_in(self, said: Frame, *, at: str, seq: int, state: str) -> None:
        self.total = max(self.total, said["number"])
        if said["number"] in self.cards:
            return
        self.cards[said["number"]] = {
            **said,
            "at": at,
            "seq": seq,
            "state": state,
            "pinned": False,
            "answered": False,
            "agree": 0,
            "disagree": 0,
            "passed": 0,
            "mine": self.stances.get(said["number"]),
        }

    def _opinion_hidden(self, body: Frame, _event: Frame) -> None:
        self._change(body["number"], state="hidden", text="", pinned=False)
        for name in ("reason", "corrections"):
            self.cards.get(body["number"], {}).pop(name, None)

    def _opinion_hide_reason(self, body: Frame, _event: Frame) -> None:
        if self.cards.get(body["number"], {}).get("state") == "hidden":
            self._change(**body)

    def _opinion_restored(self, body: Frame, _event: Frame) -> None:
        for name in ("reason", "corrections"):
            self.cards.get(body["number"], {}).pop(name, None)
        self._change(**body, state="visible")

    def _opinion_erased(self, body: Frame, _event: Frame) -> None:
        self.cards.pop(body["number"], None)
        known = [self.total, body["number"]] if "moderate" in self.may else list(self.cards)
        self.total = max(known, default=0)

    def _opinion_corrected(self, body: Frame, event: Frame) -> None:
        made = {"earlier": body["earlier"], "by": body["corrected_by"], "at": event["at"]}
        if body["number"] in self.cards:
            earlier = self.cards[body["number"]].get("corrections", [])
            self._change(body["number"], text=body["text"], corrections=[*earlier, made])

    def _opinion_pinned(self, body: Frame, _event: Frame) -> None:
        self._change(body["number"], pinned=body["pinned"])

    def _opinion_answered(self, body: Frame, _event: Frame) -> None:
        self._change(body["number"], answered=body["answered"])

    def _seat_taken(self, body: Frame, _event: Frame) -> None:
        if self.seat and self.seat["person"]["id"] == body["person"]["id"]:
            self.seat = body

    def _agenda_moved(self, body: Frame, event: Frame) -> None:
        for item in self.room["agenda"]:
            if item["position"] == body["started"]:
                item.update(started_at=body["since"], ended_at=None)
            elif item["position"] in body["untouched"]:
                item.update(started_at=None, ended_at=None)
            elif item["position"] == body["ended"]:
                item["ended_at"] = event["at"]

    def _agenda_extended(self, body: Frame, _event: Frame) -> None:
        for item in self.room["agenda"]:
            if item["position"] == body["position"]:
                item["minutes"] = body["minutes"]

    def _stage_moved(self, body: Frame, event: Frame) -> None:
        stage = Stage(body["to"])
        self.room.update(stage=stage.value, stage_label=str(stage.label))
        if stage == Stage.LIVE:
            opened_at = self.room["opened_at"] or event["at"]
            self.room.update(opened_at=opened_at, closed_at=None)
        if body["from"] == Stage.LIVE:
            self.room["closed_at"] = event["at"]

    def _consultation_changed(self, body: Frame, _event: Frame) -> None:
        times = {item["position"]: item for item in self.room["agenda"]}
        agenda = [
            {
                **item,
                "started_at": times.get(item["position"], {}).get("started_at"),
                "ended_at": times.get(item["position"], {}).get("ended_at"),
            }
            for item in body["agenda"]
        ]
        kind_label = str(Kind(body["kind"]).label)
        self.room = {**self.room, **body, "kind_label": kind_label, "agenda": agenda}

    def _outcome_published(self, body: Frame, _event: Frame) -> None:
        self.outcome = body

    def _stances_closed(self, body: Frame, _event: Frame) -> None:
        self._count(
            [
                [each["number"], each["agree"], each["disagree"], each["passed"]]
                for each in body["tallies"]
            ]
        )
