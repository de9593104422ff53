"""How a client makes its view of the room from a snapshot and events, as docs/protocol.md says."""

from typing import Any

Frame = dict[str, Any]


class View:
    """The room as one client shows it. `head` is the last event that has been applied."""

    def __init__(self) -> None:
        self.snapshot: Frame | None = None
        self.head = 0
        self.epoch = ""
        self.gaps: list[tuple[int, int]] = []

    @property
    def opinions(self) -> list[Frame]:
        cards: list[Frame] = self.snapshot["opinions"] if self.snapshot else []
        return cards

    def card(self, number: int) -> Frame:
        return next(card for card in self.opinions if card["number"] == number)

    def ballot(self, number: int) -> Frame | None:
        ballots: list[Frame] = self.snapshot["ballots"] if self.snapshot else []
        return next((card for card in ballots if card["number"] == number), None)

    def apply(self, frame: Frame) -> None:
        if "hello" in frame:
            seat = frame["hello"]["seat"]  # a big screen has none
            self.me: int = seat["person"]["id"] if seat else 0
            self.epoch = frame["hello"]["epoch"]
        elif "seq" in frame:
            self._event(frame)
        elif "now" in frame:
            self._news(frame)
        elif isinstance(frame.get("ok"), dict):
            self._answer(frame["ok"])

    def _answer(self, ok: Frame) -> None:
        if "snapshot" in ok:
            self.snapshot = ok["snapshot"]
            self.head = self.snapshot["head"]
            self.epoch = self.snapshot["epoch"]
        for event in ok.get("events", []):
            self._event(event)
        if set(ok) == {"number", "choices"} and (voted := self.ballot(ok["number"])):
            voted["mine"] = ok["choices"]
        if set(ok) == {"number", "value"}:
            self.card(ok["number"])["mine"] = ok["value"]

    def _news(self, frame: Frame) -> None:
        if self.snapshot is None:
            return
        if frame["now"] == "tally":
            for number, agree, disagree, passed in frame["tallies"]:
                for card in self.opinions:
                    if card["number"] == number:
                        card.update(agree=agree, disagree=disagree, passed=passed)
        elif frame["now"] == "stance":
            self._answer({"number": frame["number"], "value": frame["value"]})
        elif frame["now"] == "vote":
            self._answer({"number": frame["number"], "choices": frame["choices"]})
        elif frame["now"] == "presence":
            presence = {"count": frame["count"], "by_identity": frame["by_identity"]}
            self.snapshot["presence"] = presence
        elif frame["now"] == "ballot":
            card = self.ballot(frame["number"])
            if card is not None and card["closed_at"] is None:
                card.update(voted=frame["voted"], counts=frame["counts"])
        elif frame["now"] == "may":
            self.snapshot["may"] = frame["may"]

    def _event(self, event: Frame) -> None:
        if self.snapshot is None or event["seq"] <= self.head:
            return
        if event["seq"] != self.head + 1:
            self.gaps.append((self.head, event["seq"]))
            return
        self.head = event["seq"]
        self.snapshot["head"] = self.head
        handler = getattr(self, "_" + event.get("type", "skip").replace(".", "_"), None)
        if handler is not None:
            handler(event, event["body"])

    def _opinion_posted(self, event: Frame, body: Frame) -> None:
        self._come_in(body, at=event["at"], state="visible")

    def _opinion_held(self, event: Frame, body: Frame) -> None:
        self._come_in(body, at=event["at"], state="held")

    def _opinion_approved(self, _event: Frame, body: Frame) -> None:
        known = next((card for card in self.opinions if card["number"] == body["number"]), None)
        if known is not None:
            known["state"] = "visible"
            return
        said = {name: value for name, value in body.items() if name != "posted_at"}
        self._come_in(said, at=body["posted_at"], state="visible")

    def _opinion_returned(self, _event: Frame, body: Frame) -> None:
        self.card(body["number"]).update(state="returned", reason=body["reason"])

    def _opinion_reconsidered(self, _event: Frame, body: Frame) -> None:
        card = self.card(body["number"])
        card["state"] = "held"
        card.pop("reason", None)

    def _opinion_erased(self, _event: Frame, body: Frame) -> None:
        cards = [card for card in self.opinions if card["number"] != body["number"]]
        self.snapshot["opinions"] = cards
        total = max((card["number"] for card in cards), default=0)
        if "moderate" in self.snapshot["may"]:
            total = max(self.snapshot["total"], body["number"])
        self.snapshot["total"] = total

    def _opinion_merged(self, _event: Frame, body: Frame) -> None:
        for card in self.opinions:
            if card["number"] == body["number"]:
                card["merged_into"] = body["into"]
            if card["number"] == body["into"]:
                part = {"number": body["number"], "author": body["author"]}
                parts = [*card.get("merged", []), part]
                card["merged"] = sorted(parts, key=lambda one: one["number"])

    def _opinion_unmerged(self, _event: Frame, body: Frame) -> None:
        for card in self.opinions:
            if card["number"] == body["number"]:
                card.pop("merged_into", None)
            if card["number"] == body["into"]:
                rest = [one for one in card.pop("merged", []) if one["number"] != body["number"]]
                card.update({"merged": rest} if rest else {})

    def _come_in(self, said: Frame, *, at: str, state: str) -> None:
        self.snapshot["total"] = max(self.snapshot["total"], said["number"])
        self.opinions.append(
            said
            | {
                "at": at,
                "state": state,
                "pinned": False,
                "answered": False,
                "agree": 0,
                "disagree": 0,
                "passed": 0,
                "mine": None,
            }
        )
        self.opinions.sort(key=lambda card: card["number"])

    def _posting_set(self, _event: Frame, body: Frame) -> None:
        self.snapshot["posting"] = body

    def _person_muted(self, _event: Frame, body: Frame) -> None:
        mutes = self.snapshot["mutes"]
        for place, mute in enumerate(mutes):
            if mute["person"]["id"] == body["person"]["id"]:
                mutes[place] = body
                return
        mutes.append(body)

    def _person_unmuted(self, _event: Frame, body: Frame) -> None:
        mutes = self.snapshot["mutes"]
        mutes[:] = [mute for mute in mutes if mute["person"]["id"] != body["person"]["id"]]

    def _opinion_hidden(self, _event: Frame, body: Frame) -> None:
        card = self.card(body["number"])
        card.update(state="hidden", text="", pinned=False)
        card.pop("corrections", None)

    def _opinion_hide_reason(self, _event: Frame, body: Frame) -> None:
        self.card(body["number"]).update(body)

    def _opinion_restored(self, _event: Frame, body: Frame) -> None:
        card = self.card(body["number"])
        card.pop("reason", None)
        card.update(body, state="visible")

    def _opinion_corrected(self, event: Frame, body: Frame) -> None:
        card = self.card(body["number"])
        card["text"] = body["text"]
        made = {"earlier": body["earlier"], "by": body["corrected_by"], "at": event["at"]}
        card["corrections"] = [*card.get("corrections", []), made]

    def _opinion_pinned(self, _event: Frame, body: Frame) -> None:
        self.card(body["number"])["pinned"] = body["pinned"]

    def _opinion_answered(self, _event: Frame, body: Frame) -> None:
        self.card(body["number"])["answered"] = body["answered"]

    def _ballot_opened(self, _event: Frame, body: Frame) -> None:
        live = body["results"] == "live"
        card = body | {
            "closed_at": None,
            "how": None,
            "voted": 0,
            "counts": [0] * len(body["options"]) if live else None,
            "result": None,
            "hands": None,
            "mine": None,
        }
        self.snapshot["ballots"].append(card)

    def _ballot_closed(self, event: Frame, body: Frame) -> None:
        result = body["result"]
        self.ballot(body["number"]).update(
            closed_at=event["at"],
            how=body["how"],
            voted=result["voted"],
            counts=[option["count"] for option in result["options"]],
            result=result,
            hands=result["hands"],
        )

    def _ballot_voided(self, event: Frame, body: Frame) -> None:
        nothing = {"voted": 0, "counts": None, "result": None, "hands": None}
        self.ballot(body["number"]).update(
            closed_at=event["at"], how="void", reason=body["reason"], **nothing
        )

    def _ballot_hands_counted(self, _event: Frame, body: Frame) -> None:
        hands = {"people": body["people"], "counts": body["counts"]}
        self.ballot(body["number"])["hands"] = hands

    def _agenda_moved(self, event: Frame, body: Frame) -> None:
        for item in self.snapshot["room"]["agenda"]:
            if item["position"] == body["ended"]:
                item["ended_at"] = event["at"]
            if item["position"] == body["started"]:
                item.update(started_at=event["at"], ended_at=None)

    def _agenda_extended(self, _event: Frame, body: Frame) -> None:
        for item in self.snapshot["room"]["agenda"]:
            if item["position"] == body["position"]:
                item["minutes"] = body["minutes"]

    def _hand(self, _event: Frame, body: Frame) -> None:
        """Whoever is known stands in the order that the event tells."""
        floor = self.snapshot["speaking"]
        known = {one["number"]: one for one in floor["waiting"]}
        if "person" in body:
            known[body["number"]] = {key: body[key] for key in ("number", "person", "subject")}
        if floor["now"] is not None and floor["now"]["number"] in body["order"]:
            floor["now"] = None
        floor["waiting"] = [known[number] for number in body["order"]]

    _hand_raised = _hand_lowered = _hand_moved = _hand_returned = _hand

    def _hands_cleared(self, _event: Frame, _body: Frame) -> None:
        self.snapshot["speaking"]["waiting"] = []

    def _speech_begun(self, event: Frame, body: Frame) -> None:
        floor = self.snapshot["speaking"]
        called = next(one for one in floor["waiting"] if one["number"] == body["number"])
        floor["now"] = called | {"called_at": event["at"], "limit": body["limit"]}
        self._hand(event, body)

    def _speech_timed(self, _event: Frame, body: Frame) -> None:
        self.snapshot["speaking"]["now"]["limit"] = body["limit"]

    def _speech_ended(self, _event: Frame, _body: Frame) -> None:
        self.snapshot["speaking"]["now"] = None

    def _speaking_set(self, _event: Frame, body: Frame) -> None:
        self.snapshot["speaking"].update(body)

    def _answer_asked(self, event: Frame, body: Frame) -> None:
        request = body | {"asked_at": event["at"], "answer": None, "answered_at": None}
        self.snapshot["requests"].append(request)

    def _answer_withdrawn(self, _event: Frame, body: Frame) -> None:
        kept = [one for one in self.snapshot["requests"] if one["number"] != body["number"]]
        self.snapshot["requests"] = kept

    def _answer_given(self, event: Frame, body: Frame) -> None:
        for one in self.snapshot["requests"]:
            if one["number"] == body["number"]:
                one.update(answer=body["answer"], answered_at=event["at"])

    def _stage_moved(self, event: Frame, body: Frame) -> None:
        room = self.snapshot["room"]
        room["stage"] = body["to"]
        if body["to"] == "live":
            room["opened_at"] = room["opened_at"] or event["at"]
            room["closed_at"] = None
        if body["from"] == "live":
            room["closed_at"] = event["at"]

    def _outcome_published(self, _event: Frame, body: Frame) -> None:
        self.snapshot["outcome"] = body

    def _stances_closed(self, _event: Frame, body: Frame) -> None:
        for tally in body["tallies"]:
            for card in self.opinions:
                if card["number"] == tally["number"]:
                    card.update(tally)
