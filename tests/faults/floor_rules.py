"""What may happen beside the opinions: hands and speeches, ballots, the desk, what is asked."""

import uuid
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from consultations.domain import (
    agenda,
    answers,
    ballots,
    check_ins,
    corrections,
    desk,
    erasures,
    hand_counts,
    hands,
    opinions,
    posting_rules,
    speeches,
    subjects,
)
from consultations.models import (
    AnswerRequest,
    Ballot,
    BallotKind,
    BallotOption,
    CheckIn,
    Consultation,
    HandCount,
    OpinionKind,
    OpinionState,
    Origin,
    ResultsShown,
    Secrecy,
    SpeakingTurn,
    TurnState,
)
from members.models import Person
from tests.faults.room_readers import Reader

WHO = st.sampled_from(["moderator", "author", "other"])
BACK = st.integers(0, 2)


class FloorRules:
    """Rules that a room's machine has beside its own."""

    room: Consultation
    readers: dict[str, Reader]
    moderator: Person
    clerk: Person
    official: Person

    def _do(self, verb: Any, *arguments: Any, **named: Any) -> Any: ...

    def _is_away(self, who: str) -> bool: ...

    def _number(self, back: int, **of: Any) -> int: ...

    def begin_talking(self) -> None:
        """Something of everything, so that each rule finds what it is about from the first step."""
        author, other = self.readers["author"].person, self.readers["other"].person
        for person, holds in ((author, False), (other, False), (author, True), (other, True)):
            draft = posting_rules.RulesDraft(holds_residents=holds)
            self._do(posting_rules.set_posting, draft=draft, by=self.moderator)
            given = {"key": uuid.uuid4(), "kind": OpinionKind.QUESTION, "text": "路灯怎么修?"}
            self._do(opinions.post_opinion, author=person, **given)
        self._do(
            posting_rules.set_posting, draft=posting_rules.RulesDraft(False), by=self.moderator
        )
        self._do(
            answers.ask_department,
            number=1,
            department=self.official.department_id,
            by=self.moderator,
        )
        self.check_in()
        self.enter_at_desk(OpinionKind.OPINION)
        for who in ("other", "author"):
            self.raise_hand(who, "停车" if who == "author" else "")
        draft = ballots.BallotDraft("先修哪里?", BallotKind.YES_NO, results=ResultsShown.LIVE)
        self._do(ballots.open_ballot, by=self.moderator, key=uuid.uuid4(), draft=draft)

    def _latest(self, model: Any, back: int) -> int:
        """The number of one of the latest of these."""
        return max(1, model.objects.filter(consultation=self.room).count() - back)

    @rule(who=WHO, subject=st.sampled_from(["", "停车", "路灯"]))
    def raise_hand(self, who: str, subject: str) -> None:
        self._do(hands.raise_hand, person=self.readers[who].person, subject=subject)

    @rule(back=BACK)
    def hide_subject(self, back: int) -> None:
        said = SpeakingTurn.objects.filter(consultation=self.room).exclude(subject="")
        number = said.values_list("number", flat=True).last() or self._latest(SpeakingTurn, back)
        self._do(subjects.hide_subject, number=number, by=self.moderator)

    @rule(who=WHO)
    def lower_hand(self, who: str) -> None:
        self._do(hands.lower_hand, person=self.readers[who].person)

    @rule(back=BACK, to=st.sampled_from([None, 1, 2]))
    def move_hand(self, back: int, to: int | None) -> None:
        number = self._latest(SpeakingTurn, back)
        self._do(hands.move_hand, number=number, to=to, by=self.moderator)

    @rule(back=BACK, how=st.sampled_from(["call", "call", "skip", "return", "time", "end"]))
    def give_the_floor(self, back: int, how: str) -> None:
        states = {"return": [TurnState.SKIPPED, TurnState.SPOKE], "call": [TurnState.WAITING]}
        wanted = states.get(how, [TurnState.SPEAKING])
        turns = SpeakingTurn.objects.filter(consultation=self.room, state__in=wanted)
        fitting = turns.order_by("-number").values_list("number", flat=True).first()
        number = fitting or self._latest(SpeakingTurn, back)
        given: dict[str, Any] = {"number": number, "by": self.moderator}
        verbs = {
            "call": speeches.call_speaker,
            "skip": hands.skip_hand,
            "return": hands.return_hand,
            "end": speeches.end_speech,
        }
        if how == "time":
            self._do(speeches.time_speech, minutes=7, **given)
        else:
            self._do(verbs[how], **given)

    @rule(is_open=st.booleans(), minutes=st.integers(1, 3))
    def set_speaking(self, is_open: bool, minutes: int) -> None:
        self._do(speeches.set_speaking, is_open=is_open, minutes=minutes, by=self.moderator)

    @rule(minutes=st.integers(1, 60))
    def extend_agenda(self, minutes: int) -> None:
        self._do(agenda.extend_agenda, position=3, minutes=minutes, by=self.moderator)

    @rule(
        kind=st.sampled_from(BallotKind),
        secrecy=st.sampled_from([Secrecy.OPEN, Secrecy.OPEN, Secrecy.SECRET]),
        results=st.sampled_from(ResultsShown),
    )
    def open_ballot(self, kind: BallotKind, secrecy: Secrecy, results: ResultsShown) -> None:
        options = () if kind == BallotKind.YES_NO else ("南门", "北门")
        draft = ballots.BallotDraft("从哪里修起?", kind, options, secrecy, results)
        self._do(ballots.open_ballot, by=self.moderator, key=uuid.uuid4(), draft=draft)

    @rule(who=WHO, choice=st.integers(1, 2))
    def vote(self, who: str, choice: int) -> None:
        """Everyone hears how many have voted; whoever is away votes on another device."""
        given = {"number": self._latest(Ballot, 0), "choices": [choice], "key": uuid.uuid4()}
        receipt = self._do(ballots.cast_vote, person=self.readers[who].person, **given)
        if receipt is not None and not self._is_away(who):
            self.readers[who].view.take_vote(receipt.number, receipt.choices)

    @rule()
    def close_ballot(self) -> None:
        self._do(ballots.close_ballot, number=self._latest(Ballot, 0), by=self.moderator)

    @rule(hand=st.booleans())
    def count_hands(self, hand: bool) -> None:
        number = self._latest(Ballot, 0)
        options = BallotOption.objects.filter(
            ballot__consultation=self.room, ballot__number=number
        ).count()
        counts = [int(hand), *[0] * (options - 1)] if options else [0]
        known = HandCount.objects.filter(ballot__consultation=self.room, ballot__number=number)
        expected = known.order_by("-pk").values_list("key", flat=True).first()
        given = {"people": int(hand), "counts": counts, "key": uuid.uuid4(), "expected": expected}
        self._do(hand_counts.count_hands, number=number, by=self.moderator, **given)

    @rule()
    def check_in(self) -> None:
        arrival = check_ins.DeskArrival(uuid.uuid4(), name="赵大妈")
        self._do(check_ins.check_in_at_desk, arrival=arrival, by=self.moderator)

    @rule(kind=st.sampled_from([OpinionKind.OPINION, OpinionKind.QUESTION]))
    def enter_at_desk(self, kind: OpinionKind) -> None:
        attendee = CheckIn.objects.filter(consultation=self.room).order_by("-pk").first()
        if attendee is not None:
            given = {"attendee": attendee.key, "key": uuid.uuid4(), "text": "现场说的话。"}
            self._do(desk.enter_opinion, kind=kind, by=self.moderator, **given)

    @rule(back=BACK)
    def correct(self, back: int) -> None:
        number = self._number(back, origin=Origin.DESK, state=OpinionState.VISIBLE)
        given = {"number": number, "text": f"更正{uuid.uuid4()}", "key": uuid.uuid4()}
        self._do(corrections.correct_opinion, by=self.moderator, **given)

    @rule(back=BACK)
    def erase(self, back: int) -> None:
        """Asked for by one, and confirmed by another."""
        given = {"basis": "《个人信息保护法》第四十七条", "reason": "本人申请"}
        number = self._number(back)
        asked = self._do(erasures.ask_erasure, number=number, by=self.moderator, **given)
        if asked is not None:
            self._do(lambda _room: erasures.confirm_erasure(asked, by=self.clerk))

    @rule(back=BACK)
    def ask_department(self, back: int) -> None:
        department = self.official.department_id
        number = self._number(back)
        self._do(answers.ask_department, number=number, department=department, by=self.moderator)

    @rule(back=BACK, how=st.sampled_from(["give", "give", "withdraw"]))
    def answer(self, back: int, how: str) -> None:
        waiting = answers.open_requests(self.room).values_list("number", flat=True)
        number = waiting.first() or self._latest(AnswerRequest, back)
        if how == "withdraw":
            self._do(answers.withdraw_request, number=number, by=self.moderator)
        else:
            given = {"number": number, "key": uuid.uuid4(), "text": "下月动工。"}
            self._do(answers.give_answer, by=self.official, **given)
