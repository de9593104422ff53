"""The part of a room's view that is not opinions: ballots, the floor, and what was asked."""

from typing import Any

Frame = dict[str, Any]


class FloorView:
    """How ballots, hands, speeches and requests change by events."""

    def __init__(self) -> None:
        self.ballots: list[Frame] = []
        self.votes: dict[int, list[int]] = {}
        self.speaking: Frame = {}
        self.requests: list[Frame] = []

    def ballot(self, number: int) -> Frame | None:
        return next((card for card in self.ballots if card["number"] == number), None)

    def _ballot_opened(self, body: Frame, _event: Frame) -> None:
        live = body["results"] == "live"
        fresh = {
            "closed_at": None,
            "how": None,
            "voted": 0,
            "counts": [0] * len(body["options"]) if live else None,
            "result": None,
            "hands": None,
            "mine": self.votes.get(body["number"]),
        }
        self.ballots.append(body | fresh)

    def _ballot_closed(self, body: Frame, event: Frame) -> None:
        result, card = body["result"], self.ballot(body["number"])
        assert card is not None, f"ballot {body['number']} was not there"
        card.update(
            closed_at=event["at"],
            how=body["how"],
            voted=result["voted"],
            counts=[option["count"] for option in result["options"]],
            result=result,
            hands=result["hands"],
        )

    def _ballot_voided(self, body: Frame, event: Frame) -> None:
        card = self.ballot(body["number"])
        assert card is not None, f"ballot {body['number']} was not there"
        nothing = {"voted": 0, "counts": None, "result": None, "hands": None}
        card.update(closed_at=event["at"], how="void", reason=body["reason"], **nothing)

    def _ballot_hands_counted(self, body: Frame, _event: Frame) -> None:
        card = self.ballot(body["number"])
        assert card is not None, f"ballot {body['number']} was not there"
        card["hands"] = {"people": body["people"], "counts": body["counts"]}

    def _hand(self, body: Frame, _event: Frame) -> None:
        """Whoever is known stands in the order that the event tells."""
        floor = self.speaking
        known = {one["number"]: one for one in floor["waiting"]}
        if "person" in body:
            told = {"number": body["number"], "person": body["person"]}
            known[body["number"]] = {**told, "subject": "", "held": False}
        if floor["now"] is not None and floor["now"]["number"] in body["order"]:
            floor["now"] = None
        floor["waiting"] = [known[number] for number in body["order"]]

    _hand_raised = _hand_lowered = _hand_moved = _hand_returned = _hand

    def _hand_subject(self, body: Frame, _event: Frame) -> None:
        told = {"subject": body.get("subject", ""), "held": body.get("held", False)}
        for one in [self.speaking["now"], *self.speaking["waiting"]]:
            if one is not None and one["number"] == body["number"]:
                one.update(told)

    _hand_subject_hidden = _hand_subject

    def _hands_cleared(self, _body: Frame, _event: Frame) -> None:
        self.speaking["waiting"] = []

    def _speech_begun(self, body: Frame, event: Frame) -> None:
        waiting = self.speaking["waiting"]
        called = next(one for one in waiting if one["number"] == body["number"])
        self.speaking["now"] = called | {"called_at": event["at"], "limit": body["limit"]}
        self._hand(body, event)

    def _speech_timed(self, body: Frame, _event: Frame) -> None:
        self.speaking["now"]["limit"] = body["limit"]

    def _speech_ended(self, _body: Frame, _event: Frame) -> None:
        self.speaking["now"] = None

    def _speaking_set(self, body: Frame, _event: Frame) -> None:
        self.speaking.update(body)

    def _answer_asked(self, body: Frame, event: Frame) -> None:
        fresh = {"asked_at": event["at"], "answer": None, "answered_at": None}
        self.requests.append(body | fresh)

    def _answer_withdrawn(self, body: Frame, _event: Frame) -> None:
        self.requests = [one for one in self.requests if one["number"] != body["number"]]

    def _answer_given(self, body: Frame, event: Frame) -> None:
        for one in self.requests:
            if one["number"] == body["number"]:
                one.update(answer=body["answer"], answered_at=event["at"])
